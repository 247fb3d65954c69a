"""Which settings of PostgreSQL matter while comments are loaded, on servers of our own.

    python -m benchmarks.server_settings [--rows N] [--page docs/scaling.md]

Each set of settings has a server of its own; they are filled in turn, so that one of them works at a time. Prints
Markdown.
"""

import tempfile
import time
from collections.abc import Iterator, Mapping
from contextlib import ExitStack, contextmanager
from pathlib import Path
from statistics import median
from typing import NamedTuple

import click
import pyarrow as pa

from benchmarks import layouts, pages, rows, servers, texts, trials
from benchmarks.servers import connected
from database import tables
from database.engine import engine

MODULE = "benchmarks.server_settings"
ROUNDS = 6
SETTLE_SECONDS = 0.2
DEFAULTS = "defaults"
LOG = {"max_wal_size": "8GB", "checkpoint_timeout": "15min"}
MEMORY = {"shared_buffers": "2GB"}
SETS: dict[str, Mapping[str, str]] = {
    DEFAULTS: {},
    "log": LOG,
    "memory": MEMORY,
    "log and memory": LOG | MEMORY,
    "log and memory, compressed": LOG | MEMORY | {"wal_compression": "pglz"},
}
COUNTERS = """
    SELECT pg_current_wal_insert_lsn() - '0/0'::pg_lsn, (SELECT wal_fpi FROM pg_stat_wal),
           (SELECT num_timed + num_requested FROM pg_stat_checkpointer)
"""


class Round(NamedTuple):
    """What one part of the rows came to."""

    #: rows per second
    rate: float
    #: processor time of the server process, a row
    server_us: float
    #: bytes of the log
    log: float
    #: whole pages in the log
    pages: float
    checkpoints: float


def measure(folder: Path, texts: pa.Array, count: int) -> Iterator[str]:
    """Measure which settings of PostgreSQL matter while comments are loaded."""
    part = count // ROUNDS
    found: dict[str, list[Round]] = {name: [] for name in SETS}
    with ExitStack() as stack:
        urls = {
            name: stack.enter_context(_database(folder / str(number), changed))
            for number, (name, changed) in enumerate(SETS.items())
        }
        for number in range(ROUNDS):
            blocks = list(rows.comments(texts, part, first=number * part, month=number))
            for name in layouts.in_turn(list(SETS), number):
                found[name].append(_round(urls[name], blocks, part))
    titles = ["settings", "rate, over the defaults", "server's time", "log, bytes a row", "whole pages", "checkpoints"]
    yield pages.table(titles, _lines(found, count))


@contextmanager
def _database(folder: Path, changed: Mapping[str, str]) -> Iterator[str]:
    """Give the address of a fresh database on a server of its own with these settings."""
    folder.mkdir()
    with servers.postgres(None, folder) as server, connected(server) as connection:
        for name, value in changed.items():
            connection.execute(f"ALTER SYSTEM SET {name} = '{value}'".encode())
    with servers.postgres(None, folder) as server, layouts.made(server, [layouts.Layout("comments")]) as urls:
        yield urls["comments"]


def _round(url: str, blocks: list[rows.Values], part: int) -> Round:
    before = _counters(url)
    loaded = layouts.load(url, tables.Comment, blocks, part)
    return Round(*loaded, *(after - its for after, its in zip(_counters(url), before, strict=True)))


def _counters(url: str) -> tuple[float, float, float]:
    # A server process tells its counts once a second, and when it ends.
    engine(url).dispose()
    time.sleep(SETTLE_SECONDS)
    with connected(url) as connection:
        log, whole, checkpoints = connection.execute(COUNTERS.encode()).fetchone() or (0, 0, 0)
    return float(log), float(whole), float(checkpoints)


def _lines(found: Mapping[str, list[Round]], count: int) -> Iterator[list[str]]:
    base = found[DEFAULTS]
    for name, rounds in found.items():
        rate = median(one.rate / its.rate for one, its in zip(rounds, base, strict=True))
        server = median(one.server_us / its.server_us for one, its in zip(rounds, base, strict=True))
        log, whole, checkpoints = (sum(column) for column in list(zip(*rounds, strict=True))[2:])
        cells = (f"{rate:.2f}", f"{server:.2f}", f"{log / count:,.0f}", f"{whole:,.0f}", f"{checkpoints:,.0f}")
        yield [f"{name}: {_written(SETS[name])}" if SETS[name] else name, *cells]


def _written(changed: Mapping[str, str]) -> str:
    return ", ".join(f"`{name}={value}`" for name, value in changed.items())


@click.command()
@click.option("--rows", type=click.IntRange(100), default=300_000, show_default=True, help="How many on each server.")
@click.option("--page", type=click.Path(path_type=Path, exists=True), help="Write the result to its place there.")
@click.option("--data", type=click.Path(path_type=Path), default=texts.FOLDER, help="Folder of labelled sets.")
@click.option("--folder", type=click.Path(path_type=Path, exists=True), help="Where temporary files go.")
def main(rows: int, page: Path | None, data: Path, folder: Path | None) -> None:
    """Measure which settings of PostgreSQL matter while comments are loaded."""

    def find() -> Iterator[str]:
        with tempfile.TemporaryDirectory(prefix="brandpulse-trial-", dir=folder) as made:
            yield trials.about(f"python -m {MODULE} --rows {rows}", {})
            yield from measure(Path(made), texts.comments(data), rows)

    trials.tell(MODULE, find, page)


if __name__ == "__main__":
    main()
