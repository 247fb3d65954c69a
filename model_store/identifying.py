"""Which languages texts are in, by py3langid's model, many texts at once.

One by one, as the package takes them, they cost 155 µs each, a sixth of a worker's time; some hundred together cost 50
to 70. Its rules stand in `py3langid.langid.LanguageIdentifier`: an automaton reads the bytes, some of its states
name a feature, and naive Bayes adds up what the features weigh for each language. A test holds both against each other.
"""

from collections.abc import Sequence
from functools import cache
from itertools import pairwise
from unicodedata import normalize

import numpy as np
from numpy.typing import NDArray

from model_store.keys import Numbers

#: bytes: the tenth of the texts that are longer would make steps for a few texts each, so the package takes them
LONGEST = 400


class Identifier:
    """The model of the package."""

    def __init__(self) -> None:
        """Load it: 0.7 s, 70 MB."""
        from py3langid import langid  # noqa: PLC0415 - only texts without enough frequent words need it

        self._package = langid.LanguageIdentifier.from_model_file(langid.MODEL_FILE, norm_probs=True)
        self._moves = np.asarray(self._package.tk_nextmove)
        self._rows = np.asarray(self._package.tk_row).astype(np.int64) << 8
        self._features = np.array(self._package.tk_output, np.int64)
        codes = self._package.nb_classes
        #: columns of weights that stand for the same language as an earlier one, with that
        self._twins = [(column, codes.index(code)) for column, code in enumerate(codes) if codes.index(code) < column]

    def identify(self, texts: Sequence[str]) -> list[tuple[str, float]]:
        """Give the language of each text, an ISO 639 code, and its probability."""
        written = [normalize("NFC", text).encode(errors="surrogatepass") for text in texts]
        found = [self._package.classify(text) if len(text) > LONGEST else ("", 0.0) for text in written]
        short = [place for place, text in enumerate(written) if len(text) <= LONGEST]
        for place, said in zip(short, self._together([written[place] for place in short]), strict=True):
            found[place] = said
        return found

    def _together(self, written: list[bytes]) -> list[tuple[str, float]]:
        if not written:
            return []
        sizes = np.fromiter(map(len, written), np.int64, len(written))
        weights = self._weights(*self._read(b"".join(written), sizes), len(written))
        # Longer texts make larger sums: divided so, their probabilities mean the same.
        weights /= np.sqrt(np.maximum(sizes, 1))[:, None]
        odds = np.exp(weights - weights.max(axis=1, keepdims=True))
        chances = odds / odds.sum(axis=1, keepdims=True)
        for column, first in self._twins:
            chances[:, first] += chances[:, column]
            chances[:, column] = 0
        best = chances.argmax(axis=1)
        codes = [self._package.nb_classes[column] for column in best.tolist()]
        return list(zip(codes, chances.max(axis=1).tolist(), strict=True))

    def _read(self, written: bytes, sizes: Numbers) -> tuple[Numbers, Numbers]:
        """Read all texts, byte by byte: which text meets which feature, once for each time."""
        letters = np.frombuffer(written, np.uint8).astype(np.int64)
        order = np.argsort(-sizes, kind="stable")
        places = (np.cumsum(sizes) - sizes)[order]
        states = np.zeros(len(sizes), np.int64)
        texts, features = [], []
        for step, count in enumerate(np.searchsorted(-sizes[order], -np.arange(sizes.max())).tolist()):
            moves = self._rows.take(states[:count]) + letters.take(places[:count] + step)
            states[:count] = self._moves.take(moves)
            met = self._features.take(states[:count])
            there = np.flatnonzero(met >= 0)
            texts.append(order.take(there))
            features.append(met.take(there))
        return np.concatenate([*texts, order[:0]]), np.concatenate([*features, order[:0]])

    def _weights(self, texts: Numbers, features: Numbers, count: int) -> NDArray[np.float32]:
        """Add up what the features weigh, shape (texts, languages); a text without one has no weight."""
        met, times = np.unique(texts * len(self._package.nb_ptc) + features, return_counts=True)
        texts, features = np.divmod(met, len(self._package.nb_ptc))
        spread = np.log1p(times.astype(np.float32))
        weights = np.zeros((count, len(self._package.nb_classes)), np.float32)
        for text, (begin, end) in enumerate(pairwise(np.searchsorted(texts, np.arange(count + 1)).tolist())):
            if end > begin:
                of_features = self._package.nb_ptc[features[begin:end]]
                weights[text] = spread[begin:end] @ of_features + self._package.nb_pc
        return weights


@cache
def identifier() -> Identifier:
    """Give the one of this process."""
    return Identifier()
