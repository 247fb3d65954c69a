"""Texts as the n-grams that they hold, for training: made by the very graph that serves."""

from collections.abc import Callable, Sequence
from functools import cache
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray
from scipy import sparse

from model_store import ngrams, runtime

BLOCK = 2_000  # texts per call: 100 MB where they are film reviews
BITS = 24  # of the numbers of runs of tokens, of which a table's are the first: so many that few meet in one by chance


class Features(NamedTuple):
    """Of each text its n-grams, counted; the numbers of columns are powers of two."""

    #: shape (texts, buckets): runs of tokens, 2^`BITS` of them or as many as `folded` left
    runs: sparse.csr_array
    #: shape (texts, different tokens): tokens
    tokens: sparse.csr_array
    #: shape (different tokens, buckets): the runs of characters of each token, the same in every text
    characters: sparse.csr_array
    #: shape (texts,): tokens of each text
    lengths: NDArray[np.float32]

    def take(self, rows: NDArray[np.intp]) -> "Features":
        """Keep these texts, in this order."""
        return Features(self.runs[rows], self.tokens[rows], self.characters, self.lengths[rows])

    def folded(self, bits: int) -> "Features":
        """Let runs of tokens meet in 2^`bits` buckets, as they do in a table."""
        runs = self.runs.tocoo()
        pairs = (runs.row, runs.col >> (BITS - bits))
        return self._replace(runs=sparse.coo_array((runs.data, pairs), shape=(runs.shape[0], 1 << bits)).tocsr())

    def without_rare(self, least: int) -> "Features":
        """Leave out runs of tokens that stand in fewer texts than `least`."""
        is_kept = np.bincount(self.runs.indices, minlength=1 << BITS) >= least
        runs = self.runs.copy()
        runs.data *= is_kept[runs.indices]
        runs.eliminate_zeros()
        return self._replace(runs=runs)

    def without_characters(self) -> "Features":
        """Leave the runs of characters out."""
        return self._replace(characters=sparse.csr_array(self.characters.shape, dtype=np.float32))


class _Block(NamedTuple):
    """What one call gives: of each token its hash and text, and of each n-gram its token or text, and its number."""

    texts: NDArray[np.int32]
    hashes: NDArray[np.int64]
    runs: NDArray[np.int32]
    characters: NDArray[np.int32]


def extract(texts: Sequence[str], character_bits: int) -> Features:
    """Find the n-grams of texts whose brands are masked."""
    runtime.start()
    import tensorflow as tf  # noqa: PLC0415 - started above

    graph = _graph(character_bits)
    runs, tokens = [], []
    words: dict[int, int] = {}
    characters: list[NDArray[np.int64]] = []
    for start in range(0, len(texts), BLOCK):
        encoded = [text.encode(errors="replace") for text in texts[start : start + BLOCK]]
        found = _Block(*(array.numpy() for array in graph(tf.constant(encoded, tf.string))))
        runs.append(_counts(found.runs, len(encoded), 1 << BITS))
        columns = _columns(found, words, characters)
        tokens.append((found.texts + start, columns))
    pairs = np.hstack([np.array(pair) for pair in tokens]) if tokens else np.zeros((2, 0), int)
    return Features(
        sparse.vstack(runs, format="csr") if runs else sparse.csr_array((0, 1 << BITS), dtype=np.float32),
        _counts(pairs, len(texts), len(words)),
        _counts(np.hstack(characters) if characters else np.zeros((2, 0), int), len(words), 1 << character_bits),
        np.bincount(pairs[0], minlength=len(texts)).astype(np.float32),
    )


def _columns(found: _Block, words: dict[int, int], characters: list[NDArray[np.int64]]) -> NDArray[np.int64]:
    """Number the tokens by their hashes, and keep the runs of characters of those that are new."""
    different, first, places = np.unique(found.hashes, return_index=True, return_inverse=True)
    is_new = np.zeros(len(found.hashes), bool)
    is_new[first] = [hashed not in words for hashed in different.tolist()]
    numbers = np.array([words.setdefault(hashed, len(words)) for hashed in different.tolist()], np.int64)
    columns = numbers[places] if len(places) else np.zeros(0, np.int64)
    owners, buckets = found.characters
    kept = is_new[owners]
    characters.append(np.stack([columns[owners[kept]], buckets[kept]]))
    return columns


def _counts(pairs: NDArray[Any], rows: int, columns: int) -> sparse.csr_array:
    """Count how often each column stands beside each row."""
    ones = np.ones(pairs.shape[1], np.float32)
    return sparse.coo_array((ones, (pairs[0], pairs[1])), shape=(rows, columns)).tocsr()


@cache
def _graph(character_bits: int) -> Callable[[Any], Any]:
    import tensorflow as tf  # noqa: PLC0415 - `extract` has started it

    def there(found: list[ngrams.Runs], owners: Any) -> Any:  # noqa: ANN401 - tensors
        pairs = [tf.boolean_mask(tf.stack([owners, one.buckets]), one.there, axis=1) for one in found]
        return tf.concat(pairs, axis=1)

    def block(texts: Any) -> tuple[Any, ...]:  # noqa: ANN401 - as above
        found = ngrams.tokens(texts)
        return (
            found.texts,
            found.hashes,
            there(ngrams.runs(found.hashes, found.texts, BITS), found.texts),
            there(ngrams.characters(found, character_bits), ngrams.owners_of_characters(found)),
        )

    return tf.function(block, input_signature=[tf.TensorSpec([None], tf.string)])  # type: ignore[no-any-return]
