"""Which comments a job and a chunk are about."""

from sqlalchemy import ColumnElement, and_, or_, true

from database.tables import Chunk, Comment, Job


def of_job(job: Job) -> ColumnElement[bool]:
    """Say which comments a job has to get scored."""
    if job.kind == "batch":
        return Comment.batch_id == job.batch_id
    if job.kind == "update":
        return Comment.updated_batch_id == job.batch_id
    return and_(
        Comment.brand_id == job.brand_id if job.brand_id is not None else true(),
        Comment.counted_at >= job.counted_from if job.counted_from is not None else true(),
        Comment.counted_at < job.counted_until if job.counted_until is not None else true(),
        # What comes in later is of another job.
        Comment.loaded_at <= job.created_at,
    )


def of_chunk(job: Job, chunk: Chunk) -> ColumnElement[bool]:
    """Say which comments of its job a chunk holds."""
    return and_(of_job(job), Comment.id.between(chunk.first_comment_id, chunk.last_comment_id))


def chunk_holds_comment() -> ColumnElement[bool]:
    """Join chunks, jobs and comments: true where the chunk of a batch or update job holds the comment."""
    return and_(
        Chunk.job_id == Job.id,
        or_(
            and_(Job.kind == "batch", Job.batch_id == Comment.batch_id),
            and_(Job.kind == "update", Job.batch_id == Comment.updated_batch_id),
        ),
        Comment.id.between(Chunk.first_comment_id, Chunk.last_comment_id),
    )
