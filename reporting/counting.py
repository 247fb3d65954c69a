"""Count the comments of a scope by brand, source and day, in the brand's own time zone, under one model version."""

from collections import defaultdict
from collections.abc import Iterator
from dataclasses import replace
from datetime import date
from typing import NamedTuple

from sqlalchemy import ColumnElement, and_, case, exists, func, literal, select
from sqlalchemy.orm import Session

from database import membership, slots
from database.tables import Brand, Chunk, Comment, Correction, Job, Score, Unscored
from reporting import selection
from reporting.scope import Scope
from reporting.shares import Counts


class Key(NamedTuple):
    """What comments are counted by."""

    brand: str
    source: str
    day: date


def count(session: Session, scope: Scope, model_id: int, default_timezone: str) -> dict[Key, Counts]:
    """Count a scope.

    The database groups by quarters of an hour, and their days are found here: so a day is that of the brand's zone on
    both databases, and memory does not grow with the comments.
    """
    counted: dict[Key, Counts] = defaultdict(Counts)
    for brand, zone, wanted in selection.by_brand(session, scope, default_timezone):
        for source, slot, counts in _rows(session, wanted, model_id):
            counted[Key(brand, source, slots.begin(slot).astimezone(zone).date())] += counts
    return dict(counted)


def zones(session: Session, default_timezone: str) -> dict[str, str]:
    """Name the time zone of each brand."""
    return {name: zone or default_timezone for name, zone in session.execute(select(Brand.name, Brand.timezone))}


def _rows(session: Session, wanted: ColumnElement[bool], model_id: int) -> Iterator[tuple[str, int, Counts]]:
    """Count by source and slot; the label is that of the latest correction, else the model's."""
    latest = select(func.max(Correction.id)).where(Correction.comment_id == Comment.id).correlate(Comment)
    label = case((Score.label.is_not(None), func.coalesce(Correction.label, Score.label)))
    slot = slots.slot(Comment.counted_at)
    statement = (
        select(
            Comment.source,
            slot,
            func.count(),
            func.count().filter(label == 1),
            func.count().filter(label == -1),
            func.count().filter(label == 0),
            func.count().filter(Unscored.state == "skipped"),
            func.count().filter(Unscored.state == "failed"),
            literal(0),
            literal(0),
            func.count().filter(Comment.posted_at.is_(None)),
        )
        .select_from(Comment)
        .outerjoin(Score, and_(Score.model_id == model_id, Score.comment_id == Comment.id))
        .outerjoin(Unscored, and_(Unscored.model_id == model_id, Unscored.comment_id == Comment.id))
        .outerjoin(Correction, Correction.id == latest.scalar_subquery())
        .where(wanted)
        .group_by(Comment.source, slot)
    )
    rows = [(source, number, Counts(*counts)) for source, number, *counts in session.execute(statement)]
    # What the database counted leaves out those without a row: they are pending, or cancelled.
    waiting = any(_without_row(counts) for _, _, counts in rows)
    looked_for = waiting and session.scalar(select(membership.chunks_in(model_id, "cancelled")))
    cancelled = _cancelled(session, wanted, model_id) if looked_for else {}
    for source, number, counts in rows:
        gone = cancelled.get((source, number), 0)
        yield source, number, replace(counts, pending=_without_row(counts) - gone, cancelled=gone)


def _without_row(counts: Counts) -> int:
    return counts.comments - counts.scored - counts.skipped - counts.failed


def _cancelled(session: Session, wanted: ColumnElement[bool], model_id: int) -> dict[tuple[str, int], int]:
    """Count the comments without a row that only cancelled chunks hold."""
    slot = slots.slot(Comment.counted_at)
    held = membership.chunk_holds_comment()
    of_model = Job.model_id == model_id
    statement = (
        select(Comment.source, slot, func.count())
        .where(
            wanted,
            membership.without_row(model_id),
            exists().where(held, of_model, Chunk.state == "cancelled"),
            ~exists().where(held, of_model, Chunk.state != "cancelled"),
        )
        .group_by(Comment.source, slot)
    )
    return {(source, number): cancelled for source, number, cancelled in session.execute(statement)}
