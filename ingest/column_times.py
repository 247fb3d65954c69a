"""Times of the usual shapes, a whole column at once; what has another shape is left to `ingest.times`."""

from collections.abc import Iterator
from typing import Any, NamedTuple

import numpy as np
import numpy.typing as npt
import pyarrow as pa

from ingest import times
from ingest.arrays import Mask, parts

Numbers = npt.NDArray[np.int64]
#: One row for each place in a shape, one column for each time; a digit is its own value, other bytes are above 9.
Digits = npt.NDArray[np.uint8]

SECOND = 1_000_000  # microseconds
FIRST, LAST = (int(moment.timestamp()) * SECOND for moment in (times.FIRST, times.LAST))
#: Days from 1970 to the first of each month, up to the one after the last year.
MONTHS = np.arange("1970-01", f"{times.LAST:%Y-%m}", dtype="datetime64[M]").astype("datetime64[D]").astype(np.int64)
DAYS = np.diff(MONTHS).astype(np.int32)  # of each month
#: Seconds and milliseconds since 1970, by how many digits they have.
UNITS = {10: SECOND, 13: 1_000}
SAME = {"T": "T ", "+": "+-"}
MINUS = np.uint8(ord("-") - ord("0") & 0xFF)


class Shape(NamedTuple):
    """How a time is written: `0` is any digit, `T` also a space, `+` also a minus."""

    text: str
    clock: bool = False
    fraction: str = ""
    zone: str = ""


SHAPES = [
    Shape("0000-00-00"),
    *(
        Shape(f"0000-00-00T00:00:00{fraction}{zone}", True, fraction, zone)
        for fraction in ("", ".000", ".000000")
        for zone in ("", "Z", "+0000", "+00:00")
    ),
]
LENGTHS = sorted({*UNITS, *(len(shape.text) for shape in SHAPES)})


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
            for found, fits in _readings(_digits(content, places, rows, length), naive_is_utc=naive_is_utc):
                moments[rows[fits]] = found[fits]
                is_read[rows[fits]] = True
    return moments, is_read & _is_possible(moments)


def of_values(column: Any, *, naive_is_utc: bool) -> tuple[Numbers, Mask]:  # noqa: ANN401 - as above
    """Read seconds or milliseconds since 1970 and timestamps as `read` does; other values are left."""
    if pa.types.is_timestamp(column.type) and (column.type.tz or naive_is_utc):
        moments = np.array(column.cast(pa.timestamp("us", column.type.tz)).cast(pa.int64()).fill_null(0))
    elif pa.types.is_integer(column.type):
        numbers = column.cast(pa.int64(), safe=False).fill_null(0).to_numpy()
        is_usual = (numbers >= 0) & (numbers < times.MICROSECONDS_FROM)
        kept = np.where(is_usual, numbers, 0)
        moments = kept * np.where(kept < times.MILLISECONDS_FROM, SECOND, 1_000)
    else:
        moments = np.zeros(len(column), np.int64)
    return moments, _is_possible(moments)


def _is_possible(moments: Numbers) -> Mask:
    return (moments >= FIRST) & (moments < LAST)


def _digits(content: Digits, places: npt.NDArray[np.int32], rows: npt.NDArray[np.int64], length: int) -> Digits:
    if len(rows) == len(places) - 1:  # nothing to pick out, which is ten times as fast
        characters = content.reshape(len(rows), length).T
    else:
        characters = content[places[rows] + np.arange(length)[:, None]]
    return np.ascontiguousarray(characters) - np.uint8(ord("0"))


def _readings(digits: Digits, *, naive_is_utc: bool) -> Iterator[tuple[Numbers, Mask]]:
    """Read times in each way that their length allows; the masks exclude each other."""
    length = len(digits)
    if length in UNITS:
        yield _number(digits, np.int64) * UNITS[length], _fits(digits, "0" * length)
    for shape in SHAPES:
        if len(shape.text) == length and (naive_is_utc or shape.zone):
            moments, is_moment = _moments(digits, shape)
            yield moments, is_moment & _fits(digits, shape.text)


def _fits(digits: Digits, text: str) -> Mask:
    fits = np.ones(digits.shape[1], bool)
    for place, kind in zip(digits, text, strict=True):
        if kind == "0":
            fits &= place <= 9  # noqa: PLR2004 - a digit
        else:
            fits &= np.logical_or.reduce([place == np.uint8(ord(c) - ord("0") & 0xFF) for c in SAME.get(kind, kind)])
    return fits


def _number(digits: Digits, kind: type[np.integer[Any]] = np.int32) -> npt.NDArray[Any]:
    """Read digits as a number; of other bytes it is any."""
    number: npt.NDArray[Any] = digits[0].astype(kind)
    for place in digits[1:]:
        number *= 10
        number += place
    return number


def _moments(digits: Digits, shape: Shape) -> tuple[Numbers, Mask]:
    """Read what stands at the places of digits; the mask tells whether all parts are within their bounds."""
    year, month, day = _number(digits[:4]), _number(digits[5:7]), _number(digits[8:10])
    at = np.clip(12 * (year - 1970) + month - 1, 0, len(MONTHS) - 2)
    fits = (year >= 1970) & (year < times.LAST.year - 1) & (month >= 1) & (month <= 12)  # noqa: PLR2004 - months
    fits &= (day >= 1) & (day <= DAYS[at])
    seconds = np.zeros(len(year), np.int32)
    if shape.clock:
        hour, minute, second = _number(digits[11:13]), _number(digits[14:16]), _number(digits[17:19])
        seconds += (hour * 60 + minute) * 60 + second
        fits &= (hour < 24) & (minute < 60) & (second < 60)  # noqa: PLR2004 - of a day, an hour, a minute
    if "+" in shape.zone:
        zone = digits[len(shape.text) - len(shape.zone) :]
        hour, minute = _number(zone[1:3]), _number(zone[-2:])
        seconds -= np.where(zone[0] == MINUS, -60, 60) * (hour * 60 + minute)
        fits &= (hour < 24) & (minute < 60)  # noqa: PLR2004 - as above
    moments: Numbers = (MONTHS[at] + (day - 1)) * (86_400 * SECOND) + seconds * np.int64(SECOND)
    if shape.fraction:
        fraction = digits[20 : 19 + len(shape.fraction)]
        moments += _number(fraction) * (SECOND // 10 ** len(fraction))
    return moments, fits
