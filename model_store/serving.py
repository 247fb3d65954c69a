"""A loaded version as it serves: brands masked, foreign texts set aside, the rest scored by its recipe in one call."""

import json
from collections.abc import Mapping, Sequence
from typing import Any, NamedTuple, Protocol

import numpy as np
from numpy.typing import NDArray

from model_store import masking, pieces, prediction
from model_store.explanation import Explanation
from model_store.language import Languages

WEIGHTS, WORDS = "weights.safetensors", "words.json"  # files of a version


class Scores(NamedTuple):
    """What a recipe says of texts: arrays of their length; the numbers mean nothing where no word is known."""

    #: float32
    p_negative: NDArray[np.float32]
    p_positive: NDArray[np.float32]
    #: whether the text holds a word that the recipe knows
    known: NDArray[np.bool_]
    #: which member of a cascade spoke; None for a single model
    member: NDArray[np.object_] | None = None

    def take(self, rows: NDArray[np.intp]) -> "Scores":
        """Keep what is said of some of the texts."""
        member = None if self.member is None else self.member[rows]
        return Scores(self.p_negative[rows], self.p_positive[rows], self.known[rows], member)


class Scorer(Protocol):
    """What a recipe's `load` gives."""

    def score(self, texts: Sequence[str]) -> Scores:
        """Score texts whose brands are masked."""

    def explain(self, texts: Sequence[str]) -> list[Explanation]:
        """Name the words that moved the score of texts whose brands are masked."""


class Served:
    """A model version that answers as `prediction.Model` promises."""

    def __init__(
        self, card: Mapping[str, Any], contents: Mapping[str, bytes], scorer: Scorer, chunk_size_comments: int
    ) -> None:
        """Take the card and the files of a version, already verified, and what its recipe made of them and says."""
        self.thresholds: Mapping[str, float] = card["thresholds"]
        self.chunk_size_comments = chunk_size_comments
        self._languages = Languages(card["languages"], json.loads(contents[WORDS]))
        #: scores alone: texts whose brands are masked, whatever their language
        self.scorer = scorer

    def predict(self, texts: Sequence[str], brands: Sequence[tuple[str, ...]]) -> prediction.Prediction:
        """Score raw texts; see `prediction.Model`."""
        answers = np.full((2, len(texts)), np.nan, np.float32)
        reasons, member = np.full((2, len(texts)), None, object)
        for place, masked in pieces.portions(masking.mask(texts, brands)):
            foreign = self._languages.foreign(masked)
            found = self.scorer.score(masked.part(~foreign))
            known = ~foreign
            known[known] = found.known
            answers[:, place][:, known] = found.p_negative[found.known], found.p_positive[found.known]
            if found.member is not None:
                member[place][known] = found.member[found.known]
            reasons[place][foreign] = prediction.OTHER_LANGUAGE
            reasons[place][~known & ~foreign] = prediction.NO_KNOWN_WORD
        return prediction.Prediction(answers[0], answers[1], reasons, member)

    def explain(self, texts: Sequence[str], brands: Sequence[tuple[str, ...]]) -> list[Explanation]:
        """Name, for each raw text, the words that moved its score; one that would be skipped is explained too."""
        return self.scorer.explain(masking.mask(texts, brands))
