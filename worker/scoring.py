"""Score one chunk: claim, commit, read, predict, then save and mark in one transaction that checks the claim again.

No transaction is open while the model predicts. The Celery task and the embedded loop call the same `score_chunk`.
"""

import logging
import time
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime

import numpy as np
from sqlalchemy import select
from sqlalchemy.orm import Session

from database import bulk, membership, sessions, tables
from database.tables import Chunk, Comment, Job, Score, Unscored
from model_store import prediction
from settings import errors
from worker import answers, chunks

logger = logging.getLogger(__name__)


@dataclass(frozen=True)
class Scorer:
    """What scoring needs of its surroundings."""

    database_url: str
    retries: chunks.Retries
    #: gives the model of a version, by the id of its row; cached by whoever makes it
    load_model: Callable[[int], prediction.Model]


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
    try:
        with sessions.reading(scorer.database_url) as session:
            read = _read(session, chunk_id)
        said = answers.ask(scorer.load_model(read.model_id), read)
    except Exception as error:  # noqa: BLE001 - whatever it was, the chunk must not stay claimed; it is logged and shown
        _give_back(scorer, chunk_id, token, error)
        return False
    with sessions.writing(scorer.database_url) as session:
        if not chunks.finish(session, chunk_id, token, datetime.now(UTC)):
            logger.warning("chunk %d: the claim was lost while it was scored, nothing is saved", chunk_id)
            return False
        _save(session, said)
    logger.info("chunk %d: %d comments in %.2f s", chunk_id, len(read.ids), time.monotonic() - started)
    return True


def _read(session: Session, chunk_id: int) -> answers.Reading:
    chunk = session.get_one(Chunk, chunk_id)
    job = session.get_one(Job, chunk.job_id)
    wanted = select(Comment.id, Comment.text, Comment.brand_id).where(
        membership.of_chunk(job, chunk), membership.without_row(job.model_id, chunk)
    )
    rows = session.execute(wanted.order_by(Comment.id)).tuples().all()
    ids, texts, brand_ids = zip(*rows, strict=True) if rows else ((), (), ())
    brand = tables.Brand
    known = session.execute(select(brand.id, brand.name, brand.handles).where(brand.id.in_(set(brand_ids))))
    names = {brand_id: (name, *handles) for brand_id, name, handles in known}
    return answers.Reading(job.model_id, np.array(ids, np.int64), texts, [names[brand_id] for brand_id in brand_ids])


def _save(session: Session, said: answers.Answers) -> None:
    """Write scores and unscored rows; another job may have written some of them meanwhile, and these stay."""
    for into, values in ((Score, said.scored), (Unscored, said.unscored)):
        if not bulk.insert(session, into, values):
            bulk.insert_new(session, into, values)


def _give_back(scorer: Scorer, chunk_id: int, token: str, error: Exception) -> None:
    named = isinstance(error, errors.BrandpulseError)
    said = str(error) if named else f"{type(error).__name__}: {error}"
    logger.warning("chunk %d could not be scored and is given back: %s", chunk_id, said, exc_info=not named)
    with sessions.writing(scorer.database_url) as session:
        chunk = session.get_one(Chunk, chunk_id)
        if chunk.claimed_by == token:
            chunks.give_back(session, chunk, said, scorer.retries, datetime.now(UTC))
