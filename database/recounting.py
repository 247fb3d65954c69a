"""Recounting: count everything from the comments themselves, and put the tallies right where they say another thing."""

import heapq
from collections.abc import Iterator
from datetime import date
from typing import Any, NamedTuple

import numpy as np
from sqlalchemy import (
    CompoundSelect,
    Integer,
    Row,
    Select,
    Subquery,
    case,
    cast,
    func,
    literal_column,
    null,
    select,
    union_all,
)
from sqlalchemy.orm import Session

from database import bulk, locks, merging, packing, slots
from database.tables import Comment, Correction, Score, Tally, Unscored
from database.tallies import COMMENTS, FAILED, NEGATIVE, NEUTRAL, POSITIVE, SKIPPED, UNDATED

#: rows that are read at a time
PAGE_ROWS = 5_000
#: rows that are compared at a time, a brand's day more
PART_ROWS = 20_000
_EPOCH_DAY = 719_163  # 1970-01-01, as `date.toordinal` counts


class Recount(NamedTuple):
    """What was found to be different, and was put right."""

    #: a version, batch, brand, source and day each
    rows: int
    #: by how much more of each there is than the tallies said
    more: dict[str, int]


def recount(session: Session) -> Recount:
    """Count everything anew; who wants to write waits meanwhile."""
    # Who has written his rows is waited for and seen; who has still to write down his counts does so afterwards.
    locks.shut_out(session, Tally)
    rows, more = 0, np.zeros(len(packing.COLUMNS), np.int64)
    for part in _parts(session):
        made = _difference(part)
        bulk.append(session, Tally, packing.ROW_COLUMNS, made)
        rows += len(made)
        more += np.array([row[len(merging.KEY) : -1] for row in made], np.int64).sum(axis=0)
    merging.merge(session)
    return Recount(rows, dict(zip(packing.COLUMNS, more.tolist(), strict=True)))


def _parts(session: Session) -> Iterator[list[Row[Any]]]:
    """Give what is counted now, and what the tallies say, side by side, whole days of a brand at a time."""
    newest = session.scalar(select(func.coalesce(func.max(Tally.id), 0)))
    kept = select(*merging.KEY, Tally.slots).where(Tally.id <= newest).order_by(Tally.brand_id, Tally.day)
    both = (_read(session, statement) for statement in (_counted(), kept))
    part: list[Row[Any]] = []
    for row in heapq.merge(*both, key=_place):
        if len(part) >= PART_ROWS and _place(row) != _place(part[-1]):
            yield part
            part = []
        part.append(row)
    if part:
        yield part


def _read(session: Session, statement: Select[Any] | CompoundSelect[Any]) -> Iterator[Row[Any]]:
    yield from session.execute(statement, execution_options={"yield_per": PAGE_ROWS})


def _place(row: Row[Any]) -> tuple[int, date]:
    return row.brand_id, _day(row)


def _day(row: Row[Any]) -> date:
    return row.day if "day" in row._fields else date.fromordinal(_EPOCH_DAY + row.slot // slots.A_DAY)


def _difference(part: list[Row[Any]]) -> list[packing.Row]:
    """Make the rows that are missing from the tallies; a negative count is one too many."""
    keys: dict[packing.Key, int] = {}
    numbers = np.array([keys.setdefault((*row[:4], _day(row)), len(keys)) for row in part])
    is_kept = np.array(["day" in row._fields for row in part])
    kept = packing.unpacked([row.slots for row in part if "day" in row._fields])
    now = np.array([(row.slot, row.kind, row.number) for row in part if "slot" in row._fields], np.int64).reshape(-1, 3)
    places = now[:, 0] % slots.A_DAY * len(packing.COLUMNS) + now[:, 1]
    entries = packing.Entries(
        np.concatenate([numbers[is_kept][kept.rows], numbers[~is_kept]]),
        np.concatenate([kept.places, places]),
        np.concatenate([-kept.counts, now[:, 2]]),
    )
    return packing.summed(list(keys), entries)


def _latest_corrections() -> Subquery:
    """Select of each corrected comment its id and the label that counts."""
    latest = select(func.max(Correction.id)).group_by(Correction.comment_id)
    return select(Correction.comment_id, Correction.label).where(Correction.id.in_(latest)).subquery()


def _counted() -> CompoundSelect[Any]:
    """Count by version, batch, brand, source, slot and kind, the number of a column of the tallies."""
    corrected = _latest_corrections()
    label = func.coalesce(corrected.c.label, Score.label)
    of_label = case((label == 1, _number(POSITIVE)), (label == -1, _number(NEGATIVE)), else_=_number(NEUTRAL))
    of_state = case((Unscored.state == "skipped", _number(SKIPPED)), else_=_number(FAILED))
    loaded = cast(null(), Integer)
    scored = _by_kind(Score.model_id, of_label).join(Score, Score.comment_id == Comment.id)
    counted = union_all(
        _by_kind(loaded, _number(COMMENTS)),
        _by_kind(loaded, _number(UNDATED)).where(Comment.posted_at.is_(None)),
        scored.outerjoin(corrected, corrected.c.comment_id == Score.comment_id),
        _by_kind(Unscored.model_id, of_state).join(Unscored, Unscored.comment_id == Comment.id),
    )
    return counted.order_by("brand_id", "slot")


def _by_kind(model_id: Any, kind: Any) -> Select[Any]:  # noqa: ANN401 - any expression
    columns = (model_id.label("model_id"), Comment.batch_id, Comment.brand_id, Comment.source)
    slot = slots.slot(Comment.counted_at).label("slot")
    chosen = select(*columns, slot, kind.label("kind"), func.count().label("number")).select_from(Comment)
    return chosen.group_by("model_id", Comment.batch_id, Comment.brand_id, Comment.source, "slot", "kind")


def _number(column: int) -> Any:  # noqa: ANN401 - as above
    return literal_column(str(column))
