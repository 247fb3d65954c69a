"""The graphs of a model of n-grams: texts in, probabilities out.

Weights are added up as whole numbers, so that a score does not depend on the order of the sum, and so on neighbours.
"""

from collections.abc import Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from model_store import ngrams
from model_store.masking import PLACEHOLDER
from model_store.ngrams import MARK, SIGN, WORD
from model_store.tables import Kind, Tables

POLARITY, NEUTRAL = 0, 1  # columns of weights


class Graph:
    """The operations for short, or for long texts; TensorFlow runs already."""

    def __init__(self, tables: Tables, kind: Kind, *, is_long: bool) -> None:
        """Take the weights, and how sums of them become logits."""
        import tensorflow as tf  # noqa: PLC0415 - whoever calls has started it

        self._is_long = is_long
        self._kind = kind
        self._runs, self._characters = (tf.constant(_paired(table)) for table in (tables.runs, tables.characters))
        self._long = tf.constant(tables.long_runs[:, 0])
        self._run_bits, self._character_bits, self._long_bits = (len(table).bit_length() - 1 for table in tables[:3])
        self._units = [tables.units("runs"), tables.units("characters")]
        if is_long:
            self._units[0][POLARITY] = tables.units("long_runs")[0]
        signature = [tf.TensorSpec([None], tf.string)]
        self._probabilities = tf.function(self._to_probabilities, input_signature=signature, autograph=False)
        self._parts = tf.function(self._to_parts, input_signature=signature, autograph=False)

    def probabilities(self, texts: Sequence[bytes]) -> tuple[NDArray[np.float32], NDArray[np.bool_]]:
        """Score texts; gives negative and positive, shape (2, texts), and whether it knows a word or sign of each."""
        import tensorflow as tf  # noqa: PLC0415 - as above

        found, known = self._probabilities(tf.constant(texts, tf.string))
        return found.numpy(), known.numpy()

    def parts(self, texts: Sequence[bytes]) -> tuple[NDArray[np.float64], NDArray[np.int32], bytes]:
        """Give what each run of one, two and three tokens adds to the sum of its text, shape (3, tokens).

        With it come the places of the tokens, shape (tokens, 2), among the bytes that come last.
        """
        import tensorflow as tf  # noqa: PLC0415 - as above

        weights, places, written = self._parts(tf.constant(texts, tf.string))
        return weights.numpy(), places.numpy(), written.numpy()

    def _to_probabilities(self, texts: Any) -> tuple[Any, Any]:  # noqa: ANN401 - tensors
        import tensorflow as tf  # noqa: PLC0415 - as above

        found, which, rows = ngrams.spread(texts)
        runs = self._runs_of(tf.gather(found.hashes, which), rows)
        characters = tf.gather(self._characters_of(found), which)
        is_known = tf.gather(_is_telling(found), which) & tf.reduce_any(runs[0] + characters != 0, axis=1)
        columns = tf.stack([tf.ones_like(rows), tf.cast(is_known, tf.int32)], axis=1)
        added = tf.concat([tf.reduce_sum(runs, axis=0), characters, columns], axis=1)
        # Whole numbers of 64 bits: 32 would be too few for a text of 100,000 times the same word.
        per_text = tf.math.unsorted_segment_sum(tf.cast(added, tf.int64), rows, tf.size(texts))
        sums = self._weighed(per_text[:, :2], per_text[:, 2:4]) / _roots(per_text[:, 4])[:, None]
        return self._sides(sums), per_text[:, 5] > 0

    def _to_parts(self, texts: Any) -> tuple[Any, Any, Any]:  # noqa: ANN401 - as above
        import tensorflow as tf  # noqa: PLC0415 - as above

        found = ngrams.tokens(texts)
        alone, *others = tf.unstack(self._runs_of(found.hashes, found.texts))
        weights = [self._weighed(alone, self._characters_of(found)), *(self._weighed(run, 0 * run) for run in others)]
        lengths = tf.math.unsorted_segment_sum(tf.ones_like(found.texts), found.texts, tf.size(texts))
        roots = tf.gather(_roots(lengths), found.texts)
        return tf.stack(weights)[:, :, POLARITY] / roots, found.places, ngrams.joined(ngrams.changed(texts))

    def _runs_of(self, hashes: Any, texts: Any) -> Any:  # noqa: ANN401 - as above
        """Look up the whole numbers of runs of tokens, shape (3, tokens, 2)."""
        import tensorflow as tf  # noqa: PLC0415 - as above

        runs = _looked_up(self._runs, ngrams.runs(hashes, texts, self._run_bits))
        if not self._is_long:
            return runs
        long = _looked_up(self._long, ngrams.runs(hashes, texts, self._long_bits))
        return tf.stack([long, runs[:, :, NEUTRAL]], axis=2)

    def _characters_of(self, found: ngrams.Tokens) -> Any:  # noqa: ANN401 - as above
        """Look up and add the whole numbers of each token's runs of characters, shape (tokens, 2)."""
        import tensorflow as tf  # noqa: PLC0415 - as above

        if self._is_long:
            return tf.zeros([tf.size(found.texts), 2], tf.int32)
        per_byte = _looked_up(self._characters, ngrams.characters(found, self._character_bits))
        per_token = tf.math.segment_sum(tf.reduce_sum(per_byte, axis=0), ngrams.owners_of_characters(found))
        return per_token[: tf.size(found.texts)]  # of no token at all there is a sum too, 0

    def _weighed(self, runs: Any, characters: Any) -> Any:  # noqa: ANN401 - as above
        """Turn whole numbers, shape (…, 2), to weights."""
        import tensorflow as tf  # noqa: PLC0415 - as above

        both = zip((runs, characters), self._units, strict=True)
        return tf.add_n([tf.cast(numbers, tf.float64) * unit for numbers, unit in both])

    def _sides(self, sums: Any) -> Any:  # noqa: ANN401 - as above
        """Turn sums, shape (texts, 2), to the probabilities of negative and positive, shape (2, texts)."""
        import tensorflow as tf  # noqa: PLC0415 - as above

        slope, bias = self._kind.polarity
        polarity = slope * sums[:, POLARITY] + bias
        sides = tf.sigmoid(tf.stack([-polarity, polarity]))
        if self._kind.neutral:
            slope, bias = self._kind.neutral
            sides *= tf.sigmoid(-slope * sums[:, NEUTRAL] - bias)
        return tf.cast(sides, tf.float32)


def _paired(table: NDArray[np.int8]) -> NDArray[np.int16]:
    """Take both columns for one number: looking it up waits for the memory once, not twice."""
    return np.ascontiguousarray(table).view(np.int16)[:, 0]


def _looked_up(table: Any, runs: Sequence[ngrams.Runs]) -> Any:  # noqa: ANN401 - as above
    """Look up and square, keeping the sign; what is not there is 0. A pair gives one more axis."""
    import tensorflow as tf  # noqa: PLC0415 - as above

    found = tf.gather(table, tf.stack([run.buckets for run in runs]))
    there = tf.stack([run.there for run in runs])
    roots = tf.cast(tf.bitcast(tf.where(there, found, tf.zeros_like(found)), tf.int8), tf.int32)
    return roots * tf.abs(roots)


def _roots(lengths: Any) -> Any:  # noqa: ANN401 - as above
    """Compute what the sum of each text is divided by: the root of its number of tokens, at least 1."""
    import tensorflow as tf  # noqa: PLC0415 - as above

    return tf.sqrt(tf.cast(tf.maximum(lengths, 1), tf.float64))


def _is_telling(found: ngrams.Tokens) -> Any:  # noqa: ANN401 - as above
    """Find the words, the signs, and the marks that stand close to one another, as in an emoticon.

    Neither a handle nor an address, nor the place of the brand's name, says anything by itself.
    """
    import tensorflow as tf  # noqa: PLC0415 - as above

    begins, ends = tf.unstack(found.places, axis=1)
    is_close = tf.concat([(ends[:-1] == begins[1:]) & (found.kinds[1:] == MARK), tf.zeros_like(ends[:1], tf.bool)], 0)
    is_word = (found.kinds == WORD) & (found.hashes != ngrams.hashed(PLACEHOLDER))
    return is_word | (found.kinds == SIGN) | ((found.kinds == MARK) & is_close)
