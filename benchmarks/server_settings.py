"""Which settings of PostgreSQL matter while comments are loaded, on servers of our own.

    python -m benchmarks.server_settings [--rows N] [--page docs/scaling.md]

Each set of settings has a server of its own; they are filled in turn, so that one of them works at a time. Prints
Markdown.
"""

import tempfile
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

MODULE = "benchmarks.server_settings"
ROUNDS = 6
DEFAULTS = "defaults"
LOG = {"max_wal_size": "8GB", "checkpoint_timeout": "15min"}
MEMORY = {"shared_buffers": "2GB"}
COMPRESSED = {"wal_compression": "pglz"}  # what every PostgreSQL is built with
SETS: dict[str, Mapping[str, str]] = {
    DEFAULTS: {},
    # A checkpoint comes with so many bytes of log: to these rows it is as the default to sixteen times as many.
    "`max_wal_size=64MB`": {"max_wal_size": "64MB"},
    "`max_wal_size=8GB`, `checkpoint_timeout=15min`": LOG,
    "these two, `shared_buffers=2GB`": LOG | MEMORY,
    "these three, `wal_compression=pglz`": LOG | MEMORY | COMPRESSED,
}
COUNTERS = """
    SELECT pg_current_wal_insert_lsn() - '0/0'::pg_lsn, num_timed + num_requested FROM pg_stat_checkpointer
"""


class Round(NamedTuple):
    """What one part of the rows came to."""

    #: rows per second
    rate: float
    #: processor time of the server process, a row
    server_us: float
    #: bytes of the log
    log: float
    checkpoints: float


def measure(folder: Path, texts: pa.Array, count: int, sets: Mapping[str, Mapping[str, str]] = SETS) -> Iterator[str]:
    """Measure which settings of PostgreSQL matter while comments are loaded."""
    part = count // ROUNDS
    found: dict[str, list[Round]] = {name: [] for name in sets}
    with ExitStack() as stack:
        urls = {
            name: stack.enter_context(_database(folder / str(number), changed))
            for number, (name, changed) in enumerate(sets.items())
        }
        for number in range(ROUNDS):
            blocks = list(rows.comments(texts, part, first=number * part, month=number))
            for name in layouts.in_turn(list(sets), number):
                found[name].append(_round(urls[name], blocks, part))
        first = {name: _after_checkpoint(url, texts, count) for name, url in urls.items()}
    titles = [
        *("settings", "rate, over the defaults", "server's time, over the defaults", "log, bytes a row"),
        *("checkpoints", f"log of the first {rows.BLOCK_ROWS:,} rows after a checkpoint, bytes a row"),
    ]
    yield pages.table(titles, _lines(found, first, count))


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


def _after_checkpoint(url: str, texts: pa.Array, first: int) -> float:
    [block] = rows.comments(texts, rows.BLOCK_ROWS, first=first, month=ROUNDS)
    return layouts.log_after_checkpoint(url, tables.Comment, block, rows.BLOCK_ROWS)


def _counters(url: str) -> tuple[float, float]:
    with connected(url) as connection:
        log, checkpoints = connection.execute(COUNTERS.encode()).fetchone() or (0, 0)
    return float(log), float(checkpoints)


def _lines(found: Mapping[str, list[Round]], first: Mapping[str, float], count: int) -> Iterator[list[str]]:
    base = found[DEFAULTS]
    for name, rounds in found.items():
        rate = median(layouts.over(one.rate, its.rate) for one, its in zip(rounds, base, strict=True))
        server = median(layouts.over(one.server_us, its.server_us) for one, its in zip(rounds, base, strict=True))
        log, checkpoints = sum(one.log for one in rounds), sum(one.checkpoints for one in rounds)
        cells = (f"{rate:.2f}", f"{server:.2f}", f"{log / count:,.0f}", f"{checkpoints:,.0f}", f"{first[name]:,.0f}")
        yield [name, *cells]


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
