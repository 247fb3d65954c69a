"""Count the comments of a scope by brand, source and day, in the brand's own time zone, under one model version."""

from collections import Counter, defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from datetime import date
from typing import Any, NamedTuple

import numpy as np
from sqlalchemy import Row, or_, select
from sqlalchemy.orm import Session

from database import membership, packing, slots
from database.packing import Ints
from database.tables import Brand, Tally
from reporting import cancelled, selection
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
            for key, number in _by_day(part, gone).items():
                counts = counted[key]
                counted[key] = replace(counts, pending=counts.pending - number, cancelled=number)
    return counted


def zones(session: Session, default_timezone: str) -> dict[str, str]:
    """Name the time zone of each brand."""
    return {name: zone or default_timezone for name, zone in session.execute(select(Brand.name, Brand.timezone))}


def _of_brand(session: Session, part: selection.Part, model_id: int) -> dict[Key, Counts]:
    """Add up the tallies of a brand: of what was loaded, and of what became of it under the version."""
    of_model = or_(Tally.model_id.is_(None), Tally.model_id == model_id)
    columns = (Tally.batch_id, Tally.brand_id, Tally.source, Tally.day, Tally.slots)
    # One statement, since one sees one moment: a score is never counted without its comment.
    found = session.execute(
        select(*columns).where(part.tallies(), of_model), execution_options={"yield_per": PAGE_ROWS}
    )
    sums: dict[Key, Ints] = defaultdict(lambda: np.zeros(len(packing.COLUMNS), np.int64))
    for page in found.partitions():
        for key, numbers in _added(part, page):
            sums[key] += numbers
    return {key: _counts(**dict(zip(packing.COLUMNS, numbers.tolist(), strict=True))) for key, numbers in sums.items()}


def _added(part: selection.Part, rows: Sequence[Row[Any]]) -> Iterator[tuple[Key, Ints]]:
    """Add up the entries of some tallies by source and day of the brand's zone, in the order of `packing.COLUMNS`."""
    comments, columns, counts = packing.opened(rows)
    numbers, of_slot = np.unique(comments.slots, return_inverse=True)
    days = np.array([_day(part, number) or 0 for number in numbers.tolist()])[of_slot]
    sources = comments.sources.dictionary.to_pylist()
    keys, of_key = np.unique(days * len(sources) + comments.sources.indices.to_numpy(), return_inverse=True)
    wide = len(packing.COLUMNS)
    sums = np.bincount(of_key * wide + columns, counts, len(keys) * wide).astype(np.int64).reshape(-1, wide)
    for key, added in zip(keys.tolist(), sums, strict=True):
        day, source = divmod(key, len(sources))
        if day:
            yield Key(part.brand, sources[source], date.fromordinal(day)), added


def _day(part: selection.Part, slot: int) -> int | None:
    """Number the day that a slot is of in the brand's zone; None where the scope does not hold it."""
    day = slots.begin(slot).astimezone(part.zone).date()
    scope = part.scope
    outside = (scope.first_day and day < scope.first_day) or (scope.last_day and day > scope.last_day)
    return None if outside else day.toordinal()


def _counts(**numbers: int) -> Counts:
    counts = Counts(**numbers)
    return replace(counts, pending=counts.comments - counts.scored - counts.skipped - counts.failed)


def _by_day(part: selection.Part, gone: Mapping[cancelled.Key, int]) -> Mapping[Key, int]:
    """Add up what is cancelled of a brand by source and day of its zone."""
    found: Counter[Key] = Counter()
    for (brand_id, source, slot), number in gone.items():
        day = _day(part, slot) if brand_id == part.brand_id else None
        if day and part.scope.source in {None, source}:
            found[Key(part.brand, source, date.fromordinal(day))] += number
    return found
