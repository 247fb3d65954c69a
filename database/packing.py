"""From comments to the rows of `tallies` and back, in arrays.

A row holds a day: its counts once as plain columns, for SQL, and once by quarter of an hour in `slots`, for days of any
zone. `slots` is a list of entries, by place: two bytes for the place, which is 7 x the quarter of the UTC day + the
number of the column, and four for the count, both little-endian; what is zero is left out. Why not a row for each
quarter: docs/decisions/0017-counts-are-kept.md.
"""

from collections.abc import Sequence
from itertools import pairwise
from typing import Any, NamedTuple

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
Key = tuple[Any, ...]
Row = tuple[Any, ...]


class Comments(NamedTuple):
    """What comments are counted by, a value for each comment; one number stands for all."""

    batch_ids: Ints | int
    brand_ids: Ints | int
    #: texts: a list, or an Arrow array, dictionary-encoded or not
    sources: Any
    slots: Ints


def take(comments: Comments, places: NDArray[np.integer[Any]]) -> Comments:
    """Give the comments at these places."""
    batches, brands = (ids if isinstance(ids, int) else ids[places] for ids in comments[:2])
    return Comments(batches, brands, encoded(comments.sources).take(places), comments.slots[places])


class Entries(NamedTuple):
    """What is packed into `slots`, a value for each entry."""

    #: which row it is of
    rows: Ints
    places: Ints
    counts: Ints


def counted(model_id: int | None, comments: Comments, columns: Ints, counts: Ints | None = None) -> list[Row]:
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
    starts = _starts(found)
    one = first[starts]
    columns_of_key = (
        [model_id] * len(one),
        _of(comments.batch_ids, one),
        _of(comments.brand_ids, one),
        sources.take(pa.array(one)).to_pylist(),
        days[one].astype("datetime64[D]").tolist(),
    )
    return list(zip(*columns_of_key, *_values(starts, found % PLACES, sums), strict=True))


def summed(keys: Sequence[Key], entries: Entries) -> list[Row]:
    """Make one row of the entries of each key: `ROW_COLUMNS` up to `day`; nothing for what sums to nothing."""
    every = np.bincount(entries.rows * PLACES + entries.places, entries.counts, len(keys) * PLACES).astype(np.int64)
    found = np.flatnonzero(every)
    starts = _starts(found)
    values = zip(*_values(starts, found % PLACES, every[found]), strict=True)
    return [(*keys[i], *of_key) for i, of_key in zip((found[starts] // PLACES).tolist(), values, strict=True)]


def unpacked(packed: Sequence[bytes]) -> Entries:
    """Take the `slots` of rows apart."""
    found = np.frombuffer(b"".join(packed), ENTRY)
    lengths = np.fromiter(map(len, packed), np.int64, len(packed)) // ENTRY.itemsize
    rows = np.repeat(np.arange(len(packed)), lengths)
    return Entries(rows, found["place"].astype(np.int64), found["count"].astype(np.int64))


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


def _starts(found: Ints) -> Ints:
    """Give where a new row begins; `found` are numbers of rows and places."""
    return np.flatnonzero(np.diff(found // PLACES, prepend=-1))


def _values(starts: Ints, places: Ints, sums: Ints) -> tuple[Sequence[Any], ...]:
    """Give what rows hold besides their key, column by column: the sum of each of `COLUMNS`, and `slots`."""
    row = np.repeat(np.arange(len(starts)), np.diff(starts, append=len(sums)))
    totals = np.bincount(row * len(COLUMNS) + places % len(COLUMNS), sums, len(starts) * len(COLUMNS))
    entries = np.empty(len(sums), ENTRY)
    entries["place"], entries["count"] = places, sums
    packed = entries.tobytes()
    bounds = [*(starts * ENTRY.itemsize).tolist(), len(packed)]
    by_column = totals.astype(np.int64).reshape(-1, len(COLUMNS)).T.tolist()
    return *by_column, [packed[begin:end] for begin, end in pairwise(bounds)]
