"""How long a user waits: for `brandpulse --help`, and for a worker that was started."""

import time
from statistics import median
from typing import NamedTuple

from benchmarks import memory, outcome, processes
from benchmarks.deployment import deployed
from benchmarks.plan import Plan

RUNS = 5


class Start(NamedTuple):
    """Seconds from the start of a worker process, for which chunks wait already."""

    to_first_claim: float
    #: the model is loaded, and a small chunk is scored and committed
    to_first_scored: float


def help_seconds() -> float:
    """Time `brandpulse --help`: the median of five runs after one that warms the disk."""
    return median([_timed() for _ in range(RUNS + 1)][1:])


def worker(plan: Plan, watch: memory.Watch) -> Start:
    """Start one worker, with nothing else to do on the machine, and ask the database what it did when."""
    with deployed(plan, watch, workers=1) as running:
        claimed, scored = outcome.first_times(running.engine)
        return Start(claimed - running.began, scored - running.began)


def _timed() -> float:
    began = time.perf_counter()
    processes.brandpulse("--help", env=processes.environment())
    return time.perf_counter() - began
