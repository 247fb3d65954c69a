"""Forgetting beside everybody who writes leaves true counts and no text."""

import threading

import pytest
from sqlalchemy import func, select

from database import locks, recounting, sessions, wiping
from database.tables import Comment, Correction, Score
from ingest import replacing
from settings import errors
from tests import tallying, wholeness
from tests.conftest import RETRIES
from tests.words import WordModel
from worker import corrections, deletion, embedded, forgetting, scoring

SECRET = "good and sealed"


@pytest.fixture
def say_as(database_url, say):
    """Load comments, whose author is then the one that is named."""

    def say_as(author, *numbers, **how):
        batch_id = say(*numbers, **how)
        with sessions.writing(database_url) as session:
            session.query(Comment).filter(Comment.batch_id == batch_id).update({"author": author})
        return batch_id

    return say_as


def forget(url, author="ann"):
    which = forgetting.of_author(author, None, None)
    return forgetting.forget(url, which, forgetting.find(url, which)).comments


def check(url):
    wholeness.check_tallies(url)
    with sessions.reading(url) as session:
        forgotten = Comment.forgotten_at.is_not(None)
        assert session.scalar(select(func.count()).where(forgotten, Comment.text != "")) == 0
        noted = select(func.count()).select_from(Correction).join(Comment, Comment.id == Correction.comment_id)
        assert session.scalar(noted.where(forgotten, Correction.note.is_not(None))) == 0
    with sessions.writing(url) as session:
        assert recounting.recount(session).rows == 0


def test_a_worker_that_has_read_the_text_saves_its_score_and_nothing_else(database_url, say_as, model_id):
    say_as("ann", 0, 20, said=SECRET)

    class Overtaken(WordModel):
        """While it predicts the first chunk, the author of all comments is forgotten."""

        def predict(self, texts, brands):
            if not self.calls:
                assert forget(database_url) == 20
            return super().predict(texts, brands)

    model = Overtaken()
    embedded.drain(scoring.Scorer(database_url, RETRIES, lambda _model_id: model))
    assert model.calls == [10], "the second chunk has no text left"
    assert tallying.sums(database_url) == (20, 4, 10, 0, 0, 10, 0)
    wholeness.check_both_sums(database_url)
    check(database_url)


def test_an_update_that_looked_before_and_writes_after_brings_no_text_back(database_url, say_as, say, monkeypatch):
    say_as("ann", 0, 10)
    replace = replacing.replace

    def late(session, *rest):
        # On SQLite nobody else could write now; on PostgreSQL he does.
        if session.get_bind().dialect.name == "postgresql":
            assert forget(database_url) == 10
        return replace(session, *rest)

    monkeypatch.setattr(replacing, "replace", late)
    say(0, 10, said=SECRET, replace=True)
    forget(database_url)
    check(database_url)
    with sessions.reading(database_url) as session:
        assert session.scalars(select(Comment.text).distinct()).all() == [""]


def test_forgetting_beside_everything_else_loses_nothing(database_url, say_as, say, both, monkeypatch):
    monkeypatch.setattr(wiping, "WINDOW_IDS", 20)
    authors = ("ann", "ben", "ann", "cleo")
    batch_ids = [say_as(author, 100 * i, 100 * i + 100) for i, author in enumerate(authors)]

    def correct_all():
        with sessions.reading(database_url) as session:
            ids = session.scalars(select(Comment.id).where(Comment.id % 7 == 0)).all()
        for comment_id in ids:
            try:
                with sessions.writing(database_url) as session:
                    corrections.correct(session, comment_id, "negative", "eve", note=SECRET)
            except errors.WrongInput:
                continue

    def delete_one():
        with sessions.writing(database_url) as session:
            deletion.delete_batch(session, batch_ids[2])

    found = tallying.at_once(
        lambda: embedded.drain(both),
        lambda: embedded.drain(both),
        correct_all,
        lambda: forget(database_url),
        lambda: forget(database_url),
        lambda: forget(database_url, "ben"),
        delete_one,
        lambda: [say(50, 150, replace=True, said=SECRET) for _ in range(2)],
        lambda: [tallying.merge(database_url) for _ in range(10)],
    )
    assert not [error for error in found if isinstance(error, Exception) and not isinstance(error, errors.NotFound)]
    check(database_url)
    embedded.drain(both)
    check(database_url)
    for author in ("ann", "ben"):
        forget(database_url, author)
    embedded.drain(both)
    check(database_url)
    with sessions.reading(database_url) as session:
        assert session.scalar(select(func.count()).select_from(Score)) > 0
        assert set(session.scalars(select(Comment.author))) == {None, "cleo"}


@pytest.mark.parametrize("database_url", ["postgresql"], indirect=True)
def test_workers_save_while_comments_are_being_forgotten(database_url, say_as, say, both):
    say_as("ann", 0, 20)
    say(20, 40)
    worker = threading.Thread(target=embedded.drain, args=(both,))
    with sessions.writing(database_url) as session:
        locks.take_turns(session, Comment)
        session.query(Comment).filter(Comment.author == "ann").update({"text": "", "forgotten_at": func.now()})
        worker.start()
        worker.join(20)
        assert not worker.is_alive()
    check(database_url)
