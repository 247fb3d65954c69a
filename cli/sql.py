"""`brandpulse sql`: query the views, read-only."""

import csv
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from itertools import islice
from pathlib import Path
from textwrap import indent
from typing import IO, Any

import click
import pyarrow as pa
from pyarrow import parquet
from rich.table import Table
from rich.text import Text

from cli import output
from database import query, schema, trouble
from database.engine import engine
from reporting.table import harmless
from settings import environment

TABLE_ROWS = 1_000  # more is no reading on a terminal
PARQUET_ROWS = 50_000  # rows of one row group, which is what memory holds


@click.command()
@click.argument("statement")
@click.option(
    "--format",
    "file_format",
    type=click.Choice(["table", "csv", "json", "parquet"]),
    default="table",
    show_default=True,
    help="How.",
)
@click.option("--out", type=click.Path(path_type=Path, dir_okay=False), help="File to write to; parquet needs one.")
@output.json_option
def sql(statement: str, file_format: str, out: Path | None, as_json: bool) -> None:
    """Query the views, read-only.

    STATEMENT is one SELECT; - reads it from standard input. The views are scored_comments and daily_sentiment;
    docs/sql.md describes them.
    """
    statement = sys.stdin.read() if statement == "-" else statement
    file_format = "json" if as_json else file_format
    if file_format == "parquet" and out is None:
        raise click.UsageError("--format parquet needs --out FILE")
    settings = environment.load()
    with trouble.named(settings.database_url):
        schema.ensure(settings.database_url)
        with query.run(engine(settings.database_url), statement, settings.sql_timeout_seconds) as result:
            _write(result, file_format, out)


def _write(result: query.Result, file_format: str, out: Path | None) -> None:
    if file_format == "parquet":
        assert out is not None
        _parquet(result, out)
    elif file_format == "json":
        with _opened(out) as file:
            _json(result, file)
    elif file_format == "csv":
        with _opened(out) as file:
            rows = csv.writer(file, lineterminator="\n")
            rows.writerow(map(harmless, result.columns))
            rows.writerows([harmless(value) for value in row] for row in result.rows)
    else:
        with _opened(out) as file:
            output.console(file=file).print(_table(result))


def _json(result: query.Result, file: IO[str]) -> None:
    """Write the list row by row: there may be more of them than memory holds."""
    begin = "["
    for row in result.rows:
        written = output.as_json(dict(zip(result.columns, row, strict=True)))
        file.write(f"{begin}\n{indent(written, '  ')}")
        begin = ","
    file.write("[]\n" if begin == "[" else "\n]\n")


def _table(result: query.Result) -> Table:
    table = Table(*result.columns)
    for row in islice(result.rows, TABLE_ROWS):
        table.add_row(*(Text("" if value is None else str(value)) for value in row))
    if next(result.rows, None) is not None:
        table.caption = f"The first {TABLE_ROWS:,} rows; --format csv gives all."
    return table


def _parquet(result: query.Result, out: Path) -> None:
    names = _distinct(result.columns)
    writer = None
    while True:
        page = list(islice(result.rows, PARQUET_ROWS))
        if not page and writer is not None:
            break
        columns: Any = list(zip(*page, strict=True)) if page else [[] for _ in names]
        table = pa.table(dict(zip(names, columns, strict=True)))
        if writer is None:
            # A column that is empty in the first rows has no type yet: text holds whatever follows.
            schema_of = pa.schema(
                [f if not pa.types.is_null(f.type) else f.with_type(pa.string()) for f in table.schema]
            )
            writer = parquet.ParquetWriter(out, schema_of)
        writer.write_table(table.cast(writer.schema))
        if len(page) < PARQUET_ROWS:
            break
    writer.close()


def _distinct(columns: list[str]) -> list[str]:
    return [name if columns.index(name) == i else f"{name}_{i + 1}" for i, name in enumerate(columns)]


@contextmanager
def _opened(out: Path | None) -> Iterator[IO[str]]:
    if out is None:
        yield sys.stdout
        return
    with out.open("w", encoding="utf-8", newline="") as file:
        yield file
