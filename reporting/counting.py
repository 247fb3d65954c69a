"""Count the comments of a scope by brand, source and day, in the brand's own time zone, under one model version."""

from collections import Counter, defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from datetime import date
from typing import Any, NamedTuple

import numpy as np
from sqlalchemy import ColumnElement, Row, func, or_, select
from sqlalchemy.orm import Session

from database import membership, packing, slots
from database.packing import Ints
from database.tables import Tally
from reporting import cancelled, days, selection
from reporting.scope import Scope
from reporting.shares import Counts

#: rows of the tallies that are added up at a time
PAGE_ROWS = 2_000


class Key(NamedTuple):
    """What comments are counted by."""

    brand: str
    source: str
    day: date


def count(session: Session, scope: Scope, model_id: int, default_timezone: str) -> dict[Key, Counts]:
    """Count a scope.

    The tallies count by quarters of an hour, and their days are found here: so a day is that of the brand's zone.
    """
    counted: dict[Key, Counts] = {}
    parts = list(selection.by_brand(session, scope, default_timezone))
    for part in parts:
        counted.update(_of_brand(session, part, model_id))
    # What has no row is pending, or cancelled.
    waiting = any(counts.pending for counts in counted.values())
    if waiting and session.scalar(select(membership.chunks_in(model_id, "cancelled"))):
        gone = cancelled.count(session, model_id, scope)
        for part in parts:
            _tell_apart(counted, _by_day(part, gone))
    return counted


def _tell_apart(counted: dict[Key, Counts], gone: Mapping[Key, int]) -> None:
    """Count as cancelled what was counted as pending."""
    for key in counted.keys() & gone.keys():
        pending = counted[key].pending
        # What was loaded since the tallies were read is not of this report.
        cancelled_ones = min(gone[key], pending)
        counted[key] = replace(counted[key], pending=pending - cancelled_ones, cancelled=cancelled_ones)


def _of_brand(session: Session, part: selection.Part, model_id: int) -> dict[Key, Counts]:
    """Add up the tallies of a brand: of what was loaded, and of what became of it under the version."""
    # Each way is one statement, which sees one moment: a score is never counted without its comment.
    wanted = wanted_of(part, model_id)
    found = _of_utc_days(session, wanted)
    if not all(days.are_same(part.zone, day) for _, day in found):
        return _of_local_days(session, wanted, part)
    return {Key(part.brand, source, day): counts_of(numbers) for (source, day), numbers in found.items()}


def _of_utc_days(session: Session, wanted: ColumnElement[bool]) -> dict[tuple[str, date], Sequence[int]]:
    """Add up by source and UTC day, in the order of `packing.COLUMNS`."""
    sums = [func.sum(getattr(Tally, name)) for name in packing.COLUMNS]
    by_day = select(Tally.source, Tally.day, *sums).where(wanted).group_by(Tally.source, Tally.day)
    return {(source, day): numbers for source, day, *numbers in session.execute(by_day)}


def _of_local_days(session: Session, wanted: ColumnElement[bool], part: selection.Part) -> dict[Key, Counts]:
    """Add up by source and day of the brand's zone, from the quarters of an hour."""
    packed = select(Tally.source, Tally.day, Tally.slots).where(wanted)
    sums: dict[Key, Ints] = defaultdict(lambda: np.zeros(len(packing.COLUMNS), np.int64))
    for page in session.execute(packed, execution_options={"yield_per": PAGE_ROWS}).partitions():
        for key, numbers in _added(part, page):
            sums[key] += numbers
    return {key: counts_of(numbers.tolist()) for key, numbers in sums.items()}


def _added(part: selection.Part, rows: Sequence[Row[Any]]) -> Iterator[tuple[Key, Ints]]:
    """Add up the entries of some tallies by source and day of the brand's zone, in the order of `packing.COLUMNS`."""
    wide = len(packing.COLUMNS)
    keys: dict[tuple[str, date], int] = {}
    numbers = np.array([keys.setdefault((row.source, row.day), len(keys)) for row in rows])
    entries = packing.unpacked([row.slots for row in rows])
    of_key = numbers[entries.rows]
    shifts = np.array([days.shifts(part.zone, day) for _, day in keys])[of_key, entries.places // wide]
    places = (of_key * days.MOST + shifts) * wide + entries.places % wide
    sums = np.bincount(places, entries.counts, len(keys) * days.MOST * wide).astype(np.int64)
    for (source, day), of_day in zip(keys, sums.reshape(len(keys), days.MOST, wide), strict=True):
        for shift in np.flatnonzero(of_day.any(axis=1)).tolist():
            local = days.shifted(day, shift)
            if part.scope.holds(local):
                yield Key(part.brand, source, local), of_day[shift]


def wanted_of(part: selection.Part, model_id: int) -> ColumnElement[bool]:
    """Say which tallies count a part: those of what was loaded, and of what became of it under a version."""
    return part.tallies() & or_(Tally.model_id.is_(None), Tally.model_id == model_id)


def counts_of(numbers: Sequence[int]) -> Counts:
    """Make counts of sums in the order of `packing.COLUMNS`; what is cancelled is counted as pending."""
    counts = Counts(**dict(zip(packing.COLUMNS, numbers, strict=True)))
    return replace(counts, pending=counts.comments - counts.scored - counts.skipped - counts.failed)


def _by_day(part: selection.Part, gone: Mapping[cancelled.Key, int]) -> Mapping[Key, int]:
    """Add up what is cancelled of a brand by source and day of its zone."""
    found: Counter[Key] = Counter()
    for (brand_id, source, slot), number in gone.items():
        day = slots.begin(slot).astimezone(part.zone).date()
        if brand_id == part.brand_id and part.scope.source in {None, source} and part.scope.holds(day):
            found[Key(part.brand, source, day)] += number
    return found
