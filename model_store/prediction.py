"""What every model answers: two probabilities for each text, or the reason why there are none."""

from collections.abc import Mapping, Sequence
from typing import NamedTuple, Protocol

import numpy as np
from numpy.typing import NDArray

NO_KNOWN_WORD = "no_known_word"
OTHER_LANGUAGE = "other_language"
#: The sentence that a person reads for each code of `Prediction.skip_reason`.
SKIP_REASONS = {
    NO_KNOWN_WORD: "The model knows no word of the text.",
    OTHER_LANGUAGE: "The text is in a language that the model does not know.",
}
#: The thresholds of a version whose labels are the likeliest ones.
LIKELIEST: Mapping[str, float] = {"negative": 0.0, "neutral": 0.0, "positive": 0.0}


class Prediction(NamedTuple):
    """Four arrays, each of the length of the texts."""

    #: float32, not a number where the text was skipped
    p_negative: NDArray[np.float32]
    p_positive: NDArray[np.float32]
    #: None, or a code out of `SKIP_REASONS`
    skip_reason: NDArray[np.object_]
    #: which model of a cascade spoke; None for a single model
    member: NDArray[np.object_]


class Model(Protocol):
    """A model version that is loaded."""

    @property
    def thresholds(self) -> Mapping[str, float]:
        """Least probability of `negative` and of `positive` that makes the label; of `neutral`, see `label_codes`."""

    @property
    def chunk_size_comments(self) -> int:
        """Comments that one call should bring: enough to be fast, few enough to repeat after a fault."""

    def predict(self, texts: Sequence[str], brands: Sequence[tuple[str, ...]]) -> Prediction:
        """Score raw texts; `brands` holds, for each text, the brand's name and handles, which are masked."""


def label_codes(prediction: Prediction, thresholds: Mapping[str, float]) -> NDArray[np.int8]:
    """Decide the labels: -1 negative, 0 neutral, 1 positive. A skipped text has none, its 0 means nothing.

    A side that reaches its threshold is the label, of two the likelier one, and where none does, the text is neutral.
    Where there is a threshold for neutral too, a text is also neutral where that reaches it and is likelier than both.
    """
    return codes(prediction.p_negative, prediction.p_positive, thresholds)


def codes(
    negative: NDArray[np.float32], positive: NDArray[np.float32], thresholds: Mapping[str, float]
) -> NDArray[np.int8]:
    """Decide the labels of probabilities, as `label_codes` does."""
    decided = np.zeros(len(positive), np.int8)
    decided[negative >= thresholds["negative"]] = -1
    decided[(positive >= thresholds["positive"]) & (positive >= negative)] = 1
    if "neutral" in thresholds:
        neutral = 1 - negative - positive
        decided[(neutral >= thresholds["neutral"]) & (neutral > np.maximum(negative, positive))] = 0
    return decided
