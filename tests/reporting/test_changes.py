from datetime import date

import pytest

from database import sessions
from database.tables import Model
from reporting import changes, text
from reporting.shares import Counts

WEEK = {"first_day": date(2026, 11, 9), "last_day": date(2026, 11, 15)}


def counts(positive, negative, neutral=0):
    return Counts(comments=positive + negative + neutral, positive=positive, negative=negative, neutral=neutral)


@pytest.fixture
def lumo(say, score, report):
    """Load so many good and bad comments of days, and give what the week's report says of Lumo."""

    def lumo(*loaded):
        say(
            *[
                ("Lumo", f"{word} {i} of the {day}th", f"2026-11-{day:02}T12:00:00Z")
                for day, good, bad in loaded
                for word, count in (("good", good), ("bad", bad))
                for i in range(count)
            ]
        )
        score()
        [found] = report(**WEEK)["brands"]
        return found

    return lumo


def test_the_parts_of_a_change_sum_to_it():
    now = {"x": counts(10, 90), "youtube": counts(300, 100), "reddit": counts(5, 5)}
    before = {"x": counts(100, 100), "youtube": counts(90, 10)}
    parts = changes.split(now, before, "positive")
    assert set(parts) == {"x", "youtube", "reddit"}
    assert sum(mix + within for mix, within in parts.values()) == pytest.approx(315 / 510 - 190 / 300)
    assert parts["reddit"][1] == 0


def test_a_change_of_mix_alone_is_within_no_source():
    now = {"x": counts(20, 80), "youtube": counts(450, 50)}
    before = {"x": counts(100, 400), "youtube": counts(90, 10)}
    parts = changes.split(now, before, "positive")
    assert [within for _, within in parts.values()] == pytest.approx([0, 0])
    assert sum(mix for mix, _ in parts.values()) == pytest.approx(470 / 600 - 190 / 600)


def test_a_week_is_compared_with_the_week_before_and_with_that_of_four_weeks_ago(lumo):
    found = lumo((10, 30, 70), (3, 60, 40))
    [before] = found["changes"]
    assert (before["against"], before["from"], before["to"]) == ("before", "2026-11-02", "2026-11-08")
    assert before["change"]["positive"]["counted"] == pytest.approx(-0.3)
    assert before["change"]["positive"]["within"] == pytest.approx(-0.3)
    assert before["change"]["positive"]["estimate"] is None


def test_a_day_is_compared_with_the_day_before_and_the_same_weekday(say, score, report):
    for day in (14, 13, 7):
        say(*[("Lumo", f"good {day} {i}", f"2026-11-{day:02}T12:00:00Z") for i in range(day)], source=f"x{day}")
    score()
    [found] = report(first_day=date(2026, 11, 14), last_day=date(2026, 11, 14))["brands"]
    assert [(one["against"], one["from"], one["scored"]) for one in found["changes"]] == [
        ("before", "2026-11-13", 13),
        ("week", "2026-11-07", 7),
    ]


def test_without_both_ends_nothing_is_compared(say, score, report):
    say(("Lumo", "good", "2026-11-02T12:00:00Z"))
    score()
    [found] = report()["brands"]
    assert found["changes"] == []


def test_the_change_of_the_true_share_is_estimated_with_its_interval(lumo, report, database_url, model_id):
    labels = ("negative", "neutral", "positive")
    confusion = {truth: {label: 800 if label == truth else 100 for label in labels} for truth in labels}
    lumo((10, 300, 700), (3, 600, 400))
    with sessions.writing(database_url) as session:
        model = session.get_one(Model, model_id)
        model.card = {**model.card, "metrics": {"tests": [{"name": "tweets", "confusion": confusion}]}}
    [found] = report(**WEEK)["brands"]
    [before] = found["changes"]
    estimate = before["change"]["positive"]["estimate"]
    # Seven tenths of a change of the true share are counted: 0.8 - 0.1.
    assert estimate["low"] < -0.3 / 0.7 < estimate["high"] < -0.3
    said = text.changed(found)
    assert "fewer positive" in said
    assert "the 7 days before" in said


def test_a_change_that_may_be_none_is_called_so(lumo, report, database_url, model_id):
    labels = ("negative", "neutral", "positive")
    confusion = {truth: {label: 800 if label == truth else 100 for label in labels} for truth in labels}
    lumo((10, 100, 100), (3, 103, 97))
    with sessions.writing(database_url) as session:
        model = session.get_one(Model, model_id)
        model.card = {**model.card, "metrics": {"tests": [{"name": "tweets", "confusion": confusion}]}}
    [found] = report(**WEEK)["brands"]
    assert "within what chance does" in text.changed(found)
