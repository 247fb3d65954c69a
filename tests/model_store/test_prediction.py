import numpy as np
import pytest

from model_store.prediction import LIKELIEST, Prediction, label_codes

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


@pytest.mark.parametrize(
    ("negative", "positive", "thresholds", "code"),
    [
        (0.33, 0.32, LIKELIEST, 0),
        (0.42, 0.2, LIKELIEST, -1),
        (0.2, 0.42, LIKELIEST, 1),
        (0.34, 0.33, LIKELIEST, -1),
        (0.5, 0.5, LIKELIEST, 1),
        (0.4, 0.4, LIKELIEST, 1),
        (0.25, 0.25, THREE | {"neutral": 0.6}, 0),
        (0.42, 0.1, THREE | {"neutral": 0.6}, -1),
        (0.41, 0.0, THREE | {"neutral": 0.55}, 0),
        (float("nan"), float("nan"), LIKELIEST, 0),
    ],
)
def test_where_neutral_has_a_threshold_it_is_the_label_that_reaches_it_and_is_likeliest(
    negative, positive, thresholds, code
):
    assert label_codes(of((negative, positive)), thresholds).tolist() == [code]


def test_the_likeliest_of_two_sides_is_never_neutral_however_the_numbers_are_rounded():
    positive = np.random.default_rng(1).random(10_000, np.float32)
    assert (label_codes(of(*zip(1 - positive, positive, strict=True)), LIKELIEST) != 0).all()


def test_labels_are_small_integers_of_the_same_length():
    codes = label_codes(of((0.9, 0.1), (0.1, 0.9)), EVEN)
    assert codes.dtype == np.int8
    assert codes.tolist() == [-1, 1]
    assert label_codes(of(), EVEN).tolist() == []
