"""How right a model is on labelled texts: the figures of `brandpulse models evaluate`."""

import time
from collections.abc import Mapping
from typing import Any

import numpy as np
from numpy.typing import NDArray

from model_store.prediction import Model, Prediction, label_codes
from model_store.training.labelled import Labelled

NAMES = {-1: "negative", 0: "neutral", 1: "positive"}
#: Beside -1, 0 and 1 in the arrays below: the model gave no answer.
SKIPPED = 2


def evaluate(model: Model, data: Labelled) -> dict[str, Any]:
    """Score labelled texts and compare.

    `accuracy`, `macro_f1` and `auc` are over the positive and negative rows, by the side with the larger probability;
    `macro_recall` is over all three classes, by the label, and None where the set has no neutral rows. A text that the
    model skips is a wrong answer in all of them, and undecided in the AUC: leaving it out would reward skipping.
    """
    brands = [(brand,) if brand else () for brand in data.brands] or [()] * len(data.texts)
    model.predict(["The first call traces the network and is not timed."], [()])
    started = time.perf_counter()
    answered = model.predict(data.texts, brands)
    seconds = time.perf_counter() - started
    return {
        **figures(data.labels, answered, model.thresholds),
        "comments_per_second": round(len(data.texts) / seconds, 1),
        "ignored": data.ignored,
    }


def figures(truth: NDArray[np.int8], answered: Prediction, thresholds: Mapping[str, float]) -> dict[str, Any]:
    """Compute the figures of `evaluate` out of labels and a prediction, row by row."""
    from sklearn import metrics  # noqa: PLC0415 - half a second that only judging needs

    skipped = np.array([reason is not None for reason in answered.skip_reason], bool)
    labels = np.where(skipped, SKIPPED, label_codes(answered, thresholds))
    sides = np.where(skipped, SKIPPED, np.where(answered.p_positive >= answered.p_negative, 1, -1))
    polar = truth != 0
    classes = sorted(set(truth[polar].tolist()))
    with np.errstate(invalid="ignore"):
        leaning = answered.p_positive / (answered.p_positive + answered.p_negative)
    leaning = np.where(skipped | ~np.isfinite(leaning), 0.5, leaning)
    both = len(classes) == len((-1, 1))
    return {
        "n": {NAMES[side]: int((truth == side).sum()) for side in (1, -1)},
        "accuracy": float((sides == truth)[polar].mean()) if classes else None,
        "macro_f1": float(metrics.f1_score(truth[polar], sides[polar], labels=[-1, 1], average="macro"))
        if both
        else None,
        "auc": float(metrics.roc_auc_score(truth[polar] == 1, leaning[polar])) if both else None,
        "macro_recall": float(metrics.recall_score(truth, labels, labels=[-1, 0, 1], average="macro", zero_division=0))
        if not polar.all()
        else None,
        "confusion": _confusion(truth, labels),
        "skipped": int(skipped.sum()),
    }


def _confusion(truth: NDArray[np.int8], labels: NDArray[Any]) -> dict[str, dict[str, int]]:
    """Count, for each true label, the labels that the model gave."""
    answers = {**NAMES, SKIPPED: "skipped"}
    return {
        NAMES[true]: {answers[code]: int(((truth == true) & (labels == code)).sum()) for code in answers}
        for true in NAMES
    }
