"""Score one chunk: claim, commit, read, predict, then save and mark in one transaction that checks the claim again.

No transaction is open while the model predicts. The Celery task and the embedded loop call the same `score_chunk`.
"""

import logging
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import NamedTuple

import numpy as np
from sqlalchemy import select
from sqlalchemy.orm import Session

from database import bulk, membership, packing, sessions, slots, tables, tallies
from database.tables import Chunk, Comment, Job, Score, Unscored
from model_store import prediction
from settings import errors
from worker import chunks

logger = logging.getLogger(__name__)

SCORE_COLUMNS = ("model_id", "comment_id", "p_negative", "p_positive", "label", "member")
UNSCORED_COLUMNS = ("model_id", "comment_id", "state", "code", "reason")


@dataclass(frozen=True)
class Scorer:
    """What scoring needs of its surroundings."""

    database_url: str
    retries: chunks.Retries
    #: gives the model of a version, by the id of its row; cached by whoever makes it
    load_model: Callable[[int], prediction.Model]


class Reading(NamedTuple):
    """What one chunk holds that has neither score nor unscored row."""

    model_id: int
    ids: list[int]
    texts: list[str]
    #: of each comment, the names of its brand
    brands: list[tuple[str, ...]]
    #: what the tallies count them by
    comments: packing.Comments


class Failure(NamedTuple):
    """A comment that the model cannot take."""

    comment_id: int
    reason: str


class Rows(NamedTuple):
    """What is to be saved of a chunk, as the columns above say."""

    scored: list[tuple[int, int, float, float, int, str | None]]
    unscored: list[tuple[int, int, str, str, str]]


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
                read = _read(session, chunk_id)
            rows = _predict(scorer.load_model(read.model_id), read)
        except Exception as error:  # noqa: BLE001 - whatever it was, the chunk must not stay claimed; it is logged, shown
            _give_back(scorer, chunk_id, token, error)
            return False
        try:
            saved = _save(scorer, chunk_id, token, read, rows)
        except Overtaken:
            continue  # what is left of the chunk is read again: little, or nothing
        if saved:
            logger.info("chunk %d: %d comments in %.2f s", chunk_id, len(read.ids), time.monotonic() - started)
        else:
            logger.warning("chunk %d: the claim was lost while it was scored, nothing is saved", chunk_id)
        return saved


def _save(scorer: Scorer, chunk_id: int, token: str, read: Reading, rows: Rows) -> bool:
    """Save and mark in one transaction; False where the claim was lost.

    Raises:
        Overtaken: some of the rows are there already: nothing is saved, and the tallies count what was inserted.

    """
    with sessions.writing(scorer.database_url) as session:
        if not chunks.finish(session, chunk_id, token, datetime.now(UTC)):
            return False
        inserted = bulk.insert_new(session, Score, SCORE_COLUMNS, rows.scored)
        inserted += bulk.insert_new(session, Unscored, UNSCORED_COLUMNS, rows.unscored)
        if inserted < len(read.ids):
            raise Overtaken
        _count(session, read, rows)
    return True


def _count(session: Session, read: Reading, rows: Rows) -> None:
    ids = np.array(read.ids, np.int64)
    labels, skipped, failed = np.zeros(len(ids), np.int8), np.zeros(len(ids), bool), np.zeros(len(ids), bool)
    labels[np.searchsorted(ids, [row[1] for row in rows.scored])] = [row[4] for row in rows.scored]
    for mask, state in ((skipped, "skipped"), (failed, "failed")):
        mask[np.searchsorted(ids, [row[1] for row in rows.unscored if row[2] == state])] = True
    tallies.add_scored(session, read.model_id, ids, read.comments, labels, skipped=skipped, failed=failed)


def _read(session: Session, chunk_id: int) -> Reading:
    chunk = session.get_one(Chunk, chunk_id)
    job = session.get_one(Job, chunk.job_id)
    rows = session.execute(
        select(
            *(Comment.id, Comment.text, Comment.brand_id, Comment.batch_id, Comment.source),
            slots.slot(Comment.counted_at).label("slot"),
        )
        .where(membership.of_chunk(job, chunk), membership.without_row(job.model_id))
        .order_by(Comment.id)
    ).all()
    brand = tables.Brand
    known = session.execute(
        select(brand.id, brand.name, brand.handles).where(brand.id.in_({row.brand_id for row in rows}))
    )
    names = {brand_id: (name, *handles) for brand_id, name, handles in known}
    ids, texts, brands, batches, sources, numbers = zip(*rows, strict=True) if rows else [()] * 6
    batch_ids, brand_ids, in_slots = (np.array(values, np.int64) for values in (batches, brands, numbers))
    comments = packing.Comments(batch_ids, brand_ids, sources, in_slots)
    return Reading(job.model_id, list(ids), list(texts), [names[brand_id] for brand_id in brands], comments)


def _predict(model: prediction.Model, read: Reading) -> Rows:
    """Turn the comments of a chunk to rows of `scores` and `unscored`."""
    scored, unscored = Rows([], [])
    for part in _predictions(model, read, range(len(read.ids))):
        if isinstance(part, Failure):
            unscored.append((read.model_id, part.comment_id, "failed", "predict_failed", part.reason))
            continue
        indices, found = part
        labels = prediction.label_codes(found, model.thresholds)
        columns = (
            found.p_negative.tolist(),
            found.p_positive.tolist(),
            labels.tolist(),
            found.member,
            found.skip_reason,
        )
        for i, p_negative, p_positive, label, member, skip_reason in zip(indices, *columns, strict=True):
            if skip_reason is None:
                scored.append((read.model_id, read.ids[i], p_negative, p_positive, label, member))
            else:
                reason = prediction.SKIP_REASONS[skip_reason]
                unscored.append((read.model_id, read.ids[i], "skipped", skip_reason, reason))
    if read.ids and not scored and unscored and all(state == "failed" for _, _, state, _, _ in unscored):
        raise errors.ScoringFailed(f"The model could take none of {len(read.ids):,} comments: {unscored[0][4]}")
    return Rows(scored, unscored)


def _predictions(
    model: prediction.Model, read: Reading, indices: range
) -> Iterator[tuple[range, prediction.Prediction] | Failure]:
    """Predict in one call; where it fails, halve until the comments that the model cannot take stand alone."""
    if not indices:
        return
    try:
        part = slice(indices.start, indices.stop)
        yield indices, model.predict(read.texts[part], read.brands[part])
    except (errors.BrandpulseError, MemoryError):
        raise
    except Exception as error:  # noqa: BLE001 - whatever a model raises over one comment, the others are scored
        logger.warning("the model failed on %d comments: %s: %s", len(indices), type(error).__name__, error)
        if len(indices) == 1:
            yield Failure(read.ids[indices[0]], f"{type(error).__name__}: {error}")
            return
        middle = len(indices) // 2
        yield from _predictions(model, read, indices[:middle])
        yield from _predictions(model, read, indices[middle:])


def _give_back(scorer: Scorer, chunk_id: int, token: str, error: Exception) -> None:
    named = isinstance(error, errors.BrandpulseError)
    said = str(error) if named else f"{type(error).__name__}: {error}"
    logger.warning("chunk %d could not be scored and is given back: %s", chunk_id, said, exc_info=not named)
    with sessions.writing(scorer.database_url) as session:
        chunk = session.get_one(Chunk, chunk_id)
        if chunk.claimed_by == token:
            chunks.give_back(session, chunk, said, scorer.retries, datetime.now(UTC))
