"""Two models as one: the fast one scores every text, the accurate one those that the fast one is unsure of."""

from collections.abc import Mapping, Sequence
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from model_store.explanation import Explanation
from model_store.serving import Scorer, Scores

FAST, ACCURATE, BOTH = "fast", "accurate", "fast+accurate"  # who spoke
_LEAST = 1e-7  # a probability whose logarithm is taken


class Rule(NamedTuple):
    """When the accurate member is asked, and what the fast one weighs beside it."""

    #: the largest of a text's three probabilities from which the fast member is believed
    limit: float
    short_weight: float
    long_weight: float
    short: int  # characters of the longest short text

    def weights(self, texts: Sequence[str]) -> NDArray[np.float64]:
        """Give what the fast member counts of each of these texts, of which the accurate one is asked."""
        are_long = np.fromiter(map(len, texts), np.int64, len(texts)) > self.short
        return np.where(are_long, self.long_weight, self.short_weight)


class Cascade:
    """A version of the recipe `auto` as it serves."""

    def __init__(self, fast: Scorer, accurate: Scorer, rule: Rule) -> None:
        """Take the members, and the rule between them."""
        self._members: Mapping[str, Scorer] = {FAST: fast, ACCURATE: accurate}
        self._rule = rule

    def score(self, texts: Sequence[str]) -> Scores:
        """Score texts; see `serving.Scorer`."""
        first = self._members[FAST].score(texts)
        rows = np.flatnonzero(unsure(first, self._rule.limit))
        asked = [texts[row] for row in rows.tolist()]
        return joined(first, self._members[ACCURATE].score(asked), rows, self._rule.weights(asked))

    def explain(self, texts: Sequence[str]) -> list[Explanation]:
        """Name the words that moved the score of the member that spoke; of two, of the accurate one."""
        asked = unsure(self._members[FAST].score(texts), self._rule.limit)
        return [
            self._members[ACCURATE if is_asked else FAST].explain([text])[0]
            for text, is_asked in zip(texts, asked, strict=True)
        ]


def ruled(first: Scores, second: Scores, texts: Sequence[str], rule: Rule) -> tuple[Scores, NDArray[np.intp]]:
    """Say what a cascade would, where both members have scored all texts; and the rows the second is asked for."""
    rows = np.flatnonzero(unsure(first, rule.limit))
    return joined(first, second.take(rows), rows, rule.weights([texts[row] for row in rows.tolist()])), rows


def unsure(scores: Scores, limit: float) -> NDArray[np.bool_]:
    """Say of which texts no probability reaches the limit; of which no word is known, nothing is sure."""
    found: NDArray[np.bool_] = (_three(scores).max(axis=1) < limit) | ~scores.known
    return found


def joined(first: Scores, second: Scores, rows: NDArray[np.intp], weights: NDArray[np.float64]) -> Scores:
    """Put what the second member says of some rows in place of what the first one says, or beside it.

    `weights`, shape (rows,), is what the first one counts there: the logarithms of the probabilities are averaged, as
    in a product of experts (Hinton 2002, equation 1).
    """
    weights = np.where(first.known[rows], np.where(second.known, weights, 1.0), 0.0)
    mixed = _mixed(first.take(rows), second, weights[:, None])
    who = [weights >= 1, weights > 0]
    negative, positive, known = first.p_negative.copy(), first.p_positive.copy(), first.known.copy()
    member = np.full(len(known), FAST, object)
    negative[rows] = np.select(who, [negative[rows], mixed[:, 0]], second.p_negative)
    positive[rows] = np.select(who, [positive[rows], mixed[:, 2]], second.p_positive)
    member[rows] = np.select(who, [FAST, BOTH], ACCURATE).astype(object)
    known[rows] |= second.known
    return Scores(negative, positive, known, member)


def _mixed(first: Scores, second: Scores, weights: NDArray[np.float64]) -> NDArray[np.float64]:
    logs = weights * np.log(_three(first).clip(_LEAST)) + (1 - weights) * np.log(_three(second).clip(_LEAST))
    three = np.exp(logs - logs.max(axis=1, keepdims=True))
    return np.asarray(three / three.sum(axis=1, keepdims=True))


def _three(scores: Scores) -> NDArray[np.float64]:
    """Give the probabilities of negative, neutral and positive, shape (texts, 3)."""
    negative, positive = scores.p_negative.astype(np.float64), scores.p_positive.astype(np.float64)
    return np.stack([negative, 1 - negative - positive, positive], axis=1)
