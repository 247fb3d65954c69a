"""From quarters of UTC days to a zone: each is of the same day there, of the one before or the next, and of an hour."""

from datetime import UTC, date, datetime, time, timedelta
from functools import lru_cache
from zoneinfo import ZoneInfo

import numpy as np
from numpy.typing import NDArray

from database import slots

#: shifts that there are: 0 is the day before, 1 the same, 2 the next
MOST = 3
DAY_SECONDS = 86_400
HOUR_SECONDS = 3_600


@lru_cache(maxsize=4_096)
def shifts(zone: ZoneInfo, day: date) -> NDArray[np.int64]:
    """Give the shift of each quarter of an hour of a UTC day."""
    found: NDArray[np.int64] = _seconds(zone, day) // DAY_SECONDS + 1
    return found


@lru_cache(maxsize=4_096)
def hours(zone: ZoneInfo, day: date) -> NDArray[np.int64]:
    """Give the hour, 0 to 23, that a clock in the zone shows at each quarter of an hour of a UTC day."""
    found: NDArray[np.int64] = _seconds(zone, day) % DAY_SECONDS // HOUR_SECONDS
    return found


def are_same(zone: ZoneInfo, day: date) -> bool:
    """Tell whether a UTC day is a day of the zone."""
    return bool((shifts(zone, day) == 1).all())


def shifted(day: date, shift: int) -> date:
    """Give the day in the zone."""
    return day + timedelta(days=shift - 1)


def _seconds(zone: ZoneInfo, day: date) -> NDArray[np.int64]:
    """Give the seconds from the midnight in the zone that the UTC day is named after to each of its quarters."""
    begin = datetime.combine(day, time(), UTC)
    seconds = np.arange(slots.A_DAY) * slots.SECONDS
    first, last = (_offset(zone, begin, second) for second in seconds[[0, -1]].tolist())
    # The offset is the same all day but on two days a year.
    offsets = first if first == last else np.array([_offset(zone, begin, second) for second in seconds.tolist()])
    return seconds + offsets


def _offset(zone: ZoneInfo, begin: datetime, second: int) -> int:
    offset = (begin + timedelta(seconds=second)).astimezone(zone).utcoffset()
    return 0 if offset is None else int(offset.total_seconds())
