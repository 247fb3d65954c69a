"""VADER, the rule-based model that a user would pick instead (Hutto and Gilbert 2014), to be compared with."""

from collections.abc import Mapping, Sequence
from typing import ClassVar

import numpy as np
from numpy.typing import NDArray

from model_store.prediction import Prediction
from settings import errors

NAME = "vader"
#: VADER's own: a text is positive from a compound score of 0.05 on and negative from -0.05 down.
COMPOUND = 0.05


class Vader:
    """VADER as its users run it: on the plain text, nothing masked and nothing skipped."""

    #: of `(1 + compound) / 2`
    thresholds: ClassVar[Mapping[str, float]] = {"negative": (1 + COMPOUND) / 2, "positive": (1 + COMPOUND) / 2}
    chunk_size_comments = 1_000  # a tenth of a second of tweets, two of reviews: what a progress bar moves by

    def __init__(self) -> None:
        """Read its lexicon.

        Raises:
            errors.NotFound: it is not installed.

        """
        try:
            from vaderSentiment.vaderSentiment import SentimentIntensityAnalyzer  # noqa: PLC0415 - an optional extra
        except ImportError as error:
            raise errors.NotFound(
                "VADER is not installed: `python -m pip install vaderSentiment`, which is the extra `vader`, brings it."
            ) from error
        self._analyzer = SentimentIntensityAnalyzer()

    def predict(self, texts: Sequence[str], brands: Sequence[tuple[str, ...]]) -> Prediction:  # noqa: ARG002 - `Model`
        """Score plain texts; see `ranked`."""
        return ranked(np.array([self._analyzer.polarity_scores(text)["compound"] for text in texts], np.float64))


def ranked(compound: NDArray[np.float64]) -> Prediction:
    """Turn compound scores, from -1 to 1, to two numbers that rank as they do; they are no probabilities."""
    nothing = np.full(len(compound), None, object)
    negative, positive = ((1 + score) / 2 for score in (-compound, compound))
    return Prediction(negative.astype(np.float32), positive.astype(np.float32), nothing, nothing)
