"""The whole pipeline: from a file to committed scores, by two warm worker processes."""

import time
from pathlib import Path
from typing import NamedTuple

from benchmarks import outcome, processes, servers
from benchmarks.deployment import Deployment

#: the slowest rate that is waited for
PATIENCE_COMMENTS_PER_SECOND = 1_000


class Run(NamedTuple):
    """One file through the pipeline."""

    #: from the start of `brandpulse ingest` until no chunk is pending or running
    seconds: float
    #: until the ingest process had ended
    ingest_seconds: float
    #: when it was begun, as `time.monotonic` does
    began: float
    counts: outcome.Counts


def measure(running: Deployment, file: Path, rows: int) -> Run:
    """Ingest a file into a deployment, time it, and check that every comment of it got its answer."""
    servers.settle(running.url)
    log = running.folder / "ingest.log"
    began = time.monotonic()
    ended = 0.0
    with processes.started("cli", "ingest", file, "--json", env=running.env, log=log) as ingest:
        running.watch.add("ingest", ingest.pid)

        def is_done() -> bool:
            nonlocal ended
            if ingest.poll() is None:
                return False
            ended = ended or time.monotonic()
            return running.is_idle()

        running.wait_until(is_done, "The pipeline's end", max(600.0, rows / PATIENCE_COMMENTS_PER_SECOND))
        seconds = time.monotonic() - began
        processes.check_ended_well(ingest, log)
    return Run(seconds, ended - began, began, outcome.check(running.engine, rows))
