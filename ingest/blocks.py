"""One block of rows into the database: comments, rejects, counts and the chunk, all in one transaction."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import NamedTuple

from sqlalchemy import func, select, update
from sqlalchemy.orm import Session

from database import bulk, tables, tallies
from ingest.keys import natural_key
from ingest.rows import Comment, Reject
from settings import errors

COMMENT_COLUMNS = (
    "natural_key",
    "batch_id",
    "brand_id",
    "source",
    "external_id",
    "parent_id",
    "author",
    "text",
    "posted_at",
    "loaded_at",
    "counted_at",
    "language",
    "likes",
    "url",
    "extra",
    "cut_from_characters",
)
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
    last_comment_id: int = 0


class Known(NamedTuple):
    """A comment that is in the database already."""

    id: int
    text: str
    forgotten: bool


class Range(NamedTuple):
    """Ids of comments, both ends included, and how many of them are meant."""

    first: int
    last: int
    comments: int


@dataclass
class Sorted:
    """The comments of a block, told apart by their keys."""

    new: dict[bytes, Comment]
    replaced: dict[int, Comment]
    changed: int = 0


def save_block(session: Session, target: Target, rows: Sequence[Comment | Reject]) -> tuple[Counts, list[int]]:
    """Write one block.

    Returns:
        its counts, and the ids of the chunks to queue once the transaction is committed.

    """
    now = datetime.now(UTC)
    rejects = [row for row in rows if isinstance(row, Reject)]
    comments = [row for row in rows if isinstance(row, Comment)]
    found = _sort(session, target, comments)
    loaded = _insert(session, target, found.new, now)
    _insert_rejects(session, target.batch_id, rejects)
    known_before = target.last_comment_id
    counts = Counts(len(rows), loaded, len(comments) - loaded, found.changed, len(rejects))
    _count(session, target.batch_id, counts)
    chunk_ids = []
    if loaded:
        chunk_ids.append(_chunk(session, target, "batch", _range_of_new(session, target), now))
    if found.replaced:
        _replace(session, target, found.replaced)
        ids = Range(min(found.replaced), max(found.replaced), len(found.replaced))
        chunk_ids.append(_chunk(session, target, "update", ids, now))
    # The tallies last: whoever writes locks the chunks before them.
    if loaded:
        tallies.add_loaded_after(session, target.batch_id, known_before)
    return counts, [chunk_id for chunk_id in chunk_ids if chunk_id is not None]


def _sort(session: Session, target: Target, comments: Sequence[Comment]) -> Sorted:
    """Tell new comments from duplicates; the first text stays unless the target replaces."""
    keyed = [(natural_key(comment, comment.brand, target.sha256), comment) for comment in comments]
    known = _known(session, [key for key, _ in keyed])
    texts = {key: found.text for key, found in known.items()}
    found = Sorted({}, {})
    for key, comment in keyed:
        if key not in texts:
            texts[key] = comment.text
            found.new[key] = comment
        elif comment.text != texts[key] and not (key in known and known[key].forgotten):
            found.changed += 1
            if target.replace:
                texts[key] = comment.text
                if key in known:
                    found.replaced[known[key].id] = comment
                else:
                    found.new[key] = comment
    return found


def _known(session: Session, keys: Sequence[bytes]) -> dict[bytes, Known]:
    comment = tables.Comment
    statement = select(comment.natural_key, comment.id, comment.text, comment.forgotten_at.is_not(None)).where(
        comment.natural_key.in_(keys)
    )
    return {key: Known(*rest) for key, *rest in session.execute(statement)}


def _insert(session: Session, target: Target, new: Mapping[bytes, Comment], now: datetime) -> int:
    brands = _brand_ids(session, target, {comment.brand for comment in new.values()})
    rows = (
        (
            key,
            target.batch_id,
            brands[comment.brand],
            comment.source,
            comment.external_id,
            comment.parent_id,
            comment.author,
            comment.text,
            comment.posted_at,
            now,
            comment.posted_at or now,
            comment.language,
            comment.likes,
            comment.url,
            comment.extra,
            comment.cut_from_characters,
        )
        for key, comment in new.items()
    )
    return bulk.insert_new(session, tables.Comment, COMMENT_COLUMNS, rows)


def _brand_ids(session: Session, target: Target, names: set[str]) -> dict[str, int]:
    missing = names - target.brands.keys()
    if missing:
        now = datetime.now(UTC)
        bulk.insert_new(
            session,
            tables.Brand,
            ("name", "handles", "recipients", "created_at"),
            [(n, [], [], now) for n in sorted(missing)],
        )
        brand = tables.Brand
        named = session.execute(select(brand.name, brand.id).where(brand.name.in_(missing)))
        target.brands.update(named.tuples().all())
    return target.brands


def _insert_rejects(session: Session, batch_id: int, rejects: Sequence[Reject]) -> None:
    rows = ((batch_id, r.record, r.line, r.code, r.reason, r.content) for r in rejects)
    bulk.insert_new(session, tables.Reject, REJECT_COLUMNS, rows)


def _range_of_new(session: Session, target: Target) -> Range:
    comment = tables.Comment
    statement = select(func.min(comment.id), func.max(comment.id), func.count()).where(
        comment.batch_id == target.batch_id, comment.id > target.last_comment_id
    )
    ids = Range(*session.execute(statement).one())
    target.last_comment_id = ids.last
    return ids


def _replace(session: Session, target: Target, replaced: Mapping[int, Comment]) -> None:
    """Put the new texts in, and take away what was said of the old ones."""
    ids = sorted(replaced)
    # A worker that read the old text must lose its claim, and one that has not read yet must wait for the new one.
    session.execute(
        update(tables.Chunk)
        .where(
            tables.Chunk.state.in_(("pending", "running")),
            tables.Chunk.first_comment_id <= ids[-1],
            tables.Chunk.last_comment_id >= ids[0],
        )
        .values(state="pending", claimed_by=None, queued_at=None)
    )
    session.execute(
        update(tables.Comment),
        [
            {
                "id": comment_id,
                "text": comment.text,
                "cut_from_characters": comment.cut_from_characters,
                "likes": comment.likes,
                "extra": comment.extra,
                "updated_batch_id": target.batch_id,
            }
            for comment_id, comment in sorted(replaced.items())
        ],
    )
    models = select(tables.Model.id)
    for said in (tables.Score, tables.Unscored):
        tallies.take_away(session, said, said.model_id.in_(models), said.comment_id.in_(ids))


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


def _count(session: Session, batch_id: int, counts: Counts) -> None:
    batch = tables.Batch
    there = bulk.change(
        session,
        update(batch)
        .where(batch.id == batch_id)
        .values(
            rows_read=batch.rows_read + counts.read,
            loaded=batch.loaded + counts.loaded,
            duplicates=batch.duplicates + counts.duplicates,
            changed=batch.changed + counts.changed,
            rejected=batch.rejected + counts.rejected,
        ),
    )
    if not there:
        raise errors.NotFound(f"Batch {batch_id} was deleted while it was loaded: the rest of it is not loaded.")
