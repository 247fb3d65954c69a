"""What a query gives, as Parquet: every column is of one type, which only the last row decides."""

import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from itertools import islice
from typing import IO, Any

import pyarrow as pa
from pyarrow import parquet

from cli import query_rows
from database import query
from settings import errors

PAGE_ROWS = 50_000  # rows of one row group, which is what memory holds


def write(result: query.Result, out: IO[bytes]) -> None:
    """Write the rows as Parquet.

    They are laid aside until the last is read: the first fifty thousand may be whole numbers or empty, and one with a
    fraction come then.

    Raises:
        errors.WrongInput: there is no type that holds all values of a column.

    """
    names = query_rows.distinct(result.columns)
    schema = pa.schema([(name, pa.null()) for name in names])
    with tempfile.TemporaryFile() as aside:
        pages = 0
        for rows in _pages(result.rows):
            pages += 1
            page = _page(names, rows)
            with pa.ipc.new_stream(aside, page.schema) as stream:
                stream.write_table(page)
            schema = _common(schema, page.schema)
        aside.seek(0)
        schema = pa.schema(
            [field.with_type(pa.string()) if pa.types.is_null(field.type) else field for field in schema]
        )
        with parquet.ParquetWriter(out, schema) as writer:
            for _ in range(pages):
                writer.write_table(_cast(pa.ipc.open_stream(aside).read_all(), schema))


def _pages(rows: query.Rows) -> Iterator[list[tuple[Any, ...]]]:
    while True:
        page = list(islice(rows, PAGE_ROWS))
        yield page
        if len(page) < PAGE_ROWS:
            return


def _page(names: list[str], rows: list[tuple[Any, ...]]) -> pa.Table:
    columns = zip(*rows, strict=True) if rows else [()] * len(names)
    found = {}
    for name, values in zip(names, columns, strict=True):
        with _named(name):
            found[name] = pa.array(values)
    return pa.table(found)


def _common(before: pa.Schema, now: pa.Schema) -> pa.Schema:
    """Give each column the type that holds what it held before and holds now."""
    found = []
    for pair in zip(before, now, strict=True):
        with _named(pair[0].name):
            found += pa.unify_schemas([pa.schema([field]) for field in pair], promote_options="permissive")
    return pa.schema(found)


def _cast(page: pa.Table, schema: pa.Schema) -> pa.Table:
    columns = []
    for field, column in zip(schema, page.columns, strict=True):
        with _named(field.name):
            columns.append(column.cast(field.type))
    return pa.table(columns, schema=schema)


@contextmanager
def _named(column: str) -> Iterator[None]:
    try:
        yield
    except (pa.ArrowException, ValueError, OverflowError) as error:
        said = str(error).splitlines()[0].rstrip(".")
        raise errors.WrongInput(
            f"The column {column!r} has no one type for Parquet: {said}. Give it one in the query, as by "
            f"CAST(… AS text) AS {column}."
        ) from None
