"""Columns to the bytes of PostgreSQL's binary COPY, without a Python object per value.

The format: https://www.postgresql.org/docs/current/sql-copy.html, "Binary Format". Arrow joins the fields of each row.
Why not a package: docs/decisions/0018-write-paths.md.
"""

from collections.abc import Iterator
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

BEGIN, END = b"PGCOPY\n\xff\r\n\0" + bytes(8), b"\xff\xff"
NULL = pa.scalar(b"\xff\xff\xff\xff", pa.binary())
#: PostgreSQL counts microseconds and days from 2000.
EPOCH = np.datetime64("2000-01-01")
EPOCH_MICROSECONDS, EPOCH_DAYS = (EPOCH.astype(f"M8[{unit}]").astype(np.int64) for unit in ("us", "D"))


def encode(batch: Any) -> Iterator[Any]:  # noqa: ANN401 - pyarrow ships no types
    """Give the bytes of a COPY, piece by piece.

    Args:
        batch: a `pyarrow.RecordBatch` of integers, 4-byte floats, strings, bytes, days, and moments in microseconds;
            binary COPY does not cast, so each column has to be as wide as that of the table.

    """
    yield BEGIN
    if len(batch):
        count = np.full(len(batch), batch.num_columns, ">i2")
        joined = pc.binary_join_element_wise(_fixed(count), *_fields(batch), b"")
        yield joined.buffers()[2]
    yield END


def _fields(batch: Any) -> Iterator[Any]:  # noqa: ANN401 - as above
    for column in batch.columns:
        if pa.types.is_string(column.type) or pa.types.is_binary(column.type):
            yield from _of_any_length(column)
        else:
            field = _fixed(_with_length(column))
            yield pc.if_else(column.is_valid(), field, NULL) if column.null_count else field


def _of_any_length(column: Any) -> Iterator[Any]:  # noqa: ANN401 - as above
    """Give the length and the bytes, apart."""
    lengths = pc.fill_null(pc.binary_length(column), -1)
    yield _fixed(lengths.to_numpy(zero_copy_only=False).astype(">i4"))
    yield pc.fill_null(column.cast(pa.binary()), b"")


def _with_length(column: Any) -> Any:  # noqa: ANN401 - as above
    """Write each value behind its length; of a null it is any value."""
    values = _values(column)
    fields = np.empty(len(values), [("length", ">i4"), ("value", values.dtype.newbyteorder(">"))])
    fields["length"], fields["value"] = values.dtype.itemsize, values
    return fields


def _values(column: Any) -> Any:  # noqa: ANN401 - as above
    if pa.types.is_timestamp(column.type):
        return pc.fill_null(column.cast(pa.int64()), 0).to_numpy() - EPOCH_MICROSECONDS
    if pa.types.is_date(column.type):
        return pc.fill_null(column.cast(pa.int32()), 0).to_numpy() - np.int32(EPOCH_DAYS)
    if pa.types.is_fixed_size_binary(column.type):
        return np.frombuffer(column.buffers()[1], f"V{column.type.byte_width}")[column.offset :][: len(column)]
    return (pc.fill_null(column, 0) if column.null_count else column).to_numpy()


def _fixed(values: Any) -> Any:  # noqa: ANN401 - as above
    width = pa.binary(values.dtype.itemsize)
    made = pa.FixedSizeBinaryArray.from_buffers(width, len(values), [None, pa.py_buffer(np.ascontiguousarray(values))])
    return made.cast(pa.binary())
