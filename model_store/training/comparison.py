"""Whether two models differ on the same rows by more than chance: each pair, figure by figure."""

from collections.abc import Mapping, Sequence
from itertools import combinations
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from model_store.training import bootstrap, figures
from model_store.training.answers import Answers
from model_store.training.figures import Figures

SIGNIFICANT = 0.05


class Judged(NamedTuple):
    """One model: its answers, its figures, and its figures in each draw."""

    name: str
    answers: Answers
    found: Mapping[str, Any]
    drawn: Figures


def pairs(models: Sequence[Judged]) -> list[dict[str, Any]]:
    """Compare every two models by every figure that the set defines.

    `difference` is the first less the second, `interval` the middle 95 % of its draws. `p` is McNemar's for the
    accuracy and the paired bootstrap's for the others; `p_holm` is corrected for the number of pairs.
    """
    rows = []
    for figure in figures.NAMES:
        if models[0].found[figure] is None:
            continue
        compared = [_pair(one, other, figure) for one, other in combinations(models, 2)]
        for row, p in zip(compared, holm([row["p"] for row in compared]), strict=True):
            rows.append({**row, "p_holm": p, "significant": None if p is None else p < SIGNIFICANT})
    return rows


def mcnemar(one: NDArray[np.bool_], other: NDArray[np.bool_]) -> float:
    """Compute the mid-p value of McNemar's test out of which rows either model is right on (Fagerland et al. 2013).

    Only the rows that one of them alone is right on tell them apart; were they equal, each would fall to either side
    like a coin.
    """
    from scipy import stats  # noqa: PLC0415 - a third of a second that only comparing needs

    first, second = int((one & ~other).sum()), int((other & ~one).sum())
    coin = stats.binom(first + second, 0.5)
    fewer = min(first, second)
    return float(2 * coin.cdf(fewer) - coin.pmf(fewer))


def holm(values: list[float | None]) -> list[float | None]:
    """Correct p values for their number (Holm 1979): the smallest times n, the next times n - 1, never falling."""
    known = sorted((p, place) for place, p in enumerate(values) if p is not None)
    corrected: list[float | None] = [None] * len(values)
    least = 0.0
    for rank, (p, place) in enumerate(known):
        least = max(least, min(1.0, p * (len(known) - rank)))
        corrected[place] = least
    return corrected


def _pair(one: Judged, other: Judged, figure: str) -> dict[str, Any]:
    differences = one.drawn[figure] - other.drawn[figure]
    interval = bootstrap.interval(differences)
    if figure == "accuracy":
        p: float | None = mcnemar(_right(one.answers), _right(other.answers))
    else:
        p = None if interval is None else _both_sides(differences[np.isfinite(differences)])
    return {
        "models": [one.name, other.name],
        "figure": figure,
        "difference": one.found[figure] - other.found[figure],
        "interval": interval,
        "excludes_zero": None if interval is None else not interval[0] <= 0 <= interval[1],
        "test": "mcnemar_mid_p" if figure == "accuracy" else "paired_bootstrap",
        "p": p,
    }


def _right(answers: Answers) -> NDArray[np.bool_]:
    polar = answers.truth != 0
    return np.asarray(answers.sides[polar] == answers.truth[polar])


def _both_sides(differences: NDArray[np.float64]) -> float:
    """Compute a p value: twice the share of the draws on the other side of 0 (Davison and Hinkley 1997)."""
    beyond = min((differences <= 0).sum(), (differences >= 0).sum())
    return min(1.0, 2 * float(beyond + 1) / (len(differences) + 1))
