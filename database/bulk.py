"""Bulk writes: many rows in one statement, one function for both databases.

PostgreSQL takes a binary COPY into a temporary table and one INSERT from there, SQLite an executemany; both leave the
rows alone whose key is already there. The rates that chose this: docs/decisions/0003-bulk-writes.md.
"""

from collections.abc import Callable, Iterable, Sequence
from typing import Any, cast

from sqlalchemy import Column, Connection, CursorResult, Executable, UniqueConstraint
from sqlalchemy import Table as CoreTable
from sqlalchemy.orm import Session

from database.tables import Table

Row = Sequence[Any]


def change(session: Session, statement: Executable) -> int:
    """Run an UPDATE or DELETE and say how many rows it changed."""
    return cast(
        "CursorResult[Any]", session.execute(statement, execution_options={"synchronize_session": False})
    ).rowcount


def insert_new(session: Session, into: type[Table], columns: Sequence[str], rows: Iterable[Row]) -> int:
    """Insert the rows whose key is not there yet.

    Args:
        session: an open transaction; the rows are part of it.
        into: the table.
        columns: names of the columns that every row has values for, in that order.
        rows: the values, as the columns' Python types.

    Returns:
        how many rows were inserted.

    """
    connection = session.connection()
    table = cast("CoreTable", into.__table__)
    chosen = [table.c[name] for name in columns]
    bound = _bound(connection, chosen, rows)
    if not bound:
        return 0
    if connection.dialect.name == "sqlite":
        return _executemany(connection, table, chosen, bound)
    return _copy(connection, table, chosen, bound)


def append(session: Session, into: type[Table], columns: Sequence[str], rows: Iterable[Row]) -> None:
    """Insert rows whose key the database makes: none can be there yet, so they take the straight way in."""
    connection = session.connection()
    table = cast("CoreTable", into.__table__)
    chosen = [table.c[name] for name in columns]
    bound = _bound(connection, chosen, rows)
    if not bound:
        return
    if connection.dialect.name == "sqlite":
        _executemany(connection, table, chosen, bound)
        return
    with connection.connection.cursor().copy(
        f"COPY {table.name} ({', '.join(columns)}) FROM STDIN (FORMAT BINARY)"
    ) as copy:
        copy.set_types([_type(connection, column) for column in chosen])
        for row in bound:
            copy.write_row(row)


def _bound(connection: Connection, columns: Sequence[Column[Any]], rows: Iterable[Row]) -> list[Row]:
    """Turn values to what the driver takes, only in those columns that need it."""
    processors = [column.type.dialect_impl(connection.dialect).bind_processor(connection.dialect) for column in columns]
    needed: list[tuple[int, Callable[[Any], Any]]] = [(i, made) for i, made in enumerate(processors) if made]
    if not needed:
        return list(rows)
    bound: list[Row] = []
    for row in rows:
        values = list(row)
        for i, process in needed:
            values[i] = process(values[i])
        bound.append(values)
    return bound


def _executemany(connection: Connection, table: CoreTable, columns: Sequence[Column[Any]], rows: list[Row]) -> int:
    names = ", ".join(column.name for column in columns)
    marks = ", ".join("?" * len(columns))
    cursor = connection.exec_driver_sql(
        f"INSERT INTO {table.name} ({names}) VALUES ({marks}) ON CONFLICT DO NOTHING",  # noqa: S608 - our own names
        [tuple(row) for row in rows],
    )
    return cursor.rowcount


def _copy(connection: Connection, table: CoreTable, columns: Sequence[Column[Any]], rows: list[Row]) -> int:
    names = ", ".join(column.name for column in columns)
    incoming = f"incoming_{table.name}"
    key = ", ".join(_key(table, {column.name for column in columns}))
    cursor = connection.connection.cursor()
    cursor.execute(
        f"CREATE TEMP TABLE IF NOT EXISTS {incoming} ON COMMIT DROP AS SELECT {names} FROM {table.name} WITH NO DATA"  # noqa: S608 - as above
    )
    with cursor.copy(f"COPY {incoming} ({names}) FROM STDIN (FORMAT BINARY)") as copy:
        copy.set_types([_type(connection, column) for column in columns])
        for row in rows:
            copy.write_row(row)
    # In the order of the key two writers lock the same rows one after the other, and never wait for each other.
    cursor.execute(
        f"INSERT INTO {table.name} ({names}) SELECT {names} FROM {incoming} ORDER BY {key} ON CONFLICT DO NOTHING"  # noqa: S608 - as above
    )
    inserted = cursor.rowcount
    cursor.execute(f"TRUNCATE {incoming}")
    return inserted


def _key(table: CoreTable, names: set[str]) -> list[str]:
    """Name the columns of the key that the incoming rows bring; rows without one come in the order they have."""
    keys = [table.primary_key, *(made for made in table.constraints if isinstance(made, UniqueConstraint))]
    found = [[column.name for column in key.columns] for key in keys]
    return next((key for key in found if names.issuperset(key)), ["ctid"])


def _type(connection: Connection, column: Column[Any]) -> str:
    """Name the column's type as psycopg knows it: binary COPY does not cast."""
    return column.type.compile(connection.dialect).split("(")[0].lower()
