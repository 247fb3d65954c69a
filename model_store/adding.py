"""What the pieces of texts, and the runs of tokens that lie across them, add up to.

Of each piece is known what it adds wherever it stands; here come the runs of two and three tokens that begin in one
piece and end in another, and the sums by text. Two whole numbers are kept in one of 64 bits where both fit for certain:
adding up then costs half.
"""

from typing import NamedTuple

import numpy as np

from model_store.ngrams import NEXT, SECOND, SPREAD
from model_store.pieces import Numbers
from model_store.sums import Cut, Sums, paired
from model_store.tables import Tables

_HALF = 1 << 31
_LOWER = (1 << 32) - 1


class Rows(NamedTuple):
    """What is remembered of pieces, by number; shape (numbers,)."""

    #: polarity and neutral of a short text, in one
    runs: Numbers
    characters: Numbers
    #: tokens, and those that a short text is known by, in one
    tokens: Numbers
    #: of a long text
    long_polarity: Numbers
    neutral: Numbers
    #: as `tokens`
    long_tokens: Numbers
    #: of the first and last tokens what they give to the hash of a run across pieces
    first: Numbers
    second: Numbers
    last: Numbers
    #: of the last two tokens together
    pair: Numbers


def rows(cut: Cut) -> Rows:
    """Make of pieces what is remembered of them."""
    return Rows(
        _both(cut.polarity, cut.neutral),
        _both(cut.character_polarity, cut.character_neutral),
        _both(cut.tokens, cut.known),
        cut.long_polarity,
        cut.neutral,
        _both(cut.tokens, cut.long_known),
        cut.first * SECOND * SPREAD,
        cut.second * SECOND * SPREAD,
        cut.last * NEXT * SPREAD,
        (cut.last_but_one * NEXT + cut.last * SECOND) * NEXT * SPREAD,
    )


class _Runs(NamedTuple):
    """Some runs across pieces: their hashes, spread; those that are none; and the piece that each begins in."""

    hashes: Numbers
    none: Numbers
    places: Numbers | slice


class Adding:
    """The tables of weights, and how what they say is added up."""

    def __init__(self, tables: Tables) -> None:
        """Take the tables."""
        self._runs, self._long = paired(tables.runs).view(np.uint16), tables.long_runs[:, 0].view(np.uint8)
        self._run_shift, self._long_shift = (np.uint64(65 - len(table).bit_length()) for table in (self._runs, self._long))
        roots = np.arange(1 << 16, dtype=np.uint16).view(np.int8).reshape(-1, 2).astype(np.int64)
        polarity, self._neutral = (roots * np.abs(roots)).T.copy()
        self._pairs = _both(polarity, self._neutral)
        self._squares = polarity[: 1 << 8]

    def short(self, rows: Rows, numbers: Numbers, firsts: Numbers) -> Sums:
        """Add up short texts: the numbers of their pieces, and the first piece of each text, shape (texts + 1,)."""
        numbers, firsts, tokens = _with_tokens(rows.tokens, numbers, firsts)
        runs = rows.runs.take(numbers)
        for found in _across(rows, numbers, firsts, tokens):
            pairs = self._runs.take(_buckets(found.hashes, self._run_shift))
            _add(runs, self._pairs.take(pairs), found)
        summed = (_per_text(column, firsts) for column in (runs, rows.characters.take(numbers), tokens))
        return Sums(*(number for column in summed for number in _apart(column)))

    def long(self, rows: Rows, numbers: Numbers, firsts: Numbers) -> Sums:
        """Add up long texts, as `short` does."""
        numbers, firsts, tokens = _with_tokens(rows.long_tokens, numbers, firsts)
        polarity, neutral = rows.long_polarity.take(numbers), rows.neutral.take(numbers)
        for found in _across(rows, numbers, firsts, tokens):
            single = self._long.take(_buckets(found.hashes, self._long_shift))
            pairs = self._runs.take(_buckets(found.hashes, self._run_shift))
            _add(polarity, self._squares.take(single), found)
            _add(neutral, self._neutral.take(pairs), found)
        nothing = np.zeros(len(firsts) - 1, np.int64)
        return Sums(
            _per_text(polarity, firsts),
            _per_text(neutral, firsts),
            nothing,
            nothing,
            *_apart(_per_text(tokens, firsts)),
        )


def _with_tokens(column: Numbers, numbers: Numbers, firsts: Numbers) -> tuple[Numbers, Numbers, Numbers]:
    """Leave out pieces without a token, such as a mark that colours emoji; gives their tokens too."""
    tokens = column.take(numbers)
    is_there = tokens != 0
    if is_there.all():
        return numbers, firsts, tokens
    return numbers[is_there], np.append(0, np.cumsum(is_there))[firsts], tokens[is_there]


def _across(rows: Rows, numbers: Numbers, firsts: Numbers, tokens: Numbers) -> list[_Runs]:
    """Find the runs of two and three tokens across pieces, each of which has a token."""
    if not len(numbers):
        return []
    lasts = firsts[1:][firsts[1:] > firsts[:-1]] - 1
    several = np.flatnonzero((tokens & _LOWER) > 1)
    first, last = rows.first.take(numbers), rows.last.take(numbers)
    two = last[:-1] + first[1:]
    # A run that begins with the last token of a piece has as its third one the second of the next piece or, where that
    # has only one, the first of the piece behind it.
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
    """Add what runs say to the pieces that they begin in."""
    found[runs.none] = 0
    column[runs.places] += found


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
