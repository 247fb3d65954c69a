"""What promoting a version would leave without scores: the comments of the last report's period.

The last report is the newest row of `reports`. Its period is its days, for its brand, and for each other brand that has
a report over the very same days (last night's reports are one per brand); or the batches of a run. Where there is no
report, nobody read anything yet, and there is no gap.
"""

from typing import NamedTuple

from sqlalchemy import select
from sqlalchemy.orm import Session

from database.tables import Job, Model, Report
from reporting.scope import Scope
from worker import periods, rescoring


class Gap(NamedTuple):
    """The comments of the last report's period that have neither score nor unscored row under a version."""

    #: the period in words
    period: str
    #: what has to be scored again, not saved yet
    jobs: list[Job]
    comments: int


def find(session: Session, model: Model, default_timezone: str) -> Gap | None:
    """Find the gap that promoting a version would leave; None where there is no report."""
    scopes = _last_scopes(session)
    if not scopes:
        return None
    wanted = [job for scope in scopes for job in rescoring.parts(session, scope, model, default_timezone)]
    return Gap(_words(scopes), wanted, rescoring.missing(session, wanted))


def _last_scopes(session: Session) -> list[Scope]:
    """Give what the last reports were about; a report of all brands stands for those of single ones."""
    newest = session.scalar(select(Report).order_by(Report.id.desc()).limit(1))
    if newest is None:
        return []
    if batch_ids := newest.content["scope"]["batches"]:
        return [Scope(batch_ids=tuple(batch_ids))]
    same_days = select(Report.content["scope"]).where(
        Report.first_day.is_not_distinct_from(newest.first_day), Report.last_day.is_not_distinct_from(newest.last_day)
    )
    about = [scope["brand"] for scope in session.scalars(same_days) if not scope["batches"]]
    brands = [None] if None in about else sorted(set(about))
    return [Scope(brand=brand, first_day=newest.first_day, last_day=newest.last_day) for brand in brands]


def _words(scopes: list[Scope]) -> str:
    [first, *_] = scopes
    if first.batch_ids:
        return (
            f"batch{'es' if first.batch_ids[1:] else ''} {periods.listed([str(number) for number in first.batch_ids])}"
        )
    brands = periods.listed([scope.brand or "all brands" for scope in scopes])
    return f"{brands}, {periods.days(first.first_day, first.last_day)}"
