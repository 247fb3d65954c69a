"""One engine per process and address, made when it is first used."""

import os
import sqlite3
from functools import cache
from math import ceil
from typing import Any

import psycopg
from sqlalchemy import URL, Connection, Engine, ExceptionContext, create_engine, event

from database import patience

LOCK_TIMEOUT_SECONDS = 60
SQLITE_PRAGMAS = (
    # Readers go on while one process writes, and a killed process leaves the last commit whole.
    "PRAGMA journal_mode = WAL",
    "PRAGMA synchronous = NORMAL",
    "PRAGMA foreign_keys = ON",
    "PRAGMA temp_store = MEMORY",
    # 64 MiB: the indexes of a million comments stay in memory while a batch is loaded.
    "PRAGMA cache_size = -65536",
    # Of as much the log is folded into the database, where the default folds it 16 times as often: each time pages of
    # indexes are written that the next block changes again.
    "PRAGMA wal_autocheckpoint = 16384",
)


def engine(url: str) -> Engine:
    """Give this process its engine for the address; a forked child gets one of its own.

    A connection that parent and child share gives one the rows of the other.
    """
    return _engine(url, os.getpid())


@cache
def _engine(url: str, _process: int) -> Engine:
    place, seconds = patience.plain(url)
    if place.get_backend_name() == "sqlite":
        return _sqlite(place, seconds or LOCK_TIMEOUT_SECONDS)
    # A prepared statement is one connection's: behind a pooler that hands connections on with each transaction the next
    # one does not have it. Ours run a few times a chunk, so nothing is lost.
    made = create_engine(
        place,
        pool_size=1,
        max_overflow=4,
        pool_pre_ping=True,
        hide_parameters=True,  # an error that is logged would quote texts of comments
        connect_args={"prepare_threshold": None} | ({"connect_timeout": ceil(seconds)} if seconds else {}),
    )
    event.listen(made, "handle_error", _leave)
    if seconds:
        limit = f"SET LOCAL statement_timeout = {int(seconds * 1000)}"
        event.listen(made, "begin", lambda connection: connection.exec_driver_sql(limit))
    return made


def _leave(context: ExceptionContext) -> None:
    # Behind the same address may be another server by now, that takes writes: the next connection finds it.
    if isinstance(context.original_exception, psycopg.errors.ReadOnlySqlTransaction):
        context.is_disconnect = True


def _sqlite(place: URL, lock_timeout_seconds: float) -> Engine:
    connecting = {"timeout": lock_timeout_seconds, "isolation_level": None}
    made = create_engine(place, hide_parameters=True, connect_args=connecting)  # as above
    event.listen(made, "connect", _prepare)
    event.listen(made, "begin", _begin)
    return made


def _prepare(connection: sqlite3.Connection, _record: Any) -> None:  # noqa: ANN401 - the pool's own record
    for pragma in SQLITE_PRAGMAS:
        connection.execute(pragma)


def _begin(connection: Connection) -> None:
    # A transaction that reads first and writes later fails at once when another wrote in between; one that takes the
    # write lock at its beginning waits for it.
    read_only = connection.get_execution_options().get("read_only", False)
    connection.exec_driver_sql("BEGIN" if read_only else "BEGIN IMMEDIATE")
