"""The sweep: the queue is a hint, so what it lost is found in the database and queued again."""

from datetime import datetime, timedelta

from sqlalchemy import or_, select, update

from database import sessions
from database.tables import Chunk
from worker import chunks, scoring

#: more than workers score between two sweeps; the rest is taken by the next one
MOST_CHUNKS = 5_000


def take_lost(scorer: scoring.Scorer, requeue_seconds: float, now: datetime) -> list[int]:
    """Give back the chunks of lost workers, and take those that are due and were not queued lately.

    Of two sweeps at once each takes other chunks: taking is one conditional UPDATE.

    Returns:
        the chunks to queue, once this call's transaction is committed.

    """
    with sessions.writing(scorer.database_url) as session:
        chunks.release_lost(session, scorer.retries, now)
        stale = or_(Chunk.queued_at.is_(None), Chunk.queued_at < now - timedelta(seconds=requeue_seconds))
        waiting = (Chunk.state == "pending", Chunk.due_at <= now, stale)
        oldest = session.scalars(select(Chunk.id).where(*waiting).order_by(Chunk.due_at, Chunk.id).limit(MOST_CHUNKS))
        taken = update(Chunk).where(Chunk.id.in_(oldest.all()), *waiting).values(queued_at=now).returning(Chunk.id)
        return sorted(session.scalars(taken))
