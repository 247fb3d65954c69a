"""A model of n-grams as it serves: short texts by tables of their own, long ones by others."""

from collections.abc import Sequence
from functools import partial

import numpy as np

from model_store import explanation, pieces
from model_store.adding import Adding
from model_store.explanation import Explanation, Part
from model_store.lookup import Long, Lookup, Short
from model_store.remembering import Remembering
from model_store.serving import Scores
from model_store.sums import Graph, Sums
from model_store.tables import Kind, Tables


class Weighing:
    """A model of n-grams as it serves."""

    def __init__(self, found: Tables, kinds: Sequence[Kind], short: int) -> None:
        """Take the tables, how the logits of short and of long texts are made, and where the former end."""
        self._short = short
        self._kinds = kinds
        self._graph = Graph(found, kinds)
        self._lookups: list[Lookup] = [Short(found), Long(found)]
        self._remembering = [
            Remembering(partial(self._graph.cut, is_long=is_long), Adding(lookup))
            for is_long, lookup in zip((False, True), self._lookups, strict=True)
        ]

    @property
    def remembered(self) -> int:
        """Pieces that are remembered."""
        return sum(kind.count for kind in self._remembering)

    def score(self, texts: Sequence[str]) -> Scores:
        """Score texts; see `serving.Scorer`."""
        are_long = np.zeros(len(texts), bool)
        sums = np.zeros((len(Sums._fields), len(texts)), np.int64)
        for place, portion in pieces.portions(texts):
            are_long[place] = portion.are_longer(self._short)
            for is_long, kind in zip((False, True), self._remembering, strict=True):
                kept = are_long[place] == is_long
                if kept.any():
                    sums[:, place][:, kept] = kind.sums(portion.part(kept))
        negative, positive = self._graph.probabilities(sums, are_long)
        return Scores(negative, positive, Sums(*sums).known > 0)

    def explain(self, texts: Sequence[str]) -> list[Explanation]:
        """Name the n-grams that moved the score: with the bias they add up to the logit. See `serving.Scorer`."""
        return [self._explain(text) for text in texts]

    def _explain(self, text: str) -> Explanation:
        is_long = len(text) > self._short
        line = self._kinds[is_long].polarity
        split = pieces.split([text])
        cut = self._graph.cut(split.lines(np.arange(len(split.keys))), is_long=is_long)
        weights = self._lookups[is_long].weights(cut) / np.sqrt(max(len(cut.hashes), 1))
        found: dict[str, float] = {}
        for order, first in zip(*np.nonzero(weights), strict=True):
            run = slice(first, first + order + 1)
            places = zip(cut.begins[run], cut.ends[run], strict=True)
            words = " ".join(cut.written[begin:end].decode(errors="replace").lower() for begin, end in places)
            found[words] = found.get(words, 0.0) + line.slope * float(weights[order, first])
        parts = [Part(words, logit) for words, logit in found.items()]
        logit = line.bias + sum(part.logit for part in parts)
        return Explanation(logit, explanation.ordered(parts), line.bias, exact=True)
