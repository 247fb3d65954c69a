"""The graphs of a model of n-grams: pieces in, whole numbers out; what they add up to in, probabilities out.

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
from model_store.tables import Kind, Tables

Numbers = NDArray[np.int64]

POLARITY, NEUTRAL = 0, 1  # columns of weights
PIECES = 50_000  # that are cut in one call: what a call needs of memory does not grow with what it brings


class Cut(NamedTuple):
    """What each piece adds to every text that holds it; shape (pieces,)."""

    #: squares of roots: of the runs of tokens within the piece, and of its runs of characters
    polarity: Numbers
    neutral: Numbers
    character_polarity: Numbers
    character_neutral: Numbers
    #: of the runs of tokens in a long text
    long_polarity: Numbers
    tokens: Numbers
    #: tokens that a short, and that a long text is known by
    known: Numbers
    long_known: Numbers
    #: hashes of its first two and of its last two tokens; anything where there are fewer
    first: Numbers
    second: Numbers
    last_but_one: Numbers
    last: Numbers


class Sums(NamedTuple):
    """What the n-grams of each text add up to; shape (texts,)."""

    polarity: Numbers
    neutral: Numbers
    character_polarity: Numbers
    character_neutral: Numbers
    tokens: Numbers
    #: tokens that the text is known by
    known: Numbers


class Graph:
    """The operations; TensorFlow runs already."""

    def __init__(self, tables: Tables, kinds: Sequence[Kind]) -> None:
        """Take the weights, and how sums of them become logits in short and in long texts."""
        import tensorflow as tf  # noqa: PLC0415 - whoever calls has started it

        self._kinds = kinds
        self._runs, self._characters = (tf.constant(paired(table)) for table in (tables.runs, tables.characters))
        self._long = tf.constant(tables.long_runs[:, 0])
        self._run_bits, self._character_bits, self._long_bits = (len(table).bit_length() - 1 for table in tables[:3])
        runs, characters = tables.units("runs"), tables.units("characters")
        long = np.array([tables.units("long_runs")[0], runs[NEUTRAL]])
        self._units = [(runs, characters), (long, characters)]
        numbers = tf.TensorSpec([len(Sums._fields), None], tf.int64)
        count, lines, texts = tf.TensorSpec([], tf.int32), tf.TensorSpec([], tf.string), tf.TensorSpec([None], tf.string)
        self._pieces = tf.function(self._to_pieces, input_signature=[lines, count], autograph=False)
        self._probabilities, self._parts = (
            [tf.function(partial(made, is_long), input_signature=[given], autograph=False) for is_long in (False, True)]
            for made, given in ((self._to_probabilities, numbers), (self._to_parts, texts))
        )

    def cut(self, pieces: Sequence[bytes]) -> Cut:
        """Cut pieces, in which no blank is, and look up what they add."""
        import tensorflow as tf  # noqa: PLC0415 - as above

        found = [np.zeros((len(Cut._fields), 0), np.int64)]
        for start in range(0, len(pieces), PIECES):
            part = pieces[start : start + PIECES]
            found.append(self._pieces(tf.constant(b"\n".join(part)), tf.constant(len(part))).numpy())
        return Cut(*np.concatenate(found, axis=1))

    def probabilities(self, sums: Sums, *, is_long: bool) -> NDArray[np.float32]:
        """Give the probabilities of negative and positive, shape (2, texts)."""
        import tensorflow as tf  # noqa: PLC0415 - as above

        found: NDArray[np.float32] = self._probabilities[is_long](tf.constant(np.stack(sums))).numpy()
        return found

    def parts(self, texts: Sequence[bytes], *, is_long: bool) -> tuple[NDArray[np.float64], NDArray[np.int32], bytes]:
        """Give what each run of one, two and three tokens adds to the sum of its text, shape (3, tokens).

        With it come the places of the tokens, shape (tokens, 2), among the bytes that come last.
        """
        import tensorflow as tf  # noqa: PLC0415 - as above

        weights, places, written = self._parts[is_long](tf.constant(texts, tf.string))
        return weights.numpy(), places.numpy(), written.numpy()

    def _to_pieces(self, lines: Any, count: Any) -> Any:  # noqa: ANN401 - tensors
        import tensorflow as tf  # noqa: PLC0415 - as above

        found = ngrams.tokens_of_lines(lines)
        characters = self._characters_of(found)
        runs, long = (self._runs_of(found.hashes, found.texts, is_long=is_long) for is_long in (False, True))
        alone = [tf.reduce_any(numbers != 0, axis=1) for numbers in (runs[0] + characters, long[0])]
        known = [tf.cast(_is_telling(found) & is_known, tf.int32) for is_known in alone]
        ones = tf.ones_like(found.texts)
        numbers = [
            tf.reduce_sum(runs, axis=0),
            characters,
            tf.stack([tf.reduce_sum(long[:, :, POLARITY], axis=0), ones, *known], axis=1),
        ]
        # Whole numbers of 64 bits: 32 would be too few for a piece of 100,000 times the same mark.
        sums = tf.math.unsorted_segment_sum(tf.cast(tf.concat(numbers, axis=1), tf.int64), found.texts, count)
        return tf.concat([tf.transpose(sums), _edges(found.hashes, sums[:, Cut._fields.index("tokens")])], axis=0)

    def _to_probabilities(self, is_long: bool, numbers: Any) -> Any:  # noqa: ANN401 - as above
        import tensorflow as tf  # noqa: PLC0415 - as above

        found = Sums(*tf.unstack(numbers))
        runs, characters = found[:2], found[2:4]
        both = [tf.stack(pair, axis=1) for pair in (runs, characters)]
        return self._sides(self._weighed(*both, is_long=is_long) / _roots(found.tokens)[:, None], self._kinds[is_long])

    def _to_parts(self, is_long: bool, texts: Any) -> tuple[Any, Any, Any]:  # noqa: ANN401 - as above
        import tensorflow as tf  # noqa: PLC0415 - as above

        found = ngrams.tokens(texts)
        alone, *others = tf.unstack(self._runs_of(found.hashes, found.texts, is_long=is_long))
        characters = tf.zeros_like(alone) if is_long else self._characters_of(found)
        weights = [
            self._weighed(alone, characters, is_long=is_long),
            *(self._weighed(run, 0 * run, is_long=is_long) for run in others),
        ]
        lengths = tf.math.unsorted_segment_sum(tf.ones_like(found.texts), found.texts, tf.size(texts))
        roots = tf.gather(_roots(lengths), found.texts)
        return tf.stack(weights)[:, :, POLARITY] / roots, found.places, ngrams.joined(ngrams.changed(texts))

    def _runs_of(self, hashes: Any, texts: Any, *, is_long: bool) -> Any:  # noqa: ANN401 - as above
        """Look up the whole numbers of runs of tokens, shape (3, tokens, 2)."""
        import tensorflow as tf  # noqa: PLC0415 - as above

        runs = _looked_up(self._runs, ngrams.runs(hashes, texts, self._run_bits))
        if not is_long:
            return runs
        long = _looked_up(self._long, ngrams.runs(hashes, texts, self._long_bits))
        return tf.stack([long, runs[:, :, NEUTRAL]], axis=2)

    def _characters_of(self, found: ngrams.Tokens) -> Any:  # noqa: ANN401 - as above
        """Look up and add the whole numbers of each token's runs of characters, shape (tokens, 2)."""
        import tensorflow as tf  # noqa: PLC0415 - as above

        per_byte = _looked_up(self._characters, ngrams.characters(found, self._character_bits))
        per_token = tf.math.segment_sum(tf.reduce_sum(per_byte, axis=0), ngrams.owners_of_characters(found))
        return per_token[: tf.size(found.texts)]  # of no token at all there is a sum too, 0

    def _weighed(self, runs: Any, characters: Any, *, is_long: bool) -> Any:  # noqa: ANN401 - as above
        """Turn whole numbers, shape (…, 2), to weights."""
        import tensorflow as tf  # noqa: PLC0415 - as above

        both = zip((runs, characters), self._units[is_long], strict=True)
        return tf.add_n([tf.cast(numbers, tf.float64) * unit for numbers, unit in both])

    @staticmethod
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


def paired(table: NDArray[np.int8]) -> NDArray[np.int16]:
    """Take both columns for one number: looking it up waits for the memory once, not twice."""
    return np.ascontiguousarray(table).view(np.int16)[:, 0]


def _looked_up(table: Any, runs: Sequence[ngrams.Runs]) -> Any:  # noqa: ANN401 - as above
    """Look up and square, keeping the sign; what is not there is 0. A pair gives one more axis."""
    import tensorflow as tf  # noqa: PLC0415 - as above

    found = tf.gather(table, tf.stack([run.buckets for run in runs]))
    there = tf.stack([run.there for run in runs])
    roots = tf.cast(tf.bitcast(tf.where(there, found, tf.zeros_like(found)), tf.int8), tf.int32)
    return roots * tf.abs(roots)


def _edges(hashes: Any, tokens: Any) -> Any:  # noqa: ANN401 - as above
    """Give the hashes of the first two and of the last two tokens of each piece, shape (4, pieces)."""
    import tensorflow as tf  # noqa: PLC0415 - as above

    ends = tf.cumsum(tokens)
    places = tf.stack([ends - tokens, ends - tokens + 1, ends - 2, ends - 1])
    padded = tf.pad(hashes, [[0, 1]])  # of no token at all there is one too, 0
    return tf.gather(padded, tf.clip_by_value(places, 0, tf.size(hashes, tf.int64)))


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
