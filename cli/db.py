"""`brandpulse db`: migrations, and counts that are put right."""

import click

from cli import output
from database import recounting, schema, sessions
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


@db.command()
@output.json_option
def recount(as_json: bool) -> None:
    """Count all comments anew, and put right what reports sum.

    Needed after workers of an older brandpulse wrote to the database; who writes meanwhile waits.
    """
    with sessions.writing(environment.load().database_url) as session:
        found = recounting.recount(session)
    output.said({"rows": found.rows, "more": found.more}, _sentence(found), as_json)


def _sentence(found: recounting.Recount) -> str:
    if not found.rows:
        return "All counts are those of the comments."
    more = ", ".join(f"{number:+,} {name}" for name, number in found.more.items() if number)
    return f"{found.rows:,} counts of a day were not those of the comments and are put right: {more or 'moved'}."
