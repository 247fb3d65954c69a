"""Queue what is in the database already: a job, cut into chunks."""

import sys
from collections.abc import Iterator
from datetime import UTC, datetime
from typing import NamedTuple

from sqlalchemy import ColumnElement, func, select
from sqlalchemy.orm import Session

from database import membership
from database.tables import Batch, Chunk, Comment, Job
from settings import errors


class Range(NamedTuple):
    """Ids of comments, both ends included, and how many of them are meant."""

    first: int
    last: int
    comments: int


def queue_job(session: Session, batch_id: int, model_id: int, chunk_size_comments: int) -> list[int]:
    """Queue the comments of a batch for a model version.

    Returns:
        the ids of the chunks; what hands them to workers may do so once the transaction is committed.

    Raises:
        errors.NotFound: there is no such batch.

    """
    if session.get(Batch, batch_id) is None:
        raise errors.NotFound(f"There is no batch {batch_id}: see `brandpulse batches list`.")
    job = Job(kind="batch", model_id=model_id, batch_id=batch_id, created_at=datetime.now(UTC))
    session.add(job)
    session.flush()
    return [chunk.id for chunk in cut(session, job, chunk_size_comments)]


def missing(session: Session, job: Job) -> Range | None:
    """Find out which comments of a job have neither score nor unscored row under its version; None where all have."""
    ids = select(func.min(Comment.id), func.max(Comment.id), func.count())
    first, last, comments = session.execute(
        ids.where(membership.of_job(job), membership.without_row(job.model_id))
    ).one()
    return Range(first, last, comments) if comments else None


def cut(
    session: Session, job: Job, size: int, *, after: int = 0, until: int = sys.maxsize, most: int = sys.maxsize
) -> list[Chunk]:
    """Make chunks of a job's comments that have no row yet and are in no open chunk of it.

    The database finds the ranges one after the other, so memory does not grow with the comments.

    Args:
        session: an open transaction, the only one that cuts this job.
        job: what is cut.
        size: comments of a chunk.
        after: only comments of higher ids.
        until: only comments of lower ids.
        most: chunks that this call makes at most.

    """
    now = datetime.now(UTC)
    wanted = membership.of_job(job, by_id=True) & membership.without_row(job.model_id)
    made: list[Chunk] = []
    for begin, end in _gaps(session, job, after, until):
        place = begin
        while len(made) < most and (ids := _next(session, wanted, place, end, size)):
            place = ids.last
            made.append(
                Chunk(
                    job_id=job.id,
                    first_comment_id=ids.first,
                    last_comment_id=ids.last,
                    comments=ids.comments,
                    due_at=now,
                    queued_at=now,
                )
            )
    session.add_all(made)
    session.flush()
    return made


def _gaps(session: Session, job: Job, after: int, until: int) -> Iterator[tuple[int, int]]:
    """Give the ranges of ids, both ends left out, between the open chunks of a job."""
    opened = select(Chunk.first_comment_id, Chunk.last_comment_id).where(
        Chunk.job_id == job.id, Chunk.state.in_(membership.OPEN), Chunk.last_comment_id > after
    )
    for first, last in session.execute(opened.order_by(Chunk.first_comment_id)).all():
        if first > after + 1:
            yield after, min(first, until)
        after = max(after, last)
    yield after, until


def _next(session: Session, wanted: ColumnElement[bool], after: int, until: int, size: int) -> Range | None:
    ids = select(Comment.id).where(Comment.id > after, Comment.id < until, wanted).order_by(Comment.id).limit(size)
    found = ids.subquery()
    first, last, comments = session.execute(
        select(func.min(found.c.id), func.max(found.c.id), func.count()).select_from(found)
    ).one()
    return Range(first, last, comments) if comments else None
