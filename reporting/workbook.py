"""The report as a workbook: a sheet for each kind of figure, with real numbers and dates."""

import io
import itertools
from collections.abc import Iterable, Mapping, Sequence
from datetime import date, datetime
from typing import TYPE_CHECKING, Any

from reporting import sheets
from reporting.sheets import Column

if TYPE_CHECKING:
    from xlsxwriter import Workbook
    from xlsxwriter.format import Format
    from xlsxwriter.worksheet import Worksheet

MOST_ROWS = 1_048_576  # of a sheet, as the format has it; what is more goes on in a second one
LONGEST_CELL = 32_767  # characters, likewise
FIRST_YEAR = 1900  # a sheet knows no earlier days: they stand in it as text
#: By kind of column: its format, and its width in letters.
KINDS: Mapping[str, tuple[str, int]] = {
    "name": ("@", 24),
    "text": ("@", 70),
    "word": ("@", 14),
    "count": ("#,##0", 11),
    "number": ("#,##0.###", 11),
    "chance": ("0.0E+00", 11),
    "share": ("0.0%", 11),
    "points": ("+0.0%;-0.0%;0.0%", 11),
    "net": ("+0.00;-0.00;0.00", 11),
    "day": ("yyyy-mm-dd", 12),
    "time": ("yyyy-mm-dd hh:mm", 17),
}


def render(report: Mapping[str, Any]) -> bytes:
    """Write a report as a workbook; no text in it is taken for a formula or a link."""
    import xlsxwriter  # noqa: PLC0415 - 0.1 s that only a workbook needs

    out = io.BytesIO()
    # Rows go to disk as they come: the days of many brands are hundreds of thousands.
    plain = {"strings_to_formulas": False, "strings_to_urls": False, "strings_to_numbers": False}
    with xlsxwriter.Workbook(out, {"constant_memory": True, **plain}) as book:
        book.set_properties({"title": "How people talk", "created": datetime.fromisoformat(report["read_at"])})
        formats = _formats(book)
        for name, columns, rows in sheets.of(report):
            _write(book, name, columns, rows, formats)
    return out.getvalue()


def _formats(book: "Workbook") -> dict[str, "Format"]:
    top = {"valign": "top"}
    formats = {kind: book.add_format({"num_format": code, **top}) for kind, (code, _) in KINDS.items()}
    formats["text"].set_text_wrap()
    head = {"bold": True, "text_wrap": True, "valign": "top", "bg_color": "#f4f6f8", "bottom": 1}
    return {**formats, "head": book.add_format(head)}


def _write(
    book: "Workbook",
    name: str,
    columns: Sequence[Column],
    rows: Iterable[Sequence[Any]],
    formats: Mapping[str, "Format"],
) -> None:
    """Write rows to a sheet, and to a second and third one where there are too many for it."""
    left = iter(rows)
    first = list(itertools.islice(left, MOST_ROWS - 1))  # may be empty: its sheet is there all the same
    more = iter(lambda: list(itertools.islice(left, MOST_ROWS - 1)), [])
    for number, piece in enumerate(itertools.chain([first], more), 1):
        _sheet(book.add_worksheet(name if number == 1 else f"{name} {number}"), columns, piece, formats)


def _sheet(
    sheet: "Worksheet", columns: Sequence[Column], rows: Sequence[Sequence[Any]], formats: Mapping[str, "Format"]
) -> None:
    sheet.freeze_panes(1, 1)
    for place, (title, kind) in enumerate(columns):
        sheet.set_column(place, place, KINDS[kind][1], formats[kind])
        sheet.write_string(0, place, title, formats["head"])
    for number, row in enumerate(rows, 1):
        for place, (value, (_, kind)) in enumerate(zip(row, columns, strict=True)):
            _cell(sheet, number, place, value, formats[kind])
    sheet.autofilter(0, 0, len(rows), len(columns) - 1)


def _cell(sheet: "Worksheet", row: int, column: int, value: Any, style: "Format") -> None:  # noqa: ANN401 - a cell holds anything
    """Write a value; where there is none, nothing: an empty cell is left out of sums and charts."""
    if isinstance(value, str):
        short = value if len(value) <= LONGEST_CELL else f"{value[: LONGEST_CELL - 1]}…"
        sheet.write_string(row, column, short, style)
    elif isinstance(value, date) and value.year < FIRST_YEAR:
        sheet.write_string(row, column, value.isoformat(), style)
    elif value is not None:
        sheet.write(row, column, value, style)
