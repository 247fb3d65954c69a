"""`brandpulse db`: migrations."""

import click

from database import schema
from settings import environment


@click.group()
def db() -> None:
    """Make and check the tables of the database."""


@db.command()
def upgrade() -> None:
    """Bring the database to the version that this program needs."""
    schema.upgrade(environment.load().database_url)
    click.echo(f"The database is at version {schema.HEAD}.")


@db.command()
def check() -> None:
    """Tell whether the database is at the version that this program needs."""
    schema.check(environment.load().database_url)
    click.echo(f"The database is at version {schema.HEAD}, as this program needs.")
