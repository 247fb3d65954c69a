"""Retention: once a night, what is older than the days that texts and authors are kept is forgotten."""

import time
from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

from sqlalchemy import and_, select
from sqlalchemy.orm import Session

from database import sessions
from database.tables import Brand, Comment, Forgetting, Model
from settings.environment import Settings
from worker import deployment, forgetting, nights

#: What was loaded late is scored and reported first.
GRACE = timedelta(days=1)
#: One call ends by then, well within the limit of a task; what is left is found by the next one.
LONGEST_SECONDS = 200.0


def is_due(settings: Settings, now: datetime) -> bool:
    """Tell whether something is to be forgotten, and all of it has not been since the hour of the nightly reports."""
    if settings.retention_days is None:
        return False
    begin = _begin_of_night(settings, now)
    # What was forgotten by hand, or while more days were kept, may not reach as far.
    first = _first_day(settings, ZoneInfo(settings.default_timezone), begin)
    done = select(Forgetting.id).where(Forgetting.before >= first, Forgetting.finished_at >= begin)
    with sessions.reading(settings.database_url) as session:
        return session.scalar(done.limit(1)) is None


def forget(settings: Settings, now: datetime, seconds: float = LONGEST_SECONDS) -> forgetting.Forgotten | None:
    """Forget what is due, for so many seconds at most; None where nothing is due."""
    if settings.retention_days is None or not is_due(settings, now):
        return None
    kept = _kept(settings, now)
    with sessions.reading(settings.database_url) as session:
        day = _first_day(settings, ZoneInfo(settings.default_timezone), now)
        which = forgetting.before(session, day, settings.default_timezone, kept)
    which = which._replace(comments=and_(which.comments, Comment.loaded_at < now - GRACE))
    end = time.monotonic() + seconds
    found = forgetting.find(settings.database_url, which)
    return forgetting.forget(settings.database_url, which, found, now=now, goes_on=lambda: time.monotonic() < end)


def _begin_of_night(settings: Settings, now: datetime) -> datetime:
    local = now.astimezone(ZoneInfo(settings.default_timezone))
    begin = datetime.combine(local.date(), settings.nightly_at, local.tzinfo)
    return begin if begin <= local else begin - timedelta(days=1)


def _first_day(settings: Settings, zone: ZoneInfo, now: datetime) -> date:
    """Give the first day that is kept: today, and the days before it that the setting says."""
    assert settings.retention_days is not None
    return now.astimezone(zone).date() - timedelta(days=settings.retention_days)


def _kept(settings: Settings, now: datetime) -> dict[int, date]:
    """Give by brand the first day that is kept; nights whose report is still to be made keep what it quotes."""
    with sessions.writing(settings.database_url) as session:
        model = deployment.promoted(session)
    with sessions.reading(settings.database_url) as session:
        return {
            brand.id: _kept_of(session, settings, brand, model, now) for brand in session.scalars(select(Brand)).all()
        }


def _kept_of(session: Session, settings: Settings, brand: Brand, model: Model, now: datetime) -> date:
    zone = ZoneInfo(brand.timezone or settings.default_timezone)
    to_be_made = [night.scope.first_day for night in nights.due(session, settings, brand, model, now)]
    return min([_first_day(settings, zone, now), *filter(None, to_be_made)])
