import numpy as np
import pytest

from model_store.prediction import Prediction, label_codes

EVEN = {"negative": 0.5, "positive": 0.5}
THREE = {"negative": 0.4, "positive": 0.45}


def of(*pairs):
    negative, positive = np.array(pairs, np.float32).reshape(-1, 2).T
    nothing = np.full(len(negative), None, object)
    return Prediction(negative, positive, nothing, nothing)


@pytest.mark.parametrize(
    ("negative", "positive", "thresholds", "code"),
    [
        (0.9, 0.1, EVEN, -1),
        (0.1, 0.9, EVEN, 1),
        (0.5, 0.5, EVEN, 1),
        (0.3, 0.3, THREE, 0),
        (0.42, 0.2, THREE, -1),
        (0.2, 0.44, THREE, 0),
        (0.46, 0.45, THREE, -1),
        (0.45, 0.45, THREE, 1),
        (float("nan"), float("nan"), EVEN, 0),
    ],
)
def test_the_label_is_the_side_that_passes_its_threshold(negative, positive, thresholds, code):
    assert label_codes(of((negative, positive)), thresholds).tolist() == [code]


def test_labels_are_small_integers_of_the_same_length():
    codes = label_codes(of((0.9, 0.1), (0.1, 0.9)), EVEN)
    assert codes.dtype == np.int8
    assert codes.tolist() == [-1, 1]
    assert label_codes(of(), EVEN).tolist() == []
