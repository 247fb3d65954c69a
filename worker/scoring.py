"""Score one chunk: claim, commit, read, predict, then save and mark in one transaction that checks the claim again.

No transaction is open while the model predicts. The Celery task and the embedded loop call the same `score_chunk`.
"""

import logging
import time
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from database import bulk, sessions, tallies
from database.tables import Chunk, Score, Unscored
from model_store import prediction
from settings import errors, logs
from worker import answers, chunks, reading

logger = logging.getLogger(__name__)


@dataclass(frozen=True)
class Scorer:
    """What scoring needs of its surroundings."""

    database_url: str
    retries: chunks.Retries
    #: gives the model of a version, by the id of its row; cached by whoever makes it
    load_model: Callable[[int], prediction.Model]


class Overtaken(Exception):
    """Another chunk of the same version holds some of the comments, and saved them meanwhile."""


def score_chunk(scorer: Scorer, chunk_id: int) -> bool:
    """Score one chunk.

    Returns:
        whether this call did it: False where the chunk is not pending or not due, was taken by another, or was given
        back for another try.

    """
    with sessions.writing(scorer.database_url) as session:
        token = chunks.claim(session, chunk_id, datetime.now(UTC))
    if token is None:
        return False
    started = time.monotonic()
    while True:
        try:
            with sessions.reading(scorer.database_url) as session:
                read = reading.read(session, chunk_id)
            said = answers.ask(scorer.load_model(read.model_id), read)
        except Exception as error:  # noqa: BLE001 - whatever it was, the chunk must not stay claimed; it is logged, shown
            _give_back(scorer, chunk_id, token, error)
            return False
        try:
            saved = _save(scorer, chunk_id, token, read, said)
        except Overtaken:
            continue  # what is left of the chunk is read again: little, or nothing
        if saved:
            logger.info("chunk scored", extra=_facts(chunk_id, read, said, time.monotonic() - started))
        else:
            logger.warning("the claim of a chunk was lost, nothing is saved", extra=logs.fields(chunk=chunk_id))
        return saved


def _save(scorer: Scorer, chunk_id: int, token: str, read: reading.Reading, said: answers.Answers) -> bool:
    """Save and mark in one transaction; False where the claim was lost.

    Raises:
        Overtaken: some of the rows are there already: nothing is saved, and the tallies count what was inserted.

    """
    with sessions.writing(scorer.database_url) as session:
        if not chunks.finish(session, chunk_id, token, datetime.now(UTC)):
            return False
        for into, values in ((Score, said.scored), (Unscored, said.unscored)):
            if not bulk.insert(session, into, values):
                raise Overtaken
        tallies.add_scored(
            session, read.model_id, read.ids, read.counted, said.labels, skipped=said.skipped, failed=said.failed
        )
    return True


def _facts(chunk_id: int, read: reading.Reading, said: answers.Answers, seconds: float) -> dict[str, Any]:
    comments, skipped, failed = len(read.ids), int(said.skipped.sum()), int(said.failed.sum())
    return logs.fields(
        chunk=chunk_id,
        job=read.job_id,
        comments=comments,
        scored=comments - skipped - failed,
        skipped=skipped,
        failed=failed,
        seconds=round(seconds, 3),
        model=read.model,
    )


def _give_back(scorer: Scorer, chunk_id: int, token: str, error: Exception) -> None:
    named = isinstance(error, errors.BrandpulseError)
    said = str(error) if named else f"{type(error).__name__}: {error}"
    logger.warning(
        "the chunk could not be scored and is given back: %s",
        said,
        exc_info=None if named else error,
        extra=logs.fields(chunk=chunk_id),
    )
    with sessions.writing(scorer.database_url) as session:
        chunk = session.get_one(Chunk, chunk_id)
        if chunk.claimed_by == token:
            chunks.give_back(session, chunk, said, scorer.retries, datetime.now(UTC))
