"""How many workers, and which database, so many comments a night take: a small model over measured costs.

    python -m benchmarks.scaling [--costs FILE] [--figures FILE] [--hours H] [--page docs/scaling.md]

What it assumes:

- The costs are those that `python -m benchmarks.costs` measured (benchmarks/costs.json), on cores as fast as those
  there. They stay the same whatever the number of comments, which holds as long as indexes fit into memory.
- A process of ingest or of a worker waits while PostgreSQL works for it, so a comment takes it both times.
- The comments of a night are ingested and scored within the same hours; work can be cut evenly among processes.
- Comments and scores are kept for `--nights` nights and then taken away. Each is scored once.
- The machine that breaks is one that holds everything; half of its memory is for the index of the key.
- A comment changes a page of that index at random. The first change after a checkpoint puts all of it in the log.

With `--figures`, the document of `python -m benchmarks --json`, a line tells what its whole pipeline takes: a check by
another way of measuring. Read from top to bottom: costs, a night, its limits, the table, the command.
"""

import json
import math
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, NamedTuple

import click

from benchmarks import pages, trials
from benchmarks.costs import FAST
from benchmarks.two_workers import SLOWEST

MODULE = "benchmarks.scaling"
COSTS = Path(__file__).with_name("costs.json")
STEPS = (1_000_000, 10_000_000, 100_000_000)
YEAR = 365
GB = 1e9
PAGE_BYTES = 8_192
#: of a page of an index that is filled at random; the rest is not written to the log
FILLED = 0.7
#: of the memory, for the index of the key
KEY_SHARE = 0.5
#: from one checkpoint to the next while comments are loaded: `checkpoint_timeout` of docker-compose.yml
CHECKPOINT_SECONDS = 900
#: one report at a time, and what is connected now and then: beat, a person, a monitor
OTHER_CONNECTIONS = 5


@dataclass(frozen=True)
class Assumed:
    """What is assumed of the nights and of the machine that holds everything."""

    hours: float = 6.0
    nights: int = YEAR
    cores: int = 8
    memory_gb: float = 32.0
    disk_gb: float = 2_000.0
    connections: int = 100

    @property
    def seconds(self) -> float:
        """Length of a night's work."""
        return 3_600 * self.hours


@dataclass(frozen=True)
class Costs:
    """Of one comment: microseconds of processors, bytes, and the share of a message."""

    #: by step, `ingest` and the models: of the process itself, and of PostgreSQL
    own_us: Mapping[str, float]
    database_us: Mapping[str, float]
    #: on disk, with all indexes; of that, the index of the key; written to the log
    stored: float
    key: float
    log: float
    per_message: Mapping[str, int]

    @classmethod
    def read(cls, document: Mapping[str, Any]) -> "Costs":
        """Take the costs from the document of `python -m benchmarks.costs`."""
        steps, sizes = document["costs"], document["bytes"]
        return cls(
            {name: step["own_us"] for name, step in steps.items()},
            {name: step["database_us"] for name, step in steps.items()},
            sum(size for name, size in sizes.items() if name not in {"key_index", "log"}),
            sizes["key_index"],
            sizes["log"],
            document["comments_per_message"],
        )

    def process_seconds(self, step: str, comments: int) -> float:
        """Say how long one process takes."""
        return comments * (self.own_us[step] + self.database_us[step]) / 1e6


class Limit(NamedTuple):
    """What one thing is used, as a share of what there is of it."""

    name: str
    #: 1 is all of it; of what piles up, after one night
    used: float
    piles_up: bool = False

    def nights(self, kept: int) -> int | None:
        """Give the night in which it is used up, the first being 1; None where it never is."""
        if not self.piles_up:
            return 1 if self.used > 1 else None
        night = math.floor(1 / self.used) + 1
        return night if night <= kept else None


class Night(NamedTuple):
    """One night's comments under some assumptions."""

    costs: Costs
    assumed: Assumed
    comments: int

    def processes(self, step: str) -> int:
        """Say how many processes do a step within the hours."""
        return math.ceil(self.costs.process_seconds(step, self.comments) / self.assumed.seconds)

    def database_cores(self, model: str) -> float:
        """Say how many cores PostgreSQL keeps busy over the hours."""
        each = self.costs.database_us["ingest"] + self.costs.database_us[model]
        return self.comments * each / 1e6 / self.assumed.seconds

    def cores(self, model: str) -> float:
        """Say how many cores everything together keeps busy over the hours."""
        own = self.costs.own_us["ingest"] + self.costs.own_us[model]
        return self.database_cores(model) + self.comments * own / 1e6 / self.assumed.seconds

    def connections(self, model: str) -> int:
        """Say how many connections are open at once: one for each process."""
        return self.processes(model) + self.processes("ingest") + OTHER_CONNECTIONS

    def gb(self, bytes_: float) -> float:
        """Turn bytes of a comment to gigabytes of a night."""
        return self.comments * bytes_ / GB

    def whole_pages_gb(self) -> float:
        """Say how much of the log of the last night is whole pages of the index of the key."""
        pages_there = self.assumed.nights * self.comments * self.costs.key / PAGE_BYTES
        checkpoints = math.ceil(self.costs.process_seconds("ingest", self.comments) / CHECKPOINT_SECONDS)
        hit = pages_there * (1 - math.exp(-self.comments / checkpoints / pages_there))
        return checkpoints * hit * FILLED * PAGE_BYTES / GB

    def limits(self) -> list[Limit]:
        """Name what can break, with `fast@1`."""
        there = self.assumed
        return [
            Limit("one ingest process", self.costs.process_seconds("ingest", self.comments) / there.seconds),
            Limit("the cores of one machine", self.cores(FAST) / there.cores),
            Limit("connections", self.connections(FAST) / there.connections),
            Limit(
                "memory for the index of the key", self.gb(self.costs.key) / KEY_SHARE / there.memory_gb, piles_up=True
            ),
            Limit("the disk", self.gb(self.costs.stored) / there.disk_gb, piles_up=True),
        ]


def breaks(night: Night) -> list[tuple[int, Limit]]:
    """Give what is used up, with the night in which it is: what breaks first, first."""
    kept = night.assumed.nights
    found = [(limit.nights(kept), limit) for limit in night.limits()]
    return sorted(((at, limit) for at, limit in found if at is not None), key=lambda one: (one[0], -one[1].used))


def table(costs: Costs, assumed: Assumed, figures: Mapping[str, Any] | None = None) -> str:
    """Write the table."""
    nights = [Night(costs, assumed, comments) for comments in STEPS]
    lines = [[title, *cells] for title, cells in _lines(nights)]
    if figures:
        lines.insert(8, ["cores in all, by the pipeline's rate", *(_checked(night, figures) for night in nights)])
    return pages.table(["comments a night", *(f"{comments:,}" for comments in STEPS)], lines)


def _lines(nights: Sequence[Night]) -> Iterator[tuple[str, list[str]]]:
    costs, kept = nights[0].costs, nights[0].assumed.nights
    for step, what in (("ingest", "ingest"), (FAST, f"scoring, `{FAST}`"), (SLOWEST, f"scoring, `{SLOWEST}`")):
        yield f"hours of {what}, one process", [_hours(night, step) for night in nights]
        yield "processes for it", [f"{night.processes(step):,}" for night in nights]
    yield "cores of the database", [f"{night.database_cores(FAST):.2g}" for night in nights]
    yield "cores in all", [f"{night.cores(FAST):.2g}" for night in nights]
    yield "disk, GB a night", [f"{night.gb(costs.stored):.2g}" for night in nights]
    yield f"disk, GB after {kept} nights", [f"{kept * night.gb(costs.stored):,.0f}" for night in nights]
    yield "log, GB in the first night", [f"{night.gb(costs.log):.2g}" for night in nights]
    yield (
        f"log, GB in night {kept}",
        [f"{night.gb(costs.log) + night.whole_pages_gb():.2g}" for night in nights],
    )
    yield f"index of the key, GB after {kept} nights", [f"{kept * night.gb(costs.key):,.0f}" for night in nights]
    yield "messages a night", [f"{night.comments // costs.per_message[FAST]:,}" for night in nights]
    yield "connections", [f"{night.connections(FAST):,}" for night in nights]
    yield "what breaks, in which night", [_said(night) for night in nights]


def _hours(night: Night, step: str) -> str:
    return f"{night.costs.process_seconds(step, night.comments) / 3_600:.2g}"


def _said(night: Night) -> str:
    broken = [f"{limit.name}: {at}" for at, limit in breaks(night)]
    return "; ".join(broken) or f"nothing in {night.assumed.nights}"


def _checked(night: Night, figures: Mapping[str, Any]) -> str:
    """Say how many cores the benchmarks' whole pipeline would need: it kept all of its machine busy."""
    rate_of_a_core = figures["rates"]["pipeline"] / figures["machine"]["cores"]
    return f"{night.comments / night.assumed.seconds / rate_of_a_core:.2g}"


def about(document: Mapping[str, Any], assumed: Assumed) -> str:
    """Say what the table was computed from."""
    on = document["machine"]
    return (
        f"Computed by `python -m {MODULE}` for {assumed.hours:g} hours a night, from costs measured on "
        f"{str(on['measured_at'])[:10]} by `python -m benchmarks.costs --comments {document['comments']}` "
        f"({on['processor']}, {on['cores']} cores). The machine that breaks has {assumed.cores} cores, "
        f"{assumed.memory_gb:g} GB of memory, {assumed.disk_gb:g} GB of disk and {assumed.connections} connections."
    )


@click.command()
@click.option(
    "--costs",
    "costs_file",
    type=click.Path(path_type=Path, exists=True),
    default=COSTS,
    help="What `python -m benchmarks.costs` printed; default: benchmarks/costs.json.",
)
@click.option(
    "--figures",
    "figures_file",
    type=click.Path(path_type=Path, exists=True),
    help="What `python -m benchmarks --json` printed.",
)
@click.option("--hours", type=float, default=Assumed.hours, show_default=True, help="Length of a night's work.")
@click.option("--nights", type=int, default=Assumed.nights, show_default=True, help="How long comments are kept.")
@click.option("--cores", type=int, default=Assumed.cores, show_default=True, help="Of one machine.")
@click.option("--memory-gb", type=float, default=Assumed.memory_gb, show_default=True, help="Of one machine.")
@click.option("--disk-gb", type=float, default=Assumed.disk_gb, show_default=True, help="Of one machine.")
@click.option("--connections", type=int, default=Assumed.connections, show_default=True, help="That PostgreSQL takes.")
@click.option("--page", type=click.Path(path_type=Path, exists=True), help="Write the table to its place there.")
def main(costs_file: Path, figures_file: Path | None, page: Path | None, **assumptions: Any) -> None:  # noqa: ANN401 - as Assumed has them
    """Compute what 1, 10 and 100 million comments a night take, and what breaks first."""
    document = json.loads(costs_file.read_text(encoding="utf-8"))
    figures = json.loads(figures_file.read_text(encoding="utf-8")) if figures_file else None
    assumed = Assumed(**assumptions)
    trials.tell(MODULE, lambda: iter([about(document, assumed), table(Costs.read(document), assumed, figures)]), page)


if __name__ == "__main__":
    main()
