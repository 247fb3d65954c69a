"""What the tables of a model of n-grams say of runs, by their hashes: squares of roots with their sign, whole numbers.

What is said of polarity and of neutral is kept in one number of 64 bits where both fit for certain: half the work.
"""

import numpy as np
from numpy.typing import NDArray

from model_store.keys import Numbers
from model_store.ngrams import NEXT, SECOND, SPREAD
from model_store.sums import Cut
from model_store.tables import Tables

_HALF = 1 << 31


class Lookup:
    """The tables, ready to be looked up."""

    def __init__(self, tables: Tables) -> None:
        """Take the tables."""
        self._runs, self._characters = (_paired(table) for table in (tables.runs, tables.characters))
        self._long = tables.long_runs[:, 0].view(np.uint8)
        self._run_shift, self._long_shift = (np.uint64(65 - len(one).bit_length()) for one in (self._runs, self._long))
        self._units = tables.units("runs")[0], tables.units("long_runs")[0], tables.units("characters")[0]
        roots = np.arange(1 << 16, dtype=np.uint16).view(np.int8).reshape(-1, 2).astype(np.int64)
        self._polarity, self._neutral = (roots * np.abs(roots)).T.copy()
        self._both = both(self._polarity, self._neutral)

    def short(self, hashes: Numbers) -> Numbers:
        """Say what runs of tokens mean in short texts, by hashes that are spread: polarity and neutral in one."""
        return self._both.take(self._runs.take(_buckets(hashes, self._run_shift)))

    def long(self, hashes: Numbers) -> tuple[Numbers, Numbers]:
        """Say what they mean in long texts: polarity, and neutral."""
        polarity = self._polarity.take(self._long.take(_buckets(hashes, self._long_shift)))
        return polarity, self._neutral.take(self._runs.take(_buckets(hashes, self._run_shift)))

    def characters(self, cut: Cut) -> Numbers:
        """Say what the runs of characters of each token mean, as `short`; in long texts they say nothing."""
        if not len(cut.begins):
            return np.zeros(0, np.int64)
        per_byte = self._both.take(self._characters.take(cut.characters)) * cut.there
        added: Numbers = np.add.reduceat(per_byte.sum(axis=0), cut.begins)
        return added

    def weights(self, cut: Cut, *, is_long: bool) -> NDArray[np.float64]:
        """Give what each run of one, two and three tokens weighs for positive; all tokens are of one text.

        The shape is (3, tokens); a run stands by its first token, and a token's characters are part of it.
        """
        hashes = cut.hashes * SPREAD
        two = hashes[:-1] * NEXT + hashes[1:] * SECOND
        weights = np.zeros((3, len(hashes)))
        for order, run in enumerate((hashes, two, two[:-1] * NEXT + hashes[2:] * SECOND)):
            polarity = self.long(run)[0] if is_long else apart(self.short(run))[0]
            weights[order, : len(run)] = polarity * self._units[is_long]
        if not is_long:
            weights[0] += apart(self.characters(cut))[0] * self._units[2]
        return weights


def both(one: Numbers, other: Numbers) -> Numbers:
    """Keep two numbers in one."""
    return one + (other << 32)


def apart(numbers: Numbers) -> tuple[Numbers, Numbers]:
    """Take apart what `both` made, or sums of it; those of the first numbers are below 2^31, either side of 0."""
    other = (numbers + _HALF) >> 32
    return numbers - (other << 32), other


def _paired(table: NDArray[np.int8]) -> NDArray[np.uint16]:
    """Take both columns for one number: looking it up waits for the memory once, not twice."""
    return np.ascontiguousarray(table).view(np.uint16)[:, 0]


def _buckets(hashes: Numbers, shift: np.uint64) -> Numbers:
    return (hashes.view(np.uint64) >> shift).view(np.int64)
