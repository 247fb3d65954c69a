"""All parts of one call, in the order in which they can share what runs."""

from collections.abc import Collection
from pathlib import Path

from benchmarks import (
    comments,
    copying,
    embedded,
    memory,
    one_task,
    pipeline,
    reports,
    scoring,
    starts,
    ten_million,
    texts,
    two_workers,
)
from benchmarks.deployment import Deployment, deployed
from benchmarks.figures import Figures
from benchmarks.plan import SECOND_ROUND_SECONDS, Plan

#: `report` and `workers` need what `pipeline` has scored
PARTS = ("help", "start", "copy", "pipeline", "report", "workers", "embedded", "scoring", "one_task")
NEED_PIPELINE = {"pipeline", "report", "workers"}


def measure(plan: Plan, parts: Collection[str], figures: Figures, *, full: bool) -> None:
    """Measure these parts, and with `full` ten times as many comments at last."""
    if "help" in parts:
        with figures.attempt("help"):
            figures.single["help_seconds"] = starts.help_seconds()
    if "start" in parts:
        with figures.attempt("start"), memory.watching() as watch:
            start = starts.worker(plan, watch)
            figures.single["first_claim_seconds"] = start.to_first_claim
            figures.single["first_scored_seconds"] = start.to_first_scored
    if {"copy", "embedded", *NEED_PIPELINE}.intersection(parts):
        _with_file(plan, parts, figures)
    if "scoring" in parts:
        with figures.attempt("scoring"):
            figures.rates |= scoring.measure(plan)
    if "one_task" in parts:
        with figures.attempt("one_task"):
            figures.rates["one_task"] = one_task.measure(plan, texts.tweets(plan.data, plan.tasks, plan.seed))
    if full:
        with figures.attempt("ten_million"):
            long = ten_million.measure(plan)
            figures.ten_million = long
            figures.counted("ten_million", long.run.counts)
            figures.rates["ten_million"] = ten_million.TIMES * plan.comments / long.run.seconds


def _with_file(plan: Plan, parts: Collection[str], figures: Figures) -> None:
    file = comments.write(plan.folder / "comments.csv", plan.texts, plan.comments, seed=plan.seed)
    # Before each round of the pipeline anew: the machine may be faster in one minute than in the next.
    for number in range(plan.rounds if NEED_PIPELINE.intersection(parts) else 1):
        if "copy" in parts:
            with figures.attempt("copy"):
                _copy(plan, figures, file)
        if NEED_PIPELINE.intersection(parts) and _is_wanted(figures, "pipeline"):
            with figures.attempt("pipeline"):
                _deploy(plan, parts, figures, file, first=number == 0)
    for _ in range(plan.rounds if "embedded" in parts else 0):
        if _is_wanted(figures, "embedded"):
            with figures.attempt("embedded"):
                _embed(plan, figures, file)


def _is_wanted(figures: Figures, part: str) -> bool:
    """Say whether one more round is: the one before went well, and was short."""
    done = figures.seconds.get(part)
    return part not in figures.errors and (not done or done[-1] <= SECOND_ROUND_SECONDS)


def _copy(plan: Plan, figures: Figures, file: Path) -> None:
    copied = copying.measure(plan.server, file, plan.comments)
    for seconds in copied.seconds:
        figures.timed("copy", seconds)
    figures.about["copied_by"] = copied.client


def _deploy(plan: Plan, parts: Collection[str], figures: Figures, file: Path, *, first: bool) -> None:
    """Take the comments through the pipeline; in the first round also measure what needs them there."""
    with memory.watching() as watch, deployed(plan, watch) as running:
        run = pipeline.measure(running, file, plan.comments)
        figures.timed("pipeline", run.seconds)
        figures.timed("ingest", run.ingest_seconds)
        figures.counted("pipeline", run.counts)
        figures.peaked(watch.peaks_mb())
        if first:
            _use(running, parts, figures)


def _use(running: Deployment, parts: Collection[str], figures: Figures) -> None:
    if "report" in parts:
        with figures.attempt("report"):
            timed = reports.measure(running)
            figures.single["report_seconds"] = timed.report
            figures.single["report_of_nothing_seconds"] = timed.report_of_nothing
            figures.single["refresh_seconds"] = timed.refresh
            figures.peaked(running.watch.peaks_mb())
    if "workers" in parts:
        with figures.attempt("workers"):
            rates = two_workers.measure(running)
            figures.rates |= {"one_worker": rates.one, "two_workers": rates.two}
            figures.about["slowest_model"] = two_workers.SLOWEST
            figures.peaked({"worker_with_slowest_model": running.watch.peak_mb("worker")})


def _embed(plan: Plan, figures: Figures, file: Path) -> None:
    with memory.watching() as watch:
        run = embedded.measure(plan, watch, file)
    figures.timed("embedded", run.seconds)
    figures.timed("embedded_with_report", run.with_report_seconds)
    figures.counted("embedded", run.counts)
    figures.peaked(watch.peaks_mb())
