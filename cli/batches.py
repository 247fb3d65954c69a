"""`brandpulse batches`: follow batches, mend them, undo a wrong ingest."""

import time
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import click
from rich.table import Table
from sqlalchemy.orm import Session

from cli import output
from cli.dry_run import rejects_table
from database import sessions
from settings import environment
from worker import batches as following
from worker import deletion, deployment
from worker import jobs as following_jobs

WATCH_SECONDS = 1.0
FINISHED = {"scored", "failed", "cancelled", "loaded", "broken"}


@click.group()
def batches() -> None:
    """Follow batches, mend them, undo a wrong ingest."""


@batches.command("list")
@click.option("--limit", default=50, show_default=True, help="How many, newest first.")
@output.json_option
def list_(limit: int, as_json: bool) -> None:
    """List the newest batches."""
    with _reading() as session:
        found = [_summary(session, batch.id) for batch in following.latest(session, limit)]
    if as_json:
        output.document({"batches": found})
        return
    table = Table("batch", "name", "status", "read", "loaded", "duplicates", "rejected", "created")
    for batch in found:
        counts = [f"{batch[name]:,}" for name in ("read", "loaded", "duplicates", "rejected")]
        table.add_row(
            str(batch["id"]), batch["name"], batch["status"], *counts, f"{batch['created_at']:%Y-%m-%d %H:%M}"
        )
    output.console().print(table)


@batches.command()
@click.argument("batch", type=int)
@click.option("--watch", is_flag=True, help="Show it again each second until it is finished.")
@output.json_option
def show(batch: int, watch: bool, as_json: bool) -> None:
    """Show what became of the rows and comments of a batch."""
    while True:
        with _reading() as session:
            found = _summary(session, batch)
        if as_json:
            output.document(found)
        else:
            _print(found)
        if not watch or found["status"] in FINISHED:
            return
        time.sleep(WATCH_SECONDS)


@batches.command()
@click.argument("batch", type=int)
@click.option("--limit", default=100, show_default=True, help="How many, in the order of the file.")
@output.json_option
def rejects(batch: int, limit: int, as_json: bool) -> None:
    """Show the rows of a batch that could not become comments, and why."""
    with _reading() as session:
        following.find(session, batch)
        found = [
            {"record": row.record, "line": row.line, "code": row.code, "reason": row.reason, "content": row.content}
            for row in following.rejects(session, batch, limit)
        ]
    if as_json:
        output.document({"batch": batch, "rejects": found})
    else:
        output.console().print(rejects_table(found))


@batches.command()
@click.argument("batch", type=int)
@output.json_option
def retry(batch: int, as_json: bool) -> None:
    """Take up again what failed or was cancelled."""
    with _writing() as session:
        following.find(session, batch)
        chunk_ids = following.retry(session, batch)
    for chunk_id in chunk_ids:
        deployment.queue_chunk(chunk_id)
    output.said({"batch": batch, "chunks": len(chunk_ids)}, f"{len(chunk_ids):,} chunks are queued again.", as_json)


@batches.command()
@click.argument("batch", type=int)
@output.json_option
def cancel(batch: int, as_json: bool) -> None:
    """Cancel what is not scored yet; `retry` takes it up again."""
    with _writing() as session:
        following.find(session, batch)
        cancelled = following.cancel(session, batch)
    output.said({"batch": batch, "chunks": cancelled}, f"{cancelled:,} chunks are cancelled.", as_json)


@batches.command()
@click.argument("batch", type=int)
@click.option("--yes", is_flag=True, help="Do not ask.")
@output.json_option
def delete(batch: int, yes: bool, as_json: bool) -> None:
    """Delete a batch with its comments and their scores."""
    with _reading() as session:
        name = following.find(session, batch).name
    if not yes:
        click.confirm(f"Delete batch {batch} ({name}), its comments and their scores?", abort=True, err=True)
    with _writing() as session:
        deleted = deletion.delete_batch(session, batch)
    output.said(
        {"batch": batch, "deleted": deleted}, f"Batch {batch} and its {deleted:,} comments are deleted.", as_json
    )


def _summary(session: Session, batch_id: int) -> dict[str, Any]:
    batch = following.find(session, batch_id)
    of_batch = following.jobs(session, batch_id)
    found = [(job, following_jobs.model_of(session, job), following_jobs.count(session, job)) for job in of_batch]
    states = following_jobs.chunk_states(session, [job.id for job in of_batch])
    return {
        "id": batch.id,
        "name": batch.name,
        "status": following.status(batch, states),
        "read": batch.rows_read,
        "loaded": batch.loaded,
        "duplicates": batch.duplicates,
        "changed": batch.changed,
        "rejected": batch.rejected,
        "error": batch.error,
        "created_at": batch.created_at,
        # Of its jobs together; a batch that updated nothing has one.
        **{name: sum(getattr(counts, name) for *_, counts in found) for name in following_jobs.Scored._fields},
        "jobs": [{"id": job.id, "kind": job.kind, "model": model, **counts._asdict()} for job, model, counts in found],
        "chunks": states,
    }


def _print(batch: dict[str, Any]) -> None:
    output.say(f"Batch {batch['id']}: {batch['name']}, {batch['status']}")
    output.say(
        f"  rows: {batch['read']:,} read = {batch['loaded']:,} loaded + {batch['duplicates']:,} duplicates"
        f" + {batch['rejected']:,} rejected"
    )
    for job in batch["jobs"]:
        rest = " + ".join(
            f"{job[state]:,} {state}" for state in ("scored", "skipped", "failed", "pending", "cancelled")
        )
        output.say(f"  job {job['id']}, {job['model']}: {job['comments']:,} comments = {rest}")
    chunks = ", ".join(f"{count:,} {state}" for state, count in sorted(batch["chunks"].items()))
    output.say(f"  chunks: {chunks or 'none'}")
    if batch["error"]:
        output.say(f"  {batch['error']}")


@contextmanager
def _reading() -> Iterator[Session]:
    with sessions.reading(environment.load().database_url) as session:
        yield session


@contextmanager
def _writing() -> Iterator[Session]:
    with sessions.writing(environment.load().database_url) as session:
        yield session
