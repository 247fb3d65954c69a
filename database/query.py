"""One read-only statement of a user: what it may do is held by the database itself, not by reading its text.

SQLite asks an authorizer for each thing that a statement would do; PostgreSQL runs it as a cursor, by a role that may
only read, in a transaction that is read-only from its start.
"""

import logging
import re
import sqlite3
import time
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any, NamedTuple

import psycopg
from psycopg.abc import Buffer
from psycopg.adapt import Loader
from psycopg.types.string import TextLoader
from sqlalchemy import Connection, Engine

from database import effects, reader
from settings import errors

logger = logging.getLogger(__name__)

PAGE_ROWS = 500
#: Of SQLite's virtual machine; a million take about 10 ms.
STEPS_BETWEEN_LOOKS = 100_000
ALLOWED = {sqlite3.SQLITE_SELECT, sqlite3.SQLITE_FUNCTION, sqlite3.SQLITE_RECURSIVE}
REFUSED_FUNCTIONS = {"load_extension"}
#: Of SQLite's own: what JSON holds, as a table, and the schema.
READABLE_TOO = {"json_each", "json_tree", "sqlite_master"}
LONGEST_VALUE_BYTES = 64 << 20  # of a value or a row; texts are cut long before
MAY_BE_READ = "The views may be read, and most tables: docs/sql.md."
BEGINNINGS = ("select", "with", "values", "table")
_COMMENT = re.compile(r"\s*(?:--[^\n]*\n|/\*.*?\*/)", re.DOTALL)

Rows = Iterator[tuple[Any, ...]]


class Result(NamedTuple):
    """What a statement gave: the names of its columns, and its rows, read as they are taken.

    Both databases give numbers as `int` and `float`, and JSON as its text.
    """

    columns: list[str]
    rows: Rows


@contextmanager
def run(engine: Engine, statement: str, timeout_seconds: float) -> Iterator[Result]:
    """Run one statement that reads.

    Raises:
        errors.RefusedQuery: it would do more than read, is more than one, took too long, or is not understood.

    """
    statement = statement.strip().rstrip(";").strip()
    _check_beginning(statement)
    with engine.connect() as connection:
        open_cursor = _sqlite if engine.dialect.name == "sqlite" else _postgresql
        with open_cursor(connection, statement, timeout_seconds) as result:
            yield result


def _check_beginning(statement: str) -> None:
    begins = statement
    while (found := _COMMENT.match(begins)) is not None:
        begins = begins[found.end() :]
    word = re.match(r"[\s(]*(\w*)", begins)
    if word is None or word[1].lower() not in BEGINNINGS:
        raise errors.RefusedQuery(
            "Only a statement that reads is run: it has to begin with SELECT, WITH, VALUES or TABLE."
        )


@contextmanager
def _sqlite(connection: Connection, statement: str, timeout_seconds: float) -> Iterator[Result]:
    raw: Any = connection.connection.dbapi_connection
    deadline = time.monotonic() + timeout_seconds
    # What does not fit into the cache goes to a file meanwhile: else a sort takes all memory there is.
    raw.execute("PRAGMA temp_store = FILE")
    longest = raw.setlimit(sqlite3.SQLITE_LIMIT_LENGTH, LONGEST_VALUE_BYTES)
    raw.set_authorizer(_authorize)
    raw.set_progress_handler(lambda: time.monotonic() > deadline, STEPS_BETWEEN_LOOKS)
    try:
        cursor = raw.execute(statement)
        yield Result([column[0] for column in cursor.description], cursor)
        cursor.close()
    except (sqlite3.Error, sqlite3.Warning) as error:
        raise _sqlite_sentence(error, timeout_seconds) from None
    finally:
        raw.set_authorizer(None)
        raw.set_progress_handler(None, 0)
        raw.setlimit(sqlite3.SQLITE_LIMIT_LENGTH, longest)


def _authorize(action: int, first: str | None, second: str | None, *_place: str | None) -> int:
    if action == sqlite3.SQLITE_READ:
        # Without a column it counts rows, or means a name that the statement itself gave.
        is_named = first in READABLE_TOO or (not second and first not in reader.HIDDEN_TABLES)
        allowed = is_named or reader.may_read(first or "", second or "")
    else:
        allowed = action in ALLOWED and not (action == sqlite3.SQLITE_FUNCTION and second in REFUSED_FUNCTIONS)
    return sqlite3.SQLITE_OK if allowed else sqlite3.SQLITE_DENY


def _sqlite_sentence(error: Exception, timeout_seconds: float) -> errors.RefusedQuery:
    said = str(error)
    if "interrupted" in said:
        return _too_slow(timeout_seconds)
    if "prohibited" in said:  # it names the column
        return errors.RefusedQuery(f"{said.capitalize()}. {MAY_BE_READ}")
    if "not authorized" in said:
        return errors.RefusedQuery(f"Only reading is allowed: no writes, no ATTACH, no PRAGMA. {MAY_BE_READ}")
    if "one statement at a time" in said:
        return errors.RefusedQuery("Only one statement is run at a time.")
    return errors.RefusedQuery(f"The database does not understand the statement: {said}.")


@contextmanager
def _postgresql(connection: Connection, statement: str, timeout_seconds: float) -> Iterator[Result]:
    connection.execution_options(isolation_level="REPEATABLE READ", postgresql_readonly=True)
    with connection.begin():
        raw: Any = connection.connection.dbapi_connection
        deadline = time.monotonic() + timeout_seconds
        if not reader.become(connection):
            logger.warning("%s", reader.missing(connection))
        effects.refuse(connection, statement)
        try:
            raw.execute(f"SET LOCAL statement_timeout = {int(timeout_seconds * 1000)}")
            # A cursor is declared for one SELECT and nothing else, by a protocol that takes one statement at a time.
            with raw.cursor(name="brandpulse_sql") as cursor:
                _load_as_sqlite(cursor)
                cursor.itersize = PAGE_ROWS
                cursor.execute(statement)
                yield Result([column.name for column in cursor.description], _until(deadline, cursor, timeout_seconds))
        except psycopg.errors.QueryCanceled:
            raise _too_slow(timeout_seconds) from None
        except psycopg.errors.ReadOnlySqlTransaction:
            raise errors.RefusedQuery("Only reading is allowed: the statement would write.") from None
        except psycopg.errors.InsufficientPrivilege as error:
            said = str(error).splitlines()[0].capitalize()
            raise errors.RefusedQuery(f"{said}. {MAY_BE_READ}") from None
        except psycopg.Error as error:
            said = str(error).splitlines()[0]
            raise errors.RefusedQuery(f"The database does not understand the statement: {said}.") from None


class _NumberLoader(Loader):
    """Reads `numeric`, which is what PostgreSQL sums and rounds to, as SQLite gives it: whole, or with a fraction."""

    def load(self, data: Buffer) -> int | float:
        said = bytes(data)
        return int(said) if said.lstrip(b"-").isdigit() else float(said)


def _load_as_sqlite(cursor: Any) -> None:  # noqa: ANN401 - psycopg's
    """Have values of PostgreSQL read as those kinds that SQLite has."""
    cursor.adapters.register_loader("numeric", _NumberLoader)
    for kind in ("json", "jsonb"):
        cursor.adapters.register_loader(kind, TextLoader)


def _until(deadline: float, rows: Rows, timeout_seconds: float) -> Rows:
    """Give rows until the deadline: the server's own limit begins anew with each page."""
    for row in rows:
        if time.monotonic() > deadline:
            raise _too_slow(timeout_seconds)
        yield row


def _too_slow(timeout_seconds: float) -> errors.RefusedQuery:
    return errors.RefusedQuery(
        f"The statement took longer than {timeout_seconds:g} s: ask for less, or set BRANDPULSE_SQL_TIMEOUT_SECONDS."
    )
