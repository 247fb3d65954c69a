from datetime import date

import pytest
from sqlalchemy import select

from database import sessions
from database.tables import AuditLabel, Comment, Model
from reporting import auditing, changes, selection, sentences
from reporting.auditing import Given
from reporting.scope import Scope
from reporting.shares import Counts
from tests.reporting.conftest import NOW
from worker import corrections

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
                for day, *counts in loaded
                for word, count in zip(("good", "bad", "so so", "a lie, good"), counts, strict=False)
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


def test_the_change_of_the_true_share_is_estimated_by_the_labels_of_the_brand(lumo, report, database_url, model_id):
    # Of what people hold for neutral the model holds a fifth for positive, in both weeks.
    lumo((10, 100, 500, 320, 80), (3, 600, 300, 80, 20))
    words = {"lie": "neutral", "good": "positive", "bad": "negative", "so so": "neutral"}
    with sessions.writing(database_url) as session:
        [part] = selection.by_brand(session, Scope("Lumo"), "UTC")
        sample = auditing.draw(session, part, session.get_one(Model, model_id), size=400, now=NOW, seed=1)
        held = select(Comment).join(AuditLabel, AuditLabel.comment_id == Comment.id)
        for one in session.scalars(held.where(AuditLabel.sample_id == sample.id)).all():
            meant = next(label for word, label in words.items() if word in one.text)
            auditing.give(session, [Given(sample.id, one.id, meant, "ana", NOW)])
    [found] = report(**WEEK)["brands"]
    change = found["changes"][0]["change"]["positive"]
    assert change["counted"] == pytest.approx(-0.44)
    assert change["low"] < -0.44 < change["high"]
    assert change["estimate"]["low"] < -0.5 < change["estimate"]["high"] < -0.4
    assert "as counted" not in sentences.changed(found)


def test_a_fall_is_told_with_its_interval(lumo):
    said = sentences.changed(lumo((10, 300, 700), (3, 600, 400)))
    assert said.startswith("30.0 points fewer positive than the 7 days before (as counted, -3")


def test_a_change_that_may_be_none_is_called_so(lumo):
    assert "within what chance does" in sentences.changed(lumo((10, 100, 100), (3, 103, 97)))


def test_a_change_as_counted_lies_between_its_ends_whatever_was_corrected(lumo, report, database_url):
    lumo((10, 40, 60), (3, 40, 60))
    with sessions.reading(database_url) as session:
        wanted = select(Comment.id).where(Comment.text.like("bad % of the 10th")).limit(30)
        corrected = session.scalars(wanted).all()
    for number in corrected:
        with sessions.writing(database_url) as session:
            corrections.correct(session, number, "positive", "ana")
    [found] = report(**WEEK)["brands"]
    change = found["changes"][0]["change"]["positive"]
    assert change["counted"] == pytest.approx(0.3)
    assert 0 < change["low"] < 0.3 < change["high"]
    assert "within what chance does" not in sentences.changed(found)
