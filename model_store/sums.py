"""The graphs of a model of n-grams: pieces in, their tokens and n-grams out; sums of weights in, probabilities out.

Weights are added up as whole numbers, so that a score does not depend on the order of the sum, and so on neighbours.
"""

import math
from collections.abc import Sequence
from functools import partial
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from model_store import hashes, ngrams
from model_store.keys import Numbers
from model_store.tables import Kind, Line, Tables

NEVER = Line(0.0, -math.inf)  # the logit of what is never neutral


class Cut(NamedTuple):
    """The tokens of pieces, in their order."""

    #: int64, shape (pieces + 1,): the first token of each, and at last their number
    firsts: Numbers
    #: int64 and int32, shape (tokens,), as in `ngrams.Tokens`
    hashes: Numbers
    kinds: NDArray[np.int32]
    #: bool, shape (tokens,): whether it stands right behind the one before
    is_close: NDArray[np.bool_]
    #: int64, shape (tokens,): begin and end among the bytes that come last
    begins: Numbers
    ends: Numbers
    #: int64, shape (tokens,): where the runs of characters of each begin among those of all, which follow
    first_characters: Numbers
    #: int32 and bool, shape (3, bytes), or (0, bytes) for long texts: runs of bytes, and which of them are there
    characters: NDArray[np.int32]
    there: NDArray[np.bool_]
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

        self._bits = len(tables.characters).bit_length() - 1
        polarity, neutral = tables.units("runs")
        self._lines = [(kind.polarity, kind.neutral or NEVER) for kind in kinds]
        self._units = [(polarity, neutral), (tables.units("long_runs")[0], neutral)]
        self._character_units = tables.units("characters")
        lines, sums = tf.TensorSpec([], tf.string), tf.TensorSpec([len(Sums._fields), None], tf.int64)
        are_long = tf.TensorSpec([None], tf.bool)
        self._cut = [
            tf.function(partial(self._to_cut, is_long), input_signature=[lines], autograph=False)
            for is_long in (False, True)
        ]
        self._probabilities = tf.function(self._to_probabilities, input_signature=[sums, are_long], autograph=False)

    def cut(self, lines: bytes, *, is_long: bool) -> Cut:
        """Cut pieces, in which no blank is; one a line."""
        import tensorflow as tf  # noqa: PLC0415 - as above

        made = (one.numpy() for one in self._cut[is_long](tf.constant(lines)))
        letters, places, kinds, inside, starts, characters, there, written = made
        first = np.flatnonzero(starts)
        last = first + (np.add.reduceat(inside, first, dtype=np.int64) if len(first) else 0) - 1
        # The blank in front stands before the first piece as the end of a line before each of the others.
        edges = np.append(0, np.flatnonzero(letters == ngrams.NEWLINE))
        kinds = kinds.take(first)
        is_close = places.take(first) - places.take(first - 1) == 1
        is_close[1:] &= first[1:] - last[:-1] == 1
        return Cut(
            np.append(first.searchsorted(edges), len(first)),
            np.where(kinds == ngrams.HANDLE, hashes.POWER, hashes.of_tokens(letters, inside, first)),
            kinds,
            is_close,
            places.take(first),
            places.take(last) + 1,
            first - 1,
            characters,
            there,
            written,
        )

    def probabilities(self, sums: Numbers, are_long: NDArray[np.bool_]) -> NDArray[np.float32]:
        """Give the probabilities of negative and positive, shape (2, texts), of sums as `Sums` has them."""
        import tensorflow as tf  # noqa: PLC0415 - as above

        found: NDArray[np.float32] = self._probabilities(tf.constant(sums), tf.constant(are_long)).numpy()
        return found

    def _to_cut(self, is_long: bool, lines: Any) -> tuple[Any, ...]:  # noqa: ANN401 - tensors
        import tensorflow as tf  # noqa: PLC0415 - as above

        written = ngrams.joined([ngrams.changed(lines)])
        found = ngrams.letters(written)
        if is_long:
            nothing = tf.zeros([0, tf.size(found.letters)], tf.int32)
            return *found, nothing, tf.cast(nothing, tf.bool), written
        made = ngrams.characters_of_all(found, self._bits)
        return *found, tf.stack([run.buckets for run in made]), tf.stack([run.there for run in made]), written

    def _to_probabilities(self, numbers: Any, are_long: Any) -> Any:  # noqa: ANN401 - as above
        import tensorflow as tf  # noqa: PLC0415 - as above

        def by_kind(short: float, long: float) -> Any:  # noqa: ANN401 - as above
            return tf.where(are_long, tf.constant(long, tf.float64), tf.constant(short, tf.float64))

        found = Sums(*tf.unstack(tf.cast(numbers, tf.float64)))
        roots = tf.sqrt(tf.maximum(found.tokens, 1))
        logits = []
        for column, (runs, characters) in enumerate(zip(found[:2], found[2:4], strict=True)):
            unit = by_kind(*(units[column] for units in self._units))
            weight = runs * unit + characters * self._character_units[column]
            slope, bias = (by_kind(*both) for both in zip(*(lines[column] for lines in self._lines), strict=True))
            logits.append(slope * (weight / roots) + bias)
        polarity, neutral = logits
        sides = tf.sigmoid(tf.stack([-polarity, polarity])) * tf.sigmoid(-neutral)
        return tf.cast(sides, tf.float32)
