"""What is reachable, what is wrong, and what to do about it."""

import os
import shutil
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from typing import NamedTuple

from sqlalchemy import func, select

from database import schema, sessions
from database.tables import Batch, Chunk, Tally
from model_store import registry
from settings import environment, errors
from worker import brands, deployment, following, recipients, retention, smtp

LATE_SECONDS = 900  # a pending chunk that has waited longer wants a worker
LATE_NIGHT = timedelta(hours=12)  # nights that are missed by as much want somebody's look
LEAST_FREE_BYTES = 1 << 30


class Check(NamedTuple):
    """One thing that was looked at."""

    name: str
    ok: bool
    detail: str


def checks(settings: environment.Settings) -> list[Check]:
    """Look at everything that the settings name; each check is made even where another failed."""
    looked = [
        _check("database", lambda: _database(settings)),
        _check("model", lambda: _model(settings)),
        _check("chunks", lambda: _chunks(settings)),
        _check("counts", lambda: _counts(settings)),
        _check("reports folder", lambda: _reports_folder(settings)),
        _check("deliveries", lambda: _deliveries(settings)),
        _check("mail server", lambda: _mail_server(settings)),
        _check("retention", lambda: _retention(settings)),
    ]
    if settings.broker_url is not None:
        looked += _broker(settings.broker_url)
    return looked


def _check(name: str, look: Callable[[], str]) -> Check:
    try:
        return Check(name, True, look())
    except errors.BrandpulseError as error:
        return Check(name, False, str(error))


def _database(settings: environment.Settings) -> str:
    with sessions.reading(settings.database_url) as session:
        return f"{session.get_bind().dialect.name}, version {schema.HEAD}"


def _model(settings: environment.Settings) -> str:
    with sessions.writing(settings.database_url) as session:
        model = deployment.promoted(session)
        scores = f"{deployment.artefact(session, model).spec} scores, its files are as registered"
        views = registry.promoted(session)
    return (
        scores if views.id == model.id else f"{scores}; the views read {views.name}@{views.version}, the promoted one"
    )


def _chunks(settings: environment.Settings) -> str:
    with sessions.reading(settings.database_url) as session:
        states = dict(session.execute(select(Chunk.state, func.count()).group_by(Chunk.state)).tuples().all())
        oldest = session.scalar(select(func.min(Chunk.due_at)).where(Chunk.state == "pending"))
    if states.get("failed"):
        raise errors.ScoringFailed(
            f"{states['failed']:,} chunks failed: see which by `brandpulse jobs list`, why by `brandpulse jobs show`."
        )
    late = 0.0 if oldest is None else (datetime.now(UTC) - oldest).total_seconds()
    if late > LATE_SECONDS:
        raise errors.ScoringFailed(f"A chunk has waited {late / 60:,.0f} minutes: is a `brandpulse worker` running?")
    return ", ".join(f"{count:,} {state}" for state, count in sorted(states.items())) or "none yet"


def _counts(settings: environment.Settings) -> str:
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


def _reports_folder(settings: environment.Settings) -> str:
    folder = settings.reports_folder
    existing = next(parent for parent in (folder, *folder.absolute().parents) if parent.exists())
    if not os.access(existing, os.W_OK):
        raise errors.WrongSetting(f"{existing} cannot be written to: mend its rights or set BRANDPULSE_REPORTS_FOLDER.")
    free = shutil.disk_usage(existing).free
    if free < LEAST_FREE_BYTES:
        raise errors.WrongSetting(f"{existing} has only {free / 2**20:,.0f} MiB free: make room.")
    return f"{folder}, {free / 2**30:,.0f} GiB free"


def _deliveries(settings: environment.Settings) -> str:
    with sessions.reading(settings.database_url) as session:
        return following.trouble(session, datetime.now(UTC))


def _mail_server(settings: environment.Settings) -> str:
    with sessions.reading(settings.database_url) as session:
        wanted = any(recipients.is_mail(one) for brand in brands.every(session) for one in brand.recipients)
    if settings.smtp_url is None and not wanted:
        return "none is named, and no brand has a recipient by e-mail"
    to = smtp.server(settings)
    with smtp.connected(to):
        return f"{to.place} takes mail from {to.sender}"


def _retention(settings: environment.Settings) -> str:
    if settings.retention_days is None:
        return "texts and authors are kept: no BRANDPULSE_RETENTION_DAYS is set"
    if retention.is_due(settings, datetime.now(UTC) - LATE_NIGHT):
        raise errors.DatabaseError(
            f"Texts and authors from {settings.retention_days:,} days ago and before were not forgotten last night: is "
            "`brandpulse beat` running, or does cron call `brandpulse nightly`?"
        )
    return f"texts and authors are kept for {settings.retention_days:,} days"


def _broker(url: str) -> Iterator[Check]:
    from kombu import Connection  # noqa: PLC0415 - embedded mode has no Celery
    from kombu.exceptions import OperationalError  # noqa: PLC0415 - as above

    with Connection(url, connect_timeout=5) as connection:
        place = connection.as_uri()  # without the password
        try:
            connection.ensure_connection(max_retries=1, timeout=5)
        except (OperationalError, OSError) as error:
            yield Check(
                "broker", False, f"{place} cannot be reached: {error}. Check BRANDPULSE_BROKER_URL and that it runs."
            )
            return
    yield Check("broker", True, place)
    yield _workers()


def _workers() -> Check:
    from worker.app import app  # noqa: PLC0415 - as above

    answers = app.control.ping(timeout=2.0)
    names = sorted(name for answer in answers for name in answer if not name.startswith("celerybeat@"))
    if not names:
        return Check("workers", False, "None answers: start one by `brandpulse worker`.")
    return Check("workers", True, ", ".join(names))
