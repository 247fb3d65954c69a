"""The intervals are held to what they promise: of a hundred, at least 93 hold the truth, whatever it is."""

import numpy as np
import pytest

from reporting import clustering, estimating
from reporting.estimating import LABELS

#: how a model errs on three classes: rows are the truth, columns what it says
RATES = np.array([[0.74, 0.22, 0.04], [0.22, 0.66, 0.12], [0.08, 0.24, 0.68]])
COMMENTS = 5_000
TIMES = 300  # a coverage of 95 % is then known within 1.3 points, one standard error


def world(generator, positive):
    """Comments whose truth is drawn, and what the model says of them."""
    shares = np.array([(1 - positive) / 2, (1 - positive) / 2, positive])
    truth = generator.choice(3, COMMENTS, p=shares)
    said = (generator.random(COMMENTS)[:, None] > np.cumsum(RATES[truth], axis=1)).sum(axis=1)
    return shares, truth, said


def crossed(rows, columns):
    found = np.zeros((3, 3))
    np.add.at(found, (rows, columns), 1)
    return found


def measured(positive, draws_of):
    """How often the interval of the positive share holds the truth, and how far its middle is off, on average."""
    generator = np.random.default_rng(round(1000 * positive))
    held, errors = 0, []
    for _ in range(TIMES):
        shares, truth, said = world(generator, positive)
        found = estimating.intervals(draws_of(generator, truth, said))["positive"]
        held += found.low <= shares[2] <= found.high
        errors.append(found.share - shares[2])
    return held / TIMES, np.array(errors)


def by_audit(generator, truth, said):
    drawn = generator.choice(COMMENTS, 200, replace=False)
    counts = np.bincount(said, minlength=3).astype(float)
    return estimating.audited(counts, crossed(said[drawn], truth[drawn]), effect=1.0)


def by_others(generator, _truth, said):
    others = np.array([generator.multinomial(100, rates) for rates in RATES], float)
    return estimating.adjusted(np.bincount(said, minlength=3).astype(float), others, effect=1.0)


@pytest.mark.parametrize("positive", [0.05, 0.2, 0.5, 0.8, 0.95])
@pytest.mark.parametrize("draws_of", [by_audit, by_others])
def test_at_least_93_of_100_intervals_hold_the_true_share(positive, draws_of):
    coverage, _ = measured(positive, draws_of)
    assert coverage > 0.93 - 2 * 0.013


@pytest.mark.parametrize("positive", [0.05, 0.5, 0.95])
def test_an_audit_sample_of_200_is_off_by_less_than_three_points_even_with_a_model_that_errs_on_a_third(positive):
    _, errors = measured(positive, by_audit)
    assert np.abs(errors).mean() < 0.027
    assert abs(errors.mean()) < 0.008


def test_counting_labels_alone_would_be_far_off():
    _, truth, said = world(np.random.default_rng(0), 0.05)
    assert (said == 2).mean() > 2 * (truth == 2).mean()


def test_an_audit_is_right_where_the_model_errs_otherwise_than_ever_before():
    generator = np.random.default_rng(5)
    _, truth, _ = world(generator, 0.3)
    upside_down = 2 - truth
    drawn = generator.choice(COMMENTS, 300, replace=False)
    counts = np.bincount(upside_down, minlength=3).astype(float)
    found = estimating.intervals(estimating.audited(counts, crossed(upside_down[drawn], truth[drawn]), effect=1.0))
    assert found["positive"].low < 0.3 < found["positive"].high


def test_all_shares_sum_to_one_and_opinionated_ones_are_of_those_with_an_opinion():
    counts = np.array([200.0, 600.0, 200.0])
    found = estimating.intervals(estimating.adjusted(counts, 1_000 * RATES, effect=1.0))
    assert sum(found[label].share for label in LABELS) == pytest.approx(1, abs=0.03)
    assert found["positive_opinionated"].share > found["positive"].share
    assert -1 <= found["net_sentiment"].low < found["net_sentiment"].high <= 1


def test_a_model_that_says_the_same_of_all_separates_nothing():
    assert estimating.separation(1_000 * RATES) == pytest.approx(0.66 - 0.23)
    assert estimating.separation(np.tile([300.0, 400.0, 300.0], (3, 1))) == pytest.approx(0)


def clustered(generator, agree):
    """A thousand comments by a hundred authors in fifty threads, of whom each has a leaning of its own."""
    authors, threads = generator.integers(100, size=1_000), generator.integers(50, size=1_000)
    leaning = generator.normal(0, agree, 100)[authors] + generator.normal(0, agree, 50)[threads]
    return authors, threads, generator.random(1_000) < 1 / (1 + np.exp(-leaning))


def test_the_design_effect_is_that_of_the_variance_over_many_worlds():
    generator = np.random.default_rng(3)
    worlds = [clustered(generator, 1.0) for _ in range(400)]
    shares = np.array([positive.mean() for *_, positive in worlds])
    effects = [
        clustering.of_share(positive, authors.astype(str).tolist(), threads.astype(str).tolist())
        for authors, threads, positive in worlds
    ]
    alone = (shares.mean() * (1 - shares.mean())) / 1_000
    assert np.mean(effects) == pytest.approx(shares.var() / alone, rel=0.25)


def test_comments_of_strangers_have_no_design_effect():
    positive = np.random.default_rng(1).random(500) < 0.3
    assert clustering.of_share(positive, [None] * 500, [""] * 500) == pytest.approx(1)


def test_an_interval_grows_with_the_design_effect():
    counts, found = np.array([1_500.0, 2_000.0, 1_500.0]), crossed([0, 1, 2] * 2_000, [0, 1, 2] * 2_000)
    narrow, wide = (estimating.intervals(estimating.audited(counts, found, effect))["positive"] for effect in (1, 16))
    assert wide.high - wide.low == pytest.approx(4 * (narrow.high - narrow.low), rel=0.15)
