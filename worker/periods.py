"""What a job or a report is about, in words."""

from collections.abc import Sequence
from datetime import date, datetime, timedelta
from typing import NamedTuple
from zoneinfo import ZoneInfo

from sqlalchemy.orm import Session

from database.tables import Brand, Job

MOST_NAMED = 5  # brands or batches in one sentence


class Part(NamedTuple):
    """The comments of a job; the days are those of its brand's zone, None leaves a side open."""

    brand: str | None
    first_day: date | None
    last_day: date | None
    words: str


def of_job(session: Session, job: Job, default_timezone: str) -> Part:
    """Say which comments a job is about."""
    brand = None if job.brand_id is None else session.get_one(Brand, job.brand_id)
    zone = ZoneInfo((brand.timezone if brand else None) or default_timezone)
    first = _day(job.counted_from, zone)
    last = _day(job.counted_until and job.counted_until - timedelta(microseconds=1), zone)
    name = brand.name if brand else None
    if job.batch_id is not None:
        return Part(name, first, last, f"batch {job.batch_id}")
    return Part(name, first, last, f"{name or 'all brands'}, {days(first, last)}")


def _day(moment: datetime | None, zone: ZoneInfo) -> date | None:
    return None if moment is None else moment.astimezone(zone).date()


def days(first: date | None, last: date | None) -> str:
    """Write a period, both days included; None leaves a side open."""
    if first == last:
        return "all days" if first is None else str(first)
    return " ".join([*([f"from {first}"] if first else []), *([f"to {last}"] if last else [])])


def listed(names: Sequence[str]) -> str:
    """Write names one after the other, the first few of many."""
    rest = len(names) - MOST_NAMED
    return ", ".join(names[:MOST_NAMED]) + (f" and {rest} more" if rest > 0 else "")
