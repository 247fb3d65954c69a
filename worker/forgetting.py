"""Forget: wipe comments range by range, each in a transaction of its own, and what reports and rejects hold of them."""

import json
from collections.abc import Callable, Mapping, Sequence
from copy import deepcopy
from datetime import UTC, date, datetime, time
from pathlib import Path
from typing import Any, NamedTuple
from zoneinfo import ZoneInfo

from sqlalchemy import ColumnElement, and_, or_, select, true
from sqlalchemy.orm import Session

from database import locks, sessions, wiping
from database.tables import Brand, Comment, Forgetting, Report
from ingest import pseudonyms
from reporting import files, quotes


class Which(NamedTuple):
    """What is to be forgotten."""

    comments: ColumnElement[bool]
    #: wipes rejects in a transaction, and gives how many; called until it gives none
    rejects: Callable[[Session], int]
    #: the first day that is kept; None where an author is forgotten
    before: date | None = None


class Forgotten(NamedTuple):
    """What was forgotten."""

    comments: int
    rejects: int
    #: the reports that quoted some of it
    reports: list[dict[str, Any]]
    #: whether that was all, and not only what there was time for
    finished: bool


def of_author(author: str, source: str | None, key: str | None) -> Which:
    """Choose the comments of an author, under the name as it is, and hashed where there is a key."""
    name = author.strip()
    stored = [name, *([pseudonyms.hashed(name, key)] if key else [])]
    of_source = true() if source is None else Comment.source == source.strip().lower()
    # As JSON and CSV write it.
    written = dict.fromkeys([name, json.dumps(name)[1:-1], name.replace('"', '""')])
    return Which(
        and_(Comment.author.in_(stored), of_source),
        lambda session: wiping.wipe_rejects_naming(session, list(written)),
    )


def before(session: Session, day: date, default_timezone: str, kept: Mapping[int, date] | None = None) -> Which:
    """Choose the comments of the days before a day, which are those of each brand's zone.

    Args:
        session: an open transaction.
        day: the first day that is kept.
        default_timezone: zone of the brands that have none of their own.
        kept: of a brand, by its id, an earlier day that is the first one kept.

    """
    moments: dict[datetime, list[int]] = {}
    for brand in session.scalars(select(Brand)):
        first = min(day, (kept or {}).get(brand.id, day))
        begin = datetime.combine(first, time(), ZoneInfo(brand.timezone or default_timezone)).astimezone(UTC)
        moments.setdefault(begin, []).append(brand.id)
    # The walk is over ids: by the index of brands each of its steps would sort a brand anew.
    old = [and_((Comment.brand_id + 0).in_(ids), Comment.counted_at < begin) for begin, ids in moments.items()]
    midnight = datetime.combine(day, time(), ZoneInfo(default_timezone)).astimezone(UTC)
    oldest = min([midnight, *moments])
    return Which(or_(*old) if old else Comment.id < 0, lambda session: wiping.wipe_rejects_before(session, oldest), day)


def find(database_url: str, which: Which) -> list[wiping.Window]:
    """Find the ranges of ids that hold some of it."""
    with sessions.reading(database_url) as session:
        return wiping.windows(session, which.comments)


def forget(
    database_url: str,
    which: Which,
    found: Sequence[wiping.Window],
    *,
    now: datetime | None = None,
    progress: Callable[[float], None] = lambda _done: None,
    goes_on: Callable[[], bool] = lambda: True,
) -> Forgotten:
    """Forget it; what a process that is killed did not come to is found by the next call.

    Args:
        database_url: where.
        which: what.
        found: what `find` gave.
        now: when that is; default: the time of the clock.
        progress: told the comments forgotten so far.
        goes_on: asked after each transaction; False ends it there.

    """
    now = now or datetime.now(UTC)
    comments, finished = 0, True
    for window in found:
        if not goes_on():
            finished = False
            break
        with sessions.writing(database_url) as session:
            comments += wiping.wipe(session, which.comments, window, now)
        progress(comments)
    rejects = _rejects(database_url, which)
    reports = _reports(database_url)
    ended = Forgotten(comments, rejects, reports, finished)
    _write_down(database_url, which, ended, now)
    wiping.settle(database_url)
    return ended


def report_files(folder: Path, reports: Sequence[Mapping[str, Any]]) -> list[Path]:
    """Name those files of the reports folder of this machine that may quote what was forgotten."""
    paths = [files.report_path(folder, report, suffix) for report in reports for suffix in files.FORMATS]
    return [path for path in paths if path.exists()]


def _rejects(database_url: str, which: Which) -> int:
    wiped = 0
    while True:
        with sessions.writing(database_url) as session:
            some = which.rejects(session)
        if not some:
            return wiped
        wiped += some


def _reports(database_url: str) -> list[dict[str, Any]]:
    """Take the texts out of saved reports; gives what these are about."""
    with sessions.writing(database_url) as session:
        # Who is saving a report now has it seen here; who comes later sees what is forgotten.
        locks.keep_still(session, Report)
        ids = session.scalars(select(Report.id).order_by(Report.id)).all()
    return [about for report_id in ids if (about := _report(database_url, report_id)) is not None]


def _report(database_url: str, report_id: int) -> dict[str, Any] | None:
    with sessions.reading(database_url) as session:
        report = session.get(Report, report_id)
        if report is None or not quotes.forget(session, deepcopy(report.content)):
            return None
    with sessions.writing(database_url) as session:
        report = session.get_one(Report, report_id, with_for_update=True)
        content = deepcopy(report.content)
        quotes.forget(session, content)
        report.content = content
        return {name: content[name] for name in ("scope", "period", "revision")}


def _write_down(database_url: str, which: Which, ended: Forgotten, now: datetime) -> None:
    """Keep that something was forgotten, and not whose it was."""
    if ended.comments or ended.rejects or which.before is not None:
        row = Forgetting(before=which.before, comments=ended.comments, rejects=ended.rejects, created_at=now)
        with sessions.writing(database_url) as session:
            row.finished_at = now if ended.finished else None
            session.add(row)
