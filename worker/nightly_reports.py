"""The nightly report: yesterday's, of every brand, exactly once, whatever is started twice."""

import logging
from datetime import datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from sqlalchemy import select
from sqlalchemy.orm import Session

from database import merging, sessions
from database.tables import Brand, Report
from reporting import document, files, revisions
from reporting.scope import Scope
from settings.environment import Settings
from worker import deployment

logger = logging.getLogger(__name__)


def write_missing(settings: Settings, now: datetime) -> list[str]:
    """Make the report of yesterday for each brand whose own clock is past `nightly_at` and that has none yet.

    Returns:
        the paths that were written.

    """
    with sessions.reading(settings.database_url) as session:
        brands = session.scalars(select(Brand).order_by(Brand.id)).all()
    written = []
    for brand in brands:
        local = now.astimezone(ZoneInfo(brand.timezone or settings.default_timezone))
        if local.time() >= settings.nightly_at:
            day = local.date() - timedelta(days=1)
            written += _write(settings, brand.id, Scope(brand=brand.name, first_day=day, last_day=day), now)
    return written


def _write(settings: Settings, brand_id: int, scope: Scope, now: datetime) -> list[str]:
    with sessions.writing(settings.database_url) as session:
        # Of two that come at once the second waits here, and then finds the report made.
        session.get_one(Brand, brand_id, with_for_update=True)
        report = _made(session, scope) or _make(session, settings, scope, now)
    # After the commit: a process killed in between leaves the page to whoever looks next.
    path = files.report_path(settings.reports_folder, report, "html")
    if path.exists():
        return []
    files.write(path, report, "html")
    logger.info("the report of %s is written to %s", scope.brand, path)
    return [str(path)]


def _made(session: Session, scope: Scope) -> dict[str, Any] | None:
    return session.scalar(select(Report.content).where(Report.scope == scope.key()).order_by(Report.revision).limit(1))


def _make(session: Session, settings: Settings, scope: Scope, now: datetime) -> dict[str, Any]:
    merging.merge(session)  # the first report of a night does it, the others find it done
    model = deployment.promoted(session)
    report = document.build_report(
        session, model=model, scope=scope, default_timezone=settings.default_timezone, now=now
    )
    revisions.save(session, report, scope, model)
    return report
