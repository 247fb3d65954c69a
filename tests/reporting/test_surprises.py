"""Spikes are held to what is promised: at most one false alarm a month over all brands, and what is worth a morning."""

from dataclasses import replace

import numpy as np
import pytest
from scipy import special

from reporting import fitting, surprises
from tests.reporting.worlds import BRANDS, World, found

#: a brand whose days differ by 15 %, and its share's by 2 points beyond chance
STEADY = World(days=(0.15, 0.15), moods=(0.1, 0.1), clusters=(1.5, 1.5), trend=0.05)
TODAY = fitting.DAYS


@pytest.mark.parametrize(
    "world",
    [
        World(),
        World(days=(0.3, 0.5), moods=(0.2, 0.4)),
        World(correlation=0.75),
        World(days=(0.0, 0.0), moods=(0.0, 0.0), clusters=(1.0, 1.0), correlation=0.0),
    ],
    ids=["usual", "restless", "sluggish", "by chance alone"],
)
def test_calm_months_raise_at_most_one_false_alarm_over_twelve_brands_of_5_to_100_000_comments_a_day(world):
    months = 6
    counts = world.counts(np.random.default_rng(7), months)
    assert len(surprises.find(counts, BRANDS)) <= months


def test_brands_that_were_loaded_two_weeks_ago_raise_no_more_false_alarms():
    months = 15
    counts = World().counts(np.random.default_rng(8), months, days=4)
    counts[..., : TODAY - surprises.LEAST_DAYS] = 0
    assert len(surprises.find(counts, BRANDS)) <= months * 4 / surprises.NIGHTS + 2


@pytest.mark.parametrize("size", [100.0, 600.0, 60_000.0])
def test_three_times_as_many_comments_are_found_nine_times_of_ten(size):
    world = replace(STEADY, sizes=(size,))
    counts = world.counts(np.random.default_rng(9), 200, days=1)
    counts[surprises.COMMENTS, :, -1] *= 3
    assert found(counts, "volume").mean() >= 0.9


@pytest.mark.parametrize("kind", ["negative", "positive"])
def test_fifteen_points_more_of_500_scored_comments_are_found_nine_times_of_ten(kind):
    scored = np.full((200, TODAY + 1), 500)
    odds = np.full(scored.shape, special.logit(0.2))
    odds[:, -1] = special.logit(0.35)
    counts = np.zeros((surprises.COUNTED, *scored.shape), int)
    counts[surprises.COMMENTS] = counts[surprises.SCORED] = scored
    counts[2 + ["negative", "positive"].index(kind)] = STEADY.labels(np.random.default_rng(10), scored, odds)
    assert found(counts, kind, brands_a_night=3).mean() >= 0.9


@pytest.mark.parametrize("days", [1, 3, 7])
def test_a_spike_in_the_baseline_does_not_hide_the_next_one(days):
    counts = World(days=(0.1, 0.1), trend=0.05, sizes=(600.0,)).counts(np.random.default_rng(11), 100, days=1)
    counts[surprises.COMMENTS, :, -1] *= 3
    alone = found(counts, "volume").mean()
    counts[surprises.COMMENTS, :, TODAY - 15 - days : TODAY - 15] *= 4
    assert found(counts, "volume").mean() > alone - 0.1


def test_each_day_of_a_spike_is_named():
    counts = World(days=(0.1, 0.1), sizes=(600.0,)).counts(np.random.default_rng(12), 40, days=4)
    counts[surprises.COMMENTS, :, -3:] *= 4
    assert all(found(counts, "volume", day=day).mean() > 0.9 for day in (1, 2, 3))
    assert found(counts, "volume", day=0).mean() < 0.05


def week(*comments, weeks=9):
    """One brand of which so many comments come on each day of a week, all scored and a fifth negative."""
    numbers = np.tile(comments, weeks)[-TODAY - 1 :]
    return np.stack([numbers, numbers, numbers // 5, numbers // 5])[:, None, :]


def test_a_brand_that_is_silent_at_weekends_is_not_surprising_on_mondays_but_on_a_loud_saturday():
    counts = week(0, 100, 110, 95, 105, 90, 0)
    monday = np.roll(counts, 5, axis=-1)
    assert monday[surprises.COMMENTS, 0, -1] == 100
    assert not found(monday, "volume").any()
    saturday = counts.copy()
    saturday[surprises.COMMENTS, 0, -1] = 60
    assert found(saturday, "volume").all()


def test_days_that_were_not_loaded_are_no_calm_days():
    counts = week(100, 90, 110, 95, 105, 90, 100)
    counts[..., 7:42] = 0
    assert not surprises.find(counts, 1)
    counts[surprises.COMMENTS, 0, -1] = 350
    assert found(counts, "volume", 1).all()


@pytest.mark.parametrize("history", [0, 5, surprises.LEAST_DAYS - 1])
def test_with_less_than_two_weeks_before_nothing_is_looked_at(history):
    counts = week(100, 90, 110, 95, 105, 90, 100)
    counts[..., : TODAY - history] = 0
    counts[surprises.COMMENTS, 0, -1] = 5_000
    assert not surprises.find(counts, 1)
    assert not surprises.are_looked_at(counts).any()


def test_what_is_small_is_no_spike_however_sure_it_is():
    counts = week(*[100_000] * 7)
    counts[:, 0, -1] = [140_000, 140_000, 35_000, 28_000]
    counts[surprises.NEGATIVE, 0, -1] = 0.24 * 140_000
    assert not surprises.find(counts, 1)
    few = week(*[1] * 7)
    few[surprises.COMMENTS, 0, -1] = 10
    assert not surprises.find(few, 1)


def test_a_share_of_few_comments_is_no_spike():
    counts = week(*[surprises.LEAST_SCORED - 1] * 7)
    counts[surprises.NEGATIVE, 0, -1] = counts[surprises.SCORED, 0, -1]
    assert not surprises.find(counts, 1)


def test_a_brand_of_which_everything_was_always_negative_has_no_spike():
    counts = week(*[50] * 7)
    counts[surprises.NEGATIVE], counts[surprises.POSITIVE] = 50, 0
    assert not surprises.find(counts, 1)


def test_brands_do_not_change_each_other():
    counts = World().counts(np.random.default_rng(13), 1, days=3)
    counts[surprises.COMMENTS, :, -1] *= 4
    together = surprises.find(counts, BRANDS)
    alone = [one for row in range(BRANDS) for one in surprises.find(counts[:, [row]], BRANDS)]
    assert len(together) == len(alone) > 5
    assert sorted(float(one.calm.p) for one in together) == pytest.approx(sorted(float(one.calm.p) for one in alone))


def test_the_ends_hold_19_of_20_calm_days():
    from reporting import baselines
    from reporting.measures import Share, Volume

    counts = World().counts(np.random.default_rng(14), 60, days=1).astype(float)
    volume, scored, negative = (counts[number] for number in (0, surprises.SCORED, surprises.NEGATIVE))
    shares = np.where(scored > 0, negative / np.maximum(scored, 1), np.nan)
    kept = scored[:, -1] > 0
    for measure, values, of in ((Volume(), volume, volume), (Share(), shares[kept], scored[kept])):
        calm = baselines.calm(measure, values[:, :-1], of[:, :-1], values[:, -1], of[:, -1])
        inside = (calm.low <= values[:, -1]) & (values[:, -1] <= calm.high)
        assert 0.93 < inside.mean() < 0.995


def test_whatever_the_counts_are_the_ends_are_numbers_in_order():
    generator = np.random.default_rng(15)
    for _ in range(40):
        comments = generator.poisson(10 ** generator.uniform(-2, 7, (4, 1)), (4, TODAY + 3))
        comments *= generator.random(comments.shape) < generator.choice([0.05, 0.3, 0.9, 1.0])
        comments[:, generator.integers(TODAY) :] *= generator.choice([1, 50, 5_000])
        scored = generator.binomial(comments, generator.choice([0, 0.01, 1]))
        negative = generator.binomial(scored, generator.choice([0, 0.001, 0.2, 1]))
        for one in surprises.find(np.stack([comments, scored, negative, scored - negative]), 4):
            assert 0 <= one.calm.low <= one.calm.expected <= one.calm.high < np.inf
            assert 0 <= one.calm.p < 1
