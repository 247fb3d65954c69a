"""`brandpulse rescore`: score comments again with another version, beside the old scores."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

import click

from cli import jobs, options, output
from database import sessions
from database.tables import Job, Model
from model_store import registry
from reporting.scope import Scope
from settings import environment
from worker import batches, chunks, deployment, embedded, rescoring


@click.command()
@click.option("--model", required=True, help="NAME or NAME@VERSION.")
@click.option("--brand", help="Only this brand.")
@click.option(
    "--from", "first", type=click.DateTime(["%Y-%m-%d"]), help="First day, as 2026-11-02, in the brand's own zone."
)
@click.option("--to", "last", type=click.DateTime(["%Y-%m-%d"]), help="Last day, included.")
@click.option("--batch", "batch_ids", type=int, multiple=True, help="Only what this batch loaded; may be repeated.")
@click.option("--no-wait", is_flag=True, help="Only queue them; `brandpulse jobs show` follows.")
@output.json_option
def rescore(
    model: str,
    brand: str | None,
    first: datetime | None,
    last: datetime | None,
    batch_ids: tuple[int, ...],
    no_wait: bool,
    as_json: bool,
) -> None:
    """Score comments again with another version, beside the old scores.

    Comments that have a score under the version, or a reason why not, are left alone. Stopped anywhere, the same
    command goes on, and takes up what failed or was cancelled.
    """
    if batch_ids and (brand is not None or first or last):
        raise click.UsageError("--batch says which comments: leave out --brand, --from and --to.")
    scope = Scope(brand, None, *options.period(first, last), batch_ids)
    version, wanted = _wanted(model, scope)
    found = score(version, wanted, wait=not no_wait)
    if as_json:
        output.document(_summary(version, found))
    else:
        _print(found, waited=not no_wait)
    jobs.check_none_failed([] if no_wait else found)


def _wanted(spec: str, scope: Scope) -> tuple[Model, list[Job]]:
    settings = environment.load()
    with sessions.writing(settings.database_url) as session:
        registry.register_shipped(session)
        version = registry.get(session, spec)
        deployment.artefact(session, version)
        for batch_id in scope.batch_ids:
            batches.find(session, batch_id)
        return version, rescoring.parts(session, scope, version, settings.default_timezone)


def score(version: Model, wanted: Sequence[Job], *, wait: bool) -> list[dict[str, Any]]:
    """Queue what these jobs miss under a version, and wait until it is scored: here, or by the workers of a queue.

    Returns:
        the jobs as `brandpulse jobs show` describes them.

    """
    settings = environment.load()
    size = deployment.chunk_size(version)
    job_ids = rescoring.queue(settings.database_url, wanted, size, deployment.queue_chunk)
    if wait:
        _wait(job_ids)
    return jobs.counted(job_ids)


def _wait(job_ids: Sequence[int]) -> None:
    settings = environment.load()
    with sessions.reading(settings.database_url) as session:
        waiting = chunks.waiting(session, job_ids)
    with output.progress("scoring", waiting) as advance:
        if settings.broker_url is None:
            embedded.drain(deployment.scorer(), advance, job_ids)
            return
        click.echo(f"{waiting:,} comments wait for the workers; Ctrl-C leaves them to it.", err=True)
        rescoring.follow(settings.database_url, job_ids, advance)


def _summary(version: Model, found: list[dict[str, Any]]) -> dict[str, Any]:
    sums = {name: sum(job[name] for job in found) for name in jobs.SUM}
    return {"model": f"{version.name}@{version.version}", **sums, "jobs": found}


def _print(found: list[dict[str, Any]], *, waited: bool) -> None:
    for job in found:
        click.echo(jobs.sentence(job))
    waiting = [job["id"] for job in found if job["pending"]]
    if waiting and not waited:
        how = (
            "`brandpulse worker --drain` scores them" if environment.load().broker_url is None else "Workers score them"
        )
        click.echo(f"{how}; `brandpulse jobs show {waiting[0]} --watch` follows.")
