"""What a query gives, row by row: as a table for people, as CSV, and as JSON for machines."""

import csv
import json
import math
from collections.abc import Sequence
from itertools import islice
from textwrap import indent
from typing import IO, Any

from rich.table import Table
from rich.text import Text

from cli import output
from database import query
from reporting.table import harmless

TABLE_ROWS = 1_000  # more is no reading on a terminal


def write_table(result: query.Result, file: IO[str]) -> None:
    """Write a table of the first rows."""
    table = Table(*result.columns)
    for row in islice(result.rows, TABLE_ROWS):
        table.add_row(*(Text("" if value is None else str(_in_cell(value))) for value in row))
    if next(result.rows, None) is not None:
        table.caption = f"The first {TABLE_ROWS:,} rows; --format csv gives all."
    output.console(file=file).print(table)


def write_csv(result: query.Result, file: IO[str]) -> None:
    """Write CSV that a table program runs nothing of."""
    rows = csv.writer(file, lineterminator="\n")
    rows.writerow(map(harmless, result.columns))
    rows.writerows([harmless(_in_cell(value)) for value in row] for row in result.rows)


def write_json(result: query.Result, file: IO[str]) -> None:
    """Write the list row by row: there may be more of them than memory holds."""
    names, begin = distinct(result.columns), "["
    for row in result.rows:
        written = output.as_json(dict(zip(names, map(_in_json, row), strict=True)))
        file.write(f"{begin}\n{indent(written, '  ')}")
        begin = ","
    file.write("[]\n" if begin == "[" else "\n]\n")


def distinct(columns: Sequence[str]) -> list[str]:
    """Name columns by their place where one before has the same name: the second of two `n` is `n_2`."""
    found: list[str] = []
    for place, column in enumerate(columns, 1):
        name = column
        while name in found:
            name = f"{name}_{place}"
        found.append(name)
    return found


def _in_cell(value: Any) -> Any:  # noqa: ANN401 - whatever a column can hold
    if isinstance(value, list | tuple):  # an array or a row of PostgreSQL's
        return json.dumps(value, ensure_ascii=False, default=str)
    return value.hex() if isinstance(value, bytes) else value


def _in_json(value: Any) -> Any:  # noqa: ANN401 - as above
    if isinstance(value, float) and not math.isfinite(value):
        return str(value)  # JSON has no number for it
    return value.hex() if isinstance(value, bytes) else value
