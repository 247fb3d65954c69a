"""A model of n-grams as it serves: each piece of a text is cut once and remembered, until there are too many."""

from collections.abc import Sequence
from threading import Lock

import numpy as np
from numpy.typing import NDArray

from model_store import explanation, pieces
from model_store.adding import COLUMNS, EDGES, Adding, Parts
from model_store.explanation import Explanation, Part
from model_store.keys import Numbers
from model_store.lookup import Lookup
from model_store.memory import Memory
from model_store.pieces import Pieces
from model_store.serving import Scores
from model_store.sums import Graph, Sums
from model_store.tables import Kind, Tables

MOST = 1 << 19  # pieces that are remembered: 54 MB, filled by 600 thousand tweets
PIECES = 50_000  # that are cut in one call: 10 MB of numbers, whatever the texts hold
BLOCK = 16_000  # pieces that are added up at once: their numbers stay in the cache of a core


class Weighing:
    """A model of n-grams as it serves."""

    def __init__(self, found: Tables, kinds: Sequence[Kind], short: int) -> None:
        """Take the tables, how the logits of short and of long texts are made, and where the former end."""
        self._short = short
        self._kinds = kinds
        self._graph = Graph(found, kinds)
        self._lookup = Lookup(found)
        self._adding = Adding(self._lookup)
        self._memory = Memory(MOST, len(COLUMNS), EDGES)
        self._lock = Lock()

    def score(self, texts: Sequence[str]) -> Scores:
        """Score texts; see `serving.Scorer`."""
        are_long = np.zeros(len(texts), bool)
        sums = np.zeros((len(Sums._fields), len(texts)), np.int64)
        for place, portion in pieces.portions(texts):
            are_long[place] = portion.are_longer(self._short)
            sums[:, place] = self._sums(portion, are_long[place])
        negative, positive = self._graph.probabilities(sums, are_long)
        return Scores(negative, positive, Sums(*sums).known > 0)

    def explain(self, texts: Sequence[str]) -> list[Explanation]:
        """Name the n-grams that moved the score: with the bias they add up to the logit. See `serving.Scorer`."""
        return [self._explain(text) for text in texts]

    @property
    def remembered(self) -> int:
        """Number of pieces that are remembered."""
        return self._memory.count

    def _sums(self, texts: Pieces, are_long: NDArray[np.bool_]) -> Numbers:
        sums = np.zeros((len(Sums._fields), len(texts)), np.int64)
        # What is remembered may be forgotten by the next one who asks.
        with self._lock:
            memory = self._memory if len(texts.keys) <= MOST else Memory(len(texts.keys), len(COLUMNS), EDGES)
            numbers, parts = self._numbers(memory, texts), Parts(*memory.tables)
            for start, stop in texts.stretches(BLOCK):
                firsts = texts.firsts[start : stop + 1]
                block = numbers[firsts[0] : firsts[-1]], firsts - firsts[0]
                for is_long, add in ((False, self._adding.short), (True, self._adding.long)):
                    kept = are_long[start:stop] == is_long
                    if kept.any():
                        sums[:, start:stop][:, kept] = add(parts, *_only(*block, kept))
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
                memory.add(texts.keys[part], *self._adding.pieces(self._graph.cut(texts.lines(part))))
            numbers[new] = memory.find(keys)
        return numbers

    def _explain(self, text: str) -> Explanation:
        is_long = len(text) > self._short
        line = self._kinds[is_long].polarity
        split = pieces.split([text])
        cut = self._graph.cut(split.lines(np.arange(len(split.keys))))
        weights = self._lookup.weights(cut, is_long=is_long) / np.sqrt(max(len(cut.hashes), 1))
        found: dict[str, float] = {}
        for order, first in zip(*np.nonzero(weights), strict=True):
            run = cut.places[first : first + order + 1]
            words = " ".join(cut.written[begin:end].decode(errors="replace").lower() for begin, end in run)
            found[words] = found.get(words, 0.0) + line.slope * float(weights[order, first])
        parts = [Part(words, logit) for words, logit in found.items()]
        logit = line.bias + sum(part.logit for part in parts)
        return Explanation(logit, explanation.ordered(parts), line.bias, exact=True)


def _only(numbers: Numbers, firsts: Numbers, kept: NDArray[np.bool_]) -> tuple[Numbers, Numbers]:
    """Keep the pieces of some texts."""
    if kept.all():
        return numbers, firsts
    counts = np.diff(firsts)
    return numbers[np.repeat(kept, counts)], np.append(0, np.cumsum(counts[kept]))


def _one_of_each(keys: Numbers) -> Numbers:
    """Give a place of each different key, in the order of the places: half the time of `np.unique`."""
    order = keys.argsort()
    ordered = keys.take(order)
    is_other = np.ones(len(keys), bool)
    np.not_equal(ordered[1:], ordered[:-1], out=is_other[1:])
    return np.sort(order[is_other])
