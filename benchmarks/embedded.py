"""The same in embedded mode: SQLite, one process, which loads its model as well."""

import contextlib
import shutil
import time
from pathlib import Path
from typing import NamedTuple

from sqlalchemy.exc import OperationalError

from benchmarks import memory, outcome, processes
from benchmarks.plan import Plan
from benchmarks.processes import Process

POLL_SECONDS = 0.1


class Run(NamedTuple):
    """One `brandpulse run`."""

    #: until no chunk is pending or running
    seconds: float
    #: until it had written its report
    with_report_seconds: float
    counts: outcome.Counts


def measure(plan: Plan, watch: memory.Watch, file: Path) -> Run:
    """Run a file through `brandpulse run`, time it, and check that every comment of it got its answer."""
    folder = plan.folder / "embedded"
    folder.mkdir()
    database, log = folder / "brandpulse.db", folder / "run.log"
    env = processes.environment(
        database_url=f"sqlite:///{database}",
        reports_folder=folder / "reports",
        cache_folder=folder / "cache",
        model="fast@1",
    )
    asked = f"sqlite:///file:{database}?mode=ro&uri=true"
    began = time.monotonic()
    with processes.started("cli", "run", file, "--json", env=env, log=log) as run:
        watch.add("embedded", run.pid)
        _wait_for_scores(run, asked)
        seconds = time.monotonic() - began
        processes.check_ended_well(run, log)
        whole = time.monotonic() - began
    with outcome.asking(asked) as engine:
        counts = outcome.check(engine, plan.comments)
    shutil.rmtree(folder)
    return Run(seconds, whole, counts)


def _wait_for_scores(run: Process, url: str) -> None:
    """Wait until all that the process loads is scored, or it has ended."""
    with outcome.asking(url) as engine:
        while run.poll() is None:
            # There is no table yet, or the file is locked.
            with contextlib.suppress(OperationalError):
                if outcome.batches(engine) and not outcome.unfinished(engine):
                    return
            time.sleep(POLL_SECONDS)
