import numpy as np
import pytest

from model_store.training import calibration_error
from tests.model_store.answering import answered, calibrated


def test_the_error_is_the_distance_of_how_sure_from_how_right():
    # 75 rows that the model is 90 % sure of, a third of them wrong: every bin holds 5 of one probability.
    found = calibration_error.expected(answered([1] * 50 + [-1] * 25, *[(0.1, 0.9)] * 75))
    assert found == pytest.approx(0.9 - 50 / 75)


def test_bins_hold_as_many_rows_each():
    # 15 bins of 2 rows: sure by 0.6 and always right, or sure by 0.8 and never.
    pairs = [(0.4, 0.6)] * 16 + [(0.2, 0.8)] * 14
    assert calibration_error.expected(answered([1] * 16 + [-1] * 14, *pairs)) == pytest.approx(
        (16 * 0.4 + 14 * 0.8) / 30
    )


def test_the_order_of_the_rows_does_not_matter():
    drawn = np.random.default_rng(2)
    truth = drawn.choice([-1, 1], 200)
    positive = drawn.choice([0.55, 0.7, 0.9], 200)  # so that several bins share a probability
    pairs = [(1 - p, p) for p in positive]
    order = drawn.permutation(200)
    found = calibration_error.expected(answered(truth, *pairs))
    assert calibration_error.expected(answered(truth[order], *(pairs[i] for i in order))) == pytest.approx(found)


def test_three_classes_count_where_the_set_has_neutral_rows():
    pairs = [(0.1, 0.2)] * 20  # 0.7 neutral
    rows = answered([0] * 10 + [1] * 10, *pairs)
    assert calibration_error.classes(rows) == 3
    assert calibration_error.expected(rows) == pytest.approx(0.7 - 0.5)


def test_two_classes_share_the_probability_where_the_set_has_none():
    rows = answered([1] * 10 + [-1] * 10, *[(0.1, 0.2)] * 20)
    assert calibration_error.classes(rows) == 2
    assert calibration_error.expected(rows) == pytest.approx(2 / 3 - 0.5)


def test_a_skipped_row_has_no_probability_and_is_left_out():
    rows = answered([1] * 20 + [-1] * 20, *[(0.0, 1.0)] * 20, *[None] * 20)
    assert calibration_error.expected(rows) == 0.0


def test_fewer_rows_than_bins_have_no_error():
    assert calibration_error.expected(answered([1] * 14, *[(0.1, 0.9)] * 14)) is None
    assert calibration_error.expected(answered([1] * 20, *[(0.1, 0.9)] * 14, *[None] * 6)) is None


@pytest.mark.parametrize(("rows", "error"), [(100, 0.10), (1_000, 0.03), (10_000, 0.01)])
def test_a_model_that_is_as_sure_as_right_has_an_error_that_shrinks_with_the_rows(rows, error):
    found = [calibration_error.expected(calibrated(rows, seed)) for seed in range(10)]
    assert np.mean(found) == pytest.approx(error, rel=0.35)


def test_a_binary_model_is_wrong_on_neutral_rows_however_sure():
    rows = answered([0] * 50 + [1] * 50, *[(0.0, 1.0)] * 100)
    assert calibration_error.expected(rows) == pytest.approx(0.5)
