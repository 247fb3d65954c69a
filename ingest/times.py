"""Times as exports write them, to moments in UTC; never a guess."""

import re
from collections.abc import Callable
from datetime import UTC, date, datetime
from functools import lru_cache
from zoneinfo import ZoneInfo

from dateutil import parser

#: Comments on the internet are younger, and what lies beyond is a mistake of the export.
FIRST, LAST = datetime(1970, 1, 2, tzinfo=UTC), datetime(2200, 1, 1, tzinfo=UTC)
MILLISECONDS_FROM = 100_000_000_000  # as seconds this is the year 5138
MICROSECONDS_FROM = MILLISECONDS_FROM * 1_000

_HOUR = 3_600
ZONES = {
    **dict.fromkeys(("UTC", "GMT", "Z", "UT"), 0),
    "EST": -5 * _HOUR,
    "EDT": -4 * _HOUR,
    "CST": -6 * _HOUR,
    "CDT": -5 * _HOUR,
    "MST": -7 * _HOUR,
    "MDT": -6 * _HOUR,
    "PST": -8 * _HOUR,
    "PDT": -7 * _HOUR,
}
_NUMBER = re.compile(r"[+-]?\d+(\.\d+)?$")
#: YYYYMMDD, with hhmm or hhmmss: as seconds or milliseconds these would be of 1970, of 1976 or of years beyond 2500. A
#: table program writes .0 behind them.
COMPACT = re.compile(r"((?:19|20)\d\d)(\d\d)(\d\d)(?:(\d\d)(\d\d)(\d\d)?)?(?:\.0+)?$")
_ISO_WITH_PARTS = re.compile(r"\d{4}-\d{2}-\d{2}")
_CACHE = 65_536  # different times that are remembered; exports repeat themselves
#: No time is longer; a text of megabytes would be read for half a minute, and be remembered.
LONGEST_CHARACTERS = 100


class Unreadable(ValueError):
    """The sentence says why a value is no time."""


def reader(timezone: str, day_first: bool | None) -> Callable[[object], datetime | None]:
    """Make the function that reads the times of one file.

    It takes a string, a number (seconds, milliseconds or microseconds since 1970, or the digits of a day), a date or a
    datetime, and gives the moment in UTC, or None for an empty value; it raises `Unreadable`.
    """
    zone = ZoneInfo(timezone)

    @lru_cache(_CACHE)
    def read_text(value: str) -> datetime:
        return _bounded(_from_text(value, day_first), zone)

    def read(value: object) -> datetime | None:
        if isinstance(value, str):
            stripped = value.strip()
            if len(stripped) > LONGEST_CHARACTERS:
                raise Unreadable(f"{_beginning(stripped)} is no time: it has {len(stripped):,} characters.")
            return read_text(stripped) if stripped else None
        if value is None or value != value:  # noqa: PLR0124 - not a number is an empty cell
            return None
        if isinstance(value, datetime):
            return _bounded(value, zone)
        if isinstance(value, date):
            return _bounded(datetime(value.year, value.month, value.day), zone)  # noqa: DTZ001 - gets its zone there
        if isinstance(value, (int, float)) and not isinstance(value, bool):
            return _bounded(_from_number(value), zone)
        raise Unreadable(f"{_beginning(value)} is no time.")

    return read


def _beginning(value: object) -> str:
    """Name a value that may hold megabytes."""
    named = repr(value)
    return named if len(named) <= LONGEST_CHARACTERS else f"{named[:LONGEST_CHARACTERS]}…"


def _from_text(value: str, day_first: bool | None) -> datetime:
    if compact := COMPACT.match(value):
        return _from_compact(compact)
    if _NUMBER.match(value):
        return _since_1970(float(value))
    if _ISO_WITH_PARTS.match(value):
        try:
            return datetime.fromisoformat(value)
        except ValueError:
            pass  # "2015-02-24 11:35:52 PST" is for the other parser
    return _from_words(value, day_first)


def _from_number(value: float) -> datetime:
    """Read a number as the string of its digits is read."""
    if 0 < value < MICROSECONDS_FROM and value == int(value) and (compact := COMPACT.match(str(int(value)))):
        return _from_compact(compact)
    return _since_1970(value)


def _from_compact(digits: re.Match[str]) -> datetime:
    try:
        year, month, day, hour, minute, second = (int(part or 0) for part in digits.groups())
        return datetime(year, month, day, hour, minute, second)  # noqa: DTZ001 - gets its zone later
    except ValueError as error:
        raise Unreadable(f"{digits[0]!r} begins as a day, YYYYMMDD, and is no day or time of one ({error}).") from None


def _since_1970(value: float) -> datetime:
    scale = 1 if abs(value) < MILLISECONDS_FROM else 1_000 if abs(value) < MICROSECONDS_FROM else 1_000_000
    try:
        return datetime.fromtimestamp(value / scale, UTC)
    except (OverflowError, ValueError, OSError):
        raise Unreadable(f"{_beginning(value)} is no number of seconds since 1970.") from None


def _from_words(value: str, day_first: bool | None) -> datetime:
    """Read what ISO 8601 does not cover, and refuse what could be read in two ways.

    The parser fills what a text leaves out from a default, so it is asked twice with different ones: where the answers
    differ, something was left out. In the same way it is asked for day first and month first.
    """
    orders = (False, True) if day_first is None else (day_first, day_first)
    defaults = (datetime(2000, 1, 1), datetime(2001, 2, 2))  # noqa: DTZ001 - only the parts count
    try:
        first, second = (
            parser.parse(value, default=default, dayfirst=order, tzinfos=_zone_of(value))
            for default, order in zip(defaults, orders, strict=True)
        )
        other = parser.parse(value, default=defaults[0], dayfirst=orders[1], tzinfos=_zone_of(value))
    except (ValueError, OverflowError, TypeError) as error:
        raise Unreadable(f"{value!r} is no time that can be read ({error}).") from None
    if first != other:
        raise Unreadable(f"{value!r} can be read day first or month first: say which by --day-first or --month-first.")
    if first != second:
        raise Unreadable(f"{value!r} is no whole date: year, month and day have to be there.")
    return first


def _zone_of(value: str) -> Callable[[str | None, int | None], int | None]:
    def offset(name: str | None, seconds: int | None) -> int | None:
        if seconds is not None:
            return seconds
        if name is not None and name not in ZONES:
            raise Unreadable(f"{value!r} names the zone {name}, which is not known: write the offset, as +02:00.")
        return None if name is None else ZONES[name]

    return offset


def _bounded(moment: datetime, zone: ZoneInfo) -> datetime:
    try:
        in_utc = (moment if moment.tzinfo else moment.replace(tzinfo=zone)).astimezone(UTC)
    except (OverflowError, ValueError):
        raise Unreadable(f"{moment.isoformat()} is beyond what can be reckoned with.") from None
    if not FIRST <= in_utc < LAST:
        raise Unreadable(f"{in_utc:%Y-%m-%d} is before 1970 or after 2200, which no comment is.")
    return in_utc
