"""Score again with another version, beside the old scores: a job whose chunks hold what has no row under it yet.

There is one job for a version and a part of the comments: who asks again goes on with it. It takes up what failed or
was cancelled, what a killed process did not come to queue, and what was loaded meanwhile.
"""

import time
from collections.abc import Callable, Iterable, Sequence
from datetime import UTC, datetime
from zoneinfo import ZoneInfo

from sqlalchemy import select
from sqlalchemy.orm import Session

from database import sessions
from database.tables import Batch, Brand, Chunk, Job, Model
from reporting.scope import Scope
from settings import errors
from worker import chunks, jobs, queueing

#: of one transaction: half a million comments, for which SQLite is locked for a second
MOST_CHUNKS = 100
FOLLOW_SECONDS = 0.5


def parts(session: Session, scope: Scope, model: Model, default_timezone: str) -> list[Job]:
    """Say which jobs a scope needs, none of them saved: one a batch, or one a brand where their days differ by zone.

    The scope's source says nothing: a brand's comments are scored together. A batch that was deleted is left out.

    Raises:
        errors.NotFound: there is no such brand.

    """
    if scope.batch_ids:
        there = session.scalars(select(Batch.id).where(Batch.id.in_(scope.batch_ids)).order_by(Batch.id))
        return [_job(model, batch_id=batch_id) for batch_id in there]
    wanted = select(Brand).order_by(Brand.id)
    brands = session.scalars(wanted if scope.brand is None else wanted.where(Brand.name == scope.brand)).all()
    if scope.brand is not None and not brands:
        raise errors.NotFound(f"There is no brand {scope.brand!r} in the database: `brandpulse report` names them.")
    zones = {brand.timezone or default_timezone for brand in brands}
    if scope.brand is None and (len(zones) <= 1 or not (scope.first_day or scope.last_day)):
        return [_job(model, None, *scope.moments(ZoneInfo(next(iter(zones), default_timezone))))]
    return [_job(model, brand.id, *scope.moments(ZoneInfo(brand.timezone or default_timezone))) for brand in brands]


def _job(
    model: Model,
    brand_id: int | None = None,
    counted_from: datetime | None = None,
    counted_until: datetime | None = None,
    batch_id: int | None = None,
) -> Job:
    return Job(
        kind="rescore",
        model_id=model.id,
        brand_id=brand_id,
        counted_from=counted_from,
        counted_until=counted_until,
        batch_id=batch_id,
        created_at=datetime.now(UTC),
    )


def missing(session: Session, wanted: Iterable[Job]) -> int:
    """Count the comments of these jobs that have neither score nor unscored row under their version."""
    return sum(found.comments for job in wanted if (found := queueing.missing(session, job)))


def queue(database_url: str, wanted: Sequence[Job], size: int, queue_chunk: Callable[[int], None]) -> list[int]:
    """Queue what is missing of each of these jobs, step by step: workers begin with the first step.

    Returns:
        the ids of the jobs, saved now or by an earlier call that this one goes on with.

    """
    return [_queue(database_url, job, size, queue_chunk) for job in wanted]


def _queue(database_url: str, wanted: Job, size: int, queue_chunk: Callable[[int], None]) -> int:
    with sessions.writing(database_url) as session:
        job = _saved(session, wanted)
        jobs.retry(session, job)
        # Those that wait already as well: a killed process may have made chunks and not queued them.
        pending = select(Chunk.id).where(Chunk.job_id == job.id, Chunk.state == "pending").order_by(Chunk.id)
        chunk_ids = list(session.scalars(pending))
    with sessions.reading(database_url) as session:
        ids = queueing.missing(session, job)
    after = ids.first - 1 if ids else 0
    while True:
        for chunk_id in chunk_ids:
            queue_chunk(chunk_id)
        if ids is None:
            return job.id
        with sessions.writing(database_url) as session:
            # Of two that ask for the same at once the second waits here, and then finds it queued.
            locked = session.get(Job, job.id, with_for_update={"key_share": True})
            if locked is None:
                raise errors.NotFound(f"Batch {job.batch_id} was deleted while its comments were being queued.")
            made = queueing.cut(session, locked, size, after=after, until=ids.last + 1, most=MOST_CHUNKS)
        if not made:
            return job.id
        chunk_ids, after = [chunk.id for chunk in made], made[-1].last_comment_id


def follow(database_url: str, job_ids: Sequence[int], progress: Callable[[float], None]) -> None:
    """Wait until workers are done with these jobs; `progress` is told the comments that they finished meanwhile."""
    begun = waiting = _waiting(database_url, job_ids)
    while waiting:
        time.sleep(FOLLOW_SECONDS)
        waiting = _waiting(database_url, job_ids)
        progress(begun - waiting)


def _waiting(database_url: str, job_ids: Sequence[int]) -> int:
    with sessions.reading(database_url) as session:
        return chunks.waiting(session, job_ids)


def _saved(session: Session, wanted: Job) -> Job:
    """Find the job that asked for the same before, or save this one."""
    # Of two that ask at once the second waits here.
    session.get_one(Model, wanted.model_id, with_for_update={"key_share": True})
    names = ("kind", "model_id", "brand_id", "counted_from", "counted_until", "batch_id")
    same = [getattr(Job, name).is_not_distinct_from(getattr(wanted, name)) for name in names]
    job = session.scalar(select(Job).where(*same).order_by(Job.id.desc()).limit(1))
    if job is None:
        session.add(wanted)
        session.flush()
        return wanted
    job.created_at = wanted.created_at
    session.flush()
    return job
