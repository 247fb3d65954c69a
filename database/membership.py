"""Which comments a job and a chunk are about, and which of them a model version has said nothing of yet."""

import sys
from collections.abc import Sequence

from sqlalchemy import ColumnElement, SQLColumnExpression, and_, exists, func, or_, select, true

from database.tables import Batch, Chunk, Comment, Job, Score, Unscored

#: The states of a chunk that some worker has still to finish.
OPEN = ("pending", "running")

#: the id of a model version, or the column that has it
Version = int | SQLColumnExpression[int]


def of_batches(batch_ids: Sequence[int]) -> ColumnElement[bool]:
    """Say which comments some batches loaded: their ids lie in a range that the batches know, so none needs an index.

    One of (batch, id) took a seventh of the time of loading on PostgreSQL: docs/decisions/0018-write-paths.md.
    """
    first, last = (
        select(end).where(Batch.id.in_(batch_ids)).scalar_subquery()
        # An ingest of a version before this one, still under way, knows no range.
        for end in (
            func.min(func.coalesce(Batch.first_comment_id, 0)),
            func.max(func.coalesce(Batch.last_comment_id, sys.maxsize)),
        )
    )
    return and_(Comment.batch_id.in_(batch_ids), Comment.id >= first, Comment.id <= last)


def of_job(job: Job, *, by_id: bool = False) -> ColumnElement[bool]:
    """Say which comments a job has to get scored.

    With `by_id` the database is kept from the index of brands: who walks over the comments in the order of their ids
    would have those of the brand sorted anew at every step (a million in 200 steps: 160 s on SQLite, else 0.6 s).
    """
    of_batch = true() if job.batch_id is None else of_batches([job.batch_id])
    if job.kind == "batch":
        return of_batch
    if job.kind == "update":
        return Comment.updated_batch_id == job.batch_id
    brand = Comment.brand_id + 0 if by_id else Comment.brand_id
    return and_(
        brand == job.brand_id if job.brand_id is not None else true(),
        of_batch,
        Comment.counted_at >= job.counted_from if job.counted_from is not None else true(),
        Comment.counted_at < job.counted_until if job.counted_until is not None else true(),
        # What comes in later is not of the job, until it is asked for again.
        Comment.loaded_at <= job.created_at,
    )


def of_chunk(job: Job, chunk: Chunk) -> ColumnElement[bool]:
    """Say which comments of its job a chunk holds."""
    return and_(of_job(job, by_id=True), Comment.id.between(chunk.first_comment_id, chunk.last_comment_id))


def chunk_holds_comment() -> ColumnElement[bool]:
    """Join chunks, jobs and comments: true where the chunk holds the comment, whatever the kind of its job."""
    return and_(
        Chunk.job_id == Job.id,
        or_(
            and_(Job.kind == "batch", Job.batch_id == Comment.batch_id),
            and_(Job.kind == "update", Job.batch_id == Comment.updated_batch_id),
            and_(
                Job.kind == "rescore",
                or_(Job.brand_id.is_(None), Job.brand_id == Comment.brand_id),
                or_(Job.batch_id.is_(None), Job.batch_id == Comment.batch_id),
                or_(Job.counted_from.is_(None), Job.counted_from <= Comment.counted_at),
                or_(Job.counted_until.is_(None), Job.counted_until > Comment.counted_at),
                Job.created_at >= Comment.loaded_at,
            ),
        ),
        Comment.id.between(Chunk.first_comment_id, Chunk.last_comment_id),
    )


def has_any_row(model_id: int, chunk: Chunk) -> ColumnElement[bool]:
    """Say whether a version has a score or an unscored row between the ends of a chunk: most chunks find none."""
    return or_(*(exists().where(_of_version(said, model_id, chunk)) for said in (Score, Unscored)))


def without_row(model_id: Version, chunk: Chunk | None = None) -> ColumnElement[bool]:
    """Say which comments have neither score nor unscored row under a model version.

    Who asks for the comments of a chunk names it: PostgreSQL would else read the scores from the first one on, for each
    chunk anew.
    """
    return and_(*(~_has(said, model_id, chunk) for said in (Score, Unscored)))


def _has(said: type[Score] | type[Unscored], model_id: Version, chunk: Chunk | None) -> ColumnElement[bool]:
    return exists().where(_of_version(said, model_id, chunk), said.comment_id == Comment.id)


def _of_version(said: type[Score] | type[Unscored], model_id: Version, chunk: Chunk | None) -> ColumnElement[bool]:
    within = true() if chunk is None else said.comment_id.between(chunk.first_comment_id, chunk.last_comment_id)
    return and_(said.model_id == model_id, within)


def chunks_in(model_id: int, *states: str) -> ColumnElement[bool]:
    """Say whether a version has chunks in one of these states at all.

    To be asked first: which chunk holds a comment is found by looking at every one (a million comments without a row
    and 200 chunks: 30 s on SQLite).
    """
    return exists().where(Chunk.job_id == Job.id, Job.model_id == model_id, Chunk.state.in_(states))
