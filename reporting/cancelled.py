"""Comments that were cancelled before being scored: those without a row that only cancelled chunks hold."""

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from typing import Any, NamedTuple

from sqlalchemy import ColumnElement, Row, and_, false, func, or_, select, true
from sqlalchemy.orm import Session

from database import membership, slots
from database.tables import Chunk, Comment, Job
from reporting.scope import Scope

Chunks = Sequence[Row[Any]]


class Key(NamedTuple):
    """What cancelled comments are counted by."""

    brand_id: int
    source: str
    slot: int


def count(session: Session, model_id: int, scope: Scope) -> Counter[Key]:
    """Count them under a version, of all brands and times, of the scope's batches.

    Only comments in the ranges of cancelled chunks are looked at, one range after the other: which chunks hold some of
    it is known then, so no comment is compared with all of them.
    """
    chunks = _chunks(session, model_id)
    jobs = {job.id: job for job in session.scalars(select(Job).where(Job.id.in_({chunk.job_id for chunk in chunks})))}
    found: Counter[Key] = Counter()
    for first, last, near in _ranges(chunks):
        key = (Comment.brand_id, Comment.source, slots.slot(Comment.counted_at))
        only_cancelled = and_(
            _held(jobs, [chunk for chunk in near if chunk.state == "cancelled"]),
            ~_held(jobs, [chunk for chunk in near if chunk.state != "cancelled"]),
        )
        of_batches = Comment.batch_id.in_(scope.batch_ids) if scope.batch_ids else true()
        wanted = and_(Comment.id.between(first, last), of_batches, only_cancelled, membership.without_row(model_id))
        for *values, number in session.execute(select(*key, func.count()).where(wanted).group_by(*key)):
            found[Key(*values)] += number
    return found


def _chunks(session: Session, model_id: int) -> Chunks:
    """Give the chunks of a version that lie between the first cancelled one and the last, by their first comment."""
    ends = select(func.min(Chunk.first_comment_id), func.max(Chunk.last_comment_id)).join(Job, Job.id == Chunk.job_id)
    first, last = session.execute(ends.where(Job.model_id == model_id, Chunk.state == "cancelled")).one()
    between = and_(Job.model_id == model_id, Chunk.first_comment_id <= last, Chunk.last_comment_id >= first)
    columns = (Chunk.job_id, Chunk.first_comment_id, Chunk.last_comment_id, Chunk.state)
    there = select(*columns).join(Job, Job.id == Chunk.job_id).where(between)
    return session.execute(there.order_by(Chunk.first_comment_id)).all()


def _ranges(chunks: Chunks) -> Iterator[tuple[int, int, Chunks]]:
    """Give the ranges of ids that cancelled chunks hold, none of them twice, each with all chunks that overlap it."""
    before, place = 0, 0
    near: list[Row[Any]] = []
    for chunk in chunks:
        first, last = max(chunk.first_comment_id, before + 1), chunk.last_comment_id
        if chunk.state != "cancelled" or first > last:
            continue
        while place < len(chunks) and chunks[place].first_comment_id <= last:
            near.append(chunks[place])
            place += 1
        near = [other for other in near if other.last_comment_id >= first]
        yield first, last, near
        before = last


def _held(jobs: Mapping[int, Job], chunks: Chunks) -> ColumnElement[bool]:
    """Say whether one of these chunks holds a comment."""
    of_each = [
        and_(
            membership.of_job(jobs[chunk.job_id], by_id=True),
            Comment.id.between(chunk.first_comment_id, chunk.last_comment_id),
        )
        for chunk in chunks
    ]
    return or_(false(), *of_each)
