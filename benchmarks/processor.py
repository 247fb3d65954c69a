"""Processor time of processes with their children, those that have ended included."""

import math
import os
from pathlib import Path

import psutil

from benchmarks.servers import asked, connected


def of_children() -> float:
    """Give the seconds of those of our own children that have ended and were waited for."""
    times = os.times()
    return times.children_user + times.children_system


def of_family(pid: int) -> float:
    """Give the seconds of a process and all below it."""
    root = psutil.Process(pid)
    return _with_ended(root) + sum(map(_with_ended, root.children(recursive=True)))


def of_server(url: str) -> float:
    """Give the seconds of a PostgreSQL server on this machine, with all that it does by itself."""
    with connected(url) as connection:
        folder = Path(asked(connection, "SHOW data_directory"))
    return of_family(int((folder / "postmaster.pid").read_text(encoding="utf-8").split()[0]))


def of_one(pid: int) -> float:
    """Give the seconds of a process without its children; nan where this machine does not have it."""
    try:
        times = psutil.Process(pid).cpu_times()
    except psutil.NoSuchProcess:
        return math.nan
    return float(times.user + times.system)


def _with_ended(process: psutil.Process) -> float:
    try:
        times = process.cpu_times()
    except psutil.NoSuchProcess:
        return 0.0
    return float(times.user + times.system + times.children_user + times.children_system)
