import numpy as np
import pytest
from scipy import stats

from model_store.training import comparison, evaluation, labelled
from tests.model_store.answering import answered, by_sides

WORDS = {1: "positive", 0: "neutral", -1: "negative"}


def pairs(draws=300, **models):
    truth = next(iter(models.values())).truth
    data = labelled.assemble("x", "", text=["t"] * len(truth), sentiment=[WORDS[int(one)] for one in truth])
    return evaluation.judge(models, data, draws)["pairs"]


def right_on(*rows, size=200):
    """A model that is right on these rows of a set that is positive and negative by turns."""
    truth = [1, -1] * (size // 2)
    return by_sides(truth, [side if i in rows else -side for i, side in enumerate(truth)])


def test_a_better_model_is_told_from_a_worse_one_by_every_figure():
    drawn = np.random.default_rng(1)
    truth = drawn.integers(-1, 2, 600)
    noise = drawn.standard_normal((600, 2))
    good, poor = (
        answered(truth, *((max(-x, 0) / 3, max(x, 0) / 3) for x in np.clip(truth * size + noise[:, i], -3, 3)))
        for i, size in enumerate((2.0, 0.5))
    )
    found = {pair["figure"]: pair for pair in pairs(good=good, poor=poor)}
    assert found.keys() == {"accuracy", "macro_f1", "auc"} | {"macro_recall"}
    for name in ("accuracy", "macro_f1", "auc"):
        low, high = found[name]["interval"]
        assert 0 < low < found[name]["difference"] < high
        assert found[name]["excludes_zero"]
        assert found[name]["significant"]
    assert found["accuracy"]["models"] == ["good", "poor"]


def test_a_model_does_not_differ_from_itself():
    one = right_on(*range(150))
    for pair in pairs(one=one, other=one):
        assert (pair["difference"], pair["p"], pair["significant"]) == (0.0, 1.0, False)
        assert pair["interval"] == [0.0, 0.0]
        assert not pair["excludes_zero"]


def test_the_interval_of_the_difference_is_narrower_than_those_of_two_sets_would_be():
    # Both are wrong on the same 40 rows, and on a few of their own: what they share falls out.
    one, other = right_on(*range(40, 195)), right_on(*range(45, 200))
    low, high = next(pair["interval"] for pair in pairs(one=one, other=other) if pair["figure"] == "accuracy")
    apart = 2 * 1.96 * (2 * 0.775 * 0.225 / 200) ** 0.5
    assert high - low < 0.6 * apart


@pytest.mark.parametrize(("first", "second"), [(0, 5), (3, 12), (20, 31), (1, 1), (0, 1)])
def test_the_mid_p_value_lies_under_the_exact_one_by_half_of_what_is_observed(first, second):
    one = np.array([True] * first + [False] * second + [True] * 9)
    other = np.array([False] * first + [True] * second + [True] * 9)
    found = comparison.mcnemar(one, other)
    exact = stats.binomtest(min(first, second), first + second).pvalue
    observed = stats.binom.pmf(min(first, second), first + second, 0.5)
    assert found == pytest.approx(1.0 if first == second else exact - observed)
    assert comparison.mcnemar(other, one) == found


def test_models_that_are_right_on_the_same_rows_differ_by_nothing():
    assert comparison.mcnemar(np.array([True, False]), np.array([True, False])) == 1.0


def test_p_values_are_corrected_for_their_number():
    assert comparison.holm([0.01, 0.04, 0.03]) == pytest.approx([0.03, 0.06, 0.06])
    assert comparison.holm([0.2]) == [0.2]
    assert comparison.holm([0.9, 0.8]) == [1.0, 1.0]
    assert comparison.holm([None, 0.01, 0.02]) == [None, 0.02, 0.02]


def test_three_models_make_three_pairs_corrected_together():
    one, other, third = right_on(*range(150)), right_on(*range(20, 160)), right_on(*range(30, 200))
    found = [pair for pair in pairs(one=one, other=other, third=third) if pair["figure"] == "accuracy"]
    assert [pair["models"] for pair in found] == [["one", "other"], ["one", "third"], ["other", "third"]]
    assert [pair["p_holm"] for pair in found] == comparison.holm([pair["p"] for pair in found])
    assert any(pair["p_holm"] > pair["p"] for pair in found)


def test_few_rows_are_compared_by_mcnemar_alone():
    found = {pair["figure"]: pair for pair in pairs(one=right_on(*range(8), size=10), other=right_on(size=10))}
    assert found["accuracy"]["p"] == pytest.approx(0.5**8)
    assert found["accuracy"]["interval"] is None
    assert (found["auc"]["p"], found["auc"]["significant"], found["auc"]["excludes_zero"]) == (None, None, None)


def test_what_the_set_does_not_define_is_not_compared():
    assert {pair["figure"] for pair in pairs(one=right_on(1), other=right_on(2))} == {"accuracy", "macro_f1", "auc"}


def test_without_draws_there_is_neither_interval_nor_pair():
    assert pairs(draws=0, one=right_on(1), other=right_on(2)) == []
