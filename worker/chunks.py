"""The states of a chunk and the moves between them, each one conditional UPDATE.

pending --claim--> running --finish--> done
   ^                  |
   +---- give_back ---+  (after a delay that doubles; `failed` after the last attempt)
   +---- hand_back ---+  (at once, where the process is told to end; the attempt does not count)
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import ColumnElement, Update, and_, func, insert, literal, or_, select, true, update
from sqlalchemy.orm import Session

from database import bulk, locks, membership, tallies
from database.tables import Chunk, Comment, Job, Unscored
from worker import processes

MAX_DELAY_SECONDS = 3_600.0
#: by so much the clocks of two machines may differ before one of them is taken to be wrong
CLOCKS_DIFFER_SECONDS = 60.0


@dataclass(frozen=True)
class Retries:
    """How often and how fast a chunk is tried again, and when a silent worker is taken for lost."""

    max_attempts: int
    delay_seconds: float
    lease_seconds: float


def claim(session: Session, chunk_id: int, now: datetime) -> str | None:
    """Take a chunk that is pending and due; the token is None where somebody else has it, or nobody should.

    What this very thread holds is its own: it claimed it in a transaction whose answer it never heard.
    """
    token = processes.me()
    free = or_(
        and_(Chunk.state == "pending", Chunk.due_at <= now), and_(Chunk.state == "running", Chunk.claimed_by == token)
    )
    taken = {"state": "running", "claimed_by": token, "claimed_at": now, "attempts": Chunk.attempts + 1, "error": None}
    return token if bulk.change(session, update(Chunk).where(Chunk.id == chunk_id, free).values(taken)) else None


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
        again = {"state": "pending", "due_at": now + _delay(retries, chunk.attempts), "queued_at": None}
        bulk.change(session, held.values(given | again))
    elif bulk.change(session, held.values(given | {"state": "failed", "finished_at": now})):
        _fail_comments(session, chunk, error)


def release_lost(session: Session, retries: Retries, now: datetime) -> list[int]:
    """Give back the running chunks whose worker is gone, and name those that are pending again.

    Who looks for them scores none itself: what it holds, it could not give back while the database was away, or claimed
    without hearing that it did.
    """
    _bring_forward(session, retries, now)
    running = session.scalars(select(Chunk).where(Chunk.state == "running").execution_options(populate_existing=True))
    lost = [(chunk, why) for chunk in running.all() if (why := _why_lost(chunk, retries, now))]
    for chunk, why in lost:
        give_back(session, chunk, why, retries, now, lost=chunk.claimed_by != processes.me())
    return [chunk.id for chunk, _ in lost if chunk.attempts < retries.max_attempts]


def _held(chunk_id: int, token: str | None) -> Update:
    return update(Chunk).where(Chunk.id == chunk_id, Chunk.state == "running", Chunk.claimed_by == token)


def _why_lost(chunk: Chunk, retries: Retries, now: datetime) -> str | None:
    if chunk.claimed_by is None or chunk.claimed_at is None:
        return "nobody held it"
    if chunk.claimed_by == processes.me():
        return "its claim outlived its scoring"
    if processes.is_gone(chunk.claimed_by):
        return f"its worker {chunk.claimed_by} was lost"
    if chunk.claimed_at < now - timedelta(seconds=retries.lease_seconds):
        return f"its worker {chunk.claimed_by} held it for longer than the lease of {retries.lease_seconds:g} s"
    return None


def _delay(retries: Retries, attempts: int) -> timedelta:
    """Say how long a chunk waits after so many attempts."""
    return timedelta(seconds=min(retries.delay_seconds * 2 ** (attempts - 1), MAX_DELAY_SECONDS) if attempts else 0)


def _bring_forward(session: Session, retries: Retries, now: datetime) -> None:
    """Make those due that wait longer than they may: the clock was ahead of whoever put them off, or queued them."""
    ahead = now + timedelta(seconds=CLOCKS_DIFFER_SECONDS)
    too_late = [
        and_(Chunk.attempts == attempts, Chunk.due_at > ahead + _delay(retries, attempts))
        for attempts in range(retries.max_attempts)
    ]
    wrong = update(Chunk).where(Chunk.state == "pending", or_(Chunk.queued_at > ahead, *too_late))
    bulk.change(session, wrong.values(due_at=now, queued_at=None))


def _fail_comments(session: Session, chunk: Chunk, error: str) -> None:
    """Set those comments of a failed chunk `failed` that have neither score nor unscored row."""
    job = session.get_one(Job, chunk.job_id)
    locks.say(session, job.model_id, alone=True)  # who saves the same for another chunk is waited for, and then seen
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
