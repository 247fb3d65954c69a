"""A transformer as it serves: texts in windows, batches of like lengths, logits to probabilities."""

from collections.abc import Callable, Sequence
from threading import Lock
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray
from scipy import special

from model_store import explanation, windows
from model_store.explanation import Explanation
from model_store.serving import Scores
from model_store.tables import Kind
from model_store.wordpieces import WordPieces

#: The logits of a window: positive against negative, and neutral against the two.
POLARITY, NEUTRAL = 0, 1
#: Ids, shape (windows, length), to logits, shape (windows, 2).
Network = Callable[[NDArray[np.int32]], NDArray[np.float32]]


class Reach(NamedTuple):
    """How much is read at once."""

    window: int  # tokens of the longest window
    call: int  # tokens of a call of the network
    short: int  # characters of the longest short text


class Logits(NamedTuple):
    """What the network says of texts, and which of them hold a word."""

    #: float64, shape (texts, 2), by `POLARITY` and `NEUTRAL`
    values: NDArray[np.float64]
    known: NDArray[np.bool_]


class Transformer:
    """A version of the recipe `accurate` as it serves; several threads may ask."""

    def __init__(self, pieces: WordPieces, network: Network, kinds: Sequence[Kind], reach: Reach) -> None:
        """Take how texts are cut, the network, and how the logits of short and of long texts are made."""
        self._pieces, self._network, self._kinds, self._reach = pieces, network, kinds, reach
        self._lock = Lock()

    def score(self, texts: Sequence[str]) -> Scores:
        """Score texts; see `serving.Scorer`."""
        polarity, neutral, known = self._logits(texts)
        others = special.expit(-neutral)
        return Scores(
            (others * special.expit(-polarity)).astype(np.float32),
            (others * special.expit(polarity)).astype(np.float32),
            known,
        )

    def explain(self, texts: Sequence[str]) -> list[Explanation]:
        """Name the words that moved the score, by leaving out one after the other; see `serving.Scorer`."""
        return [explanation.occlude(lambda tried: self._logits(tried)[0].astype(np.float32), text) for text in texts]

    def logits(self, texts: Sequence[str]) -> Logits:
        """Run the network over texts; one that comes several times is read once."""
        places = {text: place for place, text in enumerate(dict.fromkeys(texts))}
        pieces = self._pieces.encode(list(places))
        cut = windows.cut(pieces, self._reach.window)
        values = np.empty((len(cut.ids), 2), np.float32)
        with self._lock:
            for batch in windows.batches(cut.ids, self._reach.call):
                values[batch] = self._network(windows.padded([cut.ids[place] for place in batch]))
        rows = np.fromiter((places[text] for text in texts), np.int64, len(texts))
        return Logits(cut.average(values, len(places))[rows], self._pieces.hold_words(pieces)[rows])

    def _logits(self, texts: Sequence[str]) -> tuple[NDArray[np.float64], NDArray[np.float64], NDArray[np.bool_]]:
        """Give the calibrated logits of polarity and of neutral, and which texts hold a word."""
        found = self.logits(texts)
        are_long = np.fromiter(map(len, texts), np.int64, len(texts)) > self._reach.short
        polarity, neutral = np.empty((2, len(texts)))
        for kind, rows in zip(self._kinds, (~are_long, are_long), strict=True):
            polarity[rows] = kind.polarity.slope * found.values[rows, POLARITY] + kind.polarity.bias
            neutral[rows] = (
                kind.neutral.slope * found.values[rows, NEUTRAL] + kind.neutral.bias if kind.neutral else -np.inf
            )
        return polarity, neutral, found.known
