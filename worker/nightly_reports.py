"""The nightly reports: made once for each brand and night, whatever is started twice, and made again when it moved."""

import logging
import time
from datetime import datetime
from typing import NamedTuple

from sqlalchemy import select

from database import locks, merging, sessions
from database.tables import Brand, Model, Report
from reporting import document, revisions
from settings import errors, logs
from settings.environment import Settings
from worker import deliveries, deployment, nights

logger = logging.getLogger(__name__)


class Made(NamedTuple):
    """A revision that was made."""

    brand: str
    day: str
    revision: int
    #: the ids of its deliveries that wait to be tried
    deliveries: list[int]


def due_brands(settings: Settings, now: datetime) -> list[int]:
    """Give the ids of the brands that have a report to be made."""
    with sessions.writing(settings.database_url) as session:
        model = deployment.promoted(session)
    with sessions.reading(settings.database_url) as session:
        brands = session.scalars(select(Brand).order_by(Brand.id)).all()
        return [brand.id for brand in brands if nights.due(session, settings, brand, model, now)]


def make_all(settings: Settings, now: datetime) -> list[Made]:
    """Make what is due of every brand; one that fails keeps none of the others from theirs."""
    made, failed = [], []
    for brand_id in due_brands(settings, now):
        try:
            made += make(settings, brand_id, now)
        except errors.BrandpulseError as error:
            logger.warning("the reports of a brand failed: %s", error, extra=logs.fields(brand_id=brand_id))
            failed.append(error)
    if failed:
        raise failed[0]
    return made


def make(settings: Settings, brand_id: int, now: datetime) -> list[Made]:
    """Make what is due of a brand, the oldest night first, and put it up for delivery."""
    with locks.alone(settings.database_url, brand_id) as free:
        if not free:
            return []
        with sessions.writing(settings.database_url) as session:
            merging.merge(session)  # the first report of a night does it, the others find it done
            model = deployment.promoted(session)
        with sessions.reading(settings.database_url) as session:
            brand = session.get_one(Brand, brand_id)
            wanted = nights.due(session, settings, brand, model, now)
        return [made for night in wanted for made in [_make(settings, brand, model, night, now)] if made]


def _make(settings: Settings, brand: Brand, model: Model, night: nights.Due, now: datetime) -> Made | None:
    started = time.monotonic()
    # Reading comments takes seconds, in which nobody has to wait: what was read is saved in a second transaction.
    with sessions.reading(settings.database_url) as session:
        report = document.build_report(
            session, model=model, scope=night.scope, default_timezone=settings.default_timezone, now=now
        )
    with sessions.writing(settings.database_url) as session:
        # Of two that come at once the second waits here, and then finds the report made.
        brand = session.get_one(Brand, brand.id, with_for_update={"key_share": True})
        if deliveries.latest(session, night.scope) != night.after:
            return None
        revision = revisions.save(session, report, night.scope, model)
        of_scope = select(Report).where(Report.scope == night.scope.key(), Report.revision == revision)
        put_up = deliveries.put_up(session, session.scalars(of_scope).one(), brand.recipients, now)
    logger.info(
        "nightly report made",
        extra=logs.fields(
            brand=brand.name,
            day=str(night.scope.last_day),
            revision=revision,
            comments=report["totals"]["comments"],
            seconds=round(time.monotonic() - started, 3),
            model=f"{model.name}@{model.version}",
        ),
    )
    return Made(brand.name, str(night.scope.last_day), revision, put_up)
