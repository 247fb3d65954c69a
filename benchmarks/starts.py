"""How long a user waits for `brandpulse --help`."""

import time
from statistics import median

from benchmarks import processes

RUNS = 5


def help_seconds() -> float:
    """Time `brandpulse --help`: the median of five runs after one that warms the disk."""
    return median([_timed() for _ in range(RUNS + 1)][1:])


def _timed() -> float:
    began = time.perf_counter()
    processes.brandpulse("--help", env=processes.environment())
    return time.perf_counter() - began
