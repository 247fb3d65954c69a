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
            memory = self._memory.for_as_many(len(texts.keys))
            numbers = memory.learn(texts.keys, lambda new: self._made(texts, new))
            for start, stop in texts.stretches(BLOCK):
                firsts = texts.firsts[start : stop + 1]
                rows = memory.rows.take(numbers[firsts[0] : firsts[-1]], axis=0)
                sums[:, start:stop] = self._adding.texts(rows, firsts - firsts[0])
        return sums

    def _made(self, texts: Pieces, new: Numbers) -> Numbers:
        """Cut new pieces, by their places, and make what is remembered of them."""
        parts = (new[start : start + PIECES] for start in range(0, len(new), PIECES))
        return np.concatenate([self._adding.pieces(self._cut(texts.lines(part))) for part in parts])
