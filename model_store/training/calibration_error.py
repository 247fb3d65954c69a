"""The expected calibration error: how far a model's probabilities are from how often it is right."""

import numpy as np
from numpy.typing import NDArray

from model_store.training.answers import Answers

BINS = 15


def expected(answers: Answers) -> float | None:
    """Compute the error of the top label over `BINS` bins of equal mass (Guo et al. 2017; Nguyen and O'Connor 2015).

    Over three classes where the set has neutral rows, else over two, the probabilities divided by their sum. A skipped
    text has no probability and is left out. None where fewer rows than bins are left, or the model gives none at all.
    """
    kept = ~answers.skipped
    truth = answers.truth[kept].astype(np.int64)
    if len(truth) < BINS or not answers.probable:
        return None
    negative, positive = answers.p_negative[kept], answers.p_positive[kept]
    if (answers.truth == 0).any():
        probabilities = np.stack([negative, 1 - negative - positive, positive], axis=-1)
    else:
        leaning = answers.leaning[kept]
        probabilities = np.stack([1 - leaning, np.full(len(leaning), -1.0), leaning], axis=-1)
    top = 2 - probabilities[:, ::-1].argmax(axis=1)  # of two equal ones the positive, as for the sides
    return _error(probabilities.max(axis=1), top - 1 == truth)


def classes(answers: Answers) -> int:
    """Say over how many classes `expected` is computed."""
    return 3 if (answers.truth == 0).any() else 2


def _error(confidence: NDArray[np.float64], right: NDArray[np.bool_]) -> float:
    """Average, over bins of equal mass, the distance of how sure from how right."""
    values, place = np.unique(confidence, return_inverse=True)
    # Rows of one confidence that two bins share: each counts as right as all of them are, whatever their order.
    rightness = (np.bincount(place, right) / np.bincount(place))[place]
    order = np.argsort(place, kind="stable")
    gaps = rightness[order] - values[place[order]]
    return float(sum(abs(part.sum()) for part in np.array_split(gaps, BINS))) / len(gaps)
