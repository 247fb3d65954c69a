"""`brandpulse doctor`: what is reachable, what is wrong, what to do."""

import sys

import click
from rich.table import Table
from rich.text import Text

from cli import output
from settings import environment
from worker import doctor as looking


@click.command()
@output.json_option
def doctor(as_json: bool) -> None:
    """Tell what is reachable, what is wrong, and what to do."""
    looked = looking.checks(environment.load())
    if as_json:
        output.document({"checks": [check._asdict() for check in looked]})
    else:
        table = Table("check", "", "")
        for check in looked:
            table.add_row(check.name, "ok" if check.ok else "wrong", Text(check.detail))
        output.console().print(table)
    if not all(check.ok for check in looked):
        sys.exit(1)
