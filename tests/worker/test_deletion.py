"""A batch is deleted, and all that stays gets its scores."""

import pytest
from sqlalchemy import func, select

from database import sessions
from database.tables import Batch, Chunk, Comment, Model, Score
from reporting.scope import Scope
from settings import errors
from tests import wholeness
from tests.conftest import RETRIES
from tests.words import WordModel
from worker import batches, chunks, deletion, embedded, jobs, rescoring, scoring


class Deleting(WordModel):
    """Deletes the newest batch in the middle of predict, and then fails where it is told to."""

    def __init__(self, url, error=None):
        super().__init__()
        self.url, self.error = url, error

    def predict(self, texts, brands):
        with sessions.writing(self.url) as session:
            deletion.delete_batch(session, session.scalar(select(func.max(Batch.id))))
        if self.error:
            raise self.error
        return super().predict(texts, brands)


def delete(url, batch_id):
    with sessions.writing(url) as session:
        return deletion.delete_batch(session, batch_id)


def counted(url, batch_id):
    with sessions.reading(url) as session:
        [job] = batches.jobs(session, batch_id)
        return jobs.count(session, job)


def states(url):
    with sessions.reading(url) as session:
        return list(session.scalars(select(Chunk.state).order_by(Chunk.id)))


def labels(url, model_id):
    with sessions.reading(url) as session:
        scored = select(Comment.text, Score.label).join(Score, Score.comment_id == Comment.id)
        return dict(session.execute(scored.where(Score.model_id == model_id)).tuples().all())


def test_a_text_whose_update_is_deleted_before_it_is_scored_is_scored_with_those_it_was_loaded_with(
    database_url, load, scorer, model, model_id
):
    kept = load("good", "bad")
    embedded.drain(scorer)
    assert delete(database_url, load("bad now", replace=True)) == 0
    assert counted(database_url, kept) == (2, 1, 0, 0, 1, 0)
    model.calls.clear()
    assert embedded.drain(scorer) == 1
    assert labels(database_url, model_id) == {"bad now": -1, "bad": -1}
    assert model.calls == [1]
    wholeness.check_both_sums(database_url)


def test_only_the_chunks_that_hold_such_a_text_are_taken_up(database_url, load, scorer):
    load(*[f"good {i}" for i in range(25)])
    embedded.drain(scorer)
    scored = load("bad 0", replace=True)
    embedded.drain(scorer)
    waits = load("bad 0", *[f"good {i}" for i in range(1, 12)], "bad 12", replace=True)
    delete(database_url, scored)
    assert states(database_url) == ["done", "done", "done", "pending"]
    delete(database_url, waits)
    assert states(database_url) == ["done", "pending", "done"]


def test_a_chunk_that_had_failed_is_taken_up_for_it_too(database_url, load, scorer):
    kept = load("good", "bad")
    embedded.drain(scoring.Scorer(database_url, chunks.Retries(1, 0, 60), lambda _model_id: 1 / 0))
    delete(database_url, load("bad now", replace=True))
    embedded.drain(scorer)
    assert counted(database_url, kept) == (2, 1, 0, 1, 0, 0)
    with sessions.writing(database_url) as session:
        assert len(batches.retry(session, kept)) == 1
    embedded.drain(scorer)
    assert counted(database_url, kept) == (2, 2, 0, 0, 0, 0)


def test_every_version_that_had_scored_it_does_so_again(database_url, load, both, model_id, second_id):
    load("good", "bad")
    with sessions.reading(database_url) as session:
        wanted = rescoring.parts(session, Scope(), session.get_one(Model, second_id), "UTC")
    rescoring.queue(database_url, wanted, 10, lambda _chunk_id: None)
    embedded.drain(both)
    delete(database_url, load("bad now", replace=True))
    embedded.drain(both)
    assert labels(database_url, model_id) == labels(database_url, second_id) == {"bad now": -1, "bad": -1}
    wholeness.check_both_sums(database_url)


@pytest.mark.parametrize("error", [None, errors.CorruptArtefact("words@1 is not what was registered")])
def test_a_batch_may_be_deleted_while_it_is_scored_and_while_that_fails(database_url, load, error):
    load("good", "bad")
    scorer = scoring.Scorer(database_url, RETRIES, lambda _model_id: Deleting(database_url, error))
    assert embedded.drain(scorer) == 0
    assert states(database_url) == []
    wholeness.check_both_sums(database_url)


def test_a_batch_may_be_deleted_right_after_it_was_scored(database_url, load, scorer, monkeypatch):
    batch_id = load("good", "bad")
    score_chunk = scoring.score_chunk

    def score_and_delete(*what):
        score_chunk(*what)
        return delete(database_url, batch_id) == 2

    monkeypatch.setattr(scoring, "score_chunk", score_and_delete)
    told = []
    assert embedded.drain(scorer, told.append) == 1
    assert told == [0]


def test_the_number_of_a_deleted_batch_is_given_to_no_other(database_url, load):
    delete(database_url, load("good"))
    assert load("good") == 2
