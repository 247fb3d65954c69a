"""What a source gives at a time: rows one by one, or columns of many."""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from itertools import chain, islice
from typing import Any, NamedTuple, Protocol

import numpy as np
import numpy.typing as npt

from ingest.rows import Broken, Raw

PIECE_ROWS = 5_000
#: Long rows come fewer at once: 5,000 lines of 10 MB would be 50 GB, out of a compressed file of 2 MB.
PIECE_CHARACTERS = 1 << 25
#: Fewer rows are not worth to be made columns: 100 cost 1.7 ms so and 1.0 ms one by one, 200 cost 1.9 ms and 2.0 ms.
LEAST_ROWS = 200
FIRST_ROWS = 100  # of formats without a header: their columns are those of the first rows


class Columns(NamedTuple):
    """Some rows of a piece as columns."""

    #: the values by column: a `pyarrow.Array` each, or a list of what a format holds
    values: Mapping[str, Any]
    #: which rows of the piece they are, ascending, 0 is the first
    places: npt.NDArray[np.int64]
    #: line that each of them begins on; None where the format has no lines
    lines: npt.NDArray[np.int64] | None


class Piece(NamedTuple):
    """Rows that follow each other."""

    #: how many there are
    read: int
    #: those that are columns, each row once
    columns: Sequence[Columns]
    #: gives any of the rows by its place, as the row-by-row way reads it
    raw: Callable[[int], Raw | Broken]


class Source(Protocol):
    """What holds rows; either of the two may be called, once."""

    def rows(self) -> Iterator[Raw | Broken]:
        """Give the rows one by one."""

    def pieces(self) -> Iterator[Piece]:
        """Give the same rows piece by piece."""


class RowSource:
    """Rows that come one by one."""

    def __init__(self, rows: Iterable[Raw | Broken]) -> None:
        self._rows = iter(rows)

    def columns(self) -> list[str]:
        """Find the columns of a source without a header, by its first rows."""
        first: list[Raw | Broken] = []
        rest = self._rows
        try:
            first.extend(_some(rest, FIRST_ROWS))
        except UnicodeError as error:
            rest = _breaking(error)
        self._rows = chain(first, rest)
        return names(first)

    def rows(self) -> Iterator[Raw | Broken]:
        """Give the rows one by one."""
        return self._rows

    def pieces(self) -> Iterator[Piece]:
        """Give the same rows piece by piece."""
        return of_rows(self._rows, PIECE_ROWS)


def _breaking(error: UnicodeError) -> Iterator[Raw | Broken]:
    """Break off where rows are asked for, not where columns are."""
    raise error
    yield  # what makes it a generator


def names(rows: Iterable[Raw | Broken]) -> list[str]:
    """Name the columns of some rows."""
    return list(dict.fromkeys(name for row in rows if isinstance(row, Raw) for name in row.values))


def of_rows(rows: Iterable[Raw | Broken], size: int) -> Iterator[Piece]:
    """Put rows together to pieces of so many, fewer of long ones; where they break off, those before come first."""
    rest = iter(rows)
    while True:
        piece: list[Raw | Broken] = []
        try:
            piece.extend(_some(rest, size))
        except UnicodeError:
            yield Piece(len(piece), _columns(piece), piece.__getitem__)
            raise
        if not piece:
            return
        yield Piece(len(piece), _columns(piece), piece.__getitem__)


def _some(rows: Iterator[Raw | Broken], most: int) -> Iterator[Raw | Broken]:
    """Give so many rows, or as many as have `PIECE_CHARACTERS` together."""
    characters = 0
    for row in islice(rows, most):
        yield row
        characters += _characters(row)
        if characters >= PIECE_CHARACTERS:
            return


def _characters(row: Raw | Broken) -> int:
    """Tell how long a row is; without its content, as from Python, how long its texts are."""
    if row.content is not None or isinstance(row, Broken):
        return len(row.content or "")
    return sum(len(value) for value in row.values.values() if isinstance(value, str))


def _columns(rows: Sequence[Raw | Broken]) -> list[Columns]:
    """Make columns of those rows that have the same ones as many others."""
    groups: dict[tuple[str, ...], list[int]] = {}
    for place, row in enumerate(rows):
        if isinstance(row, Raw):
            groups.setdefault(tuple(row.values), []).append(place)
    return [_together(rows, held, places) for held, places in groups.items() if len(places) >= LEAST_ROWS]


def _together(rows: Sequence[Any], held: tuple[str, ...], places: list[int]) -> Columns:
    values = map(list, zip(*(rows[place].values.values() for place in places), strict=True))
    has_lines = rows[places[0]].line is not None
    lines = np.array([rows[place].line for place in places]) if has_lines else None
    return Columns(dict(zip(held, values, strict=True)), np.array(places), lines)
