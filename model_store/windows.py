"""Texts longer than a transformer reads at once, in windows of like lengths; and what is said of each, averaged."""

from collections.abc import Sequence
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from model_store.wordpieces import END, PADDING, START

MARKS = 2  # [CLS] before a window and [SEP] behind it
MOST = 64  # windows of one text that are read, evenly spread where it holds more: 16,000 pieces, three seconds


class Windows(NamedTuple):
    """The pieces of texts, window by window."""

    ids: list[NDArray[np.int32]]
    #: int64, shape (windows,): which text each is of
    texts: NDArray[np.int64]

    def average(self, values: NDArray[np.float32], texts: int) -> NDArray[np.float64]:
        """Average values of windows, shape (windows, n), to those of texts, shape (texts, n); 0 where a text has none.

        In plain numbers of a review: 64 pieces of one window count as much as 64 of another, since all of a text have
        the same length, give or take one.
        """
        sums = np.zeros((texts, values.shape[1]))
        np.add.at(sums, self.texts, values)
        counts = np.bincount(self.texts, minlength=texts)
        return sums / np.maximum(counts, 1)[:, None]


def cut(pieces: Sequence[NDArray[np.int32]], window: int) -> Windows:
    """Cut texts into windows of at most so many pieces, marks counted; a text without pieces has none."""
    ids, texts = [], []
    for text, found in enumerate(pieces):
        count = -(-len(found) // (window - MARKS))
        edges = np.linspace(0, len(found), count + 1).astype(int)
        for place in range(count) if count <= MOST else np.linspace(0, count - 1, MOST).astype(int):
            ids.append(found[edges[place] : edges[place + 1]])
            texts.append(text)
    return Windows(ids, np.array(texts, np.int64))


def batches(ids: Sequence[NDArray[np.int32]], tokens: int, multiple: int = 1) -> list[NDArray[np.intp]]:
    """Put windows of like lengths together, at most so many tokens a batch, padding counted; gives their places."""
    lengths = _length(np.fromiter(map(len, ids), np.int64, len(ids)), multiple)
    order = np.argsort(lengths, kind="stable")
    made, start = [], 0
    for end in range(1, len(order) + 1):
        if end == len(order) or lengths[order[end]] * (end + 1 - start) > tokens:
            made.append(order[start:end])
            start = end
    return made


def padded(ids: Sequence[NDArray[np.int32]], multiple: int = 1) -> NDArray[np.int32]:
    """Put windows side by side with their marks, shape (windows, length), padded at their ends to a multiple."""
    found = np.full((len(ids), _length(max(map(len, ids)), multiple)), PADDING, np.int32)
    for row, window in zip(found, ids, strict=True):
        row[0], row[1 : len(window) + 1], row[len(window) + 1] = START, window, END
    return found


def _length(pieces: Any, multiple: int) -> Any:  # noqa: ANN401 - a number or an array of them
    """Say how long a window is with its marks, rounded up to a multiple."""
    return -(-(pieces + MARKS) // multiple) * multiple
