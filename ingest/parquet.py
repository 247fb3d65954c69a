"""Parquet: rows in batches, so that memory does not grow with the file."""

from collections.abc import Iterator
from functools import cached_property, partial
from itertools import islice
from typing import Any, BinaryIO

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from pyarrow import parquet

from ingest import json_rows, pieces, repetition
from ingest.pieces import Columns, Piece
from ingest.rows import Broken, Raw
from settings import errors

BATCH_ROWS = 10_000
#: Rows of long texts come fewer at once.
BATCH_BYTES = 1 << 26


def open_file(file: BinaryIO, place: str) -> "ParquetSource":
    """Open a Parquet file.

    Raises:
        errors.UnreadableFile: it is damaged, or none.

    """
    try:
        return ParquetSource(file, place)
    except (pa.ArrowException, OSError) as error:
        raise errors.UnreadableFile(f"{place} is no whole Parquet file: {_first_line(error)}.") from None


class ParquetSource:
    """A Parquet file; nested values become columns named with dots."""

    def __init__(self, file: BinaryIO, place: str) -> None:
        self._file, self._opened, self._place = file, parquet.ParquetFile(file), place

    def columns(self) -> list[str]:
        """Name its columns, those in nested values by the first rows."""
        schema = self._opened.schema_arrow
        nested = any(pa.types.is_struct(field.type) for field in schema)
        return pieces.names(islice(self.rows(), pieces.FIRST_ROWS)) if nested else list(schema.names)

    def rows(self) -> Iterator[Raw | Broken]:
        """Give the rows one by one."""
        for batch in self._batches():
            yield from _rows(batch)

    def pieces(self) -> Iterator[Piece]:
        """Give the same rows piece by piece."""
        for batch in self._batches():
            values = _values(batch)
            if values is None:
                yield from pieces.of_rows(_rows(batch), BATCH_ROWS)
            else:
                columns = Columns(values, np.arange(len(batch)), None)
                yield Piece(len(batch), [columns], partial(_row, batch))

    @cached_property
    def _batch_rows(self) -> int:
        longest = repetition.longest_row(self._file, self._opened.metadata)
        return max(1, min(BATCH_ROWS, BATCH_BYTES // max(1, longest)))

    def _batches(self) -> Iterator[Any]:
        try:
            for batch in self._opened.iter_batches(self._batch_rows, use_threads=False):
                if len(batch):
                    yield _in_microseconds(batch)
        except (pa.ArrowException, OSError) as error:
            raise errors.UnreadableFile(f"{self._place} is damaged: {_first_line(error)}.") from None


def _in_microseconds(batch: Any) -> Any:  # noqa: ANN401 - pyarrow ships no types
    """Cut nanoseconds, which neither Python nor a database has."""
    for i, field in enumerate(batch.schema):
        if pa.types.is_timestamp(field.type) and field.type.unit == "ns":
            column = batch.column(i).cast(pa.timestamp("us", field.type.tz), safe=False)
            batch = batch.set_column(i, field.name, column)
    return batch


def _rows(batch: Any) -> Iterator[Raw | Broken]:  # noqa: ANN401 - as above
    try:
        rows = batch.to_pylist()
    except (ValueError, OverflowError):  # one value is enough
        yield from (_row(batch, place) for place in range(len(batch)))
        return
    for values in rows:
        yield Raw(None, json_rows.flat(values))


def _row(batch: Any, place: int) -> Raw | Broken:  # noqa: ANN401 - as above
    try:
        [values] = batch.slice(place, 1).to_pylist()
    except UnicodeDecodeError as error:
        return Broken(None, "encoding", f"The row holds bytes that are no character: {error}.")
    except (ValueError, OverflowError) as error:
        return Broken(None, "time", f"The row holds a time that cannot be: {error}.")
    return Raw(None, json_rows.flat(values))


def _values(batch: Any) -> dict[str, Any] | None:  # noqa: ANN401 - as above
    """Give the columns of a batch, None where its rows have to be read one by one."""
    names = batch.schema.names
    if len(set(names)) < len(names) or any(pa.types.is_struct(field.type) for field in batch.schema):
        return None
    try:
        return {name: _column(column) for name, column in zip(names, batch.columns, strict=True)}
    except (ValueError, OverflowError):
        return None


def _column(column: Any) -> Any:  # noqa: ANN401 - as above
    """Give an array of strings, whole numbers, flags or times, else a list; raises where `to_pylist` would."""
    kind, types = column.type, pa.types
    if types.is_dictionary(kind):
        return _column(column.dictionary_decode())
    if types.is_string(kind) or types.is_large_string(kind) or types.is_string_view(kind) or types.is_null(kind):
        column.validate(full=True)
        return column.cast(pa.string())
    if types.is_timestamp(kind) or types.is_date(kind):
        pc.min_max(column).as_py()
        return column
    return column if types.is_integer(kind) or types.is_boolean(kind) else column.to_pylist()


def _first_line(error: Exception) -> str:
    return str(error).splitlines()[0].rstrip(".") if str(error) else type(error).__name__
