"""`brandpulse worker`: score what is queued."""

import logging
import os
import signal
import socket
import sys

import click

from cli import output
from database import merging, sessions
from settings import environment, logs
from worker import deployment, embedded, ending, readiness

logger = logging.getLogger(__name__)


@click.command()
@click.option("--drain", is_flag=True, help="End when nothing is pending; polls the database, needs no queue.")
@click.option("--concurrency", type=click.IntRange(1), help="Processes of a worker on a queue; default: the cores.")
@click.option("--name", help="Name of a worker on a queue, its own on this machine; default: worker-PID.")
def worker(drain: bool, concurrency: int | None, name: str | None) -> None:
    """Score queued comments, until it is stopped."""
    settings = environment.load()
    if settings.broker_url is not None and not drain:
        _serve_queue(concurrency, name or f"worker-{os.getpid()}")
        return
    logs.begin(settings)
    scorer = deployment.scorer()
    if drain:
        click.get_current_context().with_resource(ending.told_by(ending.leave, signal.SIGTERM))
        readiness.wait_for_database(settings.database_url, settings.wait_seconds)
        with output.progress("scoring") as advance:
            done = embedded.drain(scorer, advance)
        with sessions.writing(settings.database_url) as session:
            merging.merge(session)  # without a queue there is no beat that does it
        logger.info("nothing is pending", extra=logs.fields(chunks=done))
        return
    stop = ending.Ending(settings.grace_seconds, sys.exit)
    click.get_current_context().with_resource(ending.timed())
    click.get_current_context().with_resource(ending.told_by(stop.tell, signal.SIGTERM, signal.SIGINT))
    logger.info("waiting for comments; Ctrl-C ends after the chunk in hand, a second one at once")
    embedded.serve(scorer, lambda: stop.told)


def _serve_queue(concurrency: int | None, name: str) -> None:
    from worker.app import app  # noqa: PLC0415 - embedded mode has no Celery

    settings = environment.load()
    # Celery's own command line would import a shell first, for a quarter of a second; asking other workers what they
    # have revoked would take a whole one, and nobody revokes here.
    node = app.Worker(
        hostname=f"{name}@{socket.gethostname()}",
        loglevel=settings.log_level,
        concurrency=concurrency,
        without_mingle=True,
        without_gossip=True,
        quiet=settings.log_format == "json",  # Celery's banner is no JSON
    )
    with ending.timed():
        node.start()
    sys.exit(node.exitcode)
