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


class Rows(NamedTuple):
    """What is known of parts, by their number; shape (parts,)."""

    #: what its n-grams say of polarity and neutral in a short text
    runs: Numbers
    #: the same of its runs of characters
    characters: Numbers
    #: its tokens, and those that a short text is known by
    tokens: Numbers
    #: what its n-grams say in a long text
    long_polarity: Numbers
    neutral: Numbers
    #: as `tokens`
    long_tokens: Numbers
    #: what its first, its second and its last token give to the hash of a run across parts
    first: Numbers
    second: Numbers
    last: Numbers
    #: what its last two give together
    pair: Numbers


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

    def pieces(self, cut: Cut) -> Rows:
        """Make of the tokens of pieces what is known of the pieces."""
        tokens, numbers = self._tokens(cut), np.arange(len(cut.hashes))
        short, long = (add(tokens, numbers, cut.firsts) for add in (self.short, self.long))
        places = np.stack([cut.firsts[:-1], cut.firsts[:-1] + 1, cut.firsts[1:] - 1, cut.firsts[1:] - 2])
        # Where there are fewer tokens it is any; at the end there is always one.
        first, second, last, last_but_one = np.append(cut.hashes, 0).take(places, mode="clip")
        return Rows(
            _both(short.polarity, short.neutral),
            _both(short.character_polarity, short.character_neutral),
            _both(short.tokens, short.known),
            long.polarity,
            long.neutral,
            _both(long.tokens, long.known),
            first * SECOND * SPREAD,
            second * SECOND * SPREAD,
            last * NEXT * SPREAD,
            (last_but_one * NEXT + last * SECOND) * NEXT * SPREAD,
        )

    def short(self, rows: Rows, numbers: Numbers, firsts: Numbers) -> Sums:
        """Add up short texts: the numbers of their parts, and the first part of each text, shape (texts + 1,)."""
        numbers, firsts, tokens = _with_tokens(rows.tokens, numbers, firsts)
        runs = rows.runs.take(numbers)
        for found in _across(rows, numbers, firsts, tokens):
            _add(runs, self._both.take(self._pairs(found.hashes)), found)
        added = (_per_text(column, firsts) for column in (runs, rows.characters.take(numbers), tokens))
        return Sums(*(number for both in added for number in _apart(both)))

    def long(self, rows: Rows, numbers: Numbers, firsts: Numbers) -> Sums:
        """Add up long texts, as `short` does: their sums may need all of the 64 bits."""
        numbers, firsts, tokens = _with_tokens(rows.long_tokens, numbers, firsts)
        polarity, neutral = rows.long_polarity.take(numbers), rows.neutral.take(numbers)
        for found in _across(rows, numbers, firsts, tokens):
            _add(polarity, self._polarity.take(self._singles(found.hashes)), found)
            _add(neutral, self._neutral.take(self._pairs(found.hashes)), found)
        nothing = np.zeros(len(firsts) - 1, np.int64)
        added = (_per_text(column, firsts) for column in (polarity, neutral))
        return Sums(*added, nothing, nothing, *_apart(_per_text(tokens, firsts)))

    def _tokens(self, cut: Cut) -> Rows:
        spread = cut.hashes * SPREAD
        runs, long = self._pairs(spread), self._polarity.take(self._singles(spread))
        both, neutral = self._both.take(runs), self._neutral.take(runs)
        per_byte = self._both.take(self._characters.take(cut.characters)) * cut.there
        characters = np.zeros(len(spread), np.int64)
        if len(spread):
            np.add.reduceat(per_byte.sum(axis=0), cut.begins, out=characters)
        known, long_known = (cut.is_telling & is_there for is_there in (both + characters != 0, (long != 0) | (neutral != 0)))
        return Rows(
            both,
            characters,
            _both(np.ones_like(both), known.astype(np.int64)),
            long,
            neutral,
            _both(np.ones_like(both), long_known.astype(np.int64)),
            spread * SECOND,
            spread,
            spread * NEXT,
            spread,
        )

    def _pairs(self, hashes: Numbers) -> NDArray[np.uint16]:
        return self._runs.take(_buckets(hashes, self._shifts[0]))

    def _singles(self, hashes: Numbers) -> NDArray[np.uint8]:
        return self._long.take(_buckets(hashes, self._shifts[1]))


def _paired(table: NDArray[np.int8]) -> NDArray[np.uint16]:
    """Take both columns for one number: looking it up waits for the memory once, not twice."""
    return np.ascontiguousarray(table).view(np.uint16)[:, 0]


def _with_tokens(column: Numbers, numbers: Numbers, firsts: Numbers) -> tuple[Numbers, Numbers, Numbers]:
    """Leave out parts without a token, such as a mark that colours emoji; gives their tokens too."""
    tokens = column.take(numbers)
    is_there = tokens != 0
    if is_there.all():
        return numbers, firsts, tokens
    return numbers[is_there], np.append(0, np.cumsum(is_there))[firsts], tokens[is_there]


def _across(rows: Rows, numbers: Numbers, firsts: Numbers, tokens: Numbers) -> list[_Runs]:
    """Find the runs of two and three tokens across parts, each of which has a token."""
    if not len(numbers):
        return []
    lasts = firsts[1:][firsts[1:] > firsts[:-1]] - 1
    several = np.flatnonzero((tokens & _LOWER) > 1)
    first, last = rows.first.take(numbers), rows.last.take(numbers)
    two = last[:-1] + first[1:]
    # A run that begins with the last token of a part has as its third one the second of the next part or, where that
    # has only one, the first of the part behind it.
    third = np.append(first[2:], 0)[: len(two)]
    after = several[several > 0]
    third[after - 1] = rows.second.take(numbers.take(after))
    three = two * NEXT + third
    no_third = lasts[(tokens.take(lasts) & _LOWER) == 1] - 1
    # The others begin with the last but one.
    has_next = np.ones(len(numbers), bool)
    has_next[lasts] = False
    early = several[has_next.take(several)]
    nothing = lasts[:0]
    return [
        _Runs(two, lasts[:-1], slice(-1)),
        _Runs(three, np.append(lasts[:-1], no_third[no_third >= 0]), slice(-1)),
        _Runs(rows.pair.take(numbers.take(early)) + first.take(early + 1), nothing, early),
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
