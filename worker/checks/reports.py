"""Reports: that they can be written, that none is missing, and that they arrived."""

import shutil
import tempfile
from datetime import UTC, datetime, timedelta

from sqlalchemy import select
from sqlalchemy.orm import Session

from database import sessions
from database.tables import Brand, Delivery, Model
from settings import errors
from settings.environment import Settings
from worker import brands, deployment, following, recipients, smtp
from worker import nights as due_nights
from worker.checks.database import LEAST_FREE_BYTES

#: A night that was due so long ago is late: beat looks every five minutes, and building takes some.
LATE_MINUTES = 30


def folder(settings: Settings) -> str:
    """Check that the folder, or the one it will be made in, can be written to and has room."""
    wanted = settings.reports_folder
    existing = next(parent for parent in (wanted, *wanted.absolute().parents) if parent.exists())
    try:
        with tempfile.TemporaryFile(dir=existing):
            pass
    except OSError as error:
        raise errors.WrongSetting(
            f"{existing} cannot be written to ({error.strerror}): mend it or set BRANDPULSE_REPORTS_FOLDER."
        ) from None
    free = shutil.disk_usage(existing).free
    if free < LEAST_FREE_BYTES:
        raise errors.WrongSetting(f"{existing} has only {free / 2**20:,.0f} MiB free: make room.")
    return f"{wanted}, {free / 2**30:,.0f} GiB free"


def nights(settings: Settings) -> str:
    """Check that no nightly report is late, where there is somebody who makes them."""
    found = late(settings)
    if not found:
        return "none is late"
    names = ", ".join(found[:3])
    raise errors.DeliveryFailed(
        f"The nightly reports of {len(found):,} brands are late ({names}): start `brandpulse beat` and a "
        "`brandpulse worker`, or without a queue `brandpulse nightly`; their logs say what stopped them."
    )


def late(settings: Settings) -> list[str]:
    """Name the brands whose report is late; none where neither a queue nor an earlier report wants them made."""
    with sessions.reading(settings.database_url) as session:
        if settings.broker_url is None and session.scalar(select(Delivery.id).limit(1)) is None:
            return []
    with sessions.writing(settings.database_url) as session:
        model = deployment.promoted(session)
    then = datetime.now(UTC) - timedelta(minutes=LATE_MINUTES)
    with sessions.reading(settings.database_url) as session:
        known = [brand for brand in brands.every(session) if brand.created_at < then]
        return [brand.name for brand in known if _is_late(session, settings, brand, model, then)]


def _is_late(session: Session, settings: Settings, brand: Brand, model: Model, then: datetime) -> bool:
    """Tell whether a night was due then and has no report; that one has moved since is no fault."""
    return any(night.after is None for night in due_nights.due(session, settings, brand, model, then))


def deliveries(settings: Settings) -> str:
    """Check that they arrived."""
    with sessions.reading(settings.database_url) as session:
        return following.trouble(session, datetime.now(UTC))


def mail_server(settings: Settings) -> str:
    """Check that it takes mail, where one is named or wanted."""
    with sessions.reading(settings.database_url) as session:
        wanted = any(recipients.is_mail(one) for brand in brands.every(session) for one in brand.recipients)
    if settings.smtp_url is None and not wanted:
        return "none is named, and no brand has a recipient by e-mail"
    to = smtp.server(settings)
    with smtp.connected(to):
        return f"{to.place} takes mail from {to.sender}"
