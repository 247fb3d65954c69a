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
        self._probabilities = tf.function(self._to_probabilities, input_signature=signature)
        self._parts = tf.function(self._to_parts, input_signature=signature)

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

        found = ngrams.tokens(texts)
        runs, characters = self._squares(found)
        rows = tf.size(texts)
        per_text = [
            tf.math.unsorted_segment_sum(part, found.texts, rows) for part in (tf.reduce_sum(runs, axis=0), characters)
        ]
        sums = sum(self._weighed(part, unit) for part, unit in zip(per_text, self._units, strict=True))
        sums /= _roots(found, rows)[:, None]
        is_known = _is_telling(found) & tf.reduce_any(runs[0] + characters != 0, axis=1)
        known = tf.math.unsorted_segment_sum(tf.cast(is_known, tf.int32), found.texts, rows) > 0
        return self._sides(sums), known

    def _to_parts(self, texts: Any) -> tuple[Any, Any, Any]:  # noqa: ANN401 - as above
        import tensorflow as tf  # noqa: PLC0415 - as above

        found = ngrams.tokens(texts)
        runs, characters = self._squares(found)
        alone, *others = (self._weighed(run, self._units[0]) for run in tf.unstack(runs))
        weights = tf.stack([alone + self._weighed(characters, self._units[1]), *others])
        roots = tf.gather(_roots(found, tf.size(texts)), found.texts)
        return weights[:, :, POLARITY] / roots, found.places, ngrams.joined(ngrams.changed(texts))

    def _squares(self, found: ngrams.Tokens) -> tuple[Any, Any]:
        """Look up the whole numbers of runs, shape (3, tokens, 2), and of each token's characters, (tokens, 2)."""
        import tensorflow as tf  # noqa: PLC0415 - as above

        runs = _looked_up(self._runs, ngrams.runs(found, self._run_bits))
        if self._is_long:
            long = _looked_up(self._long, ngrams.runs(found, self._long_bits))
            return tf.stack([long, runs[:, :, NEUTRAL]], axis=2), tf.zeros_like(runs[0])
        per_byte = _looked_up(self._characters, ngrams.characters(found, self._character_bits))
        per_token = tf.math.segment_sum(tf.reduce_sum(per_byte, axis=0), ngrams.owners_of_characters(found))
        return runs, per_token[: tf.size(found.texts)]  # of no token at all there is a sum too, 0

    def _weighed(self, squares: Any, units: NDArray[np.float64]) -> Any:  # noqa: ANN401 - as above
        import tensorflow as tf  # noqa: PLC0415 - as above

        return tf.cast(squares, tf.float64) * units

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


def _roots(found: ngrams.Tokens, rows: Any) -> Any:  # noqa: ANN401 - as above
    """Compute the root of each text's number of tokens, at least 1."""
    import tensorflow as tf  # noqa: PLC0415 - as above

    lengths = tf.math.unsorted_segment_sum(tf.ones_like(found.texts), found.texts, rows)
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
