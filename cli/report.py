"""`brandpulse report`: the shares of brands over a period."""

import logging
import time
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import click

from cli import options, output
from database import sessions
from reporting import document, files, revisions, text
from reporting.scope import Scope
from settings import environment, logs
from worker import deployment

STANDARD_OUTPUT = Path("-")
logger = logging.getLogger(__name__)


@click.command()
@click.option("--brand", help="Only this brand.")
@click.option("--source", help="Only this source.")
@click.option(
    "--from", "first", type=click.DateTime(["%Y-%m-%d"]), help="First day, as 2026-11-02; else of all comments."
)
@click.option("--to", "last", type=click.DateTime(["%Y-%m-%d"]), help="Last day, included.")
@click.option(
    "--format",
    "file_format",
    type=click.Choice(["text", *files.FORMATS]),
    help="How; without it, as the name given by --out ends, else as text.",
)
@click.option(
    "--out",
    type=click.Path(path_type=Path, dir_okay=False, allow_dash=True),
    help="File to write to, - for standard output; html, pdf, png, xlsx and parquet have one by themselves.",
)
@output.json_option
def report(
    brand: str | None,
    source: str | None,
    first: datetime | None,
    last: datetime | None,
    file_format: str | None,
    out: Path | None,
    as_json: bool,
) -> None:
    """Show the shares of brands over a period."""
    made = make(Scope(brand, source, *options.period(first, last)))
    file_format = "json" if as_json else file_format or (files.format_of(out) if out else None) or "text"
    if file_format == "text":
        _print(made, out)
    elif out == STANDARD_OUTPUT or (out is None and files.FORMATS[file_format].is_printed):
        click.echo(files.FORMATS[file_format].render(made), nl=False)
    else:
        path = out or files.report_path(environment.load().reports_folder, made, file_format)
        files.write(path, made, file_format)
        click.echo(str(path))


def make(scope: Scope) -> dict[str, Any]:
    """Build the report of a scope under the version that scores, and keep it as a revision."""
    settings, started = environment.load(), time.monotonic()
    with sessions.writing(settings.database_url) as session:
        model = deployment.promoted(session)
    # What takes seconds is read as of one moment, and nobody waits for it.
    with sessions.reading(settings.database_url) as session:
        made = document.build_report(
            session, model=model, scope=scope, default_timezone=settings.default_timezone, now=datetime.now(UTC)
        )
    with sessions.writing(settings.database_url) as session:
        revision = revisions.save(session, made, scope, model)
    facts = {"revision": revision, "comments": made["totals"]["comments"], "model": f"{model.name}@{model.version}"}
    logger.info("report made", extra=logs.fields(**facts, seconds=round(time.monotonic() - started, 3)))
    return made


def _print(made: dict[str, Any], out: Path | None) -> None:
    if out is None or out == STANDARD_OUTPUT:
        output.console().print(text.render(made))
        return
    with output.written_text(out) as file:
        output.console(file=file).print(text.render(made))
    click.echo(str(out))
