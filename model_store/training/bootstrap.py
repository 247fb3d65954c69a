"""How far the figures would move on other rows of the same kind: the percentile bootstrap (Efron 1979)."""

from collections.abc import Callable, Sequence

import numpy as np
from numpy.typing import NDArray

from model_store.training import figures
from model_store.training.answers import Answers
from model_store.training.figures import Figures

DRAWS = 1_000
SEED = 0  # the same rows give the same interval
LEVEL = 0.95
#: Positive and negative rows that an interval needs: four rows that are all right make one of no width.
LEAST_ROWS = 30
#: Share of the draws that must have the figure; where more lack a whole class, the set is too small to say how sure.
LEAST_DEFINED = 0.95


def draws(judged: Sequence[Answers], count: int, on_done: Callable[[int], None] = lambda _done: None) -> list[Figures]:
    """Compute the figures of models on `count` sets of rows, drawn with replacement out of the rows they answered.

    The models meet the same rows in the same draw, so that their figures can be compared draw by draw. Each row is
    drawn by itself: near copies count as rows of their own, and a set full of them looks surer than it is. On too few
    rows no draw has any figure.
    """
    rng = np.random.default_rng(SEED)
    truth = judged[0].truth
    if (truth != 0).sum() < LEAST_ROWS:
        return [dict.fromkeys(figures.NAMES, np.full(count, np.nan)) for _ in judged]
    cells = [figures.cells(answers) for answers in judged]
    rankings = [figures.Ranking(answers) for answers in judged]
    counts = np.empty((len(judged), count, *figures.SHAPE), np.int64)
    aucs = np.empty((len(judged), count))
    for draw in range(count):
        rows = rng.integers(len(truth), size=len(truth))
        for model, (cell, ranking) in enumerate(zip(cells, rankings, strict=True)):
            counts[model, draw] = figures.count(cell[rows])
            aucs[model, draw] = ranking.auc(rows)
        on_done(draw + 1)
    return [{**figures.of(drawn), "auc": auc} for drawn, auc in zip(counts, aucs, strict=True)]


def interval(drawn: NDArray[np.float64]) -> list[float] | None:
    """Give the middle 95 % of the draws, or None where too many of them lack the figure."""
    defined = drawn[np.isfinite(drawn)]
    if len(defined) < LEAST_DEFINED * len(drawn) or not len(defined):
        return None
    low, high = np.quantile(defined, [(1 - LEVEL) / 2, (1 + LEVEL) / 2])
    return [float(low), float(high)]
