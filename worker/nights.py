"""Which nights of a brand want a report: yesterday's, those that were missed, and those whose counts have moved."""

from collections import defaultdict
from collections.abc import Iterable, Mapping
from datetime import UTC, date, datetime, timedelta
from typing import Any, NamedTuple
from zoneinfo import ZoneInfo

from sqlalchemy import select
from sqlalchemy.orm import Session

from database.tables import Brand, Delivery, Model, Report
from reporting import counting
from reporting.scope import Scope
from reporting.shares import Counts
from settings.environment import Settings
from worker import deliveries

#: counts that are compared; what is undated or not changes none of them
COUNTED = ("comments", "positive", "negative", "neutral", "skipped", "failed", "pending", "cancelled")

BySource = Mapping[str, tuple[int, ...]]


class Made(NamedTuple):
    """The latest revision of a night that was put up for delivery."""

    report_id: int
    model_id: int | None
    created_at: datetime
    counts: BySource

    @property
    def pending(self) -> int:
        """Comments that it had to leave out."""
        return _sum(self.counts, "pending")


class Due(NamedTuple):
    """A night that wants a report."""

    scope: Scope
    #: the id of the revision that it comes after
    after: int | None


def due(session: Session, settings: Settings, brand: Brand, model: Model, now: datetime) -> list[Due]:
    """List the nights of a brand that want a report under a version, the oldest first.

    Cheap enough for every five minutes: it sums the tallies of some days and reads no comment.
    """
    zone = ZoneInfo(brand.timezone or settings.default_timezone)
    nights = _nights(settings, zone, now)
    made = _made(session, brand, nights)
    whole = Scope(brand=brand.name, first_day=nights[0], last_day=nights[-1])
    counted = _by_day(counting.count(session, whole, model.id, settings.default_timezone))
    # A brand that was loaded for the first time today gets the report of yesterday, and none of the nights before.
    begin = min([brand.created_at.astimezone(zone).date(), *made])
    found = []
    for day in nights:
        counts = counted.get(day, {})
        if (earlier := made.get(day)) is not None:
            is_due = _has_moved(earlier, counts, model, now, settings)
        else:
            is_first = day == nights[-1] and bool(counts)
            is_due = (day >= begin or is_first) and not _waits(day, counts, zone, now, settings)
        if is_due:
            found.append(Due(scope(brand, day), earlier and earlier.report_id))
    return found


def scope(brand: Brand, day: date) -> Scope:
    """Say what the report of a night is about."""
    return Scope(brand=brand.name, first_day=day, last_day=day)


def _nights(settings: Settings, zone: ZoneInfo, now: datetime) -> list[date]:
    """List the days that are looked at: the last one whose report the brand's own clock allows, and those before."""
    local = now.astimezone(zone)
    last = local.date() - timedelta(days=1 if local.time() >= settings.nightly_at else 2)
    return [last - timedelta(days=back) for back in reversed(range(settings.nightly_catch_up_days))]


def _waits(day: date, counts: BySource, zone: ZoneInfo, now: datetime, settings: Settings) -> bool:
    """Tell whether comments of a night are still to be scored, and there is time left for it."""
    begin = datetime.combine(day + timedelta(days=1), settings.nightly_at, zone).astimezone(UTC)
    return _sum(counts, "pending") > 0 and now < begin + timedelta(minutes=settings.nightly_wait_minutes)


def _has_moved(made: Made, counts: BySource, model: Model, now: datetime, settings: Settings) -> bool:
    """Tell whether a night has to be counted again: late comments, corrections, the rest of the scoring."""
    pending = _sum(counts, "pending")
    if made.model_id != model.id:
        # Another version counts it once it has scored all of it: half of the scores would say less than before.
        return not pending and any(_sum(counts, label) for label in ("positive", "negative", "neutral"))
    if counts == made.counts:
        return False
    if made.pending and not pending:
        return True
    # Comments that trickle in, and labels that are corrected one by one, make one revision and not one each.
    return now >= made.created_at + timedelta(minutes=settings.nightly_wait_minutes)


def _made(session: Session, brand: Brand, nights: Iterable[date]) -> dict[date, Made]:
    keys = {scope(brand, day).key(): day for day in nights}
    sources = Report.content[("brands", 0, "sources")]
    found = session.execute(
        select(Report.scope, Report.id, Report.model_id, Report.created_at, sources.label("sources"))
        .join(Delivery, (Delivery.report_id == Report.id) & (Delivery.channel == deliveries.FOLDER))
        .where(Report.scope.in_(keys))
        .order_by(Report.revision)
    )
    return {keys[row.scope]: Made(row.id, row.model_id, row.created_at, _as_counts(row.sources)) for row in found}


def _as_counts(sources: list[dict[str, Any]] | None) -> BySource:
    return {one["source"]: tuple(one[name] for name in COUNTED) for one in sources or ()}


def _by_day(counted: Mapping[counting.Key, Counts]) -> dict[date, BySource]:
    found: dict[date, dict[str, tuple[int, ...]]] = defaultdict(dict)
    for key, counts in counted.items():
        found[key.day][key.source] = tuple(getattr(counts, name) for name in COUNTED)
    return dict(found)


def _sum(counts: BySource, name: str) -> int:
    place = COUNTED.index(name)
    return sum(numbers[place] for numbers in counts.values())
