"""`brandpulse audit`: draw comments for people to label, and take the labels back."""

from datetime import UTC, datetime
from pathlib import Path

import click

from cli import options, output
from database import sessions
from reporting import audit_files, auditing, selection
from reporting.scope import Scope
from settings import environment
from worker import deployment

DAY = click.DateTime(["%Y-%m-%d"])


@click.group()
def audit() -> None:
    """Let people label comments drawn at random, for honest shares."""


@audit.command()
@click.option("--brand", required=True, help="The brand.")
@click.option("--source", help="Only this source.")
@click.option("--from", "first", type=DAY, help="First day, as 2026-11-02; else of all comments.")
@click.option("--to", "last", type=DAY, help="Last day, included.")
@click.option("--n", "size", type=click.IntRange(1, 100_000), default=200, show_default=True, help="Comments to draw.")
@click.option("--seed", type=click.IntRange(0, 2**31 - 1), help="Draw as another sample did; else drawn itself.")
@click.option("--out", type=click.Path(path_type=Path, file_okay=False), default=".", help="Folder for the files.")
@output.json_option
def sample(
    *,
    brand: str,
    source: str | None,
    first: datetime | None,
    last: datetime | None,
    size: int,
    seed: int | None,
    out: Path,
    as_json: bool,
) -> None:
    """Draw scored comments of a brand at random, and write them as CSV and for Label Studio.

    Fill the column `label` of the CSV with positive, negative or neutral, and import it. Comments of earlier samples
    are not drawn again.
    """
    settings = environment.load()
    scope = Scope(brand, source, *options.period(first, last))
    with sessions.writing(settings.database_url) as session:
        selection.check_brand(session, scope)
        [part] = selection.by_brand(session, scope, settings.default_timezone)
        model = deployment.promoted(session)
        made = auditing.draw(session, part, model, size=size, now=datetime.now(UTC), seed=seed)
        table, tasks = (out / f"audit-{made.id}.{suffix}" for suffix in ("csv", "json"))
        # With the mark, Excel knows that it is UTF-8.
        with output.written_text(table, "utf-8-sig") as csv_file, output.written_text(tasks) as json_file:
            audit_files.write_csv(csv_file, session, made.id)
            audit_files.write_label_studio(json_file, session, made.id)
        drawn = min(size, made.population)
        said = {"sample": made.id, "brand": brand, "n": drawn, "population": made.population, "seed": made.seed}
    output.said(
        {**said, "files": [str(table), str(tasks)]},
        f"Audit sample {said['sample']}: {drawn:,} of {said['population']:,} comments about {brand} are in {table}, "
        f"and for Label Studio in {tasks}. Fill in the labels, then: brandpulse audit import {table} --by NAME",
        as_json,
    )


@audit.command("import")
@click.argument("file", type=click.Path(path_type=Path, exists=True, dir_okay=False))
@click.option("--by", help="Who gave the labels, where the file does not say.")
@output.json_option
def import_(file: Path, by: str | None, as_json: bool) -> None:
    """Take the labels of a sample back: the CSV that was filled in, or what Label Studio exports as JSON.

    Rows without a label are left for later. A label given again takes the place of the one before.
    """
    given = audit_files.read(file, by, datetime.now(UTC))
    with sessions.writing(environment.load().database_url) as session:
        done = auditing.give(session, given)
    samples = sorted({one.sample for one in given})
    output.said(
        {"samples": samples, **done._asdict()},
        f"{done.labelled:,} comments got a label, {done.changed:,} another one than before; {done.same:,} had it "
        "already. The next report uses them.",
        as_json,
    )
