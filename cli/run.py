"""`brandpulse run`: ingest, score and report in one go, in this process."""

import signal
from functools import reduce
from pathlib import Path
from typing import Any

import click

from cli import loading, options, output, report
from ingest.blocks import Counts
from ingest.loading import Loaded
from reporting import files as report_files
from reporting import text
from reporting.scope import Scope
from settings import environment, errors
from worker import deployment, embedded, ending


@click.command()
@click.argument("files", nargs=-1, required=True, metavar="FILE...")
@options.reading
@output.json_option
def run(files: tuple[str, ...], as_json: bool, **how: Any) -> None:  # noqa: ANN401 - options.reading names them
    """Load, score and report on comments in one go.

    FILE is CSV, TSV, JSON, NDJSON (each also .gz or .zst) or Parquet; - is standard input. The report covers what
    this call loaded, and is written to the reports folder as a page.
    """
    click.get_current_context().with_resource(ending.told_by(ending.leave, signal.SIGTERM))
    reading = options.read_options(**how)
    queue = deployment.queue()
    batches = loading.load(files, reading, queue)
    if not as_json:
        for file, batch in zip(files, batches, strict=True):
            output.say(loading.sentence(file, batch))
    with output.progress("scoring", sum(batch.counts.loaded for batch in batches)) as advance:
        embedded.drain(deployment.scorer(), advance)
    made = report.make(Scope(batch_ids=tuple(batch.batch_id for batch in batches)))
    path = report_files.report_path(environment.load().reports_folder, made, "html")
    report_files.write(path, made, "html")
    if as_json:
        output.document(_summary(batches, made, path))
    else:
        output.console().print(text.render(made))
        output.say(f"The report as a page: {path}")
    if made["totals"]["failed"]:
        raise errors.ScoringFailed(f"{made['totals']['failed']:,} comments failed: see `brandpulse batches list`.")


def _summary(batches: list[Loaded], made: dict[str, Any], path: Path) -> dict[str, Any]:
    counts = reduce(Counts.plus, (batch.counts for batch in batches))
    totals = {name: made["totals"][name] for name in ("scored", "skipped", "failed", "pending", "cancelled")}
    described = [loading.described(batch) for batch in batches]
    return {"batches": described, **counts._asdict(), **totals, "report": made, "report_path": str(path)}
