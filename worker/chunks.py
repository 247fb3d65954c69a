"""The states of a chunk and the moves between them, each one conditional UPDATE.

pending --claim--> running --finish--> done
   ^                  |
   +---- give_back ---+  (after a delay that doubles; `failed` after the last attempt)
   +---- hand_back ---+  (at once, where the process is told to end; the attempt does not count)
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import ColumnElement, Update, func, insert, literal, select, true, update
from sqlalchemy.orm import Session

from database import bulk, membership, tallies
from database.tables import Chunk, Comment, Job, Unscored
from worker import processes

MAX_DELAY_SECONDS = 3_600.0


@dataclass(frozen=True)
class Retries:
    """How often and how fast a chunk is tried again, and when a silent worker is taken for lost."""

    max_attempts: int
    delay_seconds: float
    lease_seconds: float


def claim(session: Session, chunk_id: int, now: datetime) -> str | None:
    """Take a chunk that is pending and due; the token is None where somebody else has it, or nobody should."""
    token = processes.me()
    free = update(Chunk).where(Chunk.id == chunk_id, Chunk.state == "pending", Chunk.due_at <= now)
    taken = {"state": "running", "claimed_by": token, "claimed_at": now, "attempts": Chunk.attempts + 1, "error": None}
    return token if bulk.change(session, free.values(taken)) else None


def finish(session: Session, chunk_id: int, token: str, now: datetime) -> bool:
    """Mark a chunk done; False where the claim was lost, and then nothing may be saved."""
    return bulk.change(session, _held(chunk_id, token).values(state="done", finished_at=now, claimed_by=None)) == 1


def hold(session: Session, chunk_id: int, token: str) -> bool:
    """Keep the claim of a chunk for this transaction; False where it was lost, and then nothing may be saved.

    It is an UPDATE all the same: who deletes a batch waits for whoever changed a chunk.
    """
    return bulk.change(session, _held(chunk_id, token).values(claimed_by=token)) == 1


def hand_back(session: Session, chunk_id: int, token: str, now: datetime) -> bool:
    """Put a chunk back in line whose process is to end: that is no fault of the chunk, and the attempt does not count.

    Returns:
        whether it was this process that held it.

    """
    again = {"state": "pending", "due_at": now, "queued_at": None, "claimed_by": None}
    return bulk.change(session, _held(chunk_id, token).values(again | {"attempts": Chunk.attempts - 1})) == 1


def give_back(
    session: Session, chunk: Chunk, error: str, retries: Retries, now: datetime, *, lost: bool = False
) -> None:
    """Put a chunk that could not be scored back in line, or set it `failed` after the last attempt.

    Args:
        session: an open transaction.
        chunk: as it was claimed.
        error: why it could not be scored.
        retries: how often it is tried, and when again.
        now: the time.
        lost: its process was lost, so that it is scored apart from now on. Whether the chunk did that or somebody else,
            nobody knows; to be wrong costs one start of a process.

    """
    held = _held(chunk.id, chunk.claimed_by)
    given = {"claimed_by": None, "error": error} | ({"apart": True} if lost else {})
    if chunk.attempts < retries.max_attempts:
        delay = min(retries.delay_seconds * 2 ** (chunk.attempts - 1), MAX_DELAY_SECONDS)
        again = {"state": "pending", "due_at": now + timedelta(seconds=delay), "queued_at": None}
        bulk.change(session, held.values(given | again))
    elif bulk.change(session, held.values(given | {"state": "failed", "finished_at": now})):
        _fail_comments(session, chunk, error)


def release_lost(session: Session, retries: Retries, now: datetime) -> list[int]:
    """Give back the running chunks whose worker is gone, and name those that are pending again."""
    running = session.scalars(select(Chunk).where(Chunk.state == "running").execution_options(populate_existing=True))
    lost = [chunk for chunk in running.all() if _is_lost(chunk, retries, now)]
    for chunk in lost:
        give_back(session, chunk, f"its worker {chunk.claimed_by} was lost", retries, now, lost=True)
    return [chunk.id for chunk in lost if chunk.attempts < retries.max_attempts]


def _held(chunk_id: int, token: str | None) -> Update:
    return update(Chunk).where(Chunk.id == chunk_id, Chunk.state == "running", Chunk.claimed_by == token)


def _is_lost(chunk: Chunk, retries: Retries, now: datetime) -> bool:
    if chunk.claimed_by is None or chunk.claimed_at is None:
        return True
    return processes.is_gone(chunk.claimed_by) or chunk.claimed_at < now - timedelta(seconds=retries.lease_seconds)


def _fail_comments(session: Session, chunk: Chunk, error: str) -> None:
    """Set those comments of a failed chunk `failed` that have neither score nor unscored row."""
    job = session.get_one(Job, chunk.job_id)
    rest = select(literal(job.model_id), Comment.id, literal("failed"), literal("chunk_failed"), literal(error)).where(
        membership.of_chunk(job, chunk), membership.without_row(job.model_id)
    )
    failed = insert(Unscored).from_select(["model_id", "comment_id", "state", "code", "reason"], rest)
    tallies.add_failed(session, job.model_id, session.scalars(failed.returning(Unscored.comment_id)).all())


def next_due(session: Session, now: datetime, job_ids: Sequence[int] | None = None) -> int | None:
    """Find the chunk that has waited longest, of these jobs or of all; None where none is due."""
    waiting = select(Chunk.id).where(Chunk.state == "pending", Chunk.due_at <= now, _of(job_ids))
    return session.scalar(waiting.order_by(Chunk.due_at, Chunk.id).limit(1))


def waiting(session: Session, job_ids: Sequence[int] | None = None) -> int:
    """Count the comments of the chunks, of these jobs or of all, that are pending or running."""
    comments = select(func.coalesce(func.sum(Chunk.comments), 0))
    return int(session.scalars(comments.where(Chunk.state.in_(membership.OPEN), _of(job_ids))).one())


def _of(job_ids: Sequence[int] | None) -> ColumnElement[bool]:
    return true() if job_ids is None else Chunk.job_id.in_(job_ids)
