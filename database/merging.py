"""Merging: rows of `tallies` that count the same become one, and what sums to nothing goes."""

from datetime import date

import numpy as np
from sqlalchemy import delete, func, select
from sqlalchemy.orm import Session

from database import bulk, locks, packing
from database.tables import Tally

KEY = (Tally.model_id, Tally.batch_id, Tally.brand_id, Tally.source, Tally.day)


def merge(session: Session) -> int:
    """Merge what was written since the last time, day by day; who writes meanwhile goes on.

    Returns:
        by how many rows the table is smaller.

    """
    # Of two that merge at once the second waits here, and then finds it done.
    locks.take_turns(session, Tally)
    several = select(Tally.brand_id, Tally.day).group_by(*KEY).having(func.count() > 1).subquery()
    days = session.execute(select(several.c.brand_id, several.c.day).distinct()).all()
    return sum(_merge_day(session, brand_id, day) for brand_id, day in days)


def _merge_day(session: Session, brand_id: int, day: date) -> int:
    of_day = delete(Tally).where(Tally.brand_id == brand_id, Tally.day == day)
    gone = session.execute(of_day.returning(*KEY, Tally.slots)).all()
    keys: dict[packing.Key, int] = {}
    numbers = np.array([keys.setdefault(tuple(row[: len(KEY)]), len(keys)) for row in gone])
    entries = packing.unpacked([row.slots for row in gone])
    made = packing.summed(list(keys), entries._replace(rows=numbers[entries.rows]))
    bulk.append(session, Tally, packing.ROW_COLUMNS, made)
    return len(gone) - len(made)
