"""`brandpulse sql`: query the views, read-only."""

import sys
from contextlib import nullcontext
from itertools import islice
from pathlib import Path
from typing import IO, Any

import click
import pyarrow as pa
from pyarrow import parquet

from cli import output, query_rows
from database import query, schema, trouble
from database.engine import engine
from settings import environment

PARQUET_ROWS = 50_000  # rows of one row group, which is what memory holds
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
            _parquet(result, whole)
        return
    with nullcontext(sys.stdout) if out is None else output.written_text(out) as file:
        WRITERS[file_format](result, file)


def _parquet(result: query.Result, out: IO[bytes]) -> None:
    names = query_rows.distinct(result.columns)
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
