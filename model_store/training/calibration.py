"""Probabilities that mean what they say: lines from sums to logits (Platt 1999), and the thresholds of the labels."""

import numpy as np
from numpy.typing import NDArray
from scipy import optimize, special

from model_store.prediction import codes
from model_store.tables import Line

STEPS = np.arange(0.2, 0.7, 0.01)  # thresholds that are tried, of either side


def line(sums: NDArray[np.float64], first: NDArray[np.bool_], share: float = 0.5) -> Line:
    """Find the line whose logits fit best, the first class weighing this share.

    Whatever the classes weigh in the rows: how many of a brand's comments are positive is what one wants to find out,
    and differs from how many are in a validation set. Targets are drawn in as by Platt (1999, section 2.2), so that few
    rows, all of them right, give no endless slope.
    """
    positive, negative = int(first.sum()), int((~first).sum())
    weights = np.where(first, share / max(positive, 1), (1 - share) / max(negative, 1))
    targets = np.where(first, (positive + 1) / (positive + 2), 1 / (negative + 2))

    def loss(given: NDArray[np.float64]) -> float:
        logits = given[0] * sums + given[1]
        return float(weights @ (np.logaddexp(0, logits) - targets * logits))

    def gradient(given: NDArray[np.float64]) -> NDArray[np.float64]:
        errors = weights * (special.expit(given[0] * sums + given[1]) - targets)
        return np.array([errors @ sums, errors.sum()])

    slope, bias = optimize.minimize(loss, np.array([1.0, 0.0]), jac=gradient, method="L-BFGS-B").x
    return Line(float(slope), float(bias))


def thresholds(
    negative: NDArray[np.float32], positive: NDArray[np.float32], labels: NDArray[np.int8]
) -> dict[str, float]:
    """Find the least probabilities of the two sides by macro-averaged recall; one half where no row is neutral."""
    if not (labels == 0).any():
        return {"negative": 0.5, "positive": 0.5}
    tried = [{"negative": round(float(low), 2), "positive": round(float(high), 2)} for low in STEPS for high in STEPS]
    recalls = np.array([_recall(codes(negative, positive, one), labels) for one in tried])
    # The best one may owe its place to chance: the middle of those within 0.2 points of it is kept.
    good = np.flatnonzero(recalls >= recalls.max() - 0.002)
    sides = {side: float(np.median([tried[i][side] for i in good])) for side in tried[0]}
    return {side: round(value, 2) for side, value in sides.items()}


def _recall(answered: NDArray[np.int8], labels: NDArray[np.int8]) -> float:
    return float(np.mean([(answered[labels == label] == label).mean() for label in np.unique(labels)]))
