"""A brand's report over all that the pipeline has scored, and its nightly refresh."""

import time
from statistics import median
from typing import NamedTuple

from benchmarks import comments, processes
from benchmarks.deployment import Deployment
from database import merging, sessions

BRAND = comments.BRANDS[0]
#: days without a comment
NO_DAYS = ("--from", "2000-01-01", "--to", "2000-01-01")


class Timed(NamedTuple):
    """Seconds of processes, from start to end."""

    #: `brandpulse report --brand B`
    report: float
    #: the same over days without a comment: what is not counting
    report_of_nothing: float
    refresh: float


def measure(running: Deployment) -> Timed:
    """Time them, each a process of its own."""
    rounds = range(running.plan.reports)
    report = median(_timed(running) for _ in rounds)
    return Timed(report, median(_timed(running, *NO_DAYS) for _ in rounds), _refresh(running))


def _timed(running: Deployment, *period: str) -> float:
    log = running.folder / "report.log"
    began = time.monotonic()
    with processes.started("cli", "report", "--brand", BRAND, "--json", *period, env=running.env, log=log) as report:
        running.watch.add("report", report.pid)
        processes.check_ended_well(report, log)
        return time.monotonic() - began


def _refresh(running: Deployment) -> float:
    """Time the nightly refresh, which the first report of a night begins with."""
    began = time.monotonic()
    with sessions.writing(running.env["BRANDPULSE_DATABASE_URL"]) as session:
        merging.merge(session)
    return time.monotonic() - began
