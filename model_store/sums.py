"""The graphs of a model of n-grams: pieces in, their tokens and n-grams out; sums of weights in, probabilities out.

Weights are added up as whole numbers, so that a score does not depend on the order of the sum, and so on neighbours.
"""

from collections.abc import Sequence
from functools import partial
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from model_store import ngrams
from model_store.masking import PLACEHOLDER
from model_store.ngrams import MARK, SIGN, WORD
from model_store.pieces import Numbers
from model_store.tables import Kind, Tables

POLARITY, NEUTRAL = 0, 1  # columns of weights


class Cut(NamedTuple):
    """The tokens of pieces, in their order."""

    #: int64, shape (pieces + 1,): the first token of each, and at last their number
    firsts: Numbers
    #: int64, shape (tokens,)
    hashes: Numbers
    #: bool, shape (tokens,): whether it can tell something
    is_telling: NDArray[np.bool_]
    #: int64, shape (tokens,): where its runs of characters begin among those of all, which follow
    begins: Numbers
    #: int32 and bool, shape (3, bytes): runs of three, four and five bytes, and which of them are there
    characters: NDArray[np.int32]
    there: NDArray[np.bool_]
    #: int32, shape (tokens, 2): begin and end among the bytes that come last
    places: NDArray[np.int32]
    written: bytes


class Sums(NamedTuple):
    """What the n-grams of each text add up to: squares of roots; shape (texts,)."""

    polarity: Numbers
    neutral: Numbers
    #: of runs of characters
    character_polarity: Numbers
    character_neutral: Numbers
    tokens: Numbers
    #: tokens that the text is known by
    known: Numbers


class Graph:
    """The operations; TensorFlow runs already."""

    def __init__(self, tables: Tables, kinds: Sequence[Kind]) -> None:
        """Take the sizes of the tables, and how sums become logits in short and in long texts."""
        import tensorflow as tf  # noqa: PLC0415 - whoever calls has started it

        self._kinds = kinds
        self._bits = len(tables.characters).bit_length() - 1
        runs, characters = tables.units("runs"), tables.units("characters")
        long = np.array([tables.units("long_runs")[0], runs[NEUTRAL]])
        self._units = [(runs, characters), (long, characters)]
        lines, sums = tf.TensorSpec([], tf.string), tf.TensorSpec([len(Sums._fields), None], tf.int64)
        self._cut = tf.function(self._to_cut, input_signature=[lines], autograph=False)
        self._probabilities = [
            tf.function(partial(self._to_probabilities, is_long), input_signature=[sums], autograph=False)
            for is_long in (False, True)
        ]

    def cut(self, pieces: Sequence[bytes]) -> Cut:
        """Cut pieces, in which no blank is."""
        import tensorflow as tf  # noqa: PLC0415 - as above

        made = self._cut(tf.constant(b"\n".join(pieces)))
        letters, hashes, kinds, places, begins, characters, there, written = (one.numpy() for one in made)
        # The blank in front stands before the first piece as the end of a line before each of the others.
        edges = np.append(0, np.flatnonzero(letters == ngrams.NEWLINE))[: len(pieces)]
        firsts = np.append(np.searchsorted(begins, edges), len(begins))
        is_telling = _is_telling(hashes, kinds, places)
        return Cut(firsts, hashes, is_telling, begins - 1, characters, there, places, written)

    def probabilities(self, sums: Sums, *, is_long: bool) -> NDArray[np.float32]:
        """Give the probabilities of negative and positive, shape (2, texts)."""
        import tensorflow as tf  # noqa: PLC0415 - as above

        found: NDArray[np.float32] = self._probabilities[is_long](tf.constant(np.stack(sums))).numpy()
        return found

    def _to_cut(self, lines: Any) -> tuple[Any, ...]:  # noqa: ANN401 - tensors
        import tensorflow as tf  # noqa: PLC0415 - as above

        found = ngrams.tokens_of_lines(lines)
        made = ngrams.characters(found, self._bits)
        buckets, there = tf.stack([run.buckets for run in made]), tf.stack([run.there for run in made])
        written = ngrams.joined([ngrams.changed(lines)])
        return found.letters, found.hashes, found.kinds, found.places, found.begins, buckets, there, written

    def _to_probabilities(self, is_long: bool, numbers: Any) -> Any:  # noqa: ANN401 - as above
        import tensorflow as tf  # noqa: PLC0415 - as above

        found = Sums(*tf.unstack(numbers))
        both = tf.stack(found[:2], axis=1), tf.stack(found[2:4], axis=1)
        weights = [tf.cast(sums, tf.float64) * unit for sums, unit in zip(both, self._units[is_long], strict=True)]
        roots = tf.sqrt(tf.cast(tf.maximum(found.tokens, 1), tf.float64))
        return _sides(tf.add_n(weights) / roots[:, None], self._kinds[is_long])


def _sides(sums: Any, kind: Kind) -> Any:  # noqa: ANN401 - as above
    """Turn sums, shape (texts, 2), to the probabilities of negative and positive, shape (2, texts)."""
    import tensorflow as tf  # noqa: PLC0415 - as above

    slope, bias = kind.polarity
    polarity = slope * sums[:, POLARITY] + bias
    sides = tf.sigmoid(tf.stack([-polarity, polarity]))
    if kind.neutral:
        slope, bias = kind.neutral
        sides *= tf.sigmoid(-slope * sums[:, NEUTRAL] - bias)
    return tf.cast(sides, tf.float32)


def _is_telling(hashes: Numbers, kinds: NDArray[np.int32], places: NDArray[np.int32]) -> NDArray[np.bool_]:
    """Find the words, the signs, and the marks that stand close to one another, as in an emoticon.

    Neither a handle nor an address, nor the place of the brand's name, says anything by itself.
    """
    is_close = np.zeros(len(kinds), bool)
    is_close[:-1] = (places[:-1, 1] == places[1:, 0]) & (kinds[1:] == MARK)
    is_word = (kinds == WORD) & (hashes != ngrams.hashed(PLACEHOLDER))
    telling: NDArray[np.bool_] = is_word | (kinds == SIGN) | ((kinds == MARK) & is_close)
    return telling
