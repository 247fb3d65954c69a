"""One block of rows into the database: comments, rejects, counts and the chunk, all in one transaction."""

from collections.abc import Sequence
from datetime import UTC, datetime
from typing import NamedTuple

from sqlalchemy import func, select, update
from sqlalchemy.orm import Session

from database import bulk, tables
from ingest import inserting, replacing
from ingest.rows import Block, Reject
from ingest.target import Target
from settings import errors

REJECT_COLUMNS = ("batch_id", "record", "line", "code", "reason", "content")


class Counts(NamedTuple):
    """What became of the rows of a block or batch: read = loaded + duplicates + rejected; changed are duplicates."""

    read: int = 0
    loaded: int = 0
    duplicates: int = 0
    changed: int = 0
    rejected: int = 0

    def plus(self, other: "Counts") -> "Counts":
        """Add the counts of another block."""
        return Counts(*(mine + its for mine, its in zip(self, other, strict=True)))


class Range(NamedTuple):
    """Ids of comments, both ends included, and how many of those between them are meant."""

    first: int
    last: int
    comments: int


def save_block(session: Session, target: Target, block: Block) -> tuple[Counts, list[int]]:
    """Write one block.

    Returns:
        its counts, and the ids of the chunks to queue once the transaction is committed.

    """
    if target.first_comment_id is None:
        # Read anew until it has comments: on SQLite the ids of the newest batch are given again once it is deleted.
        target.last_comment_id = last_comment_id(session)
    now, before = datetime.now(UTC), target.last_comment_id
    inserted = inserting.insert(session, target, block.comments, now)
    _insert_rejects(session, target, block.rejects)
    new = _range_of_new(session, target, inserted.comments) if inserted.comments else None
    duplicate = len(block.comments) - inserted.comments
    counts = Counts(block.read, inserted.comments, duplicate, inserted.sorted.changed, len(block.rejects))
    _count(session, target, counts)
    chunk_ids = [] if new is None else [_chunk(session, target, "batch", new, now)]
    found = inserted.sorted.replaced
    if found and (replaced := replacing.replace(session, target, block.comments, found)):
        chunk_ids.append(_chunk(session, target, "update", Range(replaced[0], replaced[-1], len(replaced)), now))
    # The tallies last: whoever writes locks the chunks before them.
    if new is not None:
        inserting.tally(session, target, inserted, before)
    return counts, [chunk_id for chunk_id in chunk_ids if chunk_id is not None]


def last_comment_id(session: Session) -> int:
    """Give the id of the newest comment, 0 where there is none; those that come later have higher ones."""
    return session.scalar(select(func.max(tables.Comment.id))) or 0


def _insert_rejects(session: Session, target: Target, rejects: Sequence[Reject]) -> None:
    # Where authors are hashed, no row is kept as it stood: it would name its author.
    hides = target.author_key is not None
    rows = ((target.batch_id, r.record, r.line, r.code, r.reason, None if hides else r.content) for r in rejects)
    bulk.append(session, tables.Reject, REJECT_COLUMNS, rows)


def _range_of_new(session: Session, target: Target, comments: int) -> Range:
    """Bound the ids of what the block inserted.

    Ids grow, so they lie behind the highest one from before. Those of another ingest may lie among them; to look for
    the first and last of our own took PostgreSQL 1.5 µs a comment.
    """
    first = target.last_comment_id + 1
    if target.first_comment_id is None:
        target.first_comment_id = first
    target.last_comment_id = last_comment_id(session)
    return Range(first, target.last_comment_id, comments)


def _chunk(session: Session, target: Target, kind: str, ids: Range, now: datetime) -> int | None:
    """Add a chunk to the batch's job of this kind; None where nothing is queued."""
    if target.model_id is None:
        return None
    if kind not in target.jobs:
        job = tables.Job(kind=kind, model_id=target.model_id, batch_id=target.batch_id, created_at=now)
        session.add(job)
        session.flush()
        target.jobs[kind] = job.id
    chunk = tables.Chunk(
        job_id=target.jobs[kind],
        first_comment_id=ids.first,
        last_comment_id=ids.last,
        comments=ids.comments,
        due_at=now,
        queued_at=now,
    )
    session.add(chunk)
    session.flush()
    return chunk.id


def _count(session: Session, target: Target, counts: Counts) -> None:
    batch, ends = tables.Batch, {}
    if target.first_comment_id is not None:
        ends = {"first_comment_id": target.first_comment_id, "last_comment_id": target.last_comment_id}
    there = bulk.change(
        session,
        update(batch)
        .where(batch.id == target.batch_id)
        .values(
            rows_read=batch.rows_read + counts.read,
            loaded=batch.loaded + counts.loaded,
            duplicates=batch.duplicates + counts.duplicates,
            changed=batch.changed + counts.changed,
            rejected=batch.rejected + counts.rejected,
            **ends,
        ),
    )
    if not there:
        raise errors.NotFound(f"Batch {target.batch_id} was deleted while it was loaded: the rest of it is not loaded.")
