"""Options that several commands share."""

from collections.abc import Callable
from datetime import date, datetime
from typing import Any, TypeVar

import click

from ingest import times
from ingest.options import Options
from settings import environment

Command = TypeVar("Command", bound=Callable[..., Any])


def reading(command: Command) -> Command:
    """Give a command the options that say how a file is read; they reach it by the names of `read_options`."""
    for option in reversed(
        (
            click.option("--brand", help="Brand of the comments that name none."),
            click.option("--source", help="Source of the comments that name none, as youtube, reddit or x."),
            click.option(
                "--map", "mapping", multiple=True, metavar="COLUMN=FIELD", help="Take a field from this column."
            ),
            click.option(
                "--format",
                "file_format",
                type=click.Choice(["csv", "tsv", "json", "ndjson", "parquet"]),
                help="Format, where it is not found by itself.",
            ),
            click.option("--timezone", default="UTC", show_default=True, help="Zone of the times that name none."),
            click.option(
                "--day-first/--month-first",
                default=None,
                help="How to read dates like 03/04/2026; else they are rejects.",
            ),
        )
    ):
        command = option(command)
    return command


def read_options(
    *,
    brand: str | None,
    source: str | None,
    mapping: tuple[str, ...],
    file_format: str | None,
    timezone: str,
    day_first: bool | None,
) -> Options:
    """Make the options of `ingest` from what stood on the command line."""
    pairs = {}
    for pair in mapping:
        column, separator, field = pair.rpartition("=")
        if not separator or not column or not field:
            raise click.BadParameter(f"{pair!r} is not COLUMN=FIELD, as in --map body=text", param_hint="--map")
        pairs[column] = field
    return Options(
        brand=brand,
        source=source,
        mapping=pairs,
        format=file_format,
        timezone=timezone,
        day_first=day_first,
        max_text_characters=environment.load().max_text_characters,
    )


def period(first: datetime | None, last: datetime | None) -> tuple[date | None, date | None]:
    """Take the days of `--from` and `--to`; one beyond all comments, as 0001-01-01 or 9999-12-31, leaves its side open.

    What is reckoned from such a day, as the period before, would be no days.
    """
    if first and last and first > last:
        raise click.BadParameter(f"the period ends on {last:%F}, before it begins on {first:%F}", param_hint="--to")
    begin, end = day(first), day(last)
    return (
        begin if begin and begin >= times.FIRST.date() else None,
        end if end and end < times.LAST.date() else None,
    )


def day(moment: datetime | None) -> date | None:
    """Take the day of what a day's option gives."""
    return None if moment is None else moment.date()
