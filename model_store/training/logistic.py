"""Logistic regression over n-grams scaled by naive Bayes (Wang and Manning 2012, "Baselines and Bigrams", section 2.3).

Fitted by L-BFGS out of SciPy. scikit-learn's would hold the characters of each text where those of each token do: ten
times the numbers, and it knows no offset to go on from.
"""

from collections.abc import Callable
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray
from scipy import optimize, sparse, special

from model_store.training.features import Features

Numbers = NDArray[np.float64]
SMOOTHING = 1.0  # added to each count of an n-gram, as in the paper
MEMORY = 8  # steps that L-BFGS looks back; each takes 40 MB


class Weights(NamedTuple):
    """What was learned: a logit is the sum over a text's n-grams, divided by its `roots`, and the bias."""

    runs: Numbers
    characters: Numbers
    bias: float


class Question(NamedTuple):
    """Rows, and which of two classes each belongs to."""

    features: Features
    #: whether each is of the first class
    first: NDArray[np.bool_]
    #: how much each counts
    weights: Numbers
    #: logits to go on from
    offset: Numbers

    def where(self, kept: NDArray[np.bool_]) -> "Question":
        """Keep some of the rows."""
        features = self.features.take(np.flatnonzero(kept))
        return Question(features, self.first[kept], self.weights[kept], self.offset[kept])


#: Is given the weights, the loss per row and the share of rows on their side, after each step.
OnIteration = Callable[[Weights, float, float], None]


def roots(features: Features) -> Numbers:
    """Compute what the sum over each text is divided by: the root of its number of tokens, at least 1."""
    return np.sqrt(np.maximum(features.lengths, 1.0)).astype(np.float64)


def logits(features: Features, weights: Weights) -> Numbers:
    """Add up the weights of each text's n-grams."""
    # In the precision of the counts: in another one SciPy would turn the counts over at every product.
    runs, characters = (part.astype(np.float32) for part in (weights.runs, weights.characters))
    summed = features.runs @ runs + features.tokens @ (features.characters @ characters)
    return np.asarray(summed / roots(features) + weights.bias, np.float64)


def fit(asked: Question, strength: float, iterations: int, on_iteration: OnIteration | None = None) -> Weights:
    """Minimise `strength` times the weighted log loss and half the squares of the unscaled weights."""
    turned = _Turned(asked.features)
    scale = _naive_bayes(asked, turned)
    sizes = np.cumsum([len(part) for part in scale])
    divided = roots(asked.features)
    signs = np.where(asked.first, 1.0, -1.0)
    seen = (0.0, 0.0)

    def split(flat: Numbers) -> Weights:
        runs, characters, bias = np.split(flat, sizes)
        return Weights(runs * scale[0], characters * scale[1], float(bias[0]))

    def objective(flat: Numbers) -> tuple[float, Numbers]:
        nonlocal seen
        margins = signs * (logits(asked.features, split(flat)) + asked.offset)
        loss = float(asked.weights @ np.logaddexp(0, -margins))
        seen = (loss / float(asked.weights.sum()), float((margins > 0).mean()))
        towards = -asked.weights * signs * special.expit(-margins)
        runs, characters = turned.sums(towards / divided)
        gradient = np.concatenate([runs * scale[0], characters * scale[1], [towards.sum()]])
        squared = flat[:-1] @ flat[:-1]
        return strength * loss + 0.5 * float(squared), strength * gradient + np.append(flat[:-1], 0.0)

    def told(flat: Numbers) -> None:
        if on_iteration:
            on_iteration(split(flat), *seen)

    found = optimize.minimize(
        objective,
        np.zeros(sizes[-1] + 1),
        jac=True,
        method="L-BFGS-B",
        callback=told,
        options={"maxiter": iterations, "maxcor": MEMORY},
    )
    return split(found.x)


class _Turned:
    """The counts by n-gram in place of by text, so that sums over texts read memory in its order: twice as fast."""

    def __init__(self, features: Features) -> None:
        self._runs, self._tokens, self._characters = (sparse.csr_array(part.T) for part in features[:3])

    def sums(self, values: Numbers) -> tuple[Numbers, Numbers]:
        """Sum values of texts over the n-grams that they hold."""
        narrow = values.astype(np.float32)
        found = self._runs @ narrow, self._characters @ (self._tokens @ narrow)
        return found[0].astype(np.float64), found[1].astype(np.float64)


def _naive_bayes(asked: Question, turned: _Turned) -> tuple[Numbers, Numbers]:
    """Compute how much more often each n-gram stands in the first class: the size of the log of the ratio."""
    first, second = (turned.sums(np.where(asked.first == side, asked.weights, 0.0)) for side in (True, False))
    runs, characters = (_ratio(one, other) for one, other in zip(first, second, strict=True))
    return runs, characters


def _ratio(first: Numbers, second: Numbers) -> Numbers:
    one, other = first + SMOOTHING, second + SMOOTHING
    ratio = np.log((one / one.sum()) / (other / other.sum()))
    # What stands nowhere has no weight.
    return np.asarray(np.where(first + second > 0, np.abs(ratio), 0.0), np.float64)
