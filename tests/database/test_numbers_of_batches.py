"""Migration 0007 makes the table of batches anew on SQLite, and loses nothing that hangs on it."""

import pytest
from sqlalchemy import func, select, text

from database import schema, sessions
from database.engine import engine as engine_of
from database.tables import Batch, Chunk, Comment, Job, Reject
from tests import wholeness
from worker import deletion, embedded

HANGING = (Batch, Job, Chunk, Reject, Comment)


def rows(url):
    with sessions.reading(url) as session:
        return {kind.__tablename__: session.scalar(select(func.count()).select_from(kind)) for kind in HANGING}


@pytest.fixture
def loaded(load, scorer):
    load("good", "bad", "")
    embedded.drain(scorer)
    return load("good", "worse", "", replace=True)


def test_what_hangs_on_batches_is_there_on_the_way_down_and_up_again(database_url, loaded):
    before = rows(database_url)
    assert all(before.values())
    for move in (schema.downgrade, schema.upgrade):
        move(database_url, "0006")
        assert rows(database_url) == before
    schema.upgrade(database_url)
    assert rows(database_url) == before
    wholeness.check_tallies(database_url)


def test_foreign_keys_hold_after_it(sqlite_url):
    schema.downgrade(sqlite_url, "0006")
    schema.upgrade(sqlite_url)
    with engine_of(sqlite_url).connect() as connection:
        assert connection.scalar(text("PRAGMA foreign_keys")) == 1
        assert connection.execute(text("PRAGMA foreign_key_check")).all() == []


def test_numbers_go_on_where_they_were(database_url, loaded, load):
    schema.downgrade(database_url, "0006")
    schema.upgrade(database_url)
    with sessions.writing(database_url) as session:
        deletion.delete_batch(session, loaded)
    assert load("good") == loaded + 1
