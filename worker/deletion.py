"""Undo a wrong ingest: take a batch and all that hangs on it out of the database."""

import sys
from datetime import UTC, datetime

from sqlalchemy import delete, exists, or_, select, update
from sqlalchemy.orm import Session

from database import bulk, locks, membership, tallies
from database.tables import AuditLabel, AuditSample, Batch, Chunk, Comment, Correction, Job, Score, Unscored
from worker import batches


def delete_batch(session: Session, batch_id: int) -> int:
    """Delete a batch, its comments and everything said of them; reports that were made stay as they are.

    A text that the batch replaced by `--update` stays replaced: the text before it is not kept. Where it has no score
    yet, it gets one with the chunks that hold its comment.

    Returns:
        how many comments were deleted.

    """
    # Who loads the batch or corrects a comment of it waits for this, and then finds it gone.
    batches.find(session, batch_id, lock=True)
    # The chunks go first: a worker that holds one loses its claim before the comments are gone, and none is claimed or
    # made until they are.
    locks.shut_out(session, Chunk)
    locks.take_turns(session, Comment)
    batches.cancel(session, batch_id)
    _take_back(session, batch_id)
    comments = select(Comment.id).where(membership.of_batches([batch_id]))
    for said in (Score, Unscored, Correction, AuditLabel):
        bulk.change(session, delete(said).where(said.comment_id.in_(comments)))
    deleted = bulk.change(session, delete(Comment).where(membership.of_batches([batch_id])))
    _take_up_replaced(session, batch_id)
    _take_labels(session, batch_id)
    bulk.change(session, update(Comment).where(Comment.updated_batch_id == batch_id).values(updated_batch_id=None))
    tallies.drop_batch(session, batch_id)
    bulk.change(session, delete(Batch).where(Batch.id == batch_id))
    return deleted


def _take_back(session: Session, batch_id: int) -> None:
    """Put the chunks of other jobs back in line that a worker may have read comments of the batch for."""
    batch = session.get_one(Batch, batch_id)
    held = update(Chunk).where(
        Chunk.state == "running",
        Chunk.first_comment_id <= (sys.maxsize if batch.last_comment_id is None else batch.last_comment_id),
        Chunk.last_comment_id >= (batch.first_comment_id or 0),
    )
    bulk.change(session, held.values(state="pending", claimed_by=None, queued_at=None))


def _take_up_replaced(session: Session, batch_id: int) -> None:
    """Put those finished chunks back in line that hold a text which only the batch's own chunks were still to score.

    Replacing it took its scores away under every version, so every version's chunks are taken up; a worker reads of
    them what has no row. Chunks that were cancelled stay so.
    """
    replaced = exists().where(
        Comment.updated_batch_id == batch_id, membership.chunk_holds_comment(), membership.without_row(Job.model_id)
    )
    finished = update(Chunk).where(Chunk.state.in_(("done", "failed")), replaced)
    again = {"state": "pending", "attempts": 0, "due_at": datetime.now(UTC), "queued_at": None}
    bulk.change(session, finished.values(again | {"error": None, "finished_at": None}))


def _take_labels(session: Session, batch_id: int) -> None:
    """Take back what people said of the texts that the batch replaced: without it nothing tells that they were others.

    Labels of samples that were drawn after it are of the texts that stay.
    """
    finished = select(Batch.finished_at).where(Batch.id == batch_id).scalar_subquery()
    before = select(AuditSample.id).where(or_(finished.is_(None), AuditSample.created_at < finished))
    replaced = select(Comment.id).where(Comment.updated_batch_id == batch_id)
    said = update(AuditLabel).where(AuditLabel.sample_id.in_(before), AuditLabel.comment_id.in_(replaced))
    bulk.change(session, said.values(label=None, labelled_by=None, labelled_at=None))
