"""`brandpulse ingest --dry-run`: what a file would become, without writing anything."""

from typing import Any

from rich.table import Table
from rich.text import Text

from cli import output
from ingest import reading
from ingest.options import Options
from ingest.rows import Reject

SAMPLE_ROWS = 10
REJECTS_SHOWN = 100  # of each file; all are counted


def show(files: tuple[str, ...], options: Options, *, as_json: bool) -> None:
    """Show the columns found, ten rows and the rejects of each file."""
    found = [_read(file, options) for file in files]
    if as_json:
        output.document({"files": found})
        return
    for file in found:
        _print(file)


def _read(file: str, options: Options) -> dict[str, Any]:
    with reading.open_file(file, options) as source:
        sample: list[dict[str, Any]] = []
        rejects: list[dict[str, Any]] = []
        read = rejected = 0
        for row in source.rows():
            read += 1
            if isinstance(row, Reject):
                rejected += 1
                if len(rejects) < REJECTS_SHOWN:
                    rejects.append(row._asdict())
            elif len(sample) < SAMPLE_ROWS:
                sample.append(row._asdict())
        return {
            "file": file,
            "format": source.format,
            "encoding": source.encoding,
            "mapping": dict(source.mapping),
            "unmapped": _unmapped(source),
            "read": read,
            "rejected": rejected,
            "rows": sample,
            "rejects": rejects,
        }


def _unmapped(source: reading.Reading) -> list[str]:
    return [column for column in source.columns if column not in source.mapping]


def _print(file: dict[str, Any]) -> None:
    console = output.console()
    output.say(f"{file['file']}: {file['format']}, {file['encoding'] or 'binary'}")
    columns = Table("column", "becomes", title="Columns", title_justify="left")
    for column, field in file["mapping"].items():
        columns.add_row(Text(column), field)
    for column in file["unmapped"]:
        columns.add_row(Text(column), "(kept beside the comment)")
    console.print(columns)
    rows = Table("record", "brand", "source", "time", "author", "text", title="First rows", title_justify="left")
    for row in file["rows"]:
        time = row["posted_at"].isoformat(" ") if row["posted_at"] else "(none)"
        said = (row["brand"], row["source"], time, row["author"] or "", row["text"])
        # Texts of users may hold what rich takes for its own marks.
        rows.add_row(str(row["record"]), *map(Text, said))
    console.print(rows)
    console.print(rejects_table(file["rejects"]))
    output.say(f"{file['read']:,} rows read, {file['rejected']:,} of them rejects. Nothing was written.")


def rejects_table(rejects: list[dict[str, Any]]) -> Table:
    """Lay rejects out as a table."""
    table = Table("record", "line", "code", "reason", "row", title="Rejects", title_justify="left")
    for reject in rejects:
        line = "" if reject["line"] is None else str(reject["line"])
        table.add_row(
            str(reject["record"]), line, reject["code"], Text(reject["reason"]), Text(reject["content"] or "")
        )
    return table
