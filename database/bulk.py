"""Bulk writes: many rows in one statement, the same few functions for both databases.

PostgreSQL takes a binary COPY, SQLite an executemany. Rows of which some may be there already go through a temporary
table on PostgreSQL. The rates that chose this: docs/decisions/0018-write-paths.md.
"""

from collections.abc import Iterable, Mapping, Sequence
from typing import Any, cast

import psycopg
from sqlalchemy import Connection, CursorResult, Executable, UniqueConstraint
from sqlalchemy import Table as CoreTable
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from database import arrow, copying
from database.tables import Table

Row = Sequence[Any]


def change(session: Session, statement: Executable) -> int:
    """Run an UPDATE or DELETE and say how many rows it changed."""
    return cast(
        "CursorResult[Any]", session.execute(statement, execution_options={"synchronize_session": False})
    ).rowcount


def insert(session: Session, into: type[Table], values: Mapping[str, Any]) -> bool:
    """Insert rows, all of them or none.

    Twice as fast as `insert_new` on PostgreSQL, where rows go straight into the table.

    Args:
        session: an open transaction; the rows are part of it.
        into: the table.
        values: by the names of columns, what `arrow.columns` takes.

    Returns:
        False where the key of one is there already, and then none is inserted.

    """
    table, rows = cast("CoreTable", into.__table__), arrow.columns(into, values)
    if not len(rows):
        return True
    connection = session.connection()
    try:
        with connection.begin_nested():
            _straight(connection, table, rows)
    # Who writes the same rows in another order may wait for us while we wait for them.
    except (IntegrityError, psycopg.errors.UniqueViolation, psycopg.errors.DeadlockDetected):
        return False
    return True


def append(session: Session, into: type[Table], names: Sequence[str], rows: Iterable[Row]) -> None:
    """Insert a few rows whose keys the database makes: none can be there yet."""
    values = list(zip(*rows, strict=True))
    if values:
        made = arrow.columns(into, dict(zip(names, values, strict=True)))
        _straight(session.connection(), cast("CoreTable", into.__table__), made)


def insert_new(session: Session, into: type[Table], values: Mapping[str, Any]) -> int:
    """Insert the rows whose key is not there yet; as `insert`.

    Returns:
        how many rows were inserted.

    """
    table, rows = cast("CoreTable", into.__table__), arrow.columns(into, values)
    connection = session.connection()
    if not len(rows):
        return 0
    if connection.dialect.name == "sqlite":
        return _executemany(connection, table, rows, "ON CONFLICT DO NOTHING")
    return _through_temporary(connection, table, rows)


def _straight(connection: Connection, table: CoreTable, rows: Any) -> None:  # noqa: ANN401 - pyarrow ships no types
    if connection.dialect.name == "sqlite":
        _executemany(connection, table, rows, "")
    else:
        _copy(connection, table.name, rows)


def _executemany(connection: Connection, table: CoreTable, rows: Any, on_conflict: str) -> int:  # noqa: ANN401 - as above
    marks = ", ".join("?" * rows.num_columns)
    cursor = connection.exec_driver_sql(
        f"INSERT INTO {table.name} ({_names(rows)}) VALUES ({marks}) {on_conflict}",  # noqa: S608 - our own names
        arrow.rows(rows),
    )
    return cursor.rowcount


def _copy(connection: Connection, table: str, rows: Any) -> Any:  # noqa: ANN401 - as above; gives the driver's cursor
    cursor = connection.connection.cursor()
    with cursor.copy(f"COPY {table} ({_names(rows)}) FROM STDIN (FORMAT BINARY)") as copy:
        for piece in copying.encode(rows):
            copy.write(piece)
    return cursor


def _through_temporary(connection: Connection, table: CoreTable, rows: Any) -> int:  # noqa: ANN401 - as above
    names, incoming = _names(rows), f"incoming_{table.name}"
    connection.exec_driver_sql(f"DROP TABLE IF EXISTS {incoming}")
    connection.exec_driver_sql(
        f"CREATE TEMP TABLE {incoming} ON COMMIT DROP AS SELECT {names} FROM {table.name} WITH NO DATA"  # noqa: S608 - as above
    )
    cursor = _copy(connection, incoming, rows)
    # In the order of the key two writers lock the same rows one after the other, and never wait for each other.
    key = ", ".join(_key(table, set(rows.schema.names)))
    cursor.execute(
        f"INSERT INTO {table.name} ({names}) SELECT {names} FROM {incoming} ORDER BY {key} ON CONFLICT DO NOTHING"  # noqa: S608 - as above
    )
    return cast("int", cursor.rowcount)


def _names(rows: Any) -> str:  # noqa: ANN401 - as above
    return ", ".join(rows.schema.names)


def _key(table: CoreTable, names: set[str]) -> list[str]:
    """Name the columns of the key that the incoming rows bring."""
    keys = [table.primary_key, *(made for made in table.constraints if isinstance(made, UniqueConstraint))]
    found = [[column.name for column in key.columns] for key in keys]
    return next(key for key in found if names.issuperset(key))
