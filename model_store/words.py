"""Texts to word ids, as Keras made its IMDB set: the same function for training and serving.

A word's id is its rank by frequency, 1 the most frequent, shifted by 3 to make room for the marks below.
"""

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from itertools import chain

import numpy as np
from numpy.typing import NDArray

from model_store import masking

PADDING, START, UNKNOWN, UNUSED = range(4)
FIRST_WORD = 4  # the id of the most frequent word
MARKS = {PADDING: "<pad>", START: "<start>", UNKNOWN: "<unknown>", UNUSED: "<unused>"}

# The characters that Keras' tokeniser takes for blanks; the apostrophe stays: "don't" is one word.
_BLANKS = str.maketrans(dict.fromkeys('!"#$%&()*+,-./:;<=>?@[\\]^_`{|}~', " "))


def split(text: str) -> list[str]:
    """Split a text into lower-case words."""
    # Keras splits at the blank alone; a comment may hold any white space, and in IMDB it changes one word of 10,000.
    return text.lower().translate(_BLANKS).split()


def most_frequent(texts: Iterable[str], vocabulary: int) -> list[str]:
    """List the most frequent words, as many as get an id below `vocabulary`; words of one frequency by the alphabet."""
    counts = Counter(chain.from_iterable(map(split, texts)))
    counts.pop(masking.PLACEHOLDER, None)
    return sorted(counts, key=lambda word: (-counts[word], word))[: vocabulary - FIRST_WORD]


@dataclass(frozen=True)
class Vocabulary:
    """The words that a model version knows, most frequent first."""

    words: Sequence[str]
    _ids: dict[str, int] = field(init=False, repr=False)

    def __post_init__(self) -> None:
        object.__setattr__(self, "_ids", {word: rank for rank, word in enumerate(self.words, FIRST_WORD)})

    def encode(self, texts: Sequence[str], width: int) -> NDArray[np.int32]:
        """Turn texts to ids, shape (texts, width): the last `width` marks and words, padded at the end."""
        ids = np.full((len(texts), width), PADDING, np.int32)
        find = self._ids.get
        for row, text in zip(ids, texts, strict=True):
            kept = [START, *(find(word, UNKNOWN) for word in split(text))][-width:]
            row[: len(kept)] = kept
        return ids

    def decode(self, ids: Iterable[int]) -> str:
        """Turn ids back to words, marks included."""
        return " ".join(MARKS[i] if i in MARKS else self.words[i - FIRST_WORD] for i in map(int, ids))


def without_known_word(ids: NDArray[np.int32]) -> NDArray[np.bool_]:
    """Say of each row of ids whether it holds no word of the vocabulary."""
    return np.asarray((ids < FIRST_WORD).all(axis=1))
