"""What a model says of labelled texts, row by row beside what people say: all that its figures are computed from."""

import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from model_store.prediction import Model, Prediction, label_codes
from model_store.training.labelled import Labelled
from model_store.vader import Vader

#: Beside -1 negative, 0 neutral and 1 positive in `labels` and `sides`: the model gave no answer.
SKIPPED = 2
#: Texts of the first call, which traces the network and is not timed.
WARMING = 256


@dataclass(frozen=True)
class Answers:
    """Arrays of one length, the number of the rows."""

    #: what people say: -1 negative, 0 neutral, 1 positive
    truth: NDArray[np.int8]
    #: the label that the version's thresholds give, or `SKIPPED`
    labels: NDArray[np.int8]
    #: the larger of the two probabilities, 1 or -1, or `SKIPPED`
    sides: NDArray[np.int8]
    #: p_positive / (p_positive + p_negative), what the AUC ranks by; 0.5 where the model gave no answer
    leaning: NDArray[np.float64]
    #: not a number where the text was skipped
    p_negative: NDArray[np.float64]
    p_positive: NDArray[np.float64]
    #: what the model took for all the rows
    seconds: float = 0.0
    #: False where `p_negative` and `p_positive` only rank
    probable: bool = True

    @property
    def skipped(self) -> NDArray[np.bool_]:
        """Say which rows the model gave no answer for."""
        return np.asarray(self.labels == SKIPPED)


def ask(model: Model, data: Labelled, on_done: Callable[[int], None] = lambda _done: None) -> Answers:
    """Have a model score labelled texts, a chunk at a time as a worker does; `on_done` is told the rows done so far.

    Where the set has a column `brand`, each text's brand is handed over to be masked.
    """
    brands = [(brand,) if brand else () for brand in data.brands] or [()] * len(data.texts)
    model.predict(data.texts[:WARMING], brands[:WARMING])
    started = time.perf_counter()
    chunks = []
    for start in range(0, len(data.texts), model.chunk_size_comments):
        chunk = slice(start, start + model.chunk_size_comments)
        chunks.append(model.predict(data.texts[chunk], brands[chunk]))
        on_done(min(chunk.stop, len(data.texts)))
    seconds = time.perf_counter() - started
    answered = Prediction(*(np.concatenate(column) for column in zip(*chunks, strict=True)))
    found = beside(data.labels, answered, model.thresholds)
    return replace(found, seconds=seconds, probable=not isinstance(model, Vader))


def beside(truth: NDArray[np.int8], answered: Prediction, thresholds: Mapping[str, float]) -> Answers:
    """Put a prediction beside the labels that people gave."""
    negative, positive = answered.p_negative.astype(np.float64), answered.p_positive.astype(np.float64)
    skipped = np.array([reason is not None for reason in answered.skip_reason], bool)
    sides = np.where(positive >= negative, 1, -1)
    with np.errstate(invalid="ignore"):
        leaning = positive / (positive + negative)
    return Answers(
        truth=truth,
        labels=np.where(skipped, SKIPPED, label_codes(answered, thresholds)).astype(np.int8),
        sides=np.where(skipped, SKIPPED, sides).astype(np.int8),
        # A cascade or a rule may give neither side a probability: as undecided as a text that was skipped.
        leaning=np.where(skipped | ~np.isfinite(leaning), 0.5, leaning),
        p_negative=negative,
        p_positive=positive,
    )
