"""From quarters of UTC days to days of a zone: each is of the same day there, of the one before or of the next."""

from datetime import UTC, date, datetime, time, timedelta
from functools import lru_cache
from zoneinfo import ZoneInfo

import numpy as np
from numpy.typing import NDArray

from database import slots

#: shifts that there are: 0 is the day before, 1 the same, 2 the next
MOST = 3
DAY_SECONDS = 86_400


@lru_cache(maxsize=4_096)
def shifts(zone: ZoneInfo, day: date) -> NDArray[np.int64]:
    """Give the shift of each quarter of an hour of a UTC day."""
    begin = datetime.combine(day, time(), UTC)
    seconds = np.arange(slots.A_DAY) * slots.SECONDS
    first, last = (_offset(zone, begin, second) for second in seconds[[0, -1]].tolist())
    # The offset is the same all day but on two days a year.
    offsets = first if first == last else np.array([_offset(zone, begin, second) for second in seconds.tolist()])
    found: NDArray[np.int64] = (seconds + offsets) // DAY_SECONDS + 1
    return found


def are_same(zone: ZoneInfo, day: date) -> bool:
    """Tell whether a UTC day is a day of the zone."""
    return bool((shifts(zone, day) == 1).all())


def shifted(day: date, shift: int) -> date:
    """Give the day in the zone."""
    return day + timedelta(days=shift - 1)


def _offset(zone: ZoneInfo, begin: datetime, second: int) -> int:
    offset = (begin + timedelta(seconds=second)).astimezone(zone).utcoffset()
    return 0 if offset is None else int(offset.total_seconds())
