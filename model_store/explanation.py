"""Why a text got its score: the words, and the runs of words, that moved it."""

from collections.abc import Callable, Sequence
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray


class Part(NamedTuple):
    """A word or a run of words, and what it adds to the logit: above 0 it speaks for positive."""

    words: str
    logit: float


class Explanation(NamedTuple):
    """The logit of one text, log(p_positive / p_negative), and what made it."""

    logit: float
    #: the largest first, by size; with `exact`, they and the bias add up to the logit
    parts: list[Part]
    bias: float
    exact: bool


def occlude(logits: Callable[[Sequence[str]], NDArray[np.float32]], text: str) -> Explanation:
    """Leave out one word after the other and see how the logit changes: an approximation, for any model.

    After Zeiler and Fergus (2014), "Visualizing and Understanding Convolutional Networks", section 4.2.
    """
    words = text.split()
    places: dict[str, list[int]] = {}
    for place, word in enumerate(words):
        places.setdefault(word.lower(), []).append(place)
    without = [" ".join(word for i, word in enumerate(words) if i not in set(left)) for left in places.values()]
    whole, *rest = (float(logit) for logit in logits([text, *without]))
    parts = [Part(word, whole - one) for word, one in zip(places, rest, strict=True)]
    return Explanation(whole, ordered(parts), 0.0, exact=False)


def ordered(parts: list[Part]) -> list[Part]:
    """Put the parts that moved most first; of equals, by the alphabet."""
    return sorted(parts, key=lambda part: (-abs(part.logit), part.words))
