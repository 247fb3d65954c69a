"""What the tables of a model of n-grams say of runs, by their hashes: squares of roots with their sign, whole numbers.

Short and long texts have tables of their own. Of each part of a text two numbers are kept that are added up, and what
they are is known here: in short texts, what runs of tokens and what runs of characters say, each of polarity and of
neutral, which fit into one number of 64 bits for certain; in long texts, what runs of tokens say of polarity, and of
neutral, which need all of them.
"""

from typing import Protocol

import numpy as np
from numpy.typing import NDArray

from model_store.hashes import NEXT, SECOND, SPREAD
from model_store.keys import Numbers
from model_store.ngrams import HANDLE
from model_store.sums import Cut
from model_store.tables import Tables

_HALF = 1 << 31

_ROOTS = np.arange(1 << 16, dtype=np.uint16).view(np.int8).reshape(-1, 2).astype(np.int64)
#: Squares of two roots, by the number that both make together.
_POLARITY, _NEUTRAL = (_ROOTS * np.abs(_ROOTS)).T.copy()


class Lookup(Protocol):
    """The tables for texts of one kind."""

    def tokens(self, cut: Cut) -> tuple[Numbers, Numbers]:
        """Say what each token alone means: the two numbers that are kept."""

    def are_known(self, one: Numbers, other: Numbers) -> NDArray[np.bool_]:
        """Say by these numbers of which tokens the tables say anything."""

    def runs(self, hashes: Numbers) -> tuple[Numbers, ...]:
        """Say what runs of tokens mean, by hashes that are spread: the first, or both of these numbers."""

    def sums(self, one: Numbers, other: Numbers) -> tuple[Numbers, Numbers, Numbers, Numbers]:
        """Make of them, added up by text, the first four of `Sums`."""

    def weights(self, cut: Cut) -> NDArray[np.float64]:
        """Give what each run of one, two and three tokens weighs for positive; all tokens are of one text.

        The shape is (3, tokens); a run stands by its first token, and a token's characters are part of it.
        """


class Short:
    """The tables for short texts."""

    def __init__(self, tables: Tables) -> None:
        """Take the tables."""
        self._runs, self._characters = _paired(tables.runs), _paired(tables.characters)
        self._shift = _shift(self._runs)
        self._units = tables.units("runs")[0], tables.units("characters")[0]
        self._both = both(_POLARITY, _NEUTRAL)

    def tokens(self, cut: Cut) -> tuple[Numbers, Numbers]:
        """See `Lookup`."""
        return (*self.runs(cut.hashes * SPREAD), self._characters_of(cut))

    def are_known(self, one: Numbers, other: Numbers) -> NDArray[np.bool_]:
        """See `Lookup`."""
        are_known: NDArray[np.bool_] = one + other != 0
        return are_known

    def runs(self, hashes: Numbers) -> tuple[Numbers]:
        """See `Lookup`."""
        return (self._both.take(self._runs.take(_buckets(hashes, self._shift))),)

    def sums(self, one: Numbers, other: Numbers) -> tuple[Numbers, Numbers, Numbers, Numbers]:
        """See `Lookup`."""
        return (*apart(one), *apart(other))

    def weights(self, cut: Cut) -> NDArray[np.float64]:
        """See `Lookup`."""
        weights = _by_order([apart(*self.runs(run))[0] for run in _runs(cut.hashes)], self._units[0])
        weights[0] += apart(self._characters_of(cut))[0] * self._units[1]
        return weights

    def _characters_of(self, cut: Cut) -> Numbers:
        if not len(cut.hashes):
            return np.zeros(0, np.int64)
        per_byte = self._both.take(self._characters.take(cut.characters)) * cut.there
        per_token: Numbers = np.add.reduceat(per_byte.sum(axis=0), cut.first_characters) * (cut.kinds != HANDLE)
        return per_token


class Long:
    """The tables for long texts, in which characters say nothing."""

    def __init__(self, tables: Tables) -> None:
        """Take the tables."""
        self._polarity, self._neutral = tables.long_runs[:, 0].view(np.uint8), _paired(tables.runs)
        self._shifts = _shift(self._polarity), _shift(self._neutral)
        self._unit = tables.units("long_runs")[0]

    def tokens(self, cut: Cut) -> tuple[Numbers, Numbers]:
        """See `Lookup`."""
        return self.runs(cut.hashes * SPREAD)

    def are_known(self, one: Numbers, other: Numbers) -> NDArray[np.bool_]:
        """See `Lookup`."""
        are_known: NDArray[np.bool_] = (one | other) != 0
        return are_known

    def runs(self, hashes: Numbers) -> tuple[Numbers, Numbers]:
        """See `Lookup`."""
        polarity, neutral = (_buckets(hashes, shift) for shift in self._shifts)
        return _POLARITY.take(self._polarity.take(polarity)), _NEUTRAL.take(self._neutral.take(neutral))

    def sums(self, one: Numbers, other: Numbers) -> tuple[Numbers, Numbers, Numbers, Numbers]:
        """See `Lookup`."""
        nothing = np.zeros_like(one)
        return one, other, nothing, nothing

    def weights(self, cut: Cut) -> NDArray[np.float64]:
        """See `Lookup`."""
        return _by_order([self.runs(run)[0] for run in _runs(cut.hashes)], self._unit)


def both(one: Numbers, other: Numbers) -> Numbers:
    """Keep two numbers in one."""
    return one + (other << 32)


def apart(numbers: Numbers) -> tuple[Numbers, Numbers]:
    """Take apart what `both` made, or sums of it; those of the first numbers are below 2^31, either side of 0."""
    other = (numbers + _HALF) >> 32
    return numbers - (other << 32), other


def _runs(hashes: Numbers) -> list[Numbers]:
    """Hash the runs of one, two and three tokens, and spread the hashes."""
    one = hashes * SPREAD
    two = one[:-1] * NEXT + one[1:] * SECOND
    return [one, two, two[:-1] * NEXT + one[2:] * SECOND]


def _by_order(columns: list[Numbers], unit: float) -> NDArray[np.float64]:
    """Weigh columns, each shorter than the one before, and put them below one another."""
    weights = np.zeros((len(columns), len(columns[0])))
    for row, column in zip(weights, columns, strict=True):
        row[: len(column)] = column * unit
    return weights


def _paired(table: NDArray[np.int8]) -> NDArray[np.uint16]:
    """Take both columns for one number: looking it up waits for the memory once, not twice."""
    return np.ascontiguousarray(table).view(np.uint16)[:, 0]


def _shift(table: NDArray[np.uint8] | NDArray[np.uint16]) -> np.uint64:
    return np.uint64(65 - len(table).bit_length())


def _buckets(hashes: Numbers, shift: np.uint64) -> Numbers:
    return (hashes.view(np.uint64) >> shift).view(np.int64)
