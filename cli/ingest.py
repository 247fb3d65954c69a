"""`brandpulse ingest`: load and queue."""

from typing import Any

import click

from cli import dry_run as preview
from cli import loading, options, output
from settings import environment
from worker import deployment


@click.command()
@click.argument("files", nargs=-1, required=True, metavar="FILE...")
@options.reading
@click.option("--update", "replace", is_flag=True, help="Replace the text of known comments and score them again.")
@click.option("--dry-run", is_flag=True, help="Show the columns found, ten rows and the rejects; write nothing.")
@output.json_option
def ingest(files: tuple[str, ...], replace: bool, dry_run: bool, as_json: bool, **how: Any) -> None:  # noqa: ANN401 - options.reading names them
    """Load comments and queue them for scoring.

    FILE is CSV, TSV, JSON, NDJSON (each also .gz or .zst) or Parquet; - is standard input.
    """
    reading = options.read_options(**how)
    if dry_run:
        preview.show(files, reading, as_json=as_json)
        return
    queue = deployment.queue()
    batches = loading.load(files, reading, queue, replace=replace)
    if as_json:
        output.document({"batches": [loading.described(batch) for batch in batches]})
        return
    for file, batch in zip(files, batches, strict=True):
        output.say(loading.sentence(file, batch))
    if environment.load().broker_url is None:
        output.say("Score them with `brandpulse worker --drain`.")
    else:
        output.say(
            f"Queued for the workers; follow them with `brandpulse batches show {batches[-1].batch_id} --watch`."
        )
