import numpy as np
import pytest

from model_store.training import bootstrap, figures
from tests.model_store.answering import by_sides, calibrated


def intervals(rows, draws=400):
    return {name: bootstrap.interval(drawn) for name, drawn in bootstrap.draws([rows], draws)[0].items()}


def test_the_same_rows_give_the_same_intervals():
    rows = calibrated(200, 1)
    assert intervals(rows) == intervals(rows)


def test_the_interval_of_the_accuracy_is_as_wide_as_its_standard_error_says():
    low, high = intervals(by_sides([1, -1] * 500, [1, -1, 1, -1, 1, -1, 1, 1, -1, -1] * 100), 1_000)["accuracy"]
    assert low < 0.8 < high
    assert high - low == pytest.approx(2 * 1.96 * (0.8 * 0.2 / 1_000) ** 0.5, rel=0.1)


def test_intervals_hold_the_truth_about_as_often_as_they_say():
    everyone = calibrated(100_000, 0)
    truth = {
        "accuracy": float(figures.of(figures.count(figures.cells(everyone)))["accuracy"]),
        "auc": figures.Ranking(everyone).auc(),
    }
    held = dict.fromkeys(truth, 0)
    for seed in range(1, 101):
        found = intervals(calibrated(150, seed), 200)
        for name, value in truth.items():
            held[name] += found[name][0] <= value <= found[name][1]
    assert min(held.values()) >= 87
    assert max(held.values()) < 100


def test_models_meet_the_same_rows_in_the_same_draw():
    one = by_sides([1, -1] * 50, [1, -1, 1, 1] * 25)
    first, second = bootstrap.draws([one, one], 100)
    for name in first:
        assert np.array_equal(first[name], second[name], equal_nan=True)


def test_a_set_without_neutral_rows_has_no_interval_of_the_macro_averaged_recall():
    assert intervals(calibrated(100, 1))["macro_recall"] is None
    assert intervals(calibrated(100, 1, neutral=True))["macro_recall"] is not None


def test_too_few_rows_have_no_interval():
    assert set(intervals(by_sides([1, -1] * 14, [1, -1] * 14)).values()) == {None}
    assert intervals(by_sides([1, -1] * 15, [1, -1] * 15))["accuracy"] == [1.0, 1.0]


def test_a_class_that_many_draws_lack_has_no_interval():
    found = intervals(by_sides([1] * 99 + [-1], [1] * 100))
    assert found["accuracy"] is not None
    assert (found["macro_f1"], found["auc"]) == (None, None)
