"""From counted labels to the shares that people would count: estimates whose intervals hold what is not known.

Counted labels are biased: a model that finds four of five positive comments and takes every tenth other one for
positive counts 0.8 p + 0.1 (1 - p). Two ways out:

- `audited`: people labelled some of these very comments, drawn at random. Of the comments that the model gives a label,
  they say how many bear which: a post-stratified mean, which is prediction-powered inference (Angelopoulos et al. 2023,
  section 2) with the model's label as the prediction. Right whatever the model does.
- `adjusted`: other comments of the brand say how often the model errs on each class. The matrix of these rates is
  inverted: the adjusted count (Forman 2008, section 2.4; of several classes Hopkins and King 2010, equation 4). Right
  where the model errs on these comments as on those.

In both, all that is not known is drawn, as in Bayes' theorem: the rates from Dirichlet posteriors, and the counted
shares from one whose counts are divided by the design effect, since comments of one author or thread agree more than
others. The interval is what holds 95 % of the draws. `tests/reporting/test_estimating.py` measures how often it holds
the truth.
"""

from collections.abc import Mapping
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

LABELS = ("negative", "neutral", "positive")
DRAWS = 4_000  # of a share of a half in 5,000 comments, the ends then shake by 0.05 points
LEVEL = 0.95
COUNTS, RATES = 1, 2  # seeds
#: added to each count of a posterior: a third each is one label together, spread evenly. A half (Jeffreys 1946) drew a
#: share of 95 % down by 1.2 points with an audit sample of 200.
PRIOR = 1 / 3

Array = NDArray[np.float64]


class Interval(NamedTuple):
    """An estimate, and the ends of the interval that holds it."""

    share: float
    low: float
    high: float


def audited(counts: Array, found: Array, effect: float, seed: int = 0) -> Array:
    """Draw the true shares from an audit sample of the comments that were counted.

    Args:
        counts: how many comments bear each label of `LABELS`, shape (3,).
        found: audited comments by the model's label (row) and people's (column), shape (3, 3).
        effect: the design effect of the counts, 1 or more.
        seed: of the counted shares: another one for the counts of another period. Those of the rates are always the
            same, so that what is not known of them cancels out where two periods are compared.

    Returns:
        shares in the order of `LABELS`, shape (`DRAWS`, 3).

    """
    rates = _dirichlet(np.random.default_rng(RATES), found + PRIOR)
    return np.asarray(np.einsum("dl,dlk->dk", counted(counts, effect, seed), rates))


def adjusted(counts: Array, errors: Array, effect: float, seed: int = 0) -> Array:
    """Draw the true shares from how often the model errs on other comments.

    Args:
        counts: as in `audited`.
        errors: the other comments by people's label (row) and the model's (column), shape (3, 3).
        effect: as in `audited`.
        seed: as in `audited`.

    Returns:
        as `audited`.

    """
    shares = counted(counts, effect, seed)
    rates = _dirichlet(np.random.default_rng(RATES), errors + PRIOR)
    solved: Array = np.linalg.solve(np.swapaxes(rates, 1, 2), shares[..., None])[..., 0].astype(np.float64)
    return _onto_shares(solved)


def counted(counts: Array, effect: float, seed: int = 0) -> Array:
    """Draw the shares that the model would count in as many comments again; arguments and result as in `audited`."""
    return _dirichlet(np.random.default_rng([COUNTS, seed]), counts / effect)


def intervals(draws: Array) -> dict[str, Interval]:
    """Sum draws up: of each label the share of all comments, of the opinionated ones, and net sentiment."""
    negative, neutral, positive = draws.T
    opinionated = np.maximum(negative + positive, 1e-9)
    return {
        "positive": interval(positive),
        "negative": interval(negative),
        "neutral": interval(neutral),
        "positive_opinionated": interval(positive / opinionated),
        "net_sentiment": interval((positive - negative) / opinionated),
    }


def separation(errors: Array) -> float:
    """Say how well a model tells the classes apart: the least of their rates of being found less that of being imputed.

    At 0 its labels say nothing of the truth, and the adjusted count divides by it.
    """
    rates = errors / np.maximum(errors.sum(axis=1, keepdims=True), 1)
    others = (errors.sum(axis=0) - np.diag(errors)) / np.maximum(errors.sum() - errors.sum(axis=1), 1)
    return float((np.diag(rates) - others).min())


def accuracy(found: Array) -> Interval:
    """Estimate the part of the model's labels that people share, of an audit sample."""
    right = np.trace(found)
    draws = np.random.default_rng(0).beta(right + 1 / 2, found.sum() - right + 1 / 2, DRAWS)
    low, high = np.quantile(draws, _ends())
    return Interval(float(right / found.sum()), float(low), float(high))


def as_json(found: Mapping[str, Interval]) -> dict[str, Any]:
    """Give intervals as they stand in a report."""
    return {name: {key: round(value, 6) for key, value in one._asdict().items()} for name, one in found.items()}


def interval(draws: Array) -> Interval:
    """Sum draws of one number up by their middle, and what 95 % of them lie between."""
    low, high = np.quantile(draws, _ends())
    return Interval(float(np.median(draws)), float(low), float(high))


def _ends() -> tuple[float, float]:
    return (1 - LEVEL) / 2, (1 + LEVEL) / 2


def _dirichlet(generator: np.random.Generator, counts: Array, draws: int = DRAWS) -> Array:
    """Draw shares, the last axis summing to 1; a count of 0 is never drawn."""
    drawn = generator.standard_gamma(np.broadcast_to(counts, (draws, *counts.shape)))
    found: Array = drawn / np.maximum(drawn.sum(axis=-1, keepdims=True), 1e-300)
    return found


def _onto_shares(points: Array) -> Array:
    """Move points, shape (n, k), to the nearest that are shares (Duchi et al. 2008, figure 1)."""
    falling = -np.sort(-points, axis=1)
    beyond = (np.cumsum(falling, axis=1) - 1) / np.arange(1, points.shape[1] + 1)
    last = (falling > beyond).sum(axis=1, keepdims=True) - 1
    return np.maximum(points - np.take_along_axis(beyond, last, axis=1), 0)
