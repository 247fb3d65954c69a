"""Score one chunk: claim, commit, read, predict, then save and mark in one transaction that checks the claim again.

No transaction is open while the model predicts. The Celery task and the embedded loop call the same `score_chunk`.
"""

import logging
import time
from collections.abc import Callable
from contextlib import AbstractContextManager
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

import numpy as np
from sqlalchemy import select
from sqlalchemy.orm import Session

from database import bulk, locks, sessions, tallies
from database.tables import Chunk, Score, Unscored
from model_store import prediction
from settings import errors, logs
from worker import answers, apart, chunks, processes, readiness, reading

logger = logging.getLogger(__name__)


@dataclass(frozen=True)
class Scorer:
    """What scoring needs of its surroundings."""

    database_url: str
    retries: chunks.Retries
    #: gives the model of a version, by the id of its row; cached by whoever makes it
    load_model: Callable[[int], prediction.Model]
    #: gives it in a process of its own
    load_apart: Callable[[int], AbstractContextManager[prediction.Model]] = apart.of_version


class Overtaken(Exception):
    """Another chunk of the same version holds some of the comments, and saved them meanwhile."""


def score_chunk(scorer: Scorer, chunk_id: int) -> bool:
    """Score one chunk.

    A process that is asked to end (`SystemExit`, `KeyboardInterrupt`) hands the chunk back and ends.

    Returns:
        whether this call did it: False where the chunk is not pending or not due, was taken by another, or was given
        back for another try.

    """
    try:
        return _claim_and_score(scorer, chunk_id)
    except (SystemExit, KeyboardInterrupt):
        _hand_back(scorer, chunk_id)
        raise


def _claim_and_score(scorer: Scorer, chunk_id: int) -> bool:
    # Who does not wait here goes through all that is queued while the database is away, and then nothing is queued.
    token = readiness.outlast(lambda: _claim(scorer, chunk_id))
    if token is None:
        return False
    started = time.monotonic()
    while True:
        try:
            said = _score(scorer, chunk_id)
        except Exception as error:  # noqa: BLE001 - whatever it was, the chunk must not stay claimed; it is logged, shown
            _give_back(scorer, chunk_id, token, error)
            return False
        try:
            saved = readiness.outlast(lambda: _save(scorer, chunk_id, token, said))  # noqa: B023 - called at once
        except Overtaken:
            continue  # what is left of the chunk is read again: little, or nothing
        facts = _facts(chunk_id, said, time.monotonic() - started)
        if not saved:
            logger.warning("the claim of a chunk was lost, nothing is saved", extra=logs.fields(chunk=chunk_id))
        elif said.left is not None:
            logger.warning("a part of the chunk is scored, the rest is given back: %s", said.left, extra=facts)
        else:
            logger.info("chunk scored", extra=facts)
        return saved and said.left is None


def _claim(scorer: Scorer, chunk_id: int) -> str | None:
    with sessions.writing(scorer.database_url) as session:
        return chunks.claim(session, chunk_id, datetime.now(UTC))


def _score(scorer: Scorer, chunk_id: int) -> answers.Answers:
    with sessions.reading(scorer.database_url) as session:
        read = reading.read(session, chunk_id)
    if not read.apart:
        return answers.ask(scorer.load_model(read.model_id), read)
    logger.warning("a worker was lost over the chunk, it is scored apart", extra=logs.fields(chunk=chunk_id))
    with scorer.load_apart(read.model_id) as model:
        return answers.ask(model, read)


def _save(scorer: Scorer, chunk_id: int, token: str, said: answers.Answers) -> bool:
    """Save and mark in one transaction; False where the claim was lost.

    Raises:
        Overtaken: some of the comments have a row already: nothing is saved, and the tallies count what was inserted.

    """
    read, now = said.read, datetime.now(UTC)
    with sessions.writing(scorer.database_url) as session:
        is_whole = said.left is None
        held = chunks.finish(session, chunk_id, token, now) if is_whole else chunks.hold(session, chunk_id, token)
        if not held:
            return False
        # What a model says of a text is the same wherever it is asked. Whoever has another reason saves alone, so that
        # of two that contradict each other the second finds the first.
        is_sure = is_whole and prediction.SKIP_REASONS.keys() >= set(said.unscored["code"])
        locks.say(session, read.model_id, alone=not is_sure)
        if _is_contradicted(session, said):
            raise Overtaken
        for into, values in ((Score, said.scored), (Unscored, said.unscored)):
            if not bulk.insert(session, into, values):
                raise Overtaken
        tallies.add_scored(
            session, read.model_id, read.ids, read.counted, said.labels, skipped=said.skipped, failed=said.failed
        )
        if said.left is not None:
            chunks.give_back(session, session.get_one(Chunk, chunk_id), said.left, scorer.retries, now)
    return True


def _is_contradicted(session: Session, said: answers.Answers) -> bool:
    """Tell whether what is scored has an unscored row, or the other way round: no key of one table notices that.

    Asked by the range of ids, which holds no other rows for most chunks; a join of the two took PostgreSQL a minute
    where it knew nothing of their size.
    """
    for other, values in ((Unscored, said.scored), (Score, said.unscored)):
        ids = np.asarray(values["comment_id"])
        if len(ids):
            within = other.comment_id.between(int(ids.min()), int(ids.max()))
            there = session.scalars(select(other.comment_id).where(other.model_id == said.read.model_id, within)).all()
            if np.isin(ids, there).any():
                return True
    return False


def _facts(chunk_id: int, said: answers.Answers, seconds: float) -> dict[str, Any]:
    read = said.read
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

    def give_back() -> None:
        with sessions.writing(scorer.database_url) as session:
            chunk = session.get(Chunk, chunk_id)  # none where its batch was deleted meanwhile
            if chunk is not None and chunk.claimed_by == token:
                chunks.give_back(session, chunk, said, scorer.retries, datetime.now(UTC))

    readiness.outlast(give_back)


def _hand_back(scorer: Scorer, chunk_id: int) -> None:
    try:
        with sessions.writing(scorer.database_url) as session:
            held = chunks.hand_back(session, chunk_id, processes.me(), datetime.now(UTC))
    except errors.DatabaseError as error:
        logger.warning("a chunk in hand could not be handed back: %s", error, extra=logs.fields(chunk=chunk_id))
    else:
        if held:
            logger.info("asked to end, the chunk in hand is handed back", extra=logs.fields(chunk=chunk_id))
