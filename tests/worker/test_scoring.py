import threading
from datetime import UTC, datetime, timedelta

import psycopg
import pytest
from billiard.exceptions import SoftTimeLimitExceeded
from sqlalchemy import select, text, update

from database import sessions
from database.tables import Chunk, Comment, Score, Unscored
from settings import errors
from tests import processes
from tests.conftest import RETRIES
from tests.words import WordModel
from worker import batches, chunks, embedded, jobs, scoring


def chunk_ids(url):
    with sessions.reading(url) as session:
        return list(session.scalars(select(Chunk.id).order_by(Chunk.id)))


def scores(url):
    with sessions.reading(url) as session:
        rows = session.execute(
            select(Comment.text, Score.label, Score.p_positive)
            .join(Score, Score.comment_id == Comment.id)
            .order_by(Comment.id)
        )
        return [tuple(row) for row in rows]


def unscored(url):
    with sessions.reading(url) as session:
        rows = session.execute(
            select(Comment.text, Unscored.state, Unscored.code)
            .join(Unscored, Unscored.comment_id == Comment.id)
            .order_by(Comment.id)
        )
        return [tuple(row) for row in rows]


def counted(url, batch_id):
    with sessions.reading(url) as session:
        [job] = batches.jobs(session, batch_id)
        return jobs.count(session, job)


def chunk(url, chunk_id):
    with sessions.reading(url) as session:
        return session.get_one(Chunk, chunk_id)


def test_every_comment_of_a_batch_gets_its_score(database_url, scorer, load):
    batch_id = load("good", "bad", "so so")
    assert embedded.drain(scorer) == 1
    assert {said: label for said, label, _ in scores(database_url)} == {"good": 1, "bad": -1, "so so": 0}
    assert counted(database_url, batch_id) == (3, 3, 0, 0, 0, 0)


def test_a_batch_is_cut_into_chunks_of_the_size_that_the_model_says(database_url, load):
    load(*[f"good {i}" for i in range(25)])
    with sessions.reading(database_url) as session:
        assert list(session.scalars(select(Chunk.comments).order_by(Chunk.id))) == [10, 10, 5]


def test_scoring_a_chunk_twice_writes_each_score_once(database_url, scorer, load, model):
    load("good", "bad")
    [chunk_id] = chunk_ids(database_url)
    assert scoring.score_chunk(scorer, chunk_id)
    assert not scoring.score_chunk(scorer, chunk_id)
    assert len(scores(database_url)) == 2
    assert model.calls == [2]


def test_of_two_workers_at_one_chunk_only_one_gets_it(database_url, scorer, load):
    load("good")
    [chunk_id] = chunk_ids(database_url)
    done = []
    workers = [threading.Thread(target=lambda: done.append(scoring.score_chunk(scorer, chunk_id))) for _ in range(4)]
    for worker in workers:
        worker.start()
    for worker in workers:
        worker.join()
    assert sorted(done) == [False, False, False, True]
    assert len(scores(database_url)) == 1


def test_a_comment_that_the_model_does_not_understand_is_skipped_with_its_reason(database_url, scorer, load):
    batch_id = load("good", "???")
    embedded.drain(scorer)
    assert unscored(database_url) == [("???", "skipped", "no_known_word")]
    assert counted(database_url, batch_id) == (2, 1, 1, 0, 0, 0)


def test_one_bad_comment_fails_alone(database_url, scorer, load):
    batch_id = load("good", "bad", "poison", "good too", "bad too")
    embedded.drain(scorer)
    assert {said for said, *_ in scores(database_url)} == {"good", "bad", "good too", "bad too"}
    assert unscored(database_url) == [("poison", "failed", "predict_failed")]
    assert counted(database_url, batch_id) == (5, 4, 0, 1, 0, 0)


def test_a_chunk_that_cannot_be_scored_is_tried_again_and_then_set_failed(database_url, load, model_id):
    def broken(_model_id):
        raise errors.CorruptArtefact("words@1 is not what was registered")

    batch_id = load("good", "bad")
    [chunk_id] = chunk_ids(database_url)
    scorer = scoring.Scorer(database_url, RETRIES, broken)
    for attempt in (1, 2):
        assert not scoring.score_chunk(scorer, chunk_id)
        found = chunk(database_url, chunk_id)
        assert (found.state, found.attempts) == ("pending", attempt)
        assert counted(database_url, batch_id).pending == 2
    scoring.score_chunk(scorer, chunk_id)
    found = chunk(database_url, chunk_id)
    assert (found.state, found.error) == ("failed", "words@1 is not what was registered")
    assert counted(database_url, batch_id) == (2, 0, 0, 2, 0, 0)


def test_the_wait_for_the_next_try_doubles(database_url, load, model_id):
    load("good")
    [chunk_id] = chunk_ids(database_url)
    waits = []
    retries = chunks.Retries(max_attempts=5, delay_seconds=10, lease_seconds=60)
    now = datetime.now(UTC)
    for _ in range(3):
        with sessions.writing(database_url) as session:
            session.execute(update(Chunk).values(due_at=now))
            assert chunks.claim(session, chunk_id, now)
            chunks.give_back(session, session.get_one(Chunk, chunk_id), "no luck", retries, now)
        waits.append((chunk(database_url, chunk_id).due_at - now).total_seconds())
    assert waits == [10, 20, 40]


def test_retry_takes_up_what_failed(database_url, scorer, load):
    batch_id = load("good", "poison")
    embedded.drain(scorer)
    with sessions.writing(database_url) as session:
        session.execute(update(Comment).where(Comment.text == "poison").values(text="bad"))
        assert len(batches.retry(session, batch_id)) == 1
    assert counted(database_url, batch_id) == (2, 1, 0, 0, 1, 0)
    embedded.drain(scorer)
    assert counted(database_url, batch_id) == (2, 2, 0, 0, 0, 0)


def test_retry_takes_up_a_failed_chunk(database_url, scorer, load):
    batch_id = load("good", "bad")
    broken = scoring.Scorer(database_url, chunks.Retries(1, 0, 60), lambda _model_id: 1 / 0)
    scoring.score_chunk(broken, *chunk_ids(database_url))
    assert counted(database_url, batch_id).failed == 2
    with sessions.writing(database_url) as session:
        batches.retry(session, batch_id)
    embedded.drain(scorer)
    assert counted(database_url, batch_id) == (2, 2, 0, 0, 0, 0)


def test_cancelled_comments_are_counted_as_cancelled_and_can_be_taken_up_again(database_url, scorer, load):
    batch_id = load(*[f"good {i}" for i in range(15)])
    scoring.score_chunk(scorer, chunk_ids(database_url)[0])
    with sessions.writing(database_url) as session:
        assert batches.cancel(session, batch_id) == 1
    assert counted(database_url, batch_id) == (15, 10, 0, 0, 0, 5)
    with sessions.writing(database_url) as session:
        batches.retry(session, batch_id)
    embedded.drain(scorer)
    assert counted(database_url, batch_id) == (15, 15, 0, 0, 0, 0)


class Interfering(WordModel):
    """Lets something happen in the middle of predict."""

    def __init__(self, happens):
        super().__init__()
        self.happens = happens

    def predict(self, texts, brands):
        self.happens()
        return super().predict(texts, brands)


def test_a_chunk_cancelled_while_it_is_scored_saves_nothing(database_url, load, model_id):
    batch_id = load("good")

    def cancel():
        with sessions.writing(database_url) as session:
            batches.cancel(session, batch_id)

    scorer = scoring.Scorer(database_url, RETRIES, lambda _model_id: Interfering(cancel))
    assert not scoring.score_chunk(scorer, *chunk_ids(database_url))
    assert scores(database_url) == []
    assert counted(database_url, batch_id) == (1, 0, 0, 0, 0, 1)


def test_a_chunk_that_takes_longer_than_a_task_may_is_given_back_whole(database_url, load, model_id):
    def late():
        raise SoftTimeLimitExceeded

    batch_id = load("good", "bad")
    scorer = scoring.Scorer(database_url, RETRIES, lambda _model_id: Interfering(late))
    assert not scoring.score_chunk(scorer, *chunk_ids(database_url))
    assert counted(database_url, batch_id) == (2, 0, 0, 0, 2, 0)
    assert "SoftTimeLimitExceeded" in chunk(database_url, *chunk_ids(database_url)).error


@pytest.mark.parametrize("asked", [SystemExit, KeyboardInterrupt])
def test_a_process_that_is_asked_to_end_hands_its_chunk_back_and_ends(database_url, load, scorer, asked):
    def ask():
        raise asked

    load("good")
    [chunk_id] = chunk_ids(database_url)
    with pytest.raises(asked):
        scoring.score_chunk(scoring.Scorer(database_url, RETRIES, lambda _model_id: Interfering(ask)), chunk_id)
    found = chunk(database_url, chunk_id)
    assert (found.state, found.attempts, found.claimed_by, found.apart) == ("pending", 0, None, False)
    assert embedded.drain(scorer) == 1


def test_a_text_replaced_while_it_is_scored_gets_the_score_of_the_new_text(database_url, scorer, load, model_id):
    load("good")
    interfering = Interfering(lambda: load("bad", replace=True))
    assert not scoring.score_chunk(
        scoring.Scorer(database_url, RETRIES, lambda _model_id: interfering), *chunk_ids(database_url)
    )
    embedded.drain(scorer)
    assert [(said, label) for said, label, _ in scores(database_url)] == [("bad", -1)]


def test_no_transaction_is_open_while_the_model_predicts(database_url, load, model_id, postgres_server):
    load("good")
    open_transactions = []

    def look():
        with sessions.reading(database_url) as session:
            if session.get_bind().dialect.name == "postgresql":
                open_transactions.append(
                    session.scalar(
                        text(
                            "SELECT count(*) FROM pg_stat_activity WHERE datname = current_database()"
                            " AND state LIKE 'idle in transaction%' AND pid <> pg_backend_pid()"
                        )
                    )
                )
        with sessions.writing(database_url) as session:  # SQLite would wait for an open writer until its time-out
            session.execute(text("UPDATE alembic_version SET version_num = version_num"))

    scorer = scoring.Scorer(database_url, RETRIES, lambda _model_id: Interfering(look))
    assert scoring.score_chunk(scorer, *chunk_ids(database_url))
    assert open_transactions in ([], [0])


def test_a_chunk_whose_worker_is_silent_beyond_the_lease_is_given_to_another(database_url, scorer, load):
    load("good")
    [chunk_id] = chunk_ids(database_url)
    long_ago = datetime.now(UTC) - timedelta(hours=1)
    with sessions.writing(database_url) as session:
        session.execute(
            update(Chunk).values(state="running", claimed_by="elsewhere:1:0.00", claimed_at=long_ago, attempts=1)
        )
    assert embedded.drain(scorer) == 1
    assert chunk(database_url, chunk_id).attempts == 2


@pytest.mark.parametrize("holder", ["elsewhere:1:0.00"])
def test_a_chunk_that_a_worker_on_another_machine_holds_is_left_to_it(database_url, load, holder):
    load("good")
    now = datetime.now(UTC)
    with sessions.writing(database_url) as session:
        session.execute(update(Chunk).values(state="running", claimed_by=holder, claimed_at=now, attempts=1))
        assert chunks.release_lost(session, RETRIES, now) == []


@pytest.mark.parametrize("database_url", ["postgresql"], indirect=True)
def test_a_chunk_is_saved_though_the_connection_is_cut_while_it_is(database_url, load, scorer):
    load("good")
    saved = []
    worker = threading.Thread(target=lambda: saved.append(scoring.score_chunk(scorer, *chunk_ids(database_url))))
    address = database_url.replace("+psycopg", "")
    with psycopg.connect(address) as other, psycopg.connect(address, autocommit=True) as administrator:
        other.execute("LOCK TABLE scores IN SHARE MODE")
        worker.start()
        cut = "SELECT count(pg_terminate_backend(pid)) FROM pg_stat_activity WHERE wait_event_type = 'Lock'"
        cut += " AND datname = current_database()"
        processes.wait_until(lambda: administrator.execute(cut).fetchone()[0])
    worker.join(processes.PATIENCE_SECONDS)
    assert saved == [True]
    assert len(scores(database_url)) == 1
