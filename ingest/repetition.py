"""How long a row of a Parquet file can be: what a file says once and repeats takes memory for each time it is read.

A dictionary holds each text once, and delta encoding what a text shares with the one before: twenty kilobytes of file
can stand for rows of ten megabytes each.
"""

from collections.abc import Iterator
from itertools import chain
from typing import Any, BinaryIO

import pyarrow as pa
import pyarrow.compute as pc
from pyarrow import parquet

TEXT = "BYTE_ARRAY"
DELTA = "DELTA_BYTE_ARRAY"
#: Rows that are read to see a dictionary: a column's first values may all be null.
LOOKED_AT = 1_000
#: A column of fewer bytes has no long texts, and need not be read to know it: of 100,000 columns that took 10 s.
SHORT_BYTES = 1 << 10


def longest_row(file: BinaryIO, metadata: Any) -> int:  # noqa: ANN401 - pyarrow ships no types
    """Give the bytes that a row of this file can take, at most, or on average where its texts are written in full."""
    groups = ((place, metadata.row_group(place)) for place in range(metadata.num_row_groups))
    full = ((place, group) for place, group in groups if group.num_rows)
    return max((_written(group) + _repeated(file, place, group) for place, group in full), default=0)


def _written(group: Any) -> int:  # noqa: ANN401 - as above
    return int(group.total_byte_size // group.num_rows)


def _repeated(file: BinaryIO, place: int, group: Any) -> int:  # noqa: ANN401 - as above
    """Sum, over the columns that repeat texts, the longest text times how many of them a row has on average."""
    columns = [column for column in map(group.column, range(group.num_columns)) if column.physical_type == TEXT]
    repeating = [column for column in columns if column.has_dictionary_page or DELTA in column.encodings]
    looked_into = [column for column in repeating if _can_tell(column)]
    others = [column for column in repeating if not _can_tell(column)]
    lengths = [*_longest(file, place, looked_into), *map(_all, others)]
    found = zip([*looked_into, *others], lengths, strict=True)
    return sum(length * -(-column.num_values // group.num_rows) for column, length in found)


def _can_tell(column: Any) -> bool:  # noqa: ANN401 - as above
    """Tell whether a column's dictionary says more of its longest text than its size does."""
    return DELTA not in column.encodings and _all(column) > SHORT_BYTES


def _longest(file: BinaryIO, place: int, columns: list[Any]) -> list[int]:
    """Give the length of the longest text in the dictionary of each column."""
    if not columns:
        return []
    paths = [column.path_in_schema for column in columns]
    opened = parquet.ParquetFile(file, read_dictionary=paths)
    batch = next(opened.iter_batches(LOOKED_AT, row_groups=[place], columns=paths, use_threads=False))
    seen = list(chain.from_iterable(map(_dictionaries, batch.columns)))
    if len(seen) < len(columns):  # decimals are written as texts and not read as such
        return list(map(_all, columns))
    return [_length(dictionary) or _all(column) for dictionary, column in zip(seen, columns, strict=True)]


def _length(texts: Any) -> int | None:  # noqa: ANN401 - as above
    return pc.max(pc.binary_length(texts)).as_py()  # type: ignore[no-any-return]


def _all(column: Any) -> int:  # noqa: ANN401 - as above
    """Give the bytes that a column holds: no text is longer."""
    return int(column.total_uncompressed_size)


def _dictionaries(array: Any) -> Iterator[Any]:  # noqa: ANN401 - as above
    """Give the dictionaries in an array, in the order of the file's columns."""
    if pa.types.is_dictionary(array.type):
        yield array.dictionary
    elif pa.types.is_struct(array.type):
        yield from chain.from_iterable(map(_dictionaries, array.flatten()))
    elif pa.types.is_nested(array.type):
        yield from _dictionaries(array.values)
