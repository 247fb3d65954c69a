"""The embedded worker: a loop in this process that calls the very function the Celery task calls."""

import logging
import time
from collections.abc import Callable, Sequence
from datetime import UTC, datetime

from database import sessions
from database.tables import Chunk
from settings import errors
from worker import chunks, scoring

logger = logging.getLogger(__name__)

POLL_SECONDS = 0.5
#: between two tries of a database that is gone
WAIT_SECONDS = 5.0


def drain(
    scorer: scoring.Scorer,
    progress: Callable[[float], None] = lambda _done: None,
    job_ids: Sequence[int] | None = None,
) -> int:
    """Score until no chunk is pending or running; waits for chunks that are to be tried again later.

    Args:
        scorer: the database, the models, the retries.
        progress: told the comments scored so far.
        job_ids: only the chunks of these jobs; default: all there are.

    Returns:
        how many chunks this call scored.

    """
    done = comments = 0
    while True:
        chunk_id = _next(scorer, job_ids)
        if chunk_id is None:
            if not _unfinished(scorer, job_ids):
                return done
            time.sleep(POLL_SECONDS)
        elif scoring.score_chunk(scorer, chunk_id):
            done += 1
            comments += _size(scorer, chunk_id)
            progress(comments)


def serve(scorer: scoring.Scorer, stopped: Callable[[], bool]) -> None:
    """Score whatever is queued until `stopped` says so; the chunk in hand is finished first."""
    while not stopped():
        try:
            chunk_id = _next(scorer)
            if chunk_id is None:
                time.sleep(POLL_SECONDS)
            else:
                scoring.score_chunk(scorer, chunk_id)
        except errors.DatabaseError as error:
            logger.warning("%s Trying again in %.0f s.", error, WAIT_SECONDS)
            time.sleep(WAIT_SECONDS)


def _next(scorer: scoring.Scorer, job_ids: Sequence[int] | None = None) -> int | None:
    now = datetime.now(UTC)
    with sessions.reading(scorer.database_url) as session:
        chunk_id = chunks.next_due(session, now, job_ids)
    if chunk_id is not None:
        return chunk_id
    with sessions.writing(scorer.database_url) as session:
        chunks.release_lost(session, scorer.retries, now)
        return chunks.next_due(session, now, job_ids)


def _unfinished(scorer: scoring.Scorer, job_ids: Sequence[int] | None) -> int:
    with sessions.reading(scorer.database_url) as session:
        return chunks.waiting(session, job_ids)


def _size(scorer: scoring.Scorer, chunk_id: int) -> int:
    with sessions.reading(scorer.database_url) as session:
        chunk = session.get(Chunk, chunk_id)
        return 0 if chunk is None else chunk.comments  # its batch may have been deleted since
