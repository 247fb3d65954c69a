"""The words and pairs of words that moved a share, with their part of the change, and the comments that show it."""

from collections.abc import Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from reporting import held_words
from reporting.held_words import LEAST_COMMENTS, Held
from reporting.told import Comments

MOST = 6  # drivers of each label
EXAMPLES = 5
LEAST_DEVIATIONS = 3.5  # of chance: of 5,000 words two are as far out by chance alone
SAME = 0.8  # part of its comments that words share with those that stand above them, and are left out
Counts = NDArray[np.float64]
CODES = {"negative": -1, "positive": 1}


def find(now: Comments, before: Comments | None, names: Sequence[str]) -> dict[str, list[dict[str, Any]]]:
    """Find what moved the positive and the negative share.

    Args:
        now: the comments of the period.
        before: those of the period that it is compared with; without them words are named that bear a label more
            often than all comments do.
        names: the brand's, which say nothing.

    Returns:
        by label a list of `words`, `comments` (of the label that hold them), `share` and `share_before` (of all
        comments, those of the label that hold the words), `change` and `examples`; the strongest first. In `change`,
        comments that hold several of the words count in each.

    """
    texts = now.texts + (before.texts if before else [])
    if not now.texts:
        return {label: [] for label in CODES}
    held = held_words.find(texts, names, longest=2)
    return {label: _of_label(now, before, held, code) for label, code in CODES.items()}


def _of_label(now: Comments, before: Comments | None, held: Held, code: int) -> list[dict[str, Any]]:
    of_now, of_before = held.matrix[: len(now.all)], held.matrix[len(now.all) :]
    are = now.labels == code
    of_label = of_now[are]
    counts = _sum(of_label)
    share = counts / len(are)
    if before is None:
        # What the words would have if they had nothing to do with the label.
        other = _sum(of_now) / len(are) * are.mean()
        deviations = _deviations((counts, are.sum()), (_sum(of_now[~are]), (~are).sum()))
    else:
        counts_before = _sum(of_before[before.labels == code])
        other = counts_before / max(len(before.all), 1)
        deviations = _deviations((counts, len(are)), (counts_before, len(before.all)))
    order = np.argsort(other - share, kind="stable")
    strong = [i for i in order.tolist() if deviations[i] > LEAST_DEVIATIONS and counts[i] >= LEAST_COMMENTS]
    rows = np.flatnonzero(are)
    found: list[dict[str, Any]] = []
    taken = np.zeros(len(rows), bool)
    for i in strong:
        here = of_label[:, i].toarray().ravel() > 0
        if (here & taken).sum() <= SAME * here.sum():
            taken |= here
            found.append(
                {
                    "words": held.words[i],
                    "comments": int(counts[i]),
                    "share": float(share[i]),
                    "share_before": None if before is None else float(other[i]),
                    "change": float(share[i] - other[i]),
                    "examples": now.examples(rows[here], EXAMPLES),
                }
            )
        if len(found) == MOST:
            break
    return found


def _deviations(now: tuple[Counts, int], before: tuple[Counts, int]) -> NDArray[np.float64]:
    """Compare shares, each (counts, of how many): how many standard errors the first is above the second."""
    (counts, size), (others, of) = now, before
    if not size or not of:
        return np.zeros(len(counts))
    pooled = (counts + others) / (size + of)
    errors = np.sqrt(pooled * (1 - pooled) * (1 / size + 1 / of))
    return np.asarray((counts / size - others / of) / np.maximum(errors, 1e-12))


def _sum(held: Any) -> NDArray[np.float64]:  # noqa: ANN401 - a sparse matrix
    return np.asarray(held.sum(axis=0), np.float64).ravel()
