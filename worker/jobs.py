"""Follow and mend jobs of any kind: what became of their comments, retry, cancel."""

from collections.abc import Sequence
from datetime import UTC, datetime
from typing import NamedTuple

from sqlalchemy import and_, exists, func, or_, select, update
from sqlalchemy.orm import Session

from database import bulk, membership, tallies
from database.tables import Chunk, Comment, Job, Model, Score, Unscored
from settings import errors

MOST_REASONS = 5


class Scored(NamedTuple):
    """What became of a job's comments: comments = scored + skipped + failed + pending + cancelled."""

    comments: int
    scored: int
    skipped: int
    failed: int
    pending: int
    cancelled: int


def find(session: Session, job_id: int) -> Job:
    """Give the job of this number, or raise `errors.NotFound`."""
    job = session.get(Job, job_id)
    if job is None:
        raise errors.NotFound(f"There is no job {job_id}: see `brandpulse jobs list`.")
    return job


def latest(session: Session, limit: int) -> Sequence[Job]:
    """Give the newest jobs, newest first."""
    return session.scalars(select(Job).order_by(Job.id.desc()).limit(limit)).all()


def model_of(session: Session, job: Job) -> str:
    """Name the model version that scores a job."""
    model = session.get_one(Model, job.model_id)
    return f"{model.name}@{model.version}"


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
    # Every comment without a row is compared with every chunk: only where one of them is cancelled.
    cancelled = _cancelled(session, job) if waiting and chunk_states(session, [job.id]).get("cancelled") else 0
    return Scored(comments, scored, skipped, failed, waiting - cancelled, cancelled)


def _cancelled(session: Session, job: Job) -> int:
    """Count the comments without score and unscored row that only cancelled chunks hold."""
    held = and_(Chunk.job_id == job.id, Comment.id.between(Chunk.first_comment_id, Chunk.last_comment_id))
    statement = select(func.count()).where(
        membership.of_job(job),
        membership.without_row(job.model_id),
        exists().where(held, Chunk.state == "cancelled"),
        ~exists().where(held, Chunk.state != "cancelled"),
    )
    return session.scalar(statement) or 0


def chunk_states(session: Session, job_ids: Sequence[int]) -> dict[str, int]:
    """Count chunks by state."""
    statement = select(Chunk.state, func.count()).where(Chunk.job_id.in_(job_ids)).group_by(Chunk.state)
    return dict(session.execute(statement).tuples().all())


def reasons(session: Session, job: Job) -> list[str]:
    """Say why comments of a job failed, and why chunks of it are tried again; the most frequent reasons first."""
    failed = (
        select(Unscored.reason)
        .where(
            Unscored.model_id == job.model_id,
            Unscored.state == "failed",
            exists().where(Comment.id == Unscored.comment_id, membership.of_job(job)),
        )
        .group_by(Unscored.reason)
        .order_by(func.count().desc(), Unscored.reason)
        .limit(MOST_REASONS)
    )
    again = select(Chunk.error).where(Chunk.job_id == job.id, Chunk.state == "pending", Chunk.error.is_not(None))
    return list(dict.fromkeys([*session.scalars(failed), *session.scalars(again.distinct().limit(MOST_REASONS))]))


def status(states: dict[str, int]) -> str:
    """Say in one word how far chunks are: queued, scoring, failed, cancelled or scored."""
    if states.get("running") or (states.get("pending") and states.get("done")):
        return "scoring"
    for state, word in (("pending", "queued"), ("failed", "failed"), ("cancelled", "cancelled")):
        if states.get(state):
            return word
    return "scored"


def retry(session: Session, job: Job) -> list[int]:
    """Take up again what failed or was cancelled; gives the ids of the chunks to queue after the commit."""
    now = datetime.now(UTC)
    failed = and_(
        Unscored.model_id == job.model_id,
        Unscored.state == "failed",
        exists().where(Comment.id == Unscored.comment_id, membership.of_job(job)),
    )
    holds_failed = exists().where(failed, Unscored.comment_id.between(Chunk.first_comment_id, Chunk.last_comment_id))
    stopped = or_(Chunk.state.in_(("failed", "cancelled")), and_(Chunk.state == "done", holds_failed))
    ranges = select(Chunk.id, Chunk.first_comment_id, Chunk.last_comment_id).where(Chunk.job_id == job.id, stopped)
    pending = {"state": "pending", "attempts": 0, "due_at": now, "queued_at": now, "error": None, "finished_at": None}
    again = []
    for chunk_id, first, last in session.execute(ranges.order_by(Chunk.id)).all():
        # Of two that retry at once the second waits here, and finds the chunk taken up.
        taken = update(Chunk).where(Chunk.id == chunk_id, Chunk.state.in_(("failed", "cancelled", "done")))
        if bulk.change(session, taken.values(pending)):
            tallies.take_away(session, Unscored, failed, Unscored.comment_id.between(first, last))
            again.append(chunk_id)
    return again


def cancel(session: Session, job_ids: Sequence[int]) -> int:
    """Cancel what is not scored yet; a worker in the middle of a chunk finds its claim lost and saves nothing."""
    unfinished = update(Chunk).where(Chunk.job_id.in_(job_ids), Chunk.state.in_(membership.OPEN))
    return bulk.change(session, unfinished.values(state="cancelled", claimed_by=None, finished_at=datetime.now(UTC)))
