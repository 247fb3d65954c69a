"""Measure brandpulse on this machine.

    python -m benchmarks --json

prints one JSON document on standard output and a table on standard error; without `--json` the table stands on standard
output. What each figure means: docs/benchmarks.md.
"""

import signal
import sys
import tempfile
from pathlib import Path
from types import FrameType

import click

from benchmarks import machine, servers, table, texts, whole
from benchmarks.figures import Figures
from benchmarks.plan import MILLION, Plan
from cli import output
from settings import errors


@click.command()
@output.json_option
@click.option("--full", is_flag=True, help="Measure ten times as many comments as well.")
@click.option("--comments", type=click.IntRange(100), default=MILLION, show_default=True, help="How many.")
@click.option("--part", "parts", multiple=True, type=click.Choice(whole.PARTS), help="Only this; may be repeated.")
@click.option(
    "--data",
    type=click.Path(path_type=Path),
    default=texts.FOLDER,
    help="Folder of labelled sets whose texts are used; default: ../shared/data, and examples/ where it is absent.",
)
@click.option("--folder", type=click.Path(path_type=Path, exists=True), help="Where temporary files go.")
@click.option("--seed", default=1, show_default=True, help="The same seed gives the same comments.")
@click.option(
    "--database-url",
    envvar="BRANDPULSE_BENCH_DATABASE_URL",
    show_envvar=True,
    help="A PostgreSQL server; default: our own.",
)
@click.option("--broker-url", envvar="BRANDPULSE_BENCH_BROKER_URL", show_envvar=True, help="A queue; default: our own.")
def main(  # noqa: PLR0917 - click hands options over by name
    as_json: bool,
    full: bool,
    comments: int,
    parts: tuple[str, ...],
    data: Path,
    folder: Path | None,
    seed: int,
    database_url: str | None,
    broker_url: str | None,
) -> None:
    """Measure brandpulse on this machine, and print the figures as ratios."""
    signal.signal(signal.SIGTERM, _interrupt)
    figures = Figures(comments)
    try:
        with (
            tempfile.TemporaryDirectory(prefix="brandpulse-bench-", dir=folder) as made,
            servers.postgres(database_url, Path(made)) as server,
        ):
            plan = Plan(comments, data, Path(made), server, broker_url, texts.comments(data), seed)
            figures.about |= {"machine": machine.described(), "server": servers.settings(server)}
            whole.measure(plan, parts or whole.PARTS, figures, full=full)
    except KeyboardInterrupt:
        figures.errors["interrupted"] = "It was stopped; what was measured until then stands here."
    except errors.BrandpulseError as error:
        figures.errors["benchmarks"] = str(error)
    _print(figures, as_json=as_json)


def _print(figures: Figures, *, as_json: bool) -> None:
    document = figures.document()
    table.show(output.console(stderr=as_json), document)
    if as_json:
        output.document(document)
    if figures.errors:
        sys.exit(1)


def _interrupt(_signal: int, _frame: FrameType | None) -> None:
    raise KeyboardInterrupt


if __name__ == "__main__":
    main()
