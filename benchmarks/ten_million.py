"""Ten times as many comments: does a comment cost the same, and does memory stay flat?"""

from typing import NamedTuple

from benchmarks import comments, memory, pipeline, reports
from benchmarks.deployment import deployed
from benchmarks.plan import Plan

TIMES = 10
FLAT = ("ingest", "worker")


class Long(NamedTuple):
    """What came out."""

    run: pipeline.Run
    reports: reports.Timed
    #: MB by process
    peak_mb: dict[str, float | None]
    #: peak of the whole run over the peak of its first tenth, by process
    growth: dict[str, float | None]


def measure(plan: Plan) -> Long:
    """Write the comments as a stream, take them through the pipeline, and report on all of them."""
    rows = TIMES * plan.comments
    file = comments.write(plan.folder / "ten_times.csv", plan.texts, rows, seed=plan.seed)
    with memory.watching() as watch, deployed(plan, watch) as running:
        run = pipeline.measure(running, file, rows)
        tenth = run.began + run.seconds / TIMES
        growth = {name: _growth(watch.peak_mb(name, tenth), watch.peak_mb(name)) for name in FLAT}
        timed = reports.measure(running)
        return Long(run, timed, watch.peaks_mb(), growth)


def _growth(first: float | None, whole: float | None) -> float | None:
    return round(whole / first, 3) if first and whole else None
