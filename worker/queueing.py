"""Queue what is in the database already: a job over a batch, cut into chunks."""

from datetime import UTC, datetime

from sqlalchemy import ColumnElement, func, select
from sqlalchemy.orm import Session

from database import membership
from database.tables import Batch, Chunk, Comment, Job
from settings import errors


def queue_job(session: Session, batch_id: int, model_id: int, chunk_size_comments: int) -> list[int]:
    """Queue the comments of a batch for a model version.

    Returns:
        the ids of the chunks; what hands them to workers may do so once the transaction is committed.

    Raises:
        errors.NotFound: there is no such batch.

    """
    if session.get(Batch, batch_id) is None:
        raise errors.NotFound(f"There is no batch {batch_id}: see `brandpulse batches list`.")
    now = datetime.now(UTC)
    job = Job(kind="batch", model_id=model_id, batch_id=batch_id, created_at=now)
    session.add(job)
    session.flush()
    made = [
        Chunk(job_id=job.id, first_comment_id=first, last_comment_id=last, comments=comments, due_at=now, queued_at=now)
        for first, last, comments in _ranges(session, membership.of_job(job), chunk_size_comments)
    ]
    session.add_all(made)
    session.flush()
    return [chunk.id for chunk in made]


def _ranges(session: Session, of_job: ColumnElement[bool], size: int) -> list[tuple[int, int, int]]:
    """Cut a job's comments into ranges of `size`: first id, last id, count."""
    place = (func.row_number().over(order_by=Comment.id) - 1).op("/")(size)
    placed = select(Comment.id, place.label("place")).where(of_job).subquery()
    ranges = select(func.min(placed.c.id), func.max(placed.c.id), func.count()).group_by(placed.c.place)
    return sorted(tuple(row) for row in session.execute(ranges))
