"""Time the parts of reports over the comments that the database of the settings holds, and change nothing in it.

    BRANDPULSE_DATABASE_URL=postgresql+psycopg://… python -m benchmarks.report_parts

Prints JSON: how many `comments`, and for the last day, the last week and everything the seconds of counting (`counts`),
of the whole document (`document`, counting included) and of the page (`page`), each the median of three; then
`peak_mb`, the resident memory of it all.
"""

import json
import resource
import sys
import time
from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta
from statistics import median
from typing import Any

import click
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from database import sessions
from database.tables import Model, Tally
from reporting import counting, document, html
from reporting.scope import Scope
from settings import environment
from worker import deployment

ROUNDS = 3
BYTES = 1 if sys.platform == "darwin" else 1024  # the unit of the kernel's high-water mark


@click.command()
def main() -> None:
    """Time counting, the document and the page."""
    url = environment.load().database_url
    with sessions.writing(url) as session:
        model = deployment.promoted(session)
    with sessions.reading(url) as session:
        last, comments = session.execute(select(func.max(Tally.day), func.sum(Tally.comments))).one()
        found = {}
        for name, scope in _scopes(last).items():
            found[name] = _timed(session, model, scope)
            click.echo(f"{name}: {found[name]}", err=True)
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * BYTES / 2**20
    click.echo(json.dumps({"comments": int(comments), "seconds": found, "peak_mb": round(peak)}, indent=2))


def _scopes(last: date) -> dict[str, Scope]:
    return {
        "day": Scope(first_day=last, last_day=last),
        "week": Scope(first_day=last - timedelta(days=6), last_day=last),
        "everything": Scope(),
    }


def _timed(session: Session, model: Model, scope: Scope) -> dict[str, float]:
    zone = environment.load().default_timezone
    made: dict[str, Any] = {}

    def build() -> None:
        now = datetime.now(UTC)
        made.update(document.build_report(session, model=model, scope=scope, default_timezone=zone, now=now))

    return {
        "counts": _median(lambda: counting.count(session, scope, model.id, zone)),
        "document": _median(build),
        "page": _median(lambda: html.render(made)),
    }


def _median(work: Callable[[], object]) -> float:
    took = []
    for _ in range(ROUNDS):
        began = time.monotonic()
        work()
        took.append(time.monotonic() - began)
    return round(median(took), 2)


if __name__ == "__main__":
    main()
