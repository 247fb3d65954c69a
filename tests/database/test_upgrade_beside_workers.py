"""Migrations run beside who works with the database, and neither waits for the other for long."""

import threading

import psycopg
import pytest
from sqlalchemy import inspect, text

from database import schema, sessions
from database.engine import engine as engine_of
from database.tables import Chunk
from settings import errors
from tests import processes
from worker import embedded


def plain(url):
    return psycopg.connect(url.replace("+psycopg", ""), autocommit=True)


def columns(url):
    with engine_of(url).connect() as connection:
        return {column["name"] for column in inspect(connection).get_columns("chunks")}


def waiting_for_locks(url):
    with plain(url) as connection:
        asked = "SELECT count(*) FROM pg_stat_activity WHERE datname = current_database() AND wait_event_type = 'Lock'"
        return connection.execute(asked).fetchone()[0]


def test_a_migration_lets_others_through_while_a_long_transaction_holds_its_table(postgres_url, monkeypatch):
    schema.downgrade(postgres_url, "0005")
    monkeypatch.setattr(schema, "AGAIN_SECONDS", 0.5)
    migration = threading.Thread(target=schema.upgrade, args=(postgres_url,))
    with plain(postgres_url) as report, plain(postgres_url) as worker:
        with report.transaction():
            report.execute("SELECT count(*) FROM chunks")
            migration.start()
            processes.wait_until(lambda: waiting_for_locks(postgres_url))
            worker.execute("UPDATE chunks SET attempts = 0")  # it waits until the migration gives up
            assert "apart" not in columns(postgres_url)
        migration.join(processes.PATIENCE_SECONDS)
    assert "apart" in columns(postgres_url)


def test_a_migration_that_never_gets_its_locks_says_so_and_changes_nothing(postgres_url, monkeypatch):
    schema.downgrade(postgres_url, "0005")
    monkeypatch.setattr(schema, "BUSY_SECONDS", 0)
    with plain(postgres_url) as report, report.transaction():
        report.execute("SELECT count(*) FROM chunks")
        with pytest.raises(errors.DatabaseBusy, match="Another keeps it locked"):
            schema.upgrade(postgres_url)
    assert "apart" not in columns(postgres_url)


def test_who_knows_no_chunks_that_are_scored_apart_goes_on_making_them(database_url, load, scorer):
    load("good")
    known = "job_id, first_comment_id, last_comment_id, comments, state, attempts, due_at"
    with sessions.writing(database_url) as session:
        session.execute(text(f"INSERT INTO chunks (id, {known}) SELECT 1000, {known} FROM chunks"))
    with sessions.reading(database_url) as session:
        assert not session.get_one(Chunk, 1_000).apart
    assert embedded.drain(scorer) == 2


def parts(url):
    """Give the columns of each table and view, their types and whether a row may be written without them."""
    with engine_of(url).connect() as connection:
        found = inspect(connection)
        return {
            (table, column["name"]): (
                str(column["type"]),
                column["nullable"] or column["default"] is not None or column.get("autoincrement") is True,
            )
            for table in (*found.get_table_names(), *found.get_view_names())
            for column in found.get_columns(table)
        }


def test_no_migration_takes_away_or_asks_for_what_the_version_before_does_not_know(empty_postgres_url):
    revisions = [f"{number:04}" for number in range(1, int(schema.HEAD) + 1)]
    schema.upgrade(empty_postgres_url, revisions[0])
    before = parts(empty_postgres_url)
    for revision in revisions[1:]:
        schema.upgrade(empty_postgres_url, revision)
        after = parts(empty_postgres_url)
        assert {name: kind for name, kind in after.items() if name in before} == before, revision
        tables = {table for table, _ in before}
        new = {name: may_lack for name, (_, may_lack) in after.items() if name not in before and name[0] in tables}
        assert all(new.values()), (revision, new)
        before = after
