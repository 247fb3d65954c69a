"""Follow and mend batches: how far they are, their rejects, retry, cancel."""

from collections.abc import Sequence

from sqlalchemy import select
from sqlalchemy.orm import Session

from database.tables import Batch, Job, Reject
from settings import errors
from worker import jobs as following


def find(session: Session, batch_id: int, *, lock: bool = False) -> Batch:
    """Give the batch of this number, locked where asked for, or raise `errors.NotFound`."""
    batch = session.get(Batch, batch_id, with_for_update=lock or None)
    if batch is None:
        raise errors.NotFound(f"There is no batch {batch_id}: see `brandpulse batches list`.")
    return batch


def latest(session: Session, limit: int) -> Sequence[Batch]:
    """Give the newest batches, newest first."""
    return session.scalars(select(Batch).order_by(Batch.id.desc()).limit(limit)).all()


def jobs(session: Session, batch_id: int) -> Sequence[Job]:
    """Give the jobs that the loading of a batch queued; a rescore of the same comments is no part of it."""
    wanted = select(Job).where(Job.batch_id == batch_id, Job.kind != "rescore").order_by(Job.id)
    return session.scalars(wanted).all()


def status(batch: Batch, states: dict[str, int]) -> str:
    """Say in one word how far a batch is: loading, broken, loaded where nothing is queued, else as `jobs.status`."""
    if batch.state != "loaded":
        return {"loading": "loading", "failed": "broken"}[batch.state]
    return following.status(states) if states else "loaded"


def rejects(session: Session, batch_id: int, limit: int | None = None) -> Sequence[Reject]:
    """Give the rejects of a batch in the order of the file."""
    return session.scalars(
        select(Reject).where(Reject.batch_id == batch_id).order_by(Reject.record, Reject.id).limit(limit)
    ).all()


def retry(session: Session, batch_id: int) -> list[int]:
    """Take up again what failed or was cancelled; gives the ids of the chunks to queue after the commit."""
    return [chunk_id for job in jobs(session, batch_id) for chunk_id in following.retry(session, job)]


def cancel(session: Session, batch_id: int) -> int:
    """Cancel what is not scored yet; as `jobs.cancel`."""
    return following.cancel(session, [job.id for job in jobs(session, batch_id)])
