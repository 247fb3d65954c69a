"""What was measured, and the ratios that it comes to."""

import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from statistics import median
from typing import Any

import click

from benchmarks import outcome
from benchmarks.ten_million import TIMES, Long

#: the document's figures in the order of the table, each with what it means
MEANINGS = {
    "pipeline_over_copy": "file to committed scores, two workers: times the time of a bare copy",
    "embedded_over_copy": "the same in one process on SQLite, its start included: times that time",
    "scoring_over_vader": "scoring alone: times VADER's rate",
    "scoring_one_thread_over_vader": "the same on one thread, as in a worker",
    "predict_over_vader": "with language detection and masking: times VADER's rate",
    "scoring_over_textblob": "scoring alone: times TextBlob's rate",
    "workers_2_over_1": "two workers: times the rate of one, slowest model",
    "pipeline_over_one_task": "whole pipeline: times the rate of one task per comment",
    "report_seconds": "a brand's report over all of it, as a process",
    "report_of_nothing_seconds": "the same over days without comments",
    "refresh_seconds": "the nightly refresh of a brand",
    "help_seconds": "brandpulse --help",
    "first_claim_seconds": "start of a worker to its first claimed chunk",
    "first_scored_seconds": "start of a worker to its first scored chunk",
    "ten_million_over_one": "ten times as many comments: times the cost of a comment",
}


@dataclass
class Figures:
    """The figures of one call, filled part by part; what is missing is None in the document."""

    comments: int
    #: of each round, from the start of what is timed to its end
    seconds: dict[str, list[float]] = field(default_factory=dict)
    #: comments per second
    rates: dict[str, float | None] = field(default_factory=dict)
    #: figures that are no ratios
    single: dict[str, float | None] = field(default_factory=dict)
    peak_mb: dict[str, float | None] = field(default_factory=dict)
    #: of each way through, what became of the comments
    counts: dict[str, dict[str, int]] = field(default_factory=dict)
    #: how it was measured, and on what
    about: dict[str, Any] = field(default_factory=dict)
    ten_million: Long | None = None
    #: seconds that each part of the call took, starts of servers and workers included
    parts: dict[str, float] = field(default_factory=dict)
    #: of each part that failed, what was said
    errors: dict[str, str] = field(default_factory=dict)

    @contextmanager
    def attempt(self, part: str) -> Iterator[None]:
        """Run a part; where it fails, say so and go on with the next."""
        click.echo(f"{part} …", err=True)
        began = time.monotonic()
        try:
            yield
        except Exception as error:  # noqa: BLE001 - it is shown, and the figures of the other parts are not lost
            self.errors[part] = f"{type(error).__name__}: {error}"
            click.echo(f"{part}: {self.errors[part]}", err=True)
        self.parts[part] = round(self.parts.get(part, 0.0) + time.monotonic() - began, 1)

    def counted(self, what: str, counts: outcome.Counts) -> None:
        """Note what became of the comments."""
        self.counts[what] = counts._asdict()

    def peaked(self, peaks_mb: Mapping[str, float | None]) -> None:
        """Note the memory of processes; of several rounds the most counts."""
        for name, mb in peaks_mb.items():
            self.peak_mb[name] = max((one for one in (mb, self.peak_mb.get(name)) if one is not None), default=None)

    def timed(self, what: str, seconds: float) -> None:
        """Note one round; the rate is that of the median."""
        self.seconds.setdefault(what, []).append(round(seconds, 3))
        self.rates[what] = self.comments / median(self.seconds[what])

    def document(self) -> dict[str, Any]:
        """Put the JSON document together."""
        figures = self._ratios() | self.single
        return {
            "comments": self.comments,
            **{name: _rounded(figures.get(name)) for name in MEANINGS},
            "peak_mb": self.peak_mb,
            "rates": {name: rate and round(rate, 1) for name, rate in self.rates.items()},
            "seconds": self.seconds,
            "counts": self.counts,
            "ten_million": self._long(),
            **self.about,
            "parts": self.parts,
            "errors": self.errors,
        }

    def _ratios(self) -> dict[str, float | None]:
        return {
            "pipeline_over_copy": self._over("copy", "pipeline"),
            "embedded_over_copy": self._over("copy", "embedded"),
            "scoring_over_vader": self._over("score", "vader"),
            "scoring_one_thread_over_vader": self._over("score_one_thread", "vader"),
            "predict_over_vader": self._over("predict", "vader"),
            "scoring_over_textblob": self._over("score", "textblob"),
            "workers_2_over_1": self._over("two_workers", "one_worker"),
            "pipeline_over_one_task": self._over("pipeline", "one_task"),
            "ten_million_over_one": self._over("pipeline", "ten_million"),
        }

    def _over(self, one: str, other: str) -> float | None:
        """Divide two rates; that is how often the other's time holds the one's."""
        above, below = self.rates.get(one), self.rates.get(other)
        return above / below if above and below else None

    def _long(self) -> dict[str, Any] | None:
        if self.ten_million is None:
            return None
        run, reports, peak_mb, growth = self.ten_million
        return {
            "comments": TIMES * self.comments,
            "seconds": round(run.seconds, 1),
            "ingest_seconds": round(run.ingest_seconds, 1),
            "report_seconds": _rounded(reports.report),
            "report_of_nothing_seconds": _rounded(reports.report_of_nothing),
            "refresh_seconds": _rounded(reports.refresh),
            "peak_mb": peak_mb,
            "peak_over_first_tenth": growth,
        }


def _rounded(value: float | None) -> float | None:
    return None if value is None else round(value, 3)
