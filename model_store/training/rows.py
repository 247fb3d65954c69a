"""What the recipe `fast` learns from: texts out of several files, what each counts, and the emoji."""

import json
from collections.abc import Iterable
from itertools import chain
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from model_store import words
from model_store.language import FREQUENT_WORDS
from model_store.recipes import fast
from model_store.training.labelled import Labelled
from model_store.training.parts import Parts

#: Social texts that machines label are short of emoji: those that were labelled by their emoticons have lost them. Each
#: of these is one text, once alone and once three times in a row. Those that people laugh and cry with in praise and in
#: blame alike are not among them: what they say is learnt from the texts.
EMOJI = {
    1: "😀😃😄😁😆😊🙂😍🥰😘😻😎🤩🥳😇😋🤗👍👏🙌💪🙏🎉🎊✨🌟⭐🔥💯❤💕💖💗💙💚💛💜🧡🖤💞💓🏆✅☺♥👌😌🤞💐🌹🍾🥂",
    -1: "😠😡🤬😤😒🙄😞😔😟😢😩😫😖😣😦😧😨😰😱😾👎💔🤮🤢🖕😑💩😓😥🤦😕🙁☹❌😿🤥⛔🚫😷🤕🤒👿",
}
EMOJI_COUNT = 2.0  # rows that each counts for


class Rows(NamedTuple):
    """Texts with their brands masked, row by row."""

    texts: list[str]
    #: -1 negative, 0 neutral, 1 positive
    labels: NDArray[np.int8]
    #: how much each counts where positive is told from negative
    polarity: NDArray[np.float64]
    #: how much each counts where neutral is told from the others; 0 where its file knows no neutral
    neutral: NDArray[np.float64]

    def where(self, kept: NDArray[np.bool_]) -> "Rows":
        """Keep some of the rows."""
        texts = [text for text, is_kept in zip(self.texts, kept, strict=True) if is_kept]
        return Rows(texts, self.labels[kept], self.polarity[kept], self.neutral[kept])


def learnt(parts: Parts, also_polarity: float, also_neutral: float) -> Rows:
    """Collect what is trained on, the emoji with it; a row of `parts.also` counts so much of each question."""
    weighed = [
        *((one, 1.0, 1.0) for one in parts.train),
        *((one, also_polarity, also_neutral) for one in parts.also),
    ]
    return together([*(_rows(*one) for one in weighed), *(_emoji(label) for label in EMOJI)])


def chosen(parts: Parts) -> Rows:
    """Collect what validates; each row counts fully."""
    return together(_rows(one, 1.0, 1.0) for one in parts.validation)


def are_long(found: Rows) -> NDArray[np.bool_]:
    """Say which texts are long."""
    return np.fromiter(map(len, found.texts), np.int64, len(found.texts)) > fast.SHORT


def frequent(texts: Iterable[str]) -> bytes:
    """List the words by which the language of a text is known, as the file of a version."""
    return json.dumps(words.most_frequent(texts, FREQUENT_WORDS + words.FIRST_WORD), ensure_ascii=False).encode()


def joined(found: Rows, longer_than: int) -> Rows:
    """Join texts of one label and one after the other until they are long: long texts whose neutral ones are known."""
    texts, labels = [], []
    for label in (-1, 0, 1):
        waiting: list[str] = []
        for row in np.flatnonzero((found.labels == label) & (found.neutral > 0)):
            waiting.append(found.texts[row])
            if sum(map(len, waiting)) + len(waiting) - 1 > longer_than:
                texts.append(" ".join(waiting))
                labels.append(label)
                waiting = []
    ones = np.ones(len(texts))
    return Rows(texts, np.array(labels, np.int8), ones, ones)


def together(rows: Iterable[Rows]) -> Rows:
    """Put rows one after the other."""
    texts, labels, polarity, neutral = zip(*rows, strict=True)
    return Rows(
        list(chain.from_iterable(texts)), np.concatenate(labels), np.concatenate(polarity), np.concatenate(neutral)
    )


def _rows(data: Labelled, polarity: float, neutral: float) -> Rows:
    knows_neutral = bool((data.labels == 0).any())
    count = len(data.texts)
    return Rows(data.masked(), data.labels, np.full(count, polarity), np.full(count, neutral if knows_neutral else 0.0))


def _emoji(label: int) -> Rows:
    texts = [emoji * times for emoji in EMOJI[label] for times in (1, 3)]
    counts = np.full(len(texts), EMOJI_COUNT)
    return Rows(texts, np.full(len(texts), label, np.int8), counts, counts)
