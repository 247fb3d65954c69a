"""`brandpulse health`: what a container's health check calls."""

import click

from settings import environment
from worker import health as answers

#: what is asked for each word
ASKED = {"worker": answers.worker, "beat": answers.beat, "database": answers.database}


@click.command()
@click.argument("what", type=click.Choice(list(ASKED)), default="database")
def health(what: str) -> None:
    """Tell whether the worker or scheduler of this host, or the database, answers.

    Exits 0 where it does, 1 with a sentence where not: for the health checks of containers.
    """
    click.echo(ASKED[what](environment.load()))
