"""`brandpulse jobs`: follow and mend what is scored with one version: batches, updates and rescores."""

import time
from typing import Any

import click
from rich.table import Table
from rich.text import Text
from sqlalchemy.orm import Session

from cli import output
from database import sessions
from database.tables import Job
from settings import environment, errors
from worker import deployment, periods
from worker import jobs as following

WATCH_SECONDS = 1.0
FINISHED = {"scored", "failed", "cancelled"}
SUM = following.Scored._fields


@click.group()
def jobs() -> None:
    """Follow and mend jobs: what is scored with one model version."""


@jobs.command("list")
@click.option("--limit", default=50, show_default=True, help="How many, newest first.")
@output.json_option
def list_(limit: int, as_json: bool) -> None:
    """List the newest jobs."""
    with sessions.reading(environment.load().database_url) as session:
        found = [_described(session, job) for job in following.latest(session, limit)]
    if as_json:
        output.document({"jobs": found})
        return
    table = Table("job", "kind", "model", "of", "status", "chunks", "created")
    for job in found:
        table.add_row(
            *(str(job["id"]), job["kind"], job["model"], Text(job["of"]), job["status"]),
            *(_chunks(job), f"{job['created_at']:%Y-%m-%d %H:%M}"),
        )
    output.console().print(table)


@jobs.command()
@click.argument("job", type=int)
@click.option("--watch", is_flag=True, help="Show it again each second until it is finished.")
@output.json_option
def show(job: int, watch: bool, as_json: bool) -> None:
    """Show what became of the comments of a job."""
    while True:
        found = counted([job])[0]
        if as_json:
            output.document(found)
        else:
            output.say(sentence(found))
            output.say(f"  chunks: {_chunks(found)}")
            for reason in found["reasons"]:
                output.say(f"  {reason}")
        if not watch or found["status"] in FINISHED:
            return
        time.sleep(WATCH_SECONDS)


@jobs.command()
@click.argument("job", type=int)
@output.json_option
def retry(job: int, as_json: bool) -> None:
    """Take up again what failed or was cancelled."""
    with sessions.writing(environment.load().database_url) as session:
        chunk_ids = following.retry(session, following.find(session, job))
    for chunk_id in chunk_ids:
        deployment.queue_chunk(chunk_id)
    output.said({"job": job, "chunks": len(chunk_ids)}, f"{len(chunk_ids):,} chunks are queued again.", as_json)


@jobs.command()
@click.argument("job", type=int)
@output.json_option
def cancel(job: int, as_json: bool) -> None:
    """Cancel what is not scored yet; `retry` takes it up again."""
    with sessions.writing(environment.load().database_url) as session:
        cancelled = following.cancel(session, [following.find(session, job).id])
    output.said({"job": job, "chunks": cancelled}, f"{cancelled:,} chunks are cancelled.", as_json)


def counted(job_ids: list[int]) -> list[dict[str, Any]]:
    """Describe jobs, with what became of their comments."""
    with sessions.reading(environment.load().database_url) as session:
        found = [following.find(session, job_id) for job_id in job_ids]
        return [
            {
                **_described(session, job),
                **following.count(session, job)._asdict(),
                "reasons": following.reasons(session, job),
            }
            for job in found
        ]


def sentence(job: dict[str, Any]) -> str:
    """Write the sum of a job."""
    rest = " + ".join(f"{job[state]:,} {state}" for state in SUM[1:])
    return f"Job {job['id']}, {job['model']}, {job['of']}: {job['comments']:,} comments = {rest}"


def check_none_failed(found: list[dict[str, Any]]) -> None:
    """Raise `errors.ScoringFailed` where comments of these jobs failed."""
    failed = sum(job["failed"] for job in found)
    if failed:
        named = next(job["id"] for job in found if job["failed"])
        raise errors.ScoringFailed(f"{failed:,} comments failed: see why by `brandpulse jobs show {named}`.")


def _described(session: Session, job: Job) -> dict[str, Any]:
    states = following.chunk_states(session, [job.id])
    part = periods.of_job(session, job, environment.load().default_timezone)
    return {
        "id": job.id,
        "kind": job.kind,
        "model": following.model_of(session, job),
        "batch": job.batch_id,
        "brand": part.brand,
        "from": part.first_day,
        "to": part.last_day,
        "of": part.words,
        "status": following.status(states),
        "created_at": job.created_at,
        "chunks": states,
    }


def _chunks(job: dict[str, Any]) -> str:
    return ", ".join(f"{count:,} {state}" for state, count in sorted(job["chunks"].items())) or "none"
