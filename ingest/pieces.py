"""What a source gives at a time: rows one by one, or columns of many."""

from collections.abc import Callable, Iterable, Iterator, Mapping
from itertools import chain, islice
from typing import Any, NamedTuple, Protocol

import numpy as np
import numpy.typing as npt

from ingest.rows import Broken, Raw

PIECE_ROWS = 5_000
FIRST_ROWS = 100  # of formats without a header: their columns are those of the first rows


class Columns(NamedTuple):
    """Rows that follow each other, most of them as columns."""

    #: how many there are
    read: int
    #: the values of some of them by column, `pyarrow.Array` each
    values: Mapping[str, Any]
    #: which ones those are, ascending, 0 is the first
    places: npt.NDArray[np.int64]
    #: line that each of those begins on; None where the format has no lines
    lines: npt.NDArray[np.int64] | None
    #: reads any of the rows by its place, as the row-by-row way reads it
    raw: Callable[[int], Raw | Broken]


Piece = Columns | list[Raw | Broken]


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
        first = list(islice(self._rows, FIRST_ROWS))
        self._rows = chain(first, self._rows)
        return list(dict.fromkeys(name for row in first if isinstance(row, Raw) for name in row.values))

    def rows(self) -> Iterator[Raw | Broken]:
        """Give the rows one by one."""
        return self._rows

    def pieces(self) -> Iterator[Piece]:
        """Give them in lists."""
        return in_lists(self._rows, PIECE_ROWS)


def in_lists(rows: Iterable[Raw | Broken], size: int) -> Iterator[list[Raw | Broken]]:
    """Give rows in lists; where they break off, those before come first."""
    piece: list[Raw | Broken] = []
    try:
        for row in rows:
            piece.append(row)
            if len(piece) == size:
                yield piece
                piece = []
    except UnicodeError:
        yield piece
        raise
    if piece:
        yield piece
