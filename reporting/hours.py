"""When people talk: the comments of a brand by hour of its own clock and by weekday."""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
from sqlalchemy import Row, select

from database import packing
from database.packing import Ints
from database.tables import Tally
from reporting import counting, days
from reporting.counting import PAGE_ROWS, Key
from reporting.evidence import Evidence
from reporting.selection import Part
from reporting.shares import Counts

A_DAY = 24
WEEKDAYS = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")
SHOWN = (
    *("comments", "scored", "positive", "negative", "neutral"),
    *("positive_share", "negative_share", "neutral_share", "net_sentiment"),
)
_WIDE = len(packing.COLUMNS)


def of_part(evidence: Evidence, part: Part) -> list[dict[str, Any]]:
    """Count a part by hour of the brand's clock: 24 times `hour`, counts and shares."""
    packed = select(Tally.day, Tally.slots).where(counting.wanted_of(part, evidence.model.id))
    sums = np.zeros((A_DAY, _WIDE), np.int64)
    for page in evidence.session.execute(packed, execution_options={"yield_per": PAGE_ROWS}).partitions():
        sums += _added(part, page)
    return [{"hour": hour, **_shown(counting.counts_of(sums[hour].tolist()))} for hour in range(A_DAY)]


def by_weekday(counted: Mapping[Key, Counts]) -> list[dict[str, Any]]:
    """Add counts up by weekday, Monday first: seven times `weekday`, counts and shares."""
    sums: dict[int, Counts] = defaultdict(Counts)
    for key, counts in counted.items():
        sums[key.day.weekday()] += counts
    return [{"weekday": name, **_shown(sums[number])} for number, name in enumerate(WEEKDAYS)]


def _added(part: Part, rows: Sequence[Row[Any]]) -> Ints:
    """Add up the entries of some tallies: an array (hours, `packing.COLUMNS`)."""
    numbers: dict[Any, int] = {}
    of_row = np.array([numbers.setdefault(row.day, len(numbers)) for row in rows])
    entries = packing.unpacked([row.slots for row in rows])
    day, quarter = of_row[entries.rows], entries.places // _WIDE
    shifts = np.array([days.shifts(part.zone, one) for one in numbers])[day, quarter]
    hours = np.array([days.hours(part.zone, one) for one in numbers])[day, quarter]
    # Tallies are of UTC days: those at the ends hold quarters of days that are not of the part.
    held = np.array([[part.scope.holds(days.shifted(one, shift)) for shift in range(days.MOST)] for one in numbers])
    kept = held[day, shifts]
    places = hours[kept] * _WIDE + entries.places[kept] % _WIDE
    return np.bincount(places, entries.counts[kept], A_DAY * _WIDE).astype(np.int64).reshape(A_DAY, _WIDE)


def _shown(counts: Counts) -> dict[str, Any]:
    found = counts.as_json()
    return {name: found[name] for name in SHOWN}
