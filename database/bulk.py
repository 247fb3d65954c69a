"""Bulk writes: many rows in one statement, one function for both databases.

PostgreSQL takes a binary COPY into a temporary table and one INSERT from there, SQLite an executemany; both leave the
rows alone whose key is already there. The rates that chose this: docs/decisions/0003-bulk-writes.md.
"""

from collections.abc import Callable, Iterable, Sequence
from typing import Any

from sqlalchemy import Column, Connection, Table
from sqlalchemy.orm import Session

Row = Sequence[Any]


def insert_new(session: Session, table: Table, columns: Sequence[str], rows: Iterable[Row]) -> int:
    """Insert the rows whose key is not there yet.

    Args:
        session: an open transaction; the rows are part of it.
        table: where to.
        columns: names of the columns that every row has values for, in that order.
        rows: the values, as the columns' Python types.

    Returns:
        how many rows were inserted.

    """
    connection = session.connection()
    chosen = [table.c[name] for name in columns]
    bound = _bound(connection, chosen, rows)
    if connection.dialect.name == "sqlite":
        return _executemany(connection, table, chosen, bound)
    return _copy(connection, table, chosen, bound)


def _bound(connection: Connection, columns: Sequence[Column[Any]], rows: Iterable[Row]) -> list[Row]:
    """Turn values to what the driver takes, only in those columns that need it."""
    processors = [column.type.dialect_impl(connection.dialect).bind_processor(connection.dialect) for column in columns]
    needed: list[tuple[int, Callable[[Any], Any]]] = [(i, made) for i, made in enumerate(processors) if made]
    if not needed:
        return list(rows)
    bound = []
    for row in rows:
        values = list(row)
        for i, process in needed:
            values[i] = process(values[i])
        bound.append(values)
    return bound


def _executemany(connection: Connection, table: Table, columns: Sequence[Column[Any]], rows: list[Row]) -> int:
    if not rows:
        return 0
    names = ", ".join(column.name for column in columns)
    marks = ", ".join("?" * len(columns))
    cursor = connection.exec_driver_sql(
        f"INSERT INTO {table.name} ({names}) VALUES ({marks}) ON CONFLICT DO NOTHING",  # noqa: S608 - our own names
        [tuple(row) for row in rows],
    )
    return cursor.rowcount


def _copy(connection: Connection, table: Table, columns: Sequence[Column[Any]], rows: list[Row]) -> int:
    names = ", ".join(column.name for column in columns)
    incoming = f"incoming_{table.name}"
    key = "natural_key" if "natural_key" in table.c else ", ".join(c.name for c in table.primary_key)
    cursor = connection.connection.cursor()
    cursor.execute(
        f"CREATE TEMP TABLE IF NOT EXISTS {incoming} ON COMMIT DROP AS SELECT {names} FROM {table.name} WITH NO DATA"  # noqa: S608 - as above
    )
    with cursor.copy(f"COPY {incoming} ({names}) FROM STDIN (FORMAT BINARY)") as copy:  # type: ignore[attr-defined] # psycopg's own
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


def _type(connection: Connection, column: Column[Any]) -> str:
    """Name the column's type as psycopg knows it: binary COPY does not cast."""
    return column.type.compile(connection.dialect).split("(")[0].lower()
