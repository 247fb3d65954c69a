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
    """Some of the runs across parts: their hashes; those that are none; and in which part each begins."""

    hashes: Numbers
    none: Numbers
    parts: Numbers | slice


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
        runs = found.rows[:, RUNS].copy()
        for run in found.across(parts.edges):
            _add(runs, self._both.take(self._pairs(run.hashes)), run)
        added = (_per_text(column, found.firsts) for column in (runs, found.rows[:, CHARACTERS], found.rows[:, TOKENS]))
        return Sums(*(number for both in added for number in _apart(both)))

    def long(self, parts: Parts, numbers: Numbers, firsts: Numbers) -> Sums:
        """Add up long texts, as `short` does: their sums may need all of the 64 bits."""
        found = _Found.of(parts, numbers, firsts, LONG_TOKENS)
        polarity, neutral = found.rows[:, LONG].copy(), found.rows[:, NEUTRAL].copy()
        for run in found.across(parts.edges):
            _add(polarity, self._polarity.take(self._singles(run.hashes)), run)
            _add(neutral, self._neutral.take(self._pairs(run.hashes)), run)
        nothing = np.zeros(len(firsts) - 1, np.int64)
        added = (_per_text(column, found.firsts) for column in (polarity, neutral))
        return Sums(*added, nothing, nothing, *_apart(_per_text(found.rows[:, LONG_TOKENS], found.firsts)))

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

    def across(self, edges: Numbers) -> list[_Runs]:
        """Find the runs of two and three tokens that lie across parts."""
        if not len(self.rows):
            return []
        lasts = self.firsts[1:][self.firsts[1:] > self.firsts[:-1]] - 1
        several = np.flatnonzero(self.tokens > 1)
        of_several = edges.take(self.numbers.take(several), axis=0)
        first = self.rows[:, FIRST].copy()
        two = self.rows[:-1, LAST] + first[1:]
        # A run that begins with the last token of a part has as its third one the second of the next part or, where
        # that has only one, the first of the part behind it.
        third = np.append(first[1:], 0)
        third[several] = of_several[:, 0]
        three = two * NEXT + third[1:]
        no_third = lasts[self.tokens.take(lasts) == 1] - 1
        # The others begin with the last but one.
        has_next = np.ones(len(first), bool)
        has_next[lasts] = False
        goes_on = has_next.take(several)
        early = several[goes_on]
        return [
            _Runs(two, lasts[:-1], slice(-1)),
            _Runs(three, np.append(lasts[:-1], no_third[no_third >= 0]), slice(-1)),
            _Runs(of_several[goes_on, 1] + first.take(early + 1), lasts[:0], early),
        ]


def _add(column: Numbers, found: Numbers, runs: _Runs) -> None:
    """Add what runs say to the parts that they begin in."""
    found[runs.none] = 0
    column[runs.parts] += found


def _buckets(hashes: Numbers, shift: np.uint64) -> Numbers:
    return (hashes.view(np.uint64) >> shift).view(np.int64)


def _per_text(column: Numbers, firsts: Numbers) -> Numbers:
    """Add up a column by text."""
    summed = np.zeros(len(firsts) - 1, np.int64)
    is_there = firsts[1:] > firsts[:-1]
    if len(column):
        summed[is_there] = np.add.reduceat(column, firsts[:-1][is_there])
    return summed


def _both(one: Numbers, other: Numbers) -> Numbers:
    return one + (other << 32)


def _apart(both: Numbers) -> tuple[Numbers, Numbers]:
    """Take the sum of numbers that `_both` made apart; that of the first ones is below 2^31, either side of 0."""
    other = (both + _HALF) >> 32
    return both - (other << 32), other
