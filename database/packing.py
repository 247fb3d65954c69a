"""From comments to the rows of `tallies` and back, in arrays.

A row holds a day: its counts once as plain columns, for SQL, and once by quarter of an hour in `slots`, for days of any
zone. `slots` is a list of entries, by place: two bytes for the place, which is 7 x the quarter of the UTC day + the
number of the column, and four for the count, both little-endian; what is zero is left out. Why not a row for each
quarter: docs/decisions/0017-counts-are-kept.md.
"""

from collections.abc import Sequence
from datetime import date
from itertools import pairwise
from typing import Any, NamedTuple, Protocol

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

from database import slots

#: What is counted, in the order of `Column`.
COLUMNS = ("comments", "undated", "positive", "negative", "neutral", "skipped", "failed")
ROW_COLUMNS = ("model_id", "batch_id", "brand_id", "source", "day", *COLUMNS, "slots")
PLACES = slots.A_DAY * len(COLUMNS)
ENTRY = np.dtype([("place", "<u2"), ("count", "<i4")])
#: A key beyond would not fit into 64 bits once it is told apart by place.
MOST_KEYS = 2**62 // PLACES

Ints = NDArray[np.integer[Any]]


class Comments(NamedTuple):
    """What comments are counted by, a value for each comment; one number stands for all."""

    batch_ids: Ints | int
    brand_ids: Ints | int
    #: texts: a list, or an Arrow array, dictionary-encoded or not
    sources: Any
    slots: Ints


def rows(model_id: int | None, comments: Comments, columns: Ints, counts: Ints | None = None) -> list[tuple[Any, ...]]:
    """Make the rows that count comments.

    Args:
        model_id: what they are counted under.
        comments: what they are counted by.
        columns: of each, the number of the column of `COLUMNS` that it counts in.
        counts: of each, what it counts; default: 1.

    Returns:
        values for `ROW_COLUMNS`; nothing for what sums to nothing.

    """
    if not len(columns):
        return []
    sources = encoded(comments.sources)
    days = comments.slots // slots.A_DAY
    keys = _folded(len(columns), [comments.batch_ids, comments.brand_ids, sources.indices.to_numpy(), days])
    places = (comments.slots - days * slots.A_DAY) * len(COLUMNS) + columns
    found, first, inverse = np.unique(keys * PLACES + places, return_index=True, return_inverse=True)
    sums = np.bincount(inverse, counts).astype(np.int64)
    kept = sums != 0
    found, first, sums = found[kept], first[kept], sums[kept]
    starts = np.flatnonzero(np.diff(found // PLACES, prepend=-1))
    one_of_each = first[starts]
    return list(
        zip(
            [model_id] * len(starts),
            _of(comments.batch_ids, one_of_each),
            _of(comments.brand_ids, one_of_each),
            sources.take(pa.array(one_of_each)).to_pylist(),
            days[one_of_each].astype("datetime64[D]").tolist(),
            *_totals(starts, found % len(COLUMNS), sums),
            _packed(starts, found % PLACES, sums),
            strict=True,
        )
    )


class Row(Protocol):
    """What `opened` needs of a row of `tallies`."""

    batch_id: int
    brand_id: int
    source: str
    day: date
    slots: bytes


def opened(of_model: Sequence[Row]) -> tuple[Comments, Ints, Ints]:
    """Take rows of one version apart: what, in which column, and how many; `rows` puts them together again."""
    lengths = np.array([len(row.slots) for row in of_model], np.int64) // ENTRY.itemsize
    entries = np.frombuffer(b"".join([row.slots for row in of_model]), ENTRY)
    places = entries["place"].astype(np.int64)
    of = np.repeat(np.arange(len(of_model)), lengths)
    begins = np.array([row.day for row in of_model], "datetime64[D]").astype(np.int64) * slots.A_DAY
    batches, brands = (
        np.array([getattr(row, name) for row in of_model], np.int64) for name in ("batch_id", "brand_id")
    )
    sources = encoded([row.source for row in of_model]).take(of)
    numbers = begins[of] + places // len(COLUMNS)
    return Comments(batches[of], brands[of], sources, numbers), places % len(COLUMNS), entries["count"].astype(np.int64)


def encoded(sources: Any) -> Any:  # noqa: ANN401 - pyarrow has no types
    """Number the sources, and keep each name once."""
    array = sources if isinstance(sources, pa.Array) else pa.array(sources, pa.string())
    return array.dictionary_encode()


def _folded(length: int, columns: Sequence[Ints | int]) -> NDArray[np.int64]:
    """Make one number of several, the same where they are; those that are the same everywhere cost nothing."""
    keys, size = np.zeros(length, np.int64), 1
    for column in columns:
        if isinstance(column, int) or (low := int(column.min())) == (high := int(column.max())):
            continue
        codes, span = column.astype(np.int64) - low, high - low + 1
        if size * span > MOST_KEYS:
            # Numbered anew there are no more of each than comments.
            keys, codes = (np.unique(numbers, return_inverse=True)[1] for numbers in (keys, codes))
            size, span = int(keys.max()) + 1, int(codes.max()) + 1
        keys, size = keys * span + codes, size * span
    return keys


def _of(ids: Ints | int, chosen: NDArray[np.int64]) -> list[int]:
    found: list[int] = [ids] * len(chosen) if isinstance(ids, int) else ids[chosen].tolist()
    return found


def _totals(starts: NDArray[np.int64], columns: NDArray[np.int64], sums: NDArray[np.int64]) -> list[list[int]]:
    """Sum the entries of each row, by column."""
    row = np.repeat(np.arange(len(starts)), np.diff(starts, append=len(sums)))
    totals = np.bincount(row * len(COLUMNS) + columns, sums, len(starts) * len(COLUMNS)).astype(np.int64)
    by_column: list[list[int]] = totals.reshape(-1, len(COLUMNS)).T.tolist()
    return by_column


def _packed(starts: NDArray[np.int64], places: NDArray[np.int64], sums: NDArray[np.int64]) -> list[bytes]:
    entries = np.empty(len(sums), ENTRY)
    entries["place"], entries["count"] = places, sums
    packed = entries.tobytes()
    bounds = [*(starts * ENTRY.itemsize).tolist(), len(packed)]
    return [packed[begin:end] for begin, end in pairwise(bounds)]
