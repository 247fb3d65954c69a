"""How a delimited text is written: its delimiter, its quotes, and the line that its header stands on."""

import csv
from collections.abc import Iterable, Iterator, Mapping, Sequence
from itertools import islice
from typing import Any, NamedTuple

from ingest import columns
from settings import errors

DELIMITERS = (",", "\t", ";", "|")
#: In place of a delimiter where there is one column only; no text holds it.
NO_DELIMITER = "\x1f"
HEADER_WITHIN_LINES = 50
#: So many are looked at to tell which of several rows is the header.
FITTING_WITHIN_LINES = 150
QUOTES_WITHIN_LINES = 500
WAYS_OF_QUOTING = ("doubled", "backslash", "none")
#: So many rows have to break before quotes are taken for plain characters.
LEAST_LOST = 3

csv.field_size_limit(1 << 27)  # a text of 100 million characters is still a row


class Dialect(NamedTuple):
    """How rows are written."""

    delimiter: str
    #: `doubled`, `backslash` or `none`
    quotes: str
    header: list[str]
    #: lines before the first row of data
    skip_lines: int

    def reader(self, lines: Iterable[str]) -> Iterator[list[str]]:
        """Read rows, strictly."""
        return csv.reader(lines, **_how(self.delimiter, self.quotes))


class Candidate(NamedTuple):
    """A row that may be the header."""

    delimiter: str
    header: list[str]
    #: lines up to its end
    ends: int


class Found(NamedTuple):
    """A row that the strict reader makes out."""

    #: lines before it
    starts: int
    lines: int
    fields: int


def find(lines: Sequence[str], mapping: Mapping[str, str], place: str, delimiter: str | None = None) -> Dialect:
    """Find how a text is written by its first lines.

    The header is a row that names a column for the text, by the map or a usual name; lines before it are preamble. Of
    several such rows it is the one that the lines behind it bear out: a comment may hold the word `comment` alone.

    Raises:
        errors.UnknownColumn: no row among the first ones does.

    """
    candidates = [
        Candidate(tried if delimiter or len(header) > 1 else NO_DELIMITER, header, ends)
        for tried in ([delimiter] if delimiter else DELIMITERS)
        for header, ends in _rows(lines[:HEADER_WITHIN_LINES], tried)
        if columns.holds_text(header, mapping)
    ]
    if not candidates:
        columns.check(_longest_row(lines, delimiter), mapping, place)
        raise errors.UnknownColumn(f"{place} has no header.")
    found, header, ends = _likeliest(candidates, lines[:FITTING_WITHIN_LINES], mapping)
    quotes = _quotes(lines[ends : ends + QUOTES_WITHIN_LINES], found, len(header))
    return Dialect(found, quotes, _distinct(header), ends)


def _likeliest(candidates: Sequence[Candidate], lines: Sequence[str], mapping: Mapping[str, str]) -> Candidate:
    """Choose the header: most lines behind it fit, each counted for every field that it names; else the first one.

    A comment such as "Please like, comment, subscribe" names one field, and few lines behind it have as many commas. A
    line of a preamble such as `Content,All` names one as well, and a header below it mostly several.
    """
    if len(candidates) == 1:
        return candidates[0]
    rows = {
        delimiter: [list(_strictly(lines, delimiter, quotes)) for quotes in WAYS_OF_QUOTING]
        for delimiter in {candidate.delimiter for candidate in candidates}
    }

    def weight(candidate: Candidate) -> float:
        fields, ends = len(candidate.header), candidate.ends
        fitting = max(
            sum(row.lines for row in found if row.starts >= ends and row.fields == fields)
            for found in rows[candidate.delimiter]
        )
        # Any line fits one column.
        return fitting * len(columns.choose(candidate.header, mapping)) / (2 if fields == 1 else 1)

    return max(candidates, key=lambda candidate: (weight(candidate), -candidate.ends, len(candidate.header)))


def _rows(lines: Sequence[str], delimiter: str) -> Iterator[tuple[list[str], int]]:
    """Read rows, forgivingly, each with the number of the line that it ends on."""
    rows = csv.reader(lines, delimiter=delimiter)
    for row in rows:
        yield [name.strip() for name in row], rows.line_num


def _longest_row(lines: Sequence[str], delimiter: str | None) -> list[str]:
    rows = [row for tried in ([delimiter] if delimiter else DELIMITERS) for row, _ in _rows(lines[:1], tried)]
    return max(rows, key=len, default=[])


def _quotes(lines: Sequence[str], delimiter: str, fields: int) -> str:
    """Choose the way of quoting; doubled quotes are the standard, and one broken row proves nothing against them."""
    marked = sum('"' in line for line in lines)
    whole = {quotes: _whole_rows(lines, delimiter, quotes, fields) for quotes in WAYS_OF_QUOTING}
    lost = sum(bool(line.strip()) for line in lines) - whole["doubled"]
    if any('\\"' in line for line in lines) and whole["backslash"] > whole["doubled"]:
        return "backslash"
    if lost >= LEAST_LOST and 2 * lost >= marked and whole["none"] > whole["doubled"]:
        return "none"
    return "doubled"


def _whole_rows(lines: Sequence[str], delimiter: str, quotes: str, fields: int) -> int:
    """Count the lines that belong to rows with the right number of fields."""
    return sum(row.lines for row in _strictly(lines, delimiter, quotes) if row.fields == fields)


def _strictly(lines: Sequence[str], delimiter: str, quotes: str) -> Iterator[Found]:
    """Read rows strictly; after a line where that cannot be done, go on at the next."""
    if quotes == "none":
        yield from (Found(place, 1, line.count(delimiter) + 1) for place, line in enumerate(lines))
        return
    start = 0
    while start < len(lines):
        rows = csv.reader(islice(lines, start, None), **_how(delimiter, quotes))
        try:
            row = next(rows)
        except csv.Error:
            start += 1
            continue
        yield Found(start, rows.line_num, len(row))
        start += rows.line_num


def _how(delimiter: str, quotes: str) -> dict[str, Any]:
    """Tell the standard library's reader."""
    if quotes == "none":
        return {"delimiter": delimiter, "quoting": csv.QUOTE_NONE}
    if quotes == "backslash":
        return {"delimiter": delimiter, "strict": True, "escapechar": "\\", "doublequote": False}
    return {"delimiter": delimiter, "strict": True}


def _distinct(header: Sequence[str]) -> list[str]:
    """Give columns of the same name different ones: text, text_2."""
    seen: dict[str, int] = {}
    names = []
    for i, name in enumerate(header, 1):
        plain = name or f"column_{i}"
        seen[plain] = seen.get(plain, 0) + 1
        names.append(plain if seen[plain] == 1 else f"{plain}_{seen[plain]}")
    return names
