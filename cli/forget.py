"""`brandpulse forget`: wipe what tells who wrote comments and what they say, and keep the counts."""

from collections.abc import Sequence
from datetime import datetime
from pathlib import Path
from typing import Any

import click

from cli import options, output
from database import sessions
from settings import environment
from worker import forgetting

OUT_OF_REACH = (
    "Out of reach are the files that you loaded, reports as files and mails, audit samples as files, logs and backups."
)


@click.command()
@click.option("--author", help="Whose comments, by the name that the export gave.")
@click.option("--source", help="Only those of this source, as youtube, reddit or x.")
@click.option("--before", type=click.DateTime(["%Y-%m-%d"]), help="All comments from before this day, as 2026-11-02.")
@click.option("--yes", is_flag=True, help="Do not ask.")
@output.json_option
def forget(author: str | None, source: str | None, before: datetime | None, yes: bool, as_json: bool) -> None:
    """Forget texts and authors: of one author, or from before a day.

    The comments stay as rows without text, author, ids, address and further columns, so that all counts stay what they
    are and loading the file again brings nothing back. It cannot be undone.
    """
    if not (author or "").strip() and before is None:
        raise click.UsageError("Name an author by --author, or a day by --before.")
    if author is not None and before is not None:
        raise click.UsageError("Give --author or --before, not both.")
    if source is not None and author is None:
        raise click.UsageError("--source goes with --author.")
    url = environment.load().database_url
    which = _which(author, source, before)
    found = forgetting.find(url, which)
    comments = sum(window.comments for window in found)
    if comments and not yes:
        several = "1 comment" if comments == 1 else f"{comments:,} comments"
        click.confirm(f"Forget {several}? Their texts and author cannot be brought back.", abort=True, err=True)
    with output.progress("forgetting", comments) as advance:
        done = forgetting.forget(url, which, found, progress=advance)
    files = forgetting.report_files(environment.load().reports_folder, done.reports)
    output.said(_described(done, files), _sentences(done, files), as_json)


def _which(author: str | None, source: str | None, before: datetime | None) -> forgetting.Which:
    if author is not None:
        return forgetting.of_author(author, source, environment.author_key())
    settings = environment.load()
    day = options.day(before)
    assert day is not None
    with sessions.reading(settings.database_url) as session:
        return forgetting.before(session, day, settings.default_timezone)


def _described(done: forgetting.Forgotten, files: Sequence[Path]) -> dict[str, Any]:
    reports = [{**one["scope"], **one["period"], "revision": one["revision"]} for one in done.reports]
    return {
        "comments": done.comments,
        "rejects": done.rejects,
        "reports": reports,
        "files": [str(path) for path in files],
        "out_of_reach": OUT_OF_REACH,
    }


def _sentences(done: forgetting.Forgotten, files: Sequence[Path]) -> str:
    if not (done.comments or done.rejects or done.reports):
        return "Nothing is there to be forgotten, or all of it is already."
    said = [
        f"{done.comments:,} comments are forgotten; every count is what it was.",
        f"{done.rejects:,} rejects lost their row.",
        f"{len(done.reports):,} saved reports quoted them, and do no longer.",
        *([f"These files still do: {', '.join(map(str, files))}."] if files else []),
        OUT_OF_REACH,
    ]
    return "\n".join(said)
