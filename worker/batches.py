"""Follow and mend batches: the counts of both sums, retry, cancel, delete."""

from collections.abc import Sequence
from datetime import UTC, datetime
from typing import Any, NamedTuple

from sqlalchemy import and_, delete, exists, func, or_, select, update
from sqlalchemy.orm import Session

from database import bulk, membership
from database.tables import Batch, Chunk, Comment, Job, Model, Reject, Score, Unscored
from settings import errors


class Scored(NamedTuple):
    """What became of a job's comments: comments = scored + skipped + failed + pending + cancelled."""

    comments: int
    scored: int
    skipped: int
    failed: int
    pending: int
    cancelled: int


def find(session: Session, batch_id: int) -> Batch:
    """Give the batch of this number, or raise `errors.NotFound`."""
    batch = session.get(Batch, batch_id)
    if batch is None:
        raise errors.NotFound(f"There is no batch {batch_id}: see `brandpulse batches list`.")
    return batch


def latest(session: Session, limit: int) -> Sequence[Batch]:
    """Give the newest batches, newest first."""
    return session.scalars(select(Batch).order_by(Batch.id.desc()).limit(limit)).all()


def jobs(session: Session, batch_id: int) -> Sequence[tuple[Job, str]]:
    """Give the jobs of a batch, each with the name of its model version."""
    statement = select(Job, Model).join(Model, Model.id == Job.model_id)
    found = session.execute(statement.where(Job.batch_id == batch_id).order_by(Job.id))
    return [(job, f"{model.name}@{model.version}") for job, model in found]


def count(session: Session, job: Job) -> Scored:
    """Count what became of a job's comments, from the comments themselves and not from the chunks."""
    score = and_(Score.model_id == job.model_id, Score.comment_id == Comment.id)
    unscored = and_(Unscored.model_id == job.model_id, Unscored.comment_id == Comment.id)
    comments, scored, skipped, failed = session.execute(
        select(
            func.count(),
            func.count(Score.comment_id),
            func.count().filter(Unscored.state == "skipped"),
            func.count().filter(Unscored.state == "failed"),
        )
        .select_from(Comment)
        .outerjoin(Score, score)
        .outerjoin(Unscored, unscored)
        .where(membership.of_job(job))
    ).one()
    waiting = comments - scored - skipped - failed
    cancelled = _cancelled(session, job) if waiting else 0
    return Scored(comments, scored, skipped, failed, waiting - cancelled, cancelled)


def _cancelled(session: Session, job: Job) -> int:
    """Count the comments without score and unscored row that only cancelled chunks hold."""
    held = and_(Chunk.job_id == job.id, Comment.id.between(Chunk.first_comment_id, Chunk.last_comment_id))
    statement = select(func.count()).where(
        membership.of_job(job),
        ~_has_row(Score, job),
        ~_has_row(Unscored, job),
        exists().where(held, Chunk.state == "cancelled"),
        ~exists().where(held, Chunk.state != "cancelled"),
    )
    return session.scalar(statement) or 0


def _has_row(said: type[Score | Unscored], job: Job) -> Any:  # noqa: ANN401 - SQLAlchemy's own Exists
    return exists().where(said.model_id == job.model_id, said.comment_id == Comment.id)


def chunk_states(session: Session, job_ids: Sequence[int]) -> dict[str, int]:
    """Count chunks by state."""
    statement = select(Chunk.state, func.count()).where(Chunk.job_id.in_(job_ids)).group_by(Chunk.state)
    return dict(session.execute(statement).tuples().all())


def status(batch: Batch, states: dict[str, int]) -> str:
    """Say in one word how far a batch is: loading, broken, queued, scoring, scored, failed, cancelled or loaded."""
    if batch.state != "loaded":
        return {"loading": "loading", "failed": "broken"}[batch.state]
    if states.get("running") or (states.get("pending") and states.get("done")):
        return "scoring"
    for state, word in (("pending", "queued"), ("failed", "failed"), ("cancelled", "cancelled"), ("done", "scored")):
        if states.get(state):
            return word
    return "loaded"


def rejects(session: Session, batch_id: int, limit: int | None = None) -> Sequence[Reject]:
    """Give the rejects of a batch in the order of the file."""
    return session.scalars(
        select(Reject).where(Reject.batch_id == batch_id).order_by(Reject.record, Reject.id).limit(limit)
    ).all()


def retry(session: Session, batch_id: int) -> list[int]:
    """Take up again what failed or was cancelled; gives the ids of the chunks to queue after the commit."""
    now = datetime.now(UTC)
    chunk_ids: list[int] = []
    for job, _ in jobs(session, batch_id):
        failed = select(Unscored.comment_id).where(
            Unscored.model_id == job.model_id,
            Unscored.state == "failed",
            Unscored.comment_id.in_(select(Comment.id).where(membership.of_job(job))),
        )
        holds_failed = exists().where(
            Unscored.comment_id.between(Chunk.first_comment_id, Chunk.last_comment_id), Unscored.comment_id.in_(failed)
        )
        again = session.scalars(
            select(Chunk.id).where(
                Chunk.job_id == job.id,
                or_(Chunk.state.in_(("failed", "cancelled")), and_(Chunk.state == "done", holds_failed)),
            )
        ).all()
        failed_ids = session.scalars(failed).all()
        _forget_failed(session, job, failed_ids)
        session.execute(
            update(Chunk)
            .where(Chunk.id.in_(again))
            .values(state="pending", attempts=0, due_at=now, queued_at=now, error=None, finished_at=None)
        )
        chunk_ids += again
    return chunk_ids


def _forget_failed(session: Session, job: Job, comment_ids: Sequence[int]) -> None:
    step = 10_000  # parameters of one statement; PostgreSQL takes 65,535
    for start in range(0, len(comment_ids), step):
        session.execute(
            delete(Unscored).where(
                Unscored.model_id == job.model_id, Unscored.comment_id.in_(comment_ids[start : start + step])
            )
        )


def cancel(session: Session, batch_id: int) -> int:
    """Cancel what is not scored yet; a worker in the middle of a chunk finds its claim lost and saves nothing."""
    job_ids = [job.id for job, _ in jobs(session, batch_id)]
    unfinished = update(Chunk).where(Chunk.job_id.in_(job_ids), Chunk.state.in_(("pending", "running")))
    return bulk.change(session, unfinished.values(state="cancelled", claimed_by=None, finished_at=datetime.now(UTC)))
