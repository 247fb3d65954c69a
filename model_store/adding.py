"""What tokens add up to in pieces, and pieces in texts.

Both ways it is the same: of each part is known what it adds wherever it stands; to that come the runs of two and three
tokens that lie across parts. Two whole numbers are kept in one of 64 bits where they fit for certain: half the work.
"""

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from model_store.ngrams import NEXT, SECOND, SPREAD
from model_store.pieces import Numbers
from model_store.sums import Cut, Sums
from model_store.tables import Tables

_HALF, _LOWER = 1 << 31, (1 << 32) - 1


class Parts(NamedTuple):
    """What is known of parts, by their number: a row of `rows` is what a processor fetches from memory at once."""

    #: shape (parts, 8), see `COLUMNS`
    rows: Numbers
    #: shape (parts, 2): what its second token alone, and its last two together, give to the hash of a run across parts;
    #: only asked for where there are two
    edges: Numbers


#: Of the rows of `Parts`: of polarity and neutral what the runs of tokens say, and the runs of characters, in short
#: texts; its tokens, and those that a short text is known by; the same of long texts, in which characters say nothing;
#: what its first and its last token give to the hash of a run across parts.
COLUMNS = RUNS, CHARACTERS, TOKENS, LONG, NEUTRAL, LONG_TOKENS, FIRST, LAST = range(8)
EDGES = 2


class _Runs(NamedTuple):
    """The runs of two and three tokens that begin in one part and end in another."""

    #: of each part the run of two, then of each part the run of three that begins with its last token, then the runs
    #: that begin with the last but one of those parts that have several
    hashes: Numbers
    #: those that are none: their text ends before
    none: Numbers
    several: Numbers


class Adding:
    """The tables of weights, and how what they say is added up."""

    def __init__(self, tables: Tables) -> None:
        """Take the tables."""
        self._runs, self._characters = (_paired(table) for table in (tables.runs, tables.characters))
        self._long = tables.long_runs[:, 0].view(np.uint8)
        self._shifts = [np.uint64(65 - len(table).bit_length()) for table in (self._runs, self._long)]
        roots = np.arange(1 << 16, dtype=np.uint16).view(np.int8).reshape(-1, 2).astype(np.int64)
        self._polarity, self._neutral = (roots * np.abs(roots)).T.copy()
        self._both = _both(self._polarity, self._neutral)

    def pieces(self, cut: Cut) -> Parts:
        """Make of the tokens of pieces what is known of the pieces."""
        tokens, numbers = self._tokens(cut), np.arange(len(cut.hashes))
        short, long = (add(tokens, numbers, cut.firsts) for add in (self.short, self.long))
        places = np.stack([cut.firsts[:-1], cut.firsts[:-1] + 1, cut.firsts[1:] - 1, cut.firsts[1:] - 2])
        # Where there are fewer tokens it is any; at the end there is always one.
        first, second, last, last_but_one = np.append(cut.hashes, 0).take(places, mode="clip") * SPREAD
        return Parts(
            np.stack([
                _both(short.polarity, short.neutral),
                _both(short.character_polarity, short.character_neutral),
                _both(short.tokens, short.known),
                long.polarity,
                long.neutral,
                _both(long.tokens, long.known),
                first * SECOND,
                last * NEXT,
            ], axis=1),
            np.stack([second * SECOND, (last_but_one * NEXT + last * SECOND) * NEXT], axis=1),
        )

    def short(self, parts: Parts, numbers: Numbers, firsts: Numbers) -> Sums:
        """Add up short texts: the numbers of their parts, and the first part of each text, shape (texts + 1,)."""
        found = _Found.of(parts, numbers, firsts, TOKENS)
        across = found.across(parts.edges)
        runs = _added(found.rows[:, RUNS], self._both.take(self._pairs(across.hashes)), across)
        columns = (runs, found.rows[:, CHARACTERS], found.rows[:, TOKENS])
        return Sums(*(number for column in columns for number in _apart(found.per_text(column))))

    def long(self, parts: Parts, numbers: Numbers, firsts: Numbers) -> Sums:
        """Add up long texts, as `short` does: their sums may need all of the 64 bits."""
        found = _Found.of(parts, numbers, firsts, LONG_TOKENS)
        across = found.across(parts.edges)
        polarity = _added(found.rows[:, LONG], self._polarity.take(self._singles(across.hashes)), across)
        neutral = _added(found.rows[:, NEUTRAL], self._neutral.take(self._pairs(across.hashes)), across)
        nothing = np.zeros(len(firsts) - 1, np.int64)
        tokens, known = _apart(found.per_text(found.rows[:, LONG_TOKENS]))
        return Sums(found.per_text(polarity), found.per_text(neutral), nothing, nothing, tokens, known)

    def _tokens(self, cut: Cut) -> Parts:
        spread = cut.hashes * SPREAD
        pairs, long = self._pairs(spread), self._polarity.take(self._singles(spread))
        runs, neutral = self._both.take(pairs), self._neutral.take(pairs)
        per_byte = self._both.take(self._characters.take(cut.characters)) * cut.there
        characters = np.zeros(len(spread), np.int64)
        if len(spread):
            np.add.reduceat(per_byte.sum(axis=0), cut.begins, out=characters)
        one = np.ones_like(runs)
        known, long_known = ((cut.is_telling & are).astype(np.int64) for are in (runs + characters != 0, long | neutral != 0))
        columns = [runs, characters, _both(one, known), long, neutral, _both(one, long_known), spread * SECOND, spread * NEXT]
        return Parts(np.stack(columns, axis=1), np.zeros((0, EDGES), np.int64))

    def _pairs(self, hashes: Numbers) -> NDArray[np.uint16]:
        return self._runs.take(_buckets(hashes, self._shifts[0]))

    def _singles(self, hashes: Numbers) -> NDArray[np.uint8]:
        return self._long.take(_buckets(hashes, self._shifts[1]))


def _paired(table: NDArray[np.int8]) -> NDArray[np.uint16]:
    """Take both columns for one number: looking it up waits for the memory once, not twice."""
    return np.ascontiguousarray(table).view(np.uint16)[:, 0]


class _Found(NamedTuple):
    """The parts of texts, each of which has a token."""

    #: shape (parts,)
    numbers: Numbers
    #: shape (parts, 8)
    rows: Numbers
    #: shape (parts,)
    tokens: Numbers
    #: shape (texts + 1,)
    firsts: Numbers

    @classmethod
    def of(cls, parts: Parts, numbers: Numbers, firsts: Numbers, column: int) -> "_Found":
        """Leave out what has no token, such as a mark that colours emoji."""
        rows = parts.rows.take(numbers, axis=0)
        tokens = rows[:, column] & _LOWER
        is_there = tokens > 0
        if is_there.all():
            return cls(numbers, rows, tokens, firsts)
        return cls(numbers[is_there], rows[is_there], tokens[is_there], np.append(0, np.cumsum(is_there))[firsts])

    def across(self, edges: Numbers) -> _Runs:
        """Find the runs of two and three tokens that lie across parts."""
        count = len(self.tokens)
        several = np.flatnonzero(self.tokens > 1)
        of_several = edges.take(self.numbers.take(several), axis=0)
        following = np.zeros(count, np.int64)
        following[:-1] = self.rows[1:, FIRST]
        # The third token of a run that begins with a last one is the second of the next part or, where that has only
        # one, the first of the part behind it.
        third = following.copy()
        third[several] = of_several[:, 0]
        hashes = np.empty(2 * count + len(several), np.int64)
        two, three = hashes[:count], hashes[count : 2 * count]
        np.add(self.rows[:, LAST], following, out=two)
        np.multiply(two, NEXT, out=three)
        three[:-1] += third[1:]
        np.add(of_several[:, 1], following.take(several), out=hashes[2 * count :])
        lasts = self.firsts[1:][self.firsts[1:] > self.firsts[:-1]] - 1
        is_single = self.tokens.take(lasts) == 1
        before_single = lasts[is_single] - 1
        none = [
            lasts,
            lasts + count,
            before_single[before_single >= 0] + count,
            np.searchsorted(several, lasts[~is_single]) + 2 * count,
        ]
        return _Runs(hashes, np.concatenate(none), several)

    def per_text(self, column: Numbers) -> Numbers:
        """Add up a column by text."""
        added = np.zeros(len(self.firsts) - 1, np.int64)
        is_there = self.firsts[1:] > self.firsts[:-1]
        if len(column):
            added[is_there] = np.add.reduceat(column, self.firsts[:-1][is_there])
        return added


def _added(column: Numbers, found: Numbers, runs: _Runs) -> Numbers:
    """Add what runs across say to the parts that they begin in."""
    count = len(column)
    found[runs.none] = 0
    added = column + found[:count]
    added += found[count : 2 * count]
    added[runs.several] += found[2 * count :]
    return added


def _buckets(hashes: Numbers, shift: np.uint64) -> Numbers:
    return (hashes.view(np.uint64) >> shift).view(np.int64)


def _both(one: Numbers, other: Numbers) -> Numbers:
    return one + (other << 32)


def _apart(both: Numbers) -> tuple[Numbers, Numbers]:
    """Take the sum of numbers that `_both` made apart; that of the first ones is below 2^31, either side of 0."""
    other = (both + _HALF) >> 32
    return both - (other << 32), other
