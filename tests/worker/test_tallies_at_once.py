"""The tallies stay true when several write at once."""

import threading

import numpy as np
import pytest
from sqlalchemy import func, select, text

from database import packing, recounting, sessions, slots, tallies
from database.tables import Batch, Comment, Score, Tally
from ingest import loading
from settings import errors
from tests import processes, tallying, wholeness
from tests.conftest import RETRIES
from tests.words import WordModel
from worker import batches, corrections, deletion, embedded, scoring

SIZE = 10


def test_what_another_chunk_of_the_version_saved_meanwhile_is_counted_once(database_url, say, model_id):
    say(0, 20, said="good")

    class Overtaken(WordModel):
        """While it predicts the first chunk, another worker saves some of its comments."""

        def predict(self, texts, brands):
            if not self.calls:
                with sessions.writing(database_url) as session:
                    ids = session.scalars(select(Comment.id).order_by(Comment.id).limit(4)).all()
                    said = {"p_negative": 0.1, "p_positive": 0.9, "label": 1}
                    session.add_all(Score(model_id=model_id, comment_id=comment_id, **said) for comment_id in ids)
                    recounting.recount(session)
            return super().predict(texts, brands)

    model = Overtaken()
    embedded.drain(scoring.Scorer(database_url, RETRIES, lambda _model_id: model))
    assert model.calls == [10, 6, 10], "of the first chunk the rest is read and predicted again"
    assert tallying.sums(database_url, Tally.model_id == model_id)[2] == 20
    wholeness.check_both_sums(database_url)


def test_of_two_retries_at_once_one_takes_back_what_failed(database_url, say, scorer, model_id):
    batch_id = say()
    embedded.drain(scorer)

    def retry():
        with sessions.writing(database_url) as session:
            return len(batches.retry(session, batch_id))

    assert sorted(tallying.at_once(retry, retry)) == [0, 6]
    assert tallying.sums(database_url, Tally.model_id == model_id)[-1] == 0
    wholeness.check_both_sums(database_url)


def test_merged_twice_at_once_everything_is_counted_once(database_url, say, both):
    say()
    embedded.drain(both)
    assert all(isinstance(gone, int) for gone in tallying.at_once(*[lambda: tallying.merge(database_url)] * 3))
    wholeness.check_both_sums(database_url)


def test_merging_beside_everything_else_loses_nothing(database_url, say, both, model_id):
    batch_ids = [say(0, 100), say(100, 200), say(200, 300)]
    done = threading.Event()

    def again_and_again():
        while not done.is_set():
            tallying.merge(database_url)

    def work(*steps):
        for step in steps:
            step()

    def delete_one():
        with sessions.writing(database_url) as session:
            deletion.delete_batch(session, batch_ids[1])

    merger = threading.Thread(target=again_and_again)
    merger.start()
    found = tallying.at_once(
        lambda: embedded.drain(both),
        lambda: embedded.drain(both),
        lambda: work(
            lambda: tallying.correct(database_url, "good", "negative"),
            lambda: tallying.correct(database_url, "good", "neutral"),
        ),
        lambda: work(
            lambda: tallying.correct(database_url, "good", "positive"),
            lambda: tallying.correct(database_url, "bad", "neutral"),
        ),
        delete_one,
        lambda: work(*[lambda: say(250, 350, replace=True, said="bad news")] * 2),
        lambda: say(100, 160),
    )
    done.set()
    merger.join()
    assert not [error for error in found if isinstance(error, Exception) and not isinstance(error, errors.NotFound)]
    wholeness.check_tallies(database_url)
    embedded.drain(both)
    wholeness.check_tallies(database_url)


def wait_until_blocked(url):
    """Wait until one connection waits for what another has locked."""

    def blocked():
        with sessions.reading(url) as session:
            waiting = "SELECT count(*) FROM pg_locks JOIN pg_database d ON d.oid = database WHERE NOT granted"
            return session.scalar(text(f"{waiting} AND datname = current_database()"))

    processes.wait_until(blocked)


@pytest.mark.parametrize("database_url", ["postgresql"], indirect=True)
def test_a_save_waits_for_a_correction_that_is_under_way_and_counts_it(database_url, say, scorer, model_id):
    say(0, 1)
    worker = threading.Thread(target=embedded.drain, args=(scorer,))
    with sessions.writing(database_url) as session:
        corrections.correct(session, session.scalar(select(Comment.id)), "negative", "ana")
        worker.start()
        wait_until_blocked(database_url)
    worker.join()
    assert tallying.sums(database_url, Tally.model_id == model_id) == (0, 0, 0, 1, 0, 0, 0)
    wholeness.check_both_sums(database_url)


@pytest.mark.parametrize("database_url", ["postgresql"], indirect=True)
def test_a_correction_waits_for_a_save_that_is_under_way_and_moves_its_count(database_url, say, model_id):
    say(0, 1)
    person = threading.Thread(target=tallying.correct, args=(database_url, "good", "negative"))
    with sessions.writing(database_url) as session:
        [comment] = session.scalars(select(Comment))
        session.add(Score(model_id=model_id, comment_id=comment.id, p_negative=0.1, p_positive=0.9, label=1))
        session.flush()
        of = packing.Comments(comment.batch_id, comment.brand_id, [comment.source], slots.of(np.array([_us(comment)])))
        no = np.array([False])
        tallies.add_scored(session, model_id, np.array([comment.id]), of, np.array([1]), skipped=no, failed=no)
        person.start()
        wait_until_blocked(database_url)
    person.join()
    assert tallying.sums(database_url, Tally.model_id == model_id) == (0, 0, 0, 1, 0, 0, 0)
    wholeness.check_tallies(database_url)


def _us(comment):
    return np.datetime64(comment.counted_at.replace(tzinfo=None), "us")


def test_a_batch_deleted_while_it_is_loaded_takes_the_next_block_with_it(database_url, model_id):
    def delete_batch(_chunk_id):
        with sessions.writing(database_url) as session:
            deletion.delete_batch(session, session.scalar(select(Batch.id)))

    said, queue = [{"id": i, "text": "good"} for i in range(2 * SIZE)], loading.Queue(model_id, SIZE, delete_batch)
    with pytest.raises(errors.NotFound, match="was deleted while it was loaded"):
        loading.load_comments(said, database_url=database_url, queue=queue)
    with sessions.reading(database_url) as session:
        assert session.scalar(select(func.count()).select_from(Comment)) == 0
    assert tallying.rows(database_url) == []


def test_a_recount_beside_workers_leaves_the_tallies_true(database_url, say, both):
    say(0, 100)

    def recount():
        with sessions.writing(database_url) as session:
            return recounting.recount(session)

    found = tallying.at_once(lambda: embedded.drain(both), recount, recount, lambda: say(100, 200))
    assert not [error for error in found if isinstance(error, Exception)]
    wholeness.check_both_sums(database_url)
