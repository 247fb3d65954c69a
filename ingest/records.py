"""Where the records of a delimited text begin and end, found in its bytes without reading them one by one."""

from typing import NamedTuple

import numpy as np
import numpy.typing as npt

from ingest.delimited import MOST_CONTINUED_CHARACTERS

#: A longer record is read alone: it may be an unclosed quote.
LONGEST_BYTES = MOST_CONTINUED_CHARACTERS
QUOTE, NEWLINE, RETURN = b'"\n\r'
#: So many are looked at one by one.
FEW_RECORDS = 100
#: What `str.strip` takes away in ASCII.
_IS_BLANK = np.isin(np.arange(256), list(b"\t\n\v\f\r\x1c\x1d\x1e\x1f "))
#: The first bytes of line ends and of all that `str.strip` takes away.
_MAY_BE_BLANK = np.isin(np.arange(256), list(b"\t\n\v\f\r\x1c\x1d\x1e\x1f \xc2\xe1\xe2\xe3"))

Bytes = npt.NDArray[np.uint8]
Positions = npt.NDArray[np.int64]
Mask = npt.NDArray[np.bool_]


class Marks(NamedTuple):
    """Where line ends and quotes stand in some bytes, in ascending order."""

    bytes: Bytes
    #: of the last byte of each line
    line_ends: Positions
    quotes: Positions


class Records(NamedTuple):
    """Records that follow each other, each beginning and ending where the row-by-row way says so too."""

    starts: Positions
    #: after the line end
    ends: Positions
    #: lines of each
    lines: Positions
    #: what follows has to be read row by row
    doubt: bool

    def before(self, place: int) -> "Records":
        """Give those before one of them, which has to be read row by row."""
        return Records(self.starts[:place], self.ends[:place], self.lines[:place], doubt=True)


def marks(data: bytes, *, ended: bool, quoted: bool) -> Marks:
    """Find the line ends and quotes in some bytes; `ended` tells that nothing follows."""
    view = np.frombuffer(data, np.uint8)
    line_ends = np.flatnonzero(view == NEWLINE)
    if b"\r" in data:
        line_ends = np.sort(np.concatenate((line_ends, _lone_returns(view, ended=ended))))
    quotes = np.flatnonzero(view == QUOTE) if quoted and b'"' in data else np.empty(0, np.int64)
    return Marks(view, line_ends, quotes)


def find(found: Marks, at: int, delimiter: str) -> Records:
    """Find the records from byte `at` to the last whole one, or to the first doubt.

    There is no doubt where every quote that opens stands at the beginning of a field and every one that closes at its
    end: there the number of quotes before a line end tells whether it ends a record.
    """
    line_ends = found.line_ends[np.searchsorted(found.line_ends, at) :]
    quotes, misplaced = _quotes(found.bytes, at, found.quotes[np.searchsorted(found.quotes, at) :], delimiter)
    whole = _ends_of_records(line_ends, quotes)
    ends = line_ends[whole] + 1
    starts = np.concatenate(([at], ends))[:-1]
    records = Records(starts, ends, np.diff(whole, prepend=-1), doubt=False)
    doubts: list[int] = [
        *np.searchsorted(ends, misplaced, "right"),
        *np.flatnonzero(ends - starts > LONGEST_BYTES)[:1],
    ]
    return records.before(min(doubts)) if doubts else records


def blank(data: bytes, found: Marks, records: Records) -> Mask:
    """Tell which records are blank lines."""
    mask = _MAY_BE_BLANK[found.bytes[records.starts]]
    doubtful = np.flatnonzero(mask)
    if len(doubtful) > FEW_RECORDS:  # a gigabyte of empty lines may come out of a megabyte
        is_other = ~_IS_BLANK[found.bytes[records.starts[0] : records.ends[-1]]]
        others = np.add.reduceat(is_other, records.starts - records.starts[0], dtype=np.int32)
        doubtful = doubtful[others[doubtful] > 0]
    for i in doubtful:
        line = data[records.starts[i] : records.ends[i]]
        mask[i] = not line.decode("utf-8", "surrogateescape").strip()
    return mask


def _lone_returns(view: Bytes, *, ended: bool) -> Positions:
    """Find the carriage returns that end a line alone; of one at the very end only the end of the text tells."""
    returns = np.flatnonzero(view == RETURN)
    if returns[-1] == len(view) - 1 and not ended:
        returns = returns[:-1]
    lone: Positions = returns[view[np.minimum(returns + 1, len(view) - 1)] != NEWLINE]
    return lone


def _ends_of_records(line_ends: Positions, quotes: Positions) -> Positions:
    """Tell which line ends have an even number of quotes before them."""
    if not quotes.size:
        return np.arange(len(line_ends))
    in_lines = np.bincount(np.searchsorted(line_ends, quotes), minlength=len(line_ends) + 1)[:-1]
    return np.flatnonzero(np.cumsum(in_lines) % 2 == 0)


def _quotes(view: Bytes, at: int, quotes: Positions, delimiter: str) -> tuple[Positions, Positions]:
    """Give the quotes that open and close by turns, and the first one, if any, that may do neither.

    A quote beside a quote is a doubled one.
    """
    beside = np.zeros(256, bool)
    beside[[ord(delimiter), NEWLINE, RETURN, QUOTE]] = True
    opening, closing = quotes[::2], quotes[1::2]
    well_opened = beside[view[opening - 1]] | (opening == at)
    well_closed = beside[view[np.minimum(closing + 1, len(view) - 1)]]
    if well_opened.all() and well_closed.all():
        return quotes, quotes[:0]
    return _one_by_one(view, at, quotes, delimiter)


def _one_by_one(view: Bytes, at: int, quotes: Positions, delimiter: str) -> tuple[Positions, Positions]:
    """Do the same where some stand inside of unquoted fields, as in `a 5" disk`, and are plain characters there."""
    ends = {ord(delimiter), NEWLINE, RETURN}
    before, after = view[quotes - 1].tolist(), view[np.minimum(quotes + 1, len(view) - 1)].tolist()
    turning: list[int] = []
    is_open = False
    for place, left, right in zip(quotes.tolist(), before, after, strict=True):
        if is_open and right not in ends and right != QUOTE:
            return np.array(turning, np.int64), np.array([place])
        if is_open or left in ends or place == at or turning[-1:] == [place - 1]:
            turning.append(place)
            is_open = not is_open
    return np.array(turning, np.int64), quotes[:0]
