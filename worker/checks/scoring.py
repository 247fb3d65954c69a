"""Scoring: that there is a model, that nothing failed or waits too long, and that the counts are right."""

from datetime import UTC, datetime

from sqlalchemy import func, select

from database import sessions
from database.tables import Batch, Chunk, Tally
from model_store import registry
from settings import errors
from settings.environment import Settings
from worker import deployment

LATE_SECONDS = 900  # a pending chunk that has waited longer wants a worker
LEAST_LEASE_SECONDS = 360  # a task may take as long: `worker.app`, which would bring Celery along


def model(settings: Settings) -> str:
    """Check that the version that scores is whole."""
    with sessions.writing(settings.database_url) as session:
        scores = deployment.promoted(session)
        said = f"{deployment.artefact(session, scores).spec} scores, its files are as registered"
        views = registry.promoted(session)
    return said if views.id == scores.id else f"{said}; the views read {views.name}@{views.version}, the promoted one"


def lease(settings: Settings) -> str:
    """Check that a claim lasts as long as scoring a chunk may take."""
    seconds = settings.lease_seconds
    if seconds < LEAST_LEASE_SECONDS:
        raise errors.WrongSetting(
            f"BRANDPULSE_LEASE_SECONDS is {seconds:g}: a chunk may take {LEAST_LEASE_SECONDS} s, and one that takes "
            f"longer than the lease is given to others, in the end `failed`. Set {LEAST_LEASE_SECONDS} or more."
        )
    return f"a worker of another machine that is silent for {seconds:g} s is taken for lost"


def chunks(settings: Settings) -> str:
    """Check that none failed and none waits too long."""
    with sessions.reading(settings.database_url) as session:
        states = dict(session.execute(select(Chunk.state, func.count()).group_by(Chunk.state)).tuples().all())
        troubled = select(Chunk.error).where(Chunk.state.in_(("failed", "pending")), Chunk.error.is_not(None))
        error = session.scalar(troubled.order_by(Chunk.state, Chunk.id.desc()).limit(1))
        oldest = session.scalar(select(func.min(Chunk.due_at)).where(Chunk.state == "pending"))
    if states.get("failed"):
        raise errors.ScoringFailed(
            f"{states['failed']:,} chunks failed, the latest: {_ended(error)} `brandpulse jobs list` shows of which "
            "job; mend the cause, then `brandpulse jobs retry JOB`."
        )
    late = late_seconds(oldest)
    if late > LATE_SECONDS:
        raise errors.ScoringFailed(f"A chunk has waited {late / 60:,.0f} minutes: is a `brandpulse worker` running?")
    said = ", ".join(f"{count:,} {state}" for state, count in sorted(states.items())) or "none yet"
    return f"{said}; one is tried again: {error}" if error else said


def waiting(settings: Settings) -> tuple[int, float]:
    """Count the comments that wait to be scored, and say how long the first of them has been due."""
    with sessions.reading(settings.database_url) as session:
        unfinished = select(func.coalesce(func.sum(Chunk.comments), 0), func.min(Chunk.due_at))
        comments, oldest = session.execute(unfinished.where(Chunk.state == "pending")).one()
    return comments, late_seconds(oldest)


def late_seconds(due_at: datetime | None) -> float:
    """Tell how long ago that was; nothing is never late."""
    return 0.0 if due_at is None else (datetime.now(UTC) - due_at).total_seconds()


def counts(settings: Settings) -> str:
    """Compare the tallies with what the batches loaded."""
    with sessions.reading(settings.database_url) as session:
        loaded = func.coalesce(func.sum(Tally.comments), 0)
        tallied = select(Tally.batch_id, loaded.label("loaded")).group_by(Tally.batch_id).subquery()
        joined = select(Batch.id).outerjoin(tallied, tallied.c.batch_id == Batch.id)
        wrong = session.scalars(
            joined.where(Batch.loaded != func.coalesce(tallied.c.loaded, 0)).order_by(Batch.id)
        ).all()
        rows = session.scalar(select(func.count()).select_from(Tally)) or 0
    if wrong:
        raise errors.DatabaseError(
            f"The counts of batch {wrong[0]} are not those of its comments: end workers of an older brandpulse, then "
            "`brandpulse db recount` puts them right."
        )
    return f"{rows:,} rows, as many comments as the batches loaded"


def _ended(error: str | None) -> str:
    said = (error or "it did not say why").strip()
    return said if said.endswith((".", "!", "?")) else f"{said}."
