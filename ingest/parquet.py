"""Parquet: rows in batches, so that memory does not grow with the file."""

from collections.abc import Iterator
from typing import Any, BinaryIO

import pyarrow as pa
from pyarrow import parquet

from ingest import json_rows
from ingest.rows import Raw
from settings import errors

BATCH_ROWS = 10_000


def open_file(file: BinaryIO, place: str) -> Any:  # noqa: ANN401 - pyarrow ships no types
    """Open a Parquet file.

    Raises:
        errors.UnreadableFile: it is damaged, or none.

    """
    try:
        return parquet.ParquetFile(file)
    except (pa.ArrowException, OSError) as error:
        raise errors.UnreadableFile(f"{place} is no whole Parquet file: {_first_line(error)}.") from None


def rows(opened: Any, place: str) -> Iterator[Raw]:  # noqa: ANN401 - as above
    """Read its rows; nested values become columns named with dots."""
    try:
        for batch in opened.iter_batches(BATCH_ROWS):
            for values in batch.to_pylist():
                yield Raw(None, dict(json_rows.flat(values)))
    except (pa.ArrowException, OSError, UnicodeDecodeError) as error:
        raise errors.UnreadableFile(f"{place} is damaged: {_first_line(error)}.") from None


def _first_line(error: Exception) -> str:
    return str(error).splitlines()[0].rstrip(".") if str(error) else type(error).__name__
