"""Where to read some comments of a part so that they stand for all: slices of its time with as many comments each."""

from collections.abc import Sequence
from datetime import datetime
from typing import NamedTuple

import numpy as np
from sqlalchemy import ColumnElement, and_, select, true
from sqlalchemy.orm import Session

from database import packing, slots
from database.packing import Ints
from database.tables import Comment, Tally
from reporting.selection import Part

SLICES = 25  # of a period: each costs a look into the index, 5 ms, and as much to ask for


class Slice(NamedTuple):
    """Comments of a part from a moment on and before another, and how many of them to read."""

    begin: datetime | None
    end: datetime | None
    most: int

    def comments(self) -> ColumnElement[bool]:
        """Say which comments it holds."""
        return and_(
            Comment.counted_at >= self.begin if self.begin else true(),
            Comment.counted_at < self.end if self.end else true(),
        )


def of_part(session: Session, part: Part, most: int) -> Sequence[Slice]:
    """Cut a part into slices of which `most` comments in all are to be read; one slice where it holds no more."""
    numbers, counts = _by_slot(session, part)
    total = int(counts.sum())
    if total <= most:
        return [Slice(None, None, most)]
    before = np.cumsum(counts) - counts
    starts = np.unique(np.searchsorted(before, np.arange(SLICES) * total / SLICES))
    starts = starts[starts < len(numbers)]
    begins = [slots.begin(number) for number in numbers[starts].tolist()]
    parts = np.add.reduceat(counts, starts)
    limits = np.ceil(most * parts / total).astype(int).tolist()
    return [Slice(*one) for one in zip(begins, [*begins[1:], None], limits, strict=True)]


def _by_slot(session: Session, part: Part) -> tuple[Ints, Ints]:
    """Count the comments of a part by quarter of an hour: the numbers of those that hold some, in order, and counts."""
    loaded = select(Tally.day, Tally.slots).where(part.tallies(), Tally.model_id.is_(None))
    rows = session.execute(loaded).all()
    entries = packing.unpacked([row.slots for row in rows])
    first = slots.of(np.array([row.day for row in rows], "datetime64[D]"))
    is_comments = entries.places % len(packing.COLUMNS) == packing.COLUMNS.index("comments")
    of_slot = first[entries.rows[is_comments]] + entries.places[is_comments] // len(packing.COLUMNS)
    numbers, place = np.unique(of_slot, return_inverse=True)
    counts = np.bincount(place, entries.counts[is_comments], len(numbers)).astype(np.int64)
    # Tallies are of UTC days, whose ends may lie beyond the part.
    begin, end = part.scope.moments(part.zone)
    held = counts > 0
    held &= numbers >= (_slot(begin) if begin else -np.inf)
    held &= numbers < (_slot(end) if end else np.inf)
    return numbers[held], counts[held]


def _slot(moment: datetime) -> int:
    return int(moment.timestamp()) // slots.SECONDS
