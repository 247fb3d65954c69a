"""CSV and its kin, row by row: an unclosed quote costs its own line and nothing else.

No reader does this by itself: in 20,000 rows with an unclosed quote in row 500, DuckDB 2.0 keeps 499, pyarrow 500
without a word, and Polars raises. So the standard library's parser reads strictly, one row at a time; where a row that
goes on over several lines does not come out whole, its first line is the reject and reading goes on at the next line.
"""

import csv
import re
from collections import deque
from collections.abc import Iterable, Iterator
from typing import Protocol

from ingest.dialect import Dialect
from ingest.rows import Broken, Raw
from ingest.supply import Cut

#: A quoted text that goes on longer is taken for an unclosed quote.
MOST_CONTINUED_CHARACTERS = 1 << 20
#: What may open or close a field: doubled quotes do neither.
_QUOTES = {"doubled": re.compile('"+'), "backslash": re.compile('"')}
_ESCAPED = re.compile(r"\\.", re.DOTALL)


class Lines(Protocol):
    """Physical lines, with the number of the last one given, and a way back."""

    number: int

    def __iter__(self) -> Iterator[str]: ...

    def __next__(self) -> str: ...

    def give_back(self, lines: list[str]) -> None:
        """Put lines back in front."""


class TextLines:
    """The lines of a text; `number` of them stand before it."""

    def __init__(self, lines: Iterable[str], number: int) -> None:
        self._lines = iter(lines)
        self._back: deque[str] = deque()
        self.number = number

    def __iter__(self) -> Iterator[str]:
        return self

    def __next__(self) -> str:
        line = self._back.popleft() if self._back else next(self._lines)
        self.number += 1
        return line

    def give_back(self, lines: list[str]) -> None:
        """Put lines back in front."""
        self._back.extendleft(reversed(lines))
        self.number -= len(lines)


class TooLong(ValueError):
    """A quoted text goes on for more than `MOST_CONTINUED_CHARACTERS`, or through more fields than there are."""


def rows(lines: Lines, dialect: Dialect) -> Iterator[Raw | Broken]:
    """Read the rows of data; `lines` are those after the header, and go on after each row where it ends."""
    header, delimiter = dialect.header, dialect.delimiter
    marks = {"doubled": ('"',), "backslash": ('"', "\\"), "none": ()}[dialect.quotes]
    expected = len(header)
    for line in lines:
        number = lines.number
        if isinstance(line, Cut):
            yield line.broken(number)
            continue
        if not line.strip():
            continue
        if any(mark in line for mark in marks):
            taken = [line]
            fields = _fields(lines, dialect, taken)
            if fields is None:
                lines.give_back(taken[1:])
                yield Broken(number, "quote", "A quote is not closed, or stands inside a quoted text.", line)
                continue
        else:
            taken, fields = [line], line.rstrip("\r\n").split(delimiter)
        if len(fields) > expected and not any(fields[expected:]):
            fields = fields[:expected]  # delimiters at the end of a line
        if len(fields) == expected:
            yield Raw(number, dict(zip(header, fields, strict=True)), line if len(taken) == 1 else "".join(taken))
        else:
            lines.give_back(taken[1:])
            yield _wrong_count(number, taken, fields, expected)


def _fields(lines: Lines, dialect: Dialect, taken: list[str]) -> list[str] | None:
    """Read the row that begins on `taken[0]`, and add to `taken` the lines that it goes on over; None if it breaks."""

    def going_on() -> Iterator[str]:
        yield taken[0]
        characters = opened = 0
        for line in lines:
            taken.append(line)
            characters += len(line)
            opened += _opened(line, dialect)
            # Lines that each end inside of a quote would else be read on for a megabyte, from each of them.
            if characters > MOST_CONTINUED_CHARACTERS or opened >= len(dialect.header):
                raise TooLong
            yield line

    try:
        return next(dialect.reader(going_on()))
    except (csv.Error, TooLong):
        return None


def _opened(line: str, dialect: Dialect) -> int:
    """Count the quotes that open a field and leave it open, on a line that begins within one."""
    if dialect.delimiter not in line:
        return 0
    if dialect.quotes == "backslash":
        line = _ESCAPED.sub("..", line)
    opened, is_open = 0, True
    for quotes in _QUOTES[dialect.quotes].finditer(line):
        is_odd = len(quotes[0]) % 2 == 1
        if is_open:
            is_open = not is_odd
        elif is_odd and line[quotes.start() - 1] == dialect.delimiter:
            opened, is_open = opened + 1, True
    return opened


def _wrong_count(number: int, taken: list[str], fields: list[str], expected: int) -> Broken:
    if len(taken) > 1:
        return Broken(number, "quote", "A quote is not closed: the next one does not end the row.", taken[0])
    return Broken(number, "fields", f"The row has {len(fields)} fields, the header {expected}.", taken[0])
