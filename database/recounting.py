"""Recounting: count everything from the comments themselves, and put the tallies right where they say another thing."""

import heapq
from collections.abc import Iterator
from typing import Any, NamedTuple

import numpy as np
import pyarrow as pa
from sqlalchemy import CompoundSelect, Integer, Row, Select, case, cast, func, literal_column, null, select, union_all
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
        for model_id in {row.model_id for _, row in part}:
            made = _difference(model_id, [row for _, row in part if row.model_id == model_id])
            bulk.append(session, Tally, packing.ROW_COLUMNS, made)
            rows += len(made)
            more += np.array([row[-1 - len(packing.COLUMNS) : -1] for row in made], np.int64).sum(axis=0)
    merging.merge(session)
    return Recount(rows, dict(zip(packing.COLUMNS, more.tolist(), strict=True)))


def _parts(session: Session) -> Iterator[list[tuple[tuple[int, int], Row[Any]]]]:
    """Give what is counted now, and what the tallies say, side by side, whole days of a brand at a time."""
    newest = session.scalar(select(func.coalesce(func.max(Tally.id), 0)))
    kept = select(Tally).where(Tally.id <= newest).order_by(Tally.brand_id, Tally.day)
    of_kept = (((row.brand_id, row.day.toordinal() - _EPOCH_DAY), row) for row in _read(session, _columns(kept)))
    counted = (((row.brand_id, row.slot // slots.A_DAY), row) for row in _read(session, _counted()))
    part: list[tuple[tuple[int, int], Row[Any]]] = []
    for found in heapq.merge(counted, of_kept, key=lambda pair: pair[0]):
        if len(part) >= PART_ROWS and found[0] != part[-1][0]:
            yield part
            part = []
        part.append(found)
    yield part


def _columns(kept: Select[Any]) -> Select[Any]:
    return kept.with_only_columns(Tally.model_id, Tally.batch_id, Tally.brand_id, Tally.source, Tally.day, Tally.slots)


def _read(session: Session, statement: Select[Any] | CompoundSelect[Any]) -> Iterator[Row[Any]]:
    yield from session.execute(statement, execution_options={"yield_per": PAGE_ROWS})


def _difference(model_id: int | None, found: list[Row[Any]]) -> list[tuple[Any, ...]]:
    """Make the rows that are missing from the tallies under a version; a negative count is one too many."""
    kept, columns, counts = packing.opened([row for row in found if "slots" in row._fields])
    now = [row for row in found if "slot" in row._fields]
    both = packing.Comments(
        np.concatenate([kept.batch_ids, _array(now, "batch_id")]),
        np.concatenate([kept.brand_ids, _array(now, "brand_id")]),
        pa.array([*kept.sources.to_pylist(), *(row.source for row in now)], pa.string()),
        np.concatenate([kept.slots, _array(now, "slot")]),
    )
    columns, counts = np.concatenate([columns, _array(now, "kind")]), np.concatenate([-counts, _array(now, "number")])
    return packing.rows(model_id, both, columns, counts)


def _array(rows: list[Row[Any]], name: str) -> packing.Ints:
    return np.array([getattr(row, name) for row in rows], np.int64)


def _counted() -> CompoundSelect[Any]:
    """Count by version, batch, brand, source, slot and kind, the number of a column of the tallies."""
    latest = select(func.max(Correction.id)).group_by(Correction.comment_id)
    corrected = select(Correction.comment_id, Correction.label).where(Correction.id.in_(latest)).subquery()
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
