"""How right a model is on labelled texts: the figures of `brandpulse models evaluate`, told in docs/evaluation.md."""

from collections.abc import Callable, Mapping
from typing import Any

import numpy as np
from numpy.typing import NDArray

from model_store.prediction import NO_KNOWN_WORD, Model, Prediction
from model_store.serving import Scores
from model_store.training import answers as asking
from model_store.training import bootstrap, calibration_error, comparison, groups
from model_store.training import figures as computing
from model_store.training.answers import Answers
from model_store.training.labelled import Labelled


def evaluate(model: Model, data: Labelled) -> dict[str, Any]:
    """Score labelled texts and compare.

    `accuracy`, `macro_f1` and `auc` are over the positive and negative rows, by the side with the larger probability;
    `macro_recall` is over all three classes, by the label. A figure that the set does not define is None. A text that
    the model skips is a wrong answer in all of them, and undecided in the AUC: leaving it out would reward skipping.
    """
    return _described(asking.ask(model, data), data)


def figures(truth: NDArray[np.int8], answered: Prediction, thresholds: Mapping[str, float]) -> dict[str, Any]:
    """Compute the figures of `evaluate` out of labels and a prediction, row by row."""
    return _figures(asking.beside(truth, answered, thresholds))


def of_scores(truth: NDArray[np.int8], scores: Scores, thresholds: Mapping[str, float]) -> dict[str, Any]:
    """Compute the figures of `evaluate` out of labels and what a recipe says, row by row."""
    reasons = np.full(len(truth), None, object)
    reasons[~scores.known] = NO_KNOWN_WORD
    return figures(truth, Prediction(scores.p_negative, scores.p_positive, reasons, reasons), thresholds)


def judge(
    judged: Mapping[str, Answers],
    data: Labelled,
    draws: int = bootstrap.DRAWS,
    on_done: Callable[[int], None] = lambda _done: None,
) -> dict[str, Any]:
    """Describe models by their answers on the same rows, with intervals, and compare each pair of them.

    `judged` holds the answers of each model by its name. Without draws there are neither intervals nor pairs.
    """
    found = {name: _described(answers, data) for name, answers in judged.items()}
    compared = []
    if draws:
        all_drawn = bootstrap.draws(list(judged.values()), draws, on_done)
        for (name, answers), drawn in zip(judged.items(), all_drawn, strict=True):
            found[name] |= {"intervals": _intervals(found[name], drawn), "draws": draws}
            compared.append(comparison.Judged(name, answers, found[name], drawn))
    return {
        "models": [{"model": name, **described} for name, described in found.items()],
        "pairs": comparison.pairs(compared) if len(compared) > 1 else [],
    }


def _intervals(found: Mapping[str, Any], drawn: computing.Figures) -> dict[str, list[float] | None]:
    """Give each figure that the set defines its interval, where the set is large enough for one."""
    return {figure: None if found[figure] is None else bootstrap.interval(drawn[figure]) for figure in computing.NAMES}


def _described(answers: Answers, data: Labelled) -> dict[str, Any]:
    return {
        **_figures(answers),
        "comments_per_second": round(len(data.texts) / answers.seconds, 1),
        "ignored": data.ignored,
        **groups.by("brand", data.brands, answers),
        **groups.by("source", data.sources, answers),
    }


def _figures(answers: Answers) -> dict[str, Any]:
    counts = computing.count(computing.cells(answers))
    of_counts = {name: computing.defined(value) for name, value in computing.of(counts).items()}
    error = calibration_error.expected(answers)
    return {
        "rows": len(answers.truth),
        "n": {name: int((answers.truth == side).sum()) for name, side in (("positive", 1), ("negative", -1))},
        **of_counts,
        "auc": computing.defined(computing.Ranking(answers).auc()),
        "calibration_error": error,
        "calibration_classes": None if error is None else calibration_error.classes(answers),
        **groups.shares(counts),
        "confusion": computing.confusion(counts),
        "skipped": int(answers.skipped.sum()),
    }
