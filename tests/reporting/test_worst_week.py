"""The worst week: found where there is one, and not made up in calm months."""

from datetime import date, timedelta

import numpy as np
import pytest

from reporting import worst_week

FIRST = date(2026, 10, 26)


def days(scored, negative):
    pairs = enumerate(zip(scored, negative, strict=True))
    return [{"day": (FIRST + timedelta(i)).isoformat(), "scored": int(n), "negative": int(x)} for i, (n, x) in pairs]


def test_the_seven_days_with_most_negative_comments_are_named():
    found = worst_week.find(days([10] * 21, [3] * 8 + [7] * 7 + [3] * 6), 1.0)
    assert (found["from"], found["to"]) == ("2026-11-03", "2026-11-09")
    assert (found["scored"], found["negative_share"], found["negative_share_else"]) == (70, 0.7, pytest.approx(0.3))
    assert found["p"] < 0.001


@pytest.mark.parametrize(
    ("scored", "negative", "effect"),
    [
        ([10] * 13, [3] * 6 + [7] * 7, 1.0),  # too short
        ([3] * 21, [1] * 8 + [3] * 7 + [1] * 6, 1.0),  # 21 comments in the week
        ([10] * 21, [3] * 21, 1.0),  # no week unlike the others
        ([10] * 21, [3] * 8 + [7] * 7 + [3] * 6, 30.0),  # ten authors wrote it all
        ([10_000] * 21, [3_000] * 8 + [3_300] * 7 + [3_000] * 6, 1.0),  # three points
        ([0] * 21, [0] * 21, 1.0),
    ],
)
def test_without_a_week_that_stands_out_none_is_named(scored, negative, effect):
    assert worst_week.find(days(scored, negative), effect) is None


def test_days_with_gaps_are_no_weeks():
    whole = days([10] * 21, [3] * 8 + [7] * 7 + [3] * 6)
    assert worst_week.find(whole[:5] + whole[6:], 1.0) is None


@pytest.mark.parametrize("spread", [0.0, 0.05])
def test_of_calm_months_at_most_one_in_a_hundred_has_a_worst_week(spread):
    """Shares vary from day to day by chance, and with `spread` by 5 points beyond it."""
    drawn = np.random.default_rng(7)
    named = 0
    for _ in range(600):
        scored = drawn.poisson(40 * (1 + 0.3 * np.sin(np.arange(30) / 7 * 2 * np.pi)))
        shares = np.clip(0.3 + spread * drawn.standard_normal(30), 0.01, 0.99)
        named += worst_week.find(days(scored, drawn.binomial(scored, shares)), 1.0) is not None
    assert named <= 6


def test_a_report_of_a_month_names_it_and_what_was_said_in_it(say, score, report):
    day = [(FIRST + timedelta(i)).isoformat() for i in range(21)]
    said = ["good"] * 7 + ["bad"] * 3
    calm = [("Lumo", f"{word} lamp {n} of day {one}", f"{one}T12:00:00Z") for one in day for n, word in enumerate(said)]
    rows = [("Lumo", f"bad flicker {n} of day {i}", f"{day[i]}T13:00:00Z") for i in range(8, 15) for n in range(12)]
    say(*calm, *rows)
    score()
    [brand] = report()["brands"]
    assert (brand["worst_week"]["from"], brand["worst_week"]["to"]) == ("2026-11-03", "2026-11-09")
    assert brand["drivers"]["against"] == "other_days"
    assert "flicker" in brand["drivers"]["negative"][0]["words"]
    assert brand["drivers"]["negative"][0]["share_before"] == 0
