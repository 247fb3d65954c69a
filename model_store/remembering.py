"""Texts of one kind, short or long, as what their n-grams add up to: each piece is cut once and remembered."""

from collections.abc import Callable
from threading import Lock

import numpy as np

from model_store.adding import WIDTH, Adding
from model_store.keys import Numbers
from model_store.memory import Memory
from model_store.pieces import Pieces
from model_store.sums import Cut, Sums

MOST = 1 << 19  # pieces that are remembered: 46 MB; 230 thousand different tweets have 231 thousand
PIECES = (
    8_000  # that are cut in one call: with 50,000 a third of the time went into fetching fresh memory from the system
)
BLOCK = 16_000  # pieces that are added up at once: their numbers stay in the cache of a core


class Remembering:
    """Texts of one kind; several threads may ask."""

    def __init__(self, cut: Callable[[bytes], Cut], adding: Adding) -> None:
        """Take what cuts lines of pieces, and how they are added up."""
        self._cut = cut
        self._adding = adding
        self._memory = Memory(MOST, WIDTH)
        self._lock = Lock()

    @property
    def count(self) -> int:
        """Pieces that are remembered."""
        return self._memory.count

    def sums(self, texts: Pieces) -> Numbers:
        """Add up texts: the columns of `Sums`, shape (6, texts)."""
        sums = np.zeros((len(Sums._fields), len(texts)), np.int64)
        # What is remembered may be forgotten by the next one who asks.
        with self._lock:
            memory = self._memory if len(texts.keys) <= MOST else Memory(len(texts.keys), WIDTH)
            numbers = self._numbers(memory, texts)
            for start, stop in texts.stretches(BLOCK):
                firsts = texts.firsts[start : stop + 1]
                rows = memory.rows.take(numbers[firsts[0] : firsts[-1]], axis=0)
                sums[:, start:stop] = self._adding.texts(rows, firsts - firsts[0])
        return sums

    def _numbers(self, memory: Memory, texts: Pieces) -> Numbers:
        """Number pieces by what is remembered of them, and cut those that are new."""
        numbers = memory.find(texts.keys)
        new = np.flatnonzero(numbers == 0)
        if memory.count + len(new) > memory.most:
            memory.forget()
            new = np.arange(len(numbers))
        if len(new):
            keys = texts.keys[new]
            different = new[_one_of_each(keys)]
            for start in range(0, len(different), PIECES):
                part = different[start : start + PIECES]
                memory.add(texts.keys[part], self._adding.pieces(self._cut(texts.lines(part))))
            numbers[new] = memory.find(keys)
        return numbers


def _one_of_each(keys: Numbers) -> Numbers:
    """Give a place of each different key, in the order of the places: half the time of `np.unique`."""
    order = keys.argsort()
    ordered = keys.take(order)
    is_other = np.ones(len(keys), bool)
    np.not_equal(ordered[1:], ordered[:-1], out=is_other[1:])
    return np.sort(order[is_other])
