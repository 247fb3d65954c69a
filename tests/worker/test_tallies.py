"""The tallies say what a count of every row says, whatever happens to comments, scores and labels."""

from datetime import UTC, date, datetime

import numpy as np
import pytest
from sqlalchemy import delete, func, select, update

from database import packing, sessions, slots, tallies
from database.tables import Batch, Brand, Chunk, Comment, Correction, Model, Tally
from reporting.scope import Scope
from settings import errors
from tests import tallying, wholeness
from worker import batches, chunks, corrections, deletion, embedded, rescoring, scoring

SIZE = 10


def test_loaded_comments_are_counted_and_duplicates_are_not(database_url, say):
    say()
    say(30, 90)
    assert tallying.sums(database_url) == (90, 18, 0, 0, 0, 0, 0)
    wholeness.check_both_sums(database_url)


def test_a_time_before_1970_and_one_just_before_midnight_count_on_their_day(database_url, load):
    for said, moment in (("a", "1969-12-31T23:59:59.999999Z"), ("b", "1965-03-01T00:00:00Z")):
        load(said, posted_at=moment, replace=False)
    wholeness.check_tallies(database_url)


def test_labels_skipped_and_failed_are_counted(database_url, say, scorer, model_id):
    say()
    embedded.drain(scorer)
    assert tallying.sums(database_url, Tally.model_id == model_id) == (0, 0, 17, 17, 9, 9, 8)
    wholeness.check_both_sums(database_url)


def test_a_replaced_text_takes_its_score_out_of_the_counts(database_url, say, scorer, model_id):
    say()
    embedded.drain(scorer)
    say(10, 40, said="good news", replace=True)
    assert sum(tallying.sums(database_url, Tally.model_id == model_id)) == 30
    wholeness.check_tallies(database_url)
    embedded.drain(scorer)
    assert sum(tallying.sums(database_url, Tally.model_id == model_id)) == 60
    wholeness.check_tallies(database_url)


def test_a_correction_of_a_text_that_is_replaced_counts_no_longer(database_url, say, both, model_id):
    say(said="good {}")
    embedded.drain(both)
    for said in ("good 3", "good 5", "good 50"):
        tallying.correct(database_url, said, "negative")
    tallying.correct(database_url, "good 5", "neutral")
    say(0, 10, said="good, it was mended {}", replace=True)
    wholeness.check_tallies(database_url)
    embedded.drain(both)
    wholeness.check_tallies(database_url)
    assert tallying.sums(database_url, Tally.model_id == model_id)[2:5] == (59, 1, 0)
    with sessions.reading(database_url) as session:
        assert session.scalar(select(func.count()).select_from(Correction)) == 1


def test_a_failed_chunk_and_its_retry_are_counted(database_url, say, scorer, model_id):
    batch_id = say()
    embedded.drain(scoring.Scorer(database_url, chunks.Retries(1, 0, 60), lambda _model_id: 1 / 0))
    assert tallying.sums(database_url, Tally.model_id == model_id) == (0, 0, 0, 0, 0, 0, 60)
    wholeness.check_both_sums(database_url)
    with sessions.writing(database_url) as session:
        batches.retry(session, batch_id)
    assert tallying.sums(database_url, Tally.model_id == model_id) == (0,) * 7
    wholeness.check_both_sums(database_url)
    embedded.drain(scorer)
    wholeness.check_both_sums(database_url)


def test_a_cancelled_batch_counts_as_loaded_and_no_more(database_url, say, both, model_id):
    batch_id = say()
    with sessions.reading(database_url) as session:
        first = session.scalar(select(func.min(Chunk.id)))
    scoring.score_chunk(both, first)
    with sessions.writing(database_url) as session:
        batches.cancel(session, batch_id)
    wholeness.check_both_sums(database_url)
    found = tallying.count(database_url, model_id).values()
    assert (sum(c.comments for c in found), sum(c.cancelled for c in found), sum(c.pending for c in found)) == (
        60,
        50,
        0,
    )


def test_a_second_version_is_counted_beside_the_first(database_url, say, both, model_id, second_id):
    say()
    embedded.drain(both)
    tallying.correct(database_url, "bad", "neutral")
    with sessions.reading(database_url) as session:
        wanted = rescoring.parts(session, Scope(), session.get_one(Model, second_id), "UTC")
    rescoring.queue(database_url, wanted, SIZE, lambda _chunk_id: None)
    embedded.drain(both)
    assert tallying.sums(database_url, Tally.model_id == model_id) == tallying.sums(
        database_url, Tally.model_id == second_id
    )
    wholeness.check_both_sums(database_url)


def test_a_deleted_batch_leaves_no_counts_behind(database_url, say, both, model_id):
    kept, gone = say(0, 30), say(30, 60)
    embedded.drain(both)
    tallying.correct(database_url, "good", "negative")
    say(25, 35, said="bad news", replace=True)
    with sessions.writing(database_url) as session:
        deletion.delete_batch(session, gone)
    wholeness.check_tallies(database_url)
    embedded.drain(both)
    assert {row.batch_id for row in tallying.rows(database_url)} == {kept}
    wholeness.check_tallies(database_url)


def test_a_correction_counts_before_and_after_scoring_and_the_latest_counts(database_url, say, both, model_id):
    say()
    tallying.correct(database_url, "good", "negative")
    wholeness.check_tallies(database_url)
    embedded.drain(both)
    wholeness.check_tallies(database_url)
    assert tallying.sums(database_url, Tally.model_id == model_id) == (0, 0, 8, 26, 9, 9, 8)
    tallying.correct(database_url, "good", "positive")
    tallying.correct(database_url, "bad", "neutral")
    tallying.correct(database_url, "???", "positive")
    assert tallying.sums(database_url, Tally.model_id == model_id) == (0, 0, 17, 8, 18, 9, 8)
    wholeness.check_tallies(database_url)
    say(0, 30, said="bad {}", replace=True)
    embedded.drain(both)
    wholeness.check_tallies(database_url)


def test_an_unknown_comment_a_forgotten_one_and_an_unknown_label_are_refused(database_url, say):
    say(0, 1)
    with sessions.writing(database_url) as session:
        session.execute(update(Comment).values(forgotten_at=datetime.now(UTC)))
        comment_id = session.scalar(select(Comment.id))
        for wrong, label, said in ((99, "neutral", "no comment 99"), (comment_id, "neutral", "was forgotten")):
            with pytest.raises(errors.WrongInput, match=said):
                corrections.correct(session, wrong, label, "ana")
        with pytest.raises(errors.WrongInput, match="no label 'angry'"):
            corrections.correct(session, comment_id, "angry", "ana")


def test_blocks_that_another_loaded_in_part_count_what_was_inserted(database_url, say):
    say()
    with sessions.writing(database_url) as session:
        session.execute(delete(Tally))
        [batch_id] = session.scalars(select(Batch.id))
        tallies.add_loaded_after(session, batch_id, 0)
    wholeness.check_tallies(database_url)


def test_comments_in_arrays_are_counted_as_the_database_counts_them(database_url, say):
    say()
    with sessions.writing(database_url) as session:
        session.execute(delete(Tally))
        columns = (Comment.batch_id, Comment.brand_id, Comment.source, Comment.counted_at, Comment.posted_at)
        found = list(zip(*session.execute(select(*columns)).all(), strict=True))
        moments = np.array([moment.replace(tzinfo=None) for moment in found[3]], "datetime64[us]")
        comments = packing.Comments(np.array(found[0]), np.array(found[1]), found[2], slots.of(moments))
        tallies.add_loaded(session, comments, np.array([moment is None for moment in found[4]]))
    wholeness.check_tallies(database_url)


def test_the_days_of_a_report_are_those_of_the_tallies_in_every_zone(database_url, say, both, model_id):
    say()
    embedded.drain(both)
    with sessions.writing(database_url) as session:
        session.execute(update(Brand).where(Brand.name == "Brand 1").values(timezone="Pacific/Auckland"))
    monday = {"first_day": date(2026, 11, 2), "last_day": date(2026, 11, 2)}
    of_all, of_day = tallying.count(database_url, model_id), tallying.count(database_url, model_id, **monday)
    assert of_day == {key: counts for key, counts in of_all.items() if key.day == date(2026, 11, 2)}
    assert sum(counts.comments for counts in of_all.values()) == 60
