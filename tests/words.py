"""A model of a few words, for tests of everything but the models."""

from collections.abc import Sequence

import numpy as np

from model_store.prediction import Prediction

POSITIVE, NEGATIVE = "good", "bad"
POISON = "poison"


class WordModel:
    """Positive where `good` stands, negative where `bad` does; cannot take a text with `poison`."""

    thresholds = {"positive": 0.5, "negative": 0.5}  # noqa: RUF012 - nobody changes it
    chunk_size_comments = 10

    def __init__(self) -> None:
        self.calls: list[int] = []

    def predict(self, texts: Sequence[str], brands: Sequence[tuple[str, ...]]) -> Prediction:
        assert len(texts) == len(brands)
        self.calls.append(len(texts))
        if any(POISON in text for text in texts):
            raise ValueError("poison")
        positive = np.array(
            [0.9 if POSITIVE in text else 0.1 if NEGATIVE in text else 0.2 for text in texts], np.float32
        )
        negative = np.array([0.9 if NEGATIVE in text else 0.1 for text in texts], np.float32)
        skip = np.array(["no_known_word" if text == "???" else None for text in texts], object)
        return Prediction(negative, positive, skip, np.full(len(texts), None, object))
