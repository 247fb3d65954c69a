"""Two chunks of one version hold the same comments, and say different things of them: one of the two counts."""

import threading
from datetime import UTC, datetime

import numpy as np
import psycopg
import pytest
from sqlalchemy import select, update

from database import sessions, tallies
from database.tables import Chunk, Comment, Model
from reporting.scope import Scope
from tests import processes, wholeness
from tests.conftest import RETRIES
from tests.words import WordModel
from worker import batches, chunks, jobs, rescoring, scoring


@pytest.fixture
def texts():
    return ("good", "bad")


@pytest.fixture
def batch_id(load, texts):
    return load(*texts)


@pytest.fixture
def pair(database_url, model_id, batch_id):
    """The chunk of the batch, and one of a rescore with the same version."""
    with sessions.reading(database_url) as session:
        wanted = rescoring.parts(session, Scope(), session.get_one(Model, model_id), "UTC")
    rescoring.queue(database_url, wanted, 10, lambda _chunk_id: None)
    with sessions.reading(database_url) as session:
        return session.scalars(select(Chunk.id).order_by(Chunk.id)).all()


def counted(url, batch_id):
    wholeness.check_both_sums(url)
    with sessions.reading(url) as session:
        [job] = batches.jobs(session, batch_id)
        return jobs.count(session, job)


def fail(url, chunk_id):
    """Try a chunk for the last time."""
    scoring.score_chunk(scoring.Scorer(url, chunks.Retries(1, 0, 60), lambda _model_id: 1 / 0), chunk_id)


def score(url, chunk_id, model):
    return scoring.score_chunk(scoring.Scorer(url, RETRIES, lambda _model_id: model), chunk_id)


class Slow(WordModel):
    """Lets something happen in the middle of its first predict."""

    def __init__(self, happens):
        super().__init__()
        self.happens = happens

    def predict(self, texts, brands):
        if not self.calls:
            self.happens()
        return super().predict(texts, brands)


class Foreign(Slow):
    """Understands nothing."""

    def predict(self, texts, brands):
        found = super().predict(texts, brands)
        return found._replace(skip_reason=np.full(len(texts), "no_known_word", object))


def test_what_failed_while_another_chunk_scored_the_same_stays_failed(database_url, batch_id, pair):
    first, second = pair
    assert score(database_url, second, Slow(lambda: fail(database_url, first)))
    assert counted(database_url, batch_id) == (2, 0, 0, 2, 0, 0)


def test_what_was_scored_while_another_chunk_skipped_the_same_stays_scored(database_url, batch_id, pair):
    first, second = pair
    assert score(database_url, first, Foreign(lambda: score(database_url, second, WordModel())))
    assert counted(database_url, batch_id) == (2, 2, 0, 0, 0, 0)


def forget_and_score(url, chunk_id):
    with sessions.writing(url) as session:
        session.execute(update(Comment).values(text="", forgotten_at=datetime.now(UTC)))
    score(url, chunk_id, WordModel())


@pytest.mark.parametrize("database_url", ["postgresql"], indirect=True)
@pytest.mark.parametrize("say_otherwise", [fail, forget_and_score])
@pytest.mark.parametrize("texts", [("good", "bad"), ("???",)])
def test_who_says_another_thing_waits_for_who_saves_the_same_comments(
    say_otherwise, database_url, batch_id, texts, pair, monkeypatch
):
    first, second = pair
    other = threading.Thread(target=say_otherwise, args=(database_url, first))
    add_scored = tallies.add_scored

    def begin(*what, **how):
        monkeypatch.setattr(tallies, "add_scored", add_scored)
        other.start()
        processes.wait_until(lambda: not other.is_alive() or waits_for_a_lock(database_url))
        add_scored(*what, **how)

    monkeypatch.setattr(tallies, "add_scored", begin)
    assert score(database_url, second, WordModel())
    other.join(processes.PATIENCE_SECONDS)
    skipped = texts.count("???")
    assert counted(database_url, batch_id) == (len(texts), len(texts) - skipped, skipped, 0, 0, 0)


def waits_for_a_lock(url):
    asked = "SELECT count(*) FROM pg_stat_activity WHERE datname = current_database() AND wait_event_type = 'Lock'"
    with psycopg.connect(url.replace("+psycopg", "")) as connection:
        return connection.execute(asked).fetchone()[0]
