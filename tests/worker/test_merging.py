"""Merged and counted anew, the tallies say the same."""

import pytest
from sqlalchemy import delete, update

from database import packing, recounting, sessions
from database.tables import Comment, Score, Tally, Unscored
from tests import tallying, wholeness
from worker import batches, chunks, embedded, scoring

SIZE = 10


def test_merging_makes_one_row_of_several_and_changes_no_report(database_url, say, both, model_id):
    say()
    embedded.drain(both)
    tallying.correct(database_url, "good", "negative")
    zones = ("UTC", "Asia/Kathmandu", "America/St_Johns")
    before = [tallying.count(database_url, model_id, zone) for zone in zones]
    many = len(tallying.rows(database_url))
    gone = tallying.merge(database_url)
    merged = [(row.model_id, row.batch_id, row.brand_id, row.source, row.day) for row in tallying.rows(database_url)]
    assert len(set(merged)) == len(merged) == many - gone < many
    wholeness.check_tallies(database_url)
    assert [tallying.count(database_url, model_id, zone) for zone in zones] == before
    assert tallying.merge(database_url) == 0


def test_what_sums_to_nothing_is_merged_away(database_url, say, scorer, model_id):
    batch_id = say(0, 10, said="poison")
    embedded.drain(scoring.Scorer(database_url, chunks.Retries(1, 0, 60), lambda _model_id: 1 / 0))
    with sessions.writing(database_url) as session:
        batches.retry(session, batch_id)
    tallying.merge(database_url)
    assert {row.model_id for row in tallying.rows(database_url)} == {None}


def test_a_recount_finds_nothing_where_the_tallies_are_true(database_url, say, both):
    say()
    embedded.drain(both)
    tallying.correct(database_url, "good", "negative")
    with sessions.writing(database_url) as session:
        assert recounting.recount(session) == (0, dict.fromkeys(packing.COLUMNS, 0))


@pytest.mark.parametrize("merged", [True, False])
def test_a_recount_puts_right_what_others_wrote_or_took_away(database_url, say, both, model_id, merged):
    batch_id = say()
    embedded.drain(both)
    if merged:
        tallying.merge(database_url)
    with sessions.writing(database_url) as session:
        session.execute(delete(Unscored).where(Unscored.state == "failed"))
        session.execute(update(Score).where(Score.label == -1).values(label=0))
        session.execute(update(Comment).where(Comment.posted_at.is_(None)).values(posted_at=Comment.counted_at))
        session.execute(delete(Tally).where(Tally.model_id.is_(None), Tally.brand_id == 1))
        assert recounting.recount(session).more == {
            "comments": 30,
            "undated": -6,
            "positive": 0,
            "negative": -17,
            "neutral": 17,
            "skipped": 0,
            "failed": -8,
        }
        assert recounting.recount(session).rows == 0
    wholeness.check_tallies(database_url)
    assert batch_id


def test_a_recount_of_more_days_than_are_compared_at_a_time_is_whole(database_url, load, scorer, monkeypatch):
    monkeypatch.setattr(recounting, "PART_ROWS", 3)
    monkeypatch.setattr(recounting, "PAGE_ROWS", 2)
    for day in range(1, 9):
        load(f"good {day}", "bad", "???", posted_at=f"2026-11-{day:02}T12:00:00Z", replace=True)
    embedded.drain(scorer)
    with sessions.writing(database_url) as session:
        session.execute(delete(Tally))
        recounting.recount(session)
    wholeness.check_tallies(database_url)
