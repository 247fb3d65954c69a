"""What the database says of the work, as metrics: only questions that an index or the tallies answer at once."""

from collections.abc import Iterator, Mapping
from datetime import datetime, timedelta

from prometheus_client.core import GaugeMetricFamily
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from database import membership
from database.tables import CHUNK_STATES, Chunk, Comment, Job, Model, Report, Tally
from worker import following

#: Of the chunks that are done, so many of the latest are looked at, and those that ended in so many seconds counted.
MOST_RECENT, RECENT_SECONDS = 1_000, 900
QUANTILES = (0.5, 0.9, 0.99)

Metrics = Iterator[GaugeMetricFamily]


def every(session: Session, now: datetime) -> Metrics:
    """Give all of them."""
    yield from _chunks(session)
    yield from _waiting(session, now)
    yield from _comments(session)
    yield from _recent(session, now)
    yield from _reports(session, now)


def _chunks(session: Session) -> Metrics:
    counts = select(Chunk.state, func.count()).group_by(Chunk.state)
    found = dict(session.execute(counts).tuples().all())
    by_state = {state: found.get(state, 0) for state in CHUNK_STATES}
    yield labelled("brandpulse_chunks", "Chunks by state.", "state", by_state)


def _waiting(session: Session, now: datetime) -> Metrics:
    unfinished = Chunk.state.in_(membership.OPEN)
    comments = session.scalar(select(func.sum(Chunk.comments)).where(unfinished))
    yield plain("brandpulse_pending_comments", "Comments of chunks that are pending or running.", comments or 0)
    what = "Age of the comment that has waited longest for its score, since it was queued."
    yield plain("brandpulse_oldest_pending_comment_age_seconds", what, _age(_oldest(session), now))
    due = session.scalar(select(func.min(Chunk.due_at)).where(Chunk.state == "pending"))
    what = "How long the chunk that is due the longest has waited for a worker."
    yield plain("brandpulse_chunk_wait_seconds", what, _age(due, now))
    claimed = session.scalar(select(func.min(Chunk.claimed_at)).where(Chunk.state == "running"))
    what = "How long the chunk that is being scored the longest has been."
    yield plain("brandpulse_chunk_running_seconds", what, _age(claimed, now))


def _oldest(session: Session) -> datetime | None:
    """Give the time at which the comment was queued that has waited longest for its score."""
    # Ids grow: of the chunks that are not done it is in the first.
    first = session.scalar(select(func.min(Chunk.id)).where(Chunk.state.in_(membership.OPEN)))
    queued = select(Job.created_at, Comment.loaded_at).join(Chunk, Chunk.job_id == Job.id).where(Chunk.id == first)
    row = session.execute(queued.outerjoin(Comment, Comment.id == Chunk.first_comment_id)).one_or_none()
    return None if row is None else max(time for time in row if time is not None)


def _comments(session: Session) -> Metrics:
    models = {
        row.id: f"{row.name}@{row.version}" for row in session.execute(select(Model.id, Model.name, Model.version))
    }
    scored = func.sum(Tally.positive + Tally.negative + Tally.neutral)
    sums = select(Tally.model_id, scored, func.sum(Tally.skipped), func.sum(Tally.failed))
    what = "Comments by what became of them under a model version; deleting a batch takes its own away."
    metric = GaugeMetricFamily("brandpulse_comments", what, labels=["model", "outcome"])
    for model_id, *counts in session.execute(sums.where(Tally.model_id.is_not(None)).group_by(Tally.model_id)):
        for outcome, count in zip(("scored", "skipped", "failed"), counts, strict=True):
            metric.add_metric([models.get(model_id, "deleted"), outcome], float(count))
    yield metric


def _recent(session: Session, now: datetime) -> Metrics:
    done = select(Chunk.claimed_at, Chunk.finished_at, Chunk.comments).where(Chunk.state == "done")
    latest = session.execute(done.order_by(Chunk.due_at.desc()).limit(MOST_RECENT)).all()
    begin = now - timedelta(seconds=RECENT_SECONDS)
    recent = [row for row in latest if row.claimed_at and row.finished_at and row.finished_at >= begin]
    minutes = RECENT_SECONDS // 60
    yield plain("brandpulse_recent_chunks", f"Chunks scored in the last {minutes} minutes.", len(recent))
    comments = sum(row.comments for row in recent)
    yield plain("brandpulse_recent_comments", f"Comments of the chunks scored in the last {minutes} minutes.", comments)
    if recent:
        seconds = sorted((row.finished_at - row.claimed_at).total_seconds() for row in recent)
        by_part = {str(part): seconds[round(part * (len(seconds) - 1))] for part in QUANTILES}
        what = f"Seconds that a chunk took, of those scored in the last {minutes} minutes."
        yield labelled("brandpulse_chunk_seconds", what, "quantile", by_part)


def _reports(session: Session, now: datetime) -> Metrics:
    yield labelled("brandpulse_deliveries", "Deliveries by state.", "state", following.counts(session, now))
    latest = session.scalar(select(Report.created_at).order_by(Report.id.desc()).limit(1))
    if latest is not None:
        what = "Time since the newest revision of a report was made, of any brand."
        yield plain("brandpulse_newest_report_age_seconds", what, _age(latest, now))


def plain(name: str, what: str, value: float) -> GaugeMetricFamily:
    """Make a metric without labels."""
    return GaugeMetricFamily(name, what, value=float(value))


def labelled(name: str, what: str, label: str, values: Mapping[str, float]) -> GaugeMetricFamily:
    """Make a metric with one label."""
    metric = GaugeMetricFamily(name, what, labels=[label])
    for said, value in values.items():
        metric.add_metric([said], float(value))
    return metric


def _age(since: datetime | None, now: datetime) -> float:
    return 0.0 if since is None else max(0.0, (now - since).total_seconds())
