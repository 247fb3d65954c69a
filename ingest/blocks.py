"""One block of rows into the database: comments, rejects, counts and the chunk, all in one transaction."""

import sys
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any, NamedTuple

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from numpy.typing import NDArray
from sqlalchemy import func, select, update
from sqlalchemy.orm import Session

from database import bulk, tables
from ingest import duplicates, replacing
from ingest.keys import as_column, natural_keys
from ingest.rows import COLUMNS, Block, Reject

#: Fields of a comment that a column of the same name keeps as they are.
KEPT = [name for name in COLUMNS.names if name not in {"record", "line", "brand"}]
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


@dataclass
class Target:
    """Where the rows of one batch go."""

    batch_id: int
    sha256: str
    #: None loads without queueing
    model_id: int | None
    #: replace the text of known comments where it changed, and score them again
    replace: bool = False
    #: the job by its kind, `batch` or `update`, made with its first chunk
    jobs: dict[str, int] = field(default_factory=dict)
    brands: dict[str, int] = field(default_factory=dict)
    #: of those that the batch loaded, or that were there before it
    last_comment_id: int = 0
    #: whether the block before held comments that were there already: then they are looked for first
    meets_known: bool = False


class Range(NamedTuple):
    """Ids of comments, both ends included, and how many of them are meant."""

    first: int
    last: int
    comments: int


def save_block(session: Session, target: Target, block: Block) -> tuple[Counts, list[int]]:
    """Write one block.

    Returns:
        its counts, and the ids of the chunks to queue once the transaction is committed.

    """
    now = datetime.now(UTC)
    loaded, found = _insert(session, target, block.comments, now)
    _insert_rejects(session, target.batch_id, block.rejects)
    counts = Counts(block.read, loaded, len(block.comments) - loaded, found.changed, len(block.rejects))
    new = _range_of_new(session, target) if loaded else None
    _count(session, target.batch_id, counts, target.last_comment_id)
    chunk_ids = []
    if new is not None:
        chunk_ids.append(_chunk(session, target, "batch", new, now))
    if found.replaced:
        replacing.replace(session, target.batch_id, block.comments, found.replaced)
        ids = Range(min(found.replaced), max(found.replaced), len(found.replaced))
        chunk_ids.append(_chunk(session, target, "update", ids, now))
    return counts, [chunk_id for chunk_id in chunk_ids if chunk_id is not None]


def _insert(session: Session, target: Target, comments: Any, now: datetime) -> tuple[int, duplicates.Sorted]:  # noqa: ANN401 - a RecordBatch
    """Insert what is new; as if nothing were known, and where that fails or is unlikely, after a look at what is."""
    keys = natural_keys(comments, target.sha256)
    brand_ids = _brand_ids(session, target, comments["brand"])

    def values(new: NDArray[np.int64]) -> dict[str, Any]:
        rows = comments if len(new) == len(comments) else comments.take(new)
        return {
            "natural_key": as_column(keys[new]),
            "batch_id": target.batch_id,
            "brand_id": brand_ids[new],
            "loaded_at": now,
            "counted_at": pc.coalesce(rows["posted_at"], pa.scalar(now, rows["posted_at"].type)),
            **{name: rows[name] for name in KEPT},
        }

    found = duplicates.sort(keys, comments["text"], {}, replace=target.replace)
    if not target.meets_known and bulk.insert(session, tables.Comment, values(found.new)):
        return len(found.new), found
    there = duplicates.known(session, keys)
    target.meets_known = bool(there)
    found = duplicates.sort(keys, comments["text"], there, replace=target.replace)
    return bulk.insert_new(session, tables.Comment, values(found.new)), found


def _brand_ids(session: Session, target: Target, brands: Any) -> NDArray[np.int32]:  # noqa: ANN401 - an Arrow array
    """Give the id of each row's brand; brands that are new are made."""
    coded = brands.dictionary_encode()
    names = coded.dictionary.to_pylist()
    missing = sorted(set(names) - target.brands.keys())
    if missing:
        now = datetime.now(UTC)
        columns = ("name", "handles", "recipients", "created_at")
        bulk.insert_new_rows(session, tables.Brand, columns, [(name, [], [], now) for name in missing])
        brand = tables.Brand
        named = session.execute(select(brand.name, brand.id).where(brand.name.in_(missing)))
        target.brands.update(named.tuples().all())
    ids = np.array([target.brands[name] for name in names], np.int32)
    return np.asarray(ids[coded.indices.to_numpy()])


def _insert_rejects(session: Session, batch_id: int, rejects: Sequence[Reject]) -> None:
    rows = ((batch_id, r.record, r.line, r.code, r.reason, r.content) for r in rejects)
    bulk.insert_new_rows(session, tables.Reject, REJECT_COLUMNS, rows)


def _range_of_new(session: Session, target: Target) -> Range:
    comment = tables.Comment
    # With one end alone PostgreSQL takes a third of a table that it knows nothing of yet for meant, and reads all of it
    # for each block: 95 ms at 300,000 comments, in place of 4.
    new = comment.id.between(target.last_comment_id + 1, sys.maxsize)
    statement = select(func.min(comment.id), func.max(comment.id), func.count()).where(
        comment.batch_id == target.batch_id, new
    )
    ids = Range(*session.execute(statement).one())
    target.last_comment_id = ids.last
    return ids


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


def _count(session: Session, batch_id: int, counts: Counts, last_comment_id: int) -> None:
    batch = tables.Batch
    session.execute(
        update(batch)
        .where(batch.id == batch_id)
        .values(
            rows_read=batch.rows_read + counts.read,
            loaded=batch.loaded + counts.loaded,
            duplicates=batch.duplicates + counts.duplicates,
            changed=batch.changed + counts.changed,
            rejected=batch.rejected + counts.rejected,
            last_comment_id=last_comment_id,
        )
    )
