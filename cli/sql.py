"""`brandpulse sql`: query the views, read-only."""

import sys
from contextlib import nullcontext
from pathlib import Path

import click

from cli import output, query_columns, query_rows
from database import query, schema, trouble
from database.engine import engine
from settings import environment

WRITERS = {"table": query_rows.write_table, "csv": query_rows.write_csv, "json": query_rows.write_json}


@click.command()
@click.argument("statement")
@click.option(
    "--format",
    "file_format",
    type=click.Choice([*WRITERS, "parquet"]),
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
        with output.written(out) as whole:
            query_columns.write(result, whole)
        return
    with nullcontext(sys.stdout) if out is None else output.written_text(out) as file:
        WRITERS[file_format](result, file)
