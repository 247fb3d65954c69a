"""A model of n-grams as it serves: short texts by one graph, long ones by another."""

from collections.abc import Iterable, Sequence

import numpy as np
from numpy.typing import NDArray

from model_store import explanation, sums
from model_store.explanation import Explanation, Part
from model_store.serving import Scores
from model_store.tables import Kind, Tables

BLOCK = 500_000  # characters of texts per call: of 5,000 tweets most words are there twice, and are cut only once


class Weighing:
    """A model of n-grams as it serves."""

    def __init__(self, found: Tables, kinds: Sequence[Kind], short: int) -> None:
        """Take the tables, how the logits of short and of long texts are made, and where the former end."""
        self._short = short
        self._kinds = kinds
        self._graphs = [
            sums.Graph(found, kind, is_long=is_long) for kind, is_long in zip(kinds, (False, True), strict=True)
        ]

    def score(self, texts: Sequence[str]) -> Scores:
        """Score texts, the short ones and the long ones by themselves; see `serving.Scorer`."""
        probabilities = np.zeros((2, len(texts)), np.float32)
        known = np.zeros(len(texts), bool)
        for rows in _blocks(texts, self._short):
            graph = self._graphs[len(texts[rows[0]]) > self._short]
            probabilities[:, rows], known[rows] = graph.probabilities(_encoded(texts[i] for i in rows))
        return Scores(probabilities[0], probabilities[1], known)

    def explain(self, texts: Sequence[str]) -> list[Explanation]:
        """Name the n-grams that moved the score: with the bias they add up to the logit. See `serving.Scorer`."""
        return [self._explain(text) for text in texts]

    def _explain(self, text: str) -> Explanation:
        is_long = len(text) > self._short
        line = self._kinds[is_long].polarity
        weights, places, written = self._graphs[is_long].parts(_encoded([text]))
        found: dict[str, float] = {}
        for order, first in zip(*np.nonzero(weights), strict=True):
            run = places[first : first + order + 1]
            words = " ".join(written[begin:end].decode(errors="replace").lower() for begin, end in run)
            found[words] = found.get(words, 0.0) + line.slope * float(weights[order, first])
        parts = [Part(words, logit) for words, logit in found.items()]
        logit = line.bias + sum(part.logit for part in parts)
        return Explanation(logit, explanation.ordered(parts), line.bias, exact=True)


def _encoded(texts: Iterable[str]) -> list[bytes]:
    # A lone half of a character is none that UTF-8 could write.
    return [text.encode(errors="replace") for text in texts]


def _blocks(texts: Sequence[str], short: int) -> list[NDArray[np.intp]]:
    """Cut texts into calls of about `BLOCK` characters, by length: short ones are never beside long ones."""
    lengths = np.fromiter(map(len, texts), np.int64, len(texts))
    order = np.argsort(lengths, kind="stable")
    cuts = np.cumsum(lengths[order] + 1) // BLOCK + (lengths[order] > short)
    return np.split(order, np.flatnonzero(np.diff(cuts)) + 1) if len(texts) else []
