import numpy as np
import pytest

from model_store.training import calibration


def logistic(logits):
    return 1 / (1 + np.exp(-logits))


def test_the_line_of_sums_whose_logits_are_known_is_found():
    drawn = np.random.default_rng(1)
    sums = drawn.normal(size=50_000)
    first = drawn.random(50_000) < logistic(3 * sums)
    slope, bias = calibration.line(sums, first)
    assert slope == pytest.approx(3, rel=0.05)
    assert bias == pytest.approx(0, abs=0.1)


def test_classes_weigh_what_is_said_however_many_rows_each_has():
    drawn = np.random.default_rng(2)
    sums = np.concatenate([drawn.normal(1, 1, 20_000), drawn.normal(-1, 1, 2_000)])
    first = np.arange(22_000) < 20_000
    # Of two normal distributions of variance 1, at 1 and -1, the logit of a value is twice the value.
    assert calibration.line(sums, first) == pytest.approx((2, 0), abs=0.15)
    assert calibration.line(sums, first, 1 / 3) == pytest.approx((2, np.log(1 / 2)), abs=0.15)


def test_classes_that_are_apart_give_no_endless_slope():
    slope, _ = calibration.line(np.array([-1.0] * 50 + [1.0] * 50), np.arange(100) >= 50)
    assert 0 < slope < 10


def test_thresholds_are_where_the_macro_averaged_recall_is_best():
    labels = np.repeat([-1, 0, 1], 100).astype(np.int8)
    negative = np.repeat([0.6, 0.3, 0.2], 100).astype(np.float32)
    positive = np.repeat([0.2, 0.4, 0.6], 100).astype(np.float32)
    found = calibration.thresholds(negative, positive, labels)
    assert 0.3 < found["negative"] <= 0.6
    assert 0.4 < found["positive"] <= 0.6


def test_without_neutral_rows_the_larger_side_makes_the_label():
    sides = np.array([0.9, 0.2], np.float32)
    assert calibration.thresholds(1 - sides, sides, np.array([1, -1], np.int8)) == {"negative": 0.5, "positive": 0.5}
