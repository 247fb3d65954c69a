"""Times of the usual shapes, a whole column at once; what has another shape is left to `ingest.times`."""

from collections.abc import Iterator
from typing import Any

import numpy as np
import numpy.typing as npt
import pyarrow as pa

from ingest import times
from ingest.arrays import Mask, parts

Numbers = npt.NDArray[np.int64]
#: One row for each place in a shape, one column for each time.
Characters = npt.NDArray[np.uint8]

SECOND = 1_000_000  # microseconds
FIRST, LAST = (int(moment.timestamp()) * SECOND for moment in (times.FIRST, times.LAST))
#: Days from 1970 to the first of each month, up to the one after the last year.
MONTHS = np.arange("1970-01", f"{times.LAST:%Y-%m}", dtype="datetime64[M]").astype("datetime64[D]").astype(np.int64)
DAYS = np.diff(MONTHS).astype(np.int32)  # of each month
#: Seconds and milliseconds since 1970, by how many digits they have.
UNITS = {10: SECOND, 13: 1_000}
#: Numbers, the first and the one after the last, whose digits `times.COMPACT` takes for a day, or for one with its hour
#: and minute; those with its second are no milliseconds that can be.
COMPACT = [(19_000_000 * more, 21_000_000 * more) for more in (1, 10_000)]
#: Year, month and its name, day and its name, hour, minute, second, fraction, zone; `T` is also a space.
SHAPES = (
    "YYYY-MM-DD",
    *(f"YYYY-MM-DDThh:mm:ss{f}{z}" for f in ("", ".fff", ".ffffff") for z in ("", "Z", "+HHNN", "+HH:NN")),
    "AAA BBB DD hh:mm:ss +HHNN YYYY",
)
DIGITS = "YMDhmsfHN"
SIGNS = {"T": b"T ", "+": b"+-"}
MONTH_NAMES = b"JanFebMarAprMayJunJulAugSepOctNovDec"
DAY_NAMES = b"MonTueWedThuFriSatSun"
LENGTHS = sorted({*UNITS, *map(len, SHAPES)})


def read(column: Any, *, naive_is_utc: bool) -> tuple[Numbers, Mask]:  # noqa: ANN401 - pyarrow ships no types
    """Read the times that have one of the shapes, and are such as `ingest.times` takes.

    Args:
        column: strings without blanks at their ends, a `pyarrow.StringArray`.
        naive_is_utc: whether a time without a zone is in UTC; if not, it is left.

    Returns:
        microseconds since 1970 in UTC, and which of them were read.

    """
    places, content = parts(column)
    lengths = np.diff(places)
    moments, is_read = np.zeros(len(column), np.int64), np.zeros(len(column), bool)
    for length in LENGTHS:
        rows = np.flatnonzero(lengths == length)
        if rows.size:
            for found, fits in _readings(_characters(content, places, rows, length), naive_is_utc=naive_is_utc):
                moments[rows[fits]] = found[fits]
                is_read[rows[fits]] = True
    return moments, is_read & _is_possible(moments)


def of_values(column: Any, *, naive_is_utc: bool) -> tuple[Numbers, Mask]:  # noqa: ANN401 - as above
    """Read seconds or milliseconds since 1970 and timestamps as `read` does; other values are left."""
    moments = np.zeros(len(column), np.int64)
    if pa.types.is_timestamp(column.type) and (column.type.tz or naive_is_utc):
        moments = np.array(column.cast(pa.timestamp("us", column.type.tz)).cast(pa.int64()).fill_null(0))
    elif pa.types.is_integer(column.type):
        numbers = column.cast(pa.int64(), safe=False).fill_null(0).to_numpy()
        is_compact = np.logical_or.reduce([(numbers >= first) & (numbers < end) for first, end in COMPACT])
        kept = np.where((numbers >= 0) & (numbers < times.MICROSECONDS_FROM) & ~is_compact, numbers, 0)
        moments = kept * np.where(kept < times.MILLISECONDS_FROM, SECOND, 1_000)
    return moments, _is_possible(moments)


def _is_possible(moments: Numbers) -> Mask:
    return (moments >= FIRST) & (moments < LAST)


def _characters(content: Characters, places: npt.NDArray[np.int32], rows: Numbers, length: int) -> Characters:
    if len(rows) == len(places) - 1:  # nothing to pick out, which is ten times as fast
        return np.ascontiguousarray(content.reshape(len(rows), length).T)
    picked: Characters = content[places[rows] + np.arange(length)[:, None]]
    return picked


def _readings(characters: Characters, *, naive_is_utc: bool) -> Iterator[tuple[Numbers, Mask]]:
    """Read times in each way that their length allows; the masks exclude each other."""
    length = len(characters)
    if length in UNITS:
        yield _number(characters, np.int64) * UNITS[length], _fits(characters, "Y" * length)
    for shape in SHAPES:
        if len(shape) == length and (naive_is_utc or shape[-1] == "Z" or "+" in shape):
            moments, is_moment = _moments(characters, shape)
            yield moments, is_moment & _fits(characters, shape)


def _fits(characters: Characters, shape: str) -> Mask:
    """Tell which have digits where the shape has some, and its signs."""
    fits = np.ones(characters.shape[1], bool)
    for place, kind in zip(characters, shape, strict=True):
        if kind in DIGITS:
            fits &= place - np.uint8(ord("0")) <= 9  # noqa: PLR2004 - a digit
        elif kind not in "AB":
            fits &= np.logical_or.reduce([place == sign for sign in SIGNS.get(kind, kind.encode())])
    return fits


def _number(characters: Characters, kind: type[np.integer[Any]] = np.int32) -> npt.NDArray[Any]:
    """Read digits as a number; of other characters it is any, and of none it is 0."""
    number = np.zeros(characters.shape[1], kind)
    for place in characters:
        number *= 10
        number += place - np.uint8(ord("0"))
    return number


def _name(characters: Characters, names: bytes) -> npt.NDArray[np.int32]:
    """Find names of three letters: 1 is the first, 0 is none."""
    number = np.zeros(characters.shape[1], np.int32)
    for i in range(0, len(names), 3):
        first, second, third = names[i : i + 3]
        number[(characters[0] == first) & (characters[1] == second) & (characters[2] == third)] = i // 3 + 1
    return number


def _moments(characters: Characters, shape: str) -> tuple[Numbers, Mask]:
    """Read the parts of a shape; the mask tells whether all are within their bounds."""

    def at(kind: str) -> Characters:  # nothing where the shape has none
        return characters[shape.find(kind) :][: shape.count(kind)]

    year, day, hour, minute, second, fraction, zone_hour, zone_minute = (_number(at(kind)) for kind in "YDhmsfHN")
    month = _name(at("B"), MONTH_NAMES) if "B" in shape else _number(at("M"))
    index = np.clip(12 * (year - 1970) + month - 1, 0, len(DAYS) - 1)
    fits = (year >= 1970) & (year < times.LAST.year - 1) & (month >= 1) & (month <= 12)  # noqa: PLR2004 - months
    fits &= (day >= 1) & (day <= DAYS[index]) & (hour < 24) & (minute < 60) & (second < 60)  # noqa: PLR2004 - of a day
    fits &= (zone_hour < 24) & (zone_minute < 60)  # noqa: PLR2004 - as above
    if "A" in shape:
        fits &= _name(at("A"), DAY_NAMES) > 0
    west = (at("+") == ord("-")).any(axis=0)
    zone = np.where(west, -60, 60) * (zone_hour * 60 + zone_minute)
    seconds = (MONTHS[index] + (day - 1)) * 86_400 + ((hour * 60 + minute) * 60 + second - zone)
    moments: Numbers = seconds * SECOND + fraction * 10 ** (6 - shape.count("f"))
    return moments, fits
