"""CSV and its kin: row by row, or as columns where there is no doubt about where rows begin and end.

At a doubt, such as an unclosed quote, the row-by-row way takes over until columns are worth a try again.
"""

import io
from collections.abc import Iterator
from functools import partial
from itertools import islice

import numpy as np

from ingest import delimited, plain_rows, records
from ingest.dialect import Dialect
from ingest.opening import Opened
from ingest.pieces import LEAST_ROWS, Columns, Piece, RowSource, of_rows
from ingest.records import Positions, Records
from ingest.rows import Broken, Raw
from ingest.supply import Supply


class DelimitedSource:
    """A file of delimited text."""

    def __init__(self, opened: Opened, encoding: str, dialect: Dialect) -> None:
        self._opened, self._encoding, self._dialect = opened, encoding, dialect

    def rows(self) -> Iterator[Raw | Broken]:
        """Give the rows one by one."""
        yield from delimited.rows(self._supply(), self._dialect)

    def pieces(self) -> Iterator[Piece]:
        """Give the same rows piece by piece."""
        if self._dialect.quotes == "backslash":
            yield from RowSource(self.rows()).pieces()
        else:
            yield from Turns(self._supply(), self._dialect).pieces()

    def _supply(self) -> Supply:
        """Give the lines after the header; raises UnicodeError where the text breaks off before them."""
        supply = Supply(self._opened.utf8(self._encoding))
        for _ in range(self._dialect.skip_lines):
            next(supply, None)
        return supply


class Turns:
    """Columns and the row-by-row way by turns; quotes are doubled or none."""

    def __init__(self, supply: Supply, dialect: Dialect) -> None:
        self._supply, self._dialect = supply, dialect
        self._one_by_one = delimited.rows(supply, dialect)
        self._marked, self._marks = b"", records.marks(b"", ended=False, quoted=False)
        self._slow_rows = 1

    def pieces(self) -> Iterator[Piece]:
        """Read the rows; raises UnicodeError where the text breaks off."""
        supply = self._supply
        while supply.at < len(supply.data) or supply.grow():
            found = self._find()
            few = len(found.starts) if found.doubt and len(found.starts) < LEAST_ROWS else 0
            taken, piece = self._columns(found.before(0) if few else found)
            if piece is not None:
                yield piece
            if taken.doubt:
                yield from of_rows(islice(self._one_by_one, few + self._slow_rows), 2 * LEAST_ROWS)
                # Where doubts are many, looking for each would cost more than it saves.
                self._slow_rows = 1 if len(taken.starts) >= LEAST_ROWS else min(2 * self._slow_rows, LEAST_ROWS)

    def _find(self) -> Records:
        """Find the records that follow; where there is no whole one, it is in doubt."""
        supply, dialect = self._supply, self._dialect
        while True:
            if self._marked is not supply.data:
                self._marked = supply.data
                self._marks = records.marks(supply.data, ended=supply.ended, quoted=dialect.quotes != "none")
            found = records.find(self._marks, supply.at, dialect.delimiter)
            if len(found.starts) or found.doubt:
                return found
            if len(supply.data) - supply.at > records.LONGEST_BYTES or not supply.grow():
                return found.before(0)

    def _columns(self, found: Records) -> tuple[Records, Piece | None]:
        """Take records as columns, all or those before one that the row-by-row way would take apart."""
        if not len(found.starts):
            return found, None
        data, supply = self._supply.data, self._supply
        is_row = ~records.blank(data, self._marks, found)
        values, is_split = plain_rows.split(data, found, is_row, self._dialect)
        rows = np.flatnonzero(is_row)
        lines = supply.number + 1 + np.cumsum(found.lines) - found.lines
        raw = partial(_raw, data, self._dialect, (found.starts[rows], found.ends[rows], lines[rows]))
        for place in np.flatnonzero((~is_split & (found.lines > 1))[rows]):
            if isinstance(raw(int(place)), Broken):
                return self._columns(found.before(int(rows[place])))
        supply.use(int(found.ends[-1] - found.starts[0]), int(found.lines.sum()))
        named = dict(zip(self._dialect.header, values, strict=True))
        columns = Columns(named, np.flatnonzero(is_split[rows]), lines[is_split])
        return found, Piece(len(rows), [columns] if len(columns.places) else [], raw)


def _raw(data: bytes, dialect: Dialect, records_: tuple[Positions, Positions, Positions], place: int) -> Raw | Broken:
    """Read one record as the row-by-row way does; records are where they start and end, and their first lines."""
    start, end, line = (int(numbers[place]) for numbers in records_)
    text = data[start:end].decode("utf-8", "surrogateescape")
    return next(delimited.rows(delimited.TextLines(io.StringIO(text, newline=""), line - 1), dialect))
