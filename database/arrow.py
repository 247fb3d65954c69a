"""Rows as Arrow columns of a table's types: what bulk writes take."""

import json
from collections.abc import Mapping
from typing import Any, cast

import numpy as np
import pyarrow as pa
from sqlalchemy import JSON, REAL, BigInteger, Column, Date, Integer, LargeBinary, SmallInteger, String
from sqlalchemy import Table as CoreTable

from database.tables import Table
from database.types import NaturalKey, UtcDateTime

MOMENT = pa.timestamp("us", "UTC")
#: The first that fits counts; those of PostgreSQL's columns, since binary COPY casts nothing.
TYPES = (
    (UtcDateTime, MOMENT),
    (NaturalKey, pa.binary(16)),
    (SmallInteger, pa.int16()),
    (BigInteger, pa.int64()),
    (Integer, pa.int32()),
    (REAL, pa.float32()),
    (Date, pa.date32()),
    (LargeBinary, pa.binary()),
    (JSON, pa.string()),
    (String, pa.string()),
)


def columns(of: type[Table], values: Mapping[str, Any]) -> Any:  # noqa: ANN401 - pyarrow ships no types
    """Make a `pyarrow.RecordBatch` of values for columns of a table.

    Args:
        of: the table.
        values: by the name of a column, an Arrow or NumPy array or a list with a value for each row, or one value that
            all rows have. One of them at least is no single value.

    Returns:
        the columns that hold anything at all.

    """
    table = cast("CoreTable", of.__table__)
    length = next(len(value) for value in values.values() if _is_many(value))
    made = {name: _array(table.c[name], value, length) for name, value in values.items()}
    told = {name: array for name, array in made.items() if array.null_count < length or not length}
    return pa.RecordBatch.from_pydict(told)


def rows(of: Any) -> list[tuple[Any, ...]]:  # noqa: ANN401 - as above
    """Give the rows of columns as SQLite's driver takes them."""
    return list(zip(*(_plain(column) for column in of.columns), strict=True))


def _is_many(value: object) -> bool:
    return isinstance(value, (pa.Array, np.ndarray, list, tuple))


def _array(column: Column[Any], value: Any, length: int) -> Any:  # noqa: ANN401 - as above
    kind = next(arrow for sql, arrow in TYPES if isinstance(column.type, sql))
    if isinstance(column.type, JSON):
        value = [json.dumps(one) for one in value] if _is_many(value) else json.dumps(value)
    if not _is_many(value):
        return pa.repeat(pa.scalar(value, kind), length)
    return value.cast(kind) if isinstance(value, pa.Array) else pa.array(value, kind)


def _plain(column: Any) -> list[Any]:  # noqa: ANN401 - as above
    if pa.types.is_timestamp(column.type):
        # Arrow writes them as SQLAlchemy does in SQLite, with six digits behind the point.
        column = column.cast(pa.timestamp("us")).cast(pa.string())
    elif pa.types.is_date(column.type):
        column = column.cast(pa.string())
    return cast("list[Any]", column.to_pylist())
