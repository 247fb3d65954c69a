"""What the networks that read a text word by word share: the files of a version, and how it serves."""

import json
from collections.abc import Callable, Mapping, Sequence
from functools import cache
from typing import TYPE_CHECKING, NamedTuple

import numpy as np
import safetensors.numpy
from numpy.typing import DTypeLike, NDArray

from model_store import explanation, runtime, words
from model_store.explanation import Explanation
from model_store.serving import WEIGHTS, WORDS, Scores

if TYPE_CHECKING:
    import keras

Weights = Mapping[str, NDArray[np.float32]]


class Shape(NamedTuple):
    """What one call of a network takes: always so many texts of so many words."""

    texts: int
    width: int


def files(vocabulary: words.Vocabulary, weights: Weights, precision: DTypeLike = np.float32) -> dict[str, bytes]:
    """Turn what was learned to the files of a model version, its numbers kept in this precision."""
    kept = {name: np.ascontiguousarray(weight, precision) for name, weight in weights.items()}
    return {
        WEIGHTS: safetensors.numpy.save(kept),
        WORDS: json.dumps(list(vocabulary.words), ensure_ascii=False).encode(),
    }


def weights(contents: Mapping[str, bytes], names: Sequence[str]) -> list[NDArray[np.float32]]:
    """Read the weights of a version in the order of its network's layers."""
    found = safetensors.numpy.load(contents[WEIGHTS])
    return [found[name].astype(np.float32) for name in names]


def load(
    build: Callable[[], "keras.Model"],
    names: Sequence[str],
    shapes: Sequence[Shape],
    contents: Mapping[str, bytes],
    threads: int | None,
) -> "Network":
    """Make what scores: the network that `build` gives, with the weights of a version."""
    runtime.start(threads)
    network = build()
    network.set_weights(weights(contents, names))
    return Network(words.Vocabulary(json.loads(contents[WORDS])), network, shapes)


class Network:
    """A network as it serves."""

    def __init__(self, vocabulary: words.Vocabulary, network: "keras.Model", shapes: Sequence[Shape]) -> None:
        """Take the shapes of its calls, the narrowest first; each is traced once, at its first call."""
        import tensorflow as tf  # noqa: PLC0415 - `load` has started it

        self._vocabulary = vocabulary
        self._shapes = shapes
        # Traced shape by shape, at a shape's first call: one function called with several would warn of retracing.
        self._traced = tf.function(lambda ids: network(ids, training=False)[:, 0])
        self._graph = cache(lambda i: self._traced.get_concrete_function(tf.TensorSpec(shapes[i], tf.int32)))

    def score(self, texts: Sequence[str]) -> Scores:
        """Score texts, each in the narrowest shape that holds it; see `serving.Scorer`."""
        ids = self._vocabulary.encode(texts, self._shapes[-1].width)
        lengths = (ids != words.PADDING).sum(axis=1)
        fitting = np.searchsorted([shape.width for shape in self._shapes], lengths)
        positive = np.empty(len(ids), np.float32)
        for i in range(len(self._shapes)):
            rows = np.flatnonzero(fitting == i)
            for start in range(0, len(rows), self._shapes[i].texts):
                block = rows[start : start + self._shapes[i].texts]
                positive[block] = self._call(i, ids[block])
        return Scores(1 - positive, positive, ~words.without_known_word(ids))

    def explain(self, texts: Sequence[str]) -> list[Explanation]:
        """Name the words that moved the score; see `serving.Scorer`."""
        return [explanation.occlude(self._logits, text) for text in texts]

    def _call(self, i: int, ids: NDArray[np.int32]) -> NDArray[np.float32]:
        import tensorflow as tf  # noqa: PLC0415 - as above

        # Always of one shape: with others, a score's last bits would depend on how many neighbours a text has.
        batch = np.full(self._shapes[i], words.PADDING, np.int32)
        batch[: len(ids)] = ids[:, : self._shapes[i].width]
        return np.asarray(self._graph(i)(tf.constant(batch)).numpy()[: len(ids)])

    def _logits(self, texts: Sequence[str]) -> NDArray[np.float32]:
        found = self.score(texts)
        return np.asarray(np.log(found.p_positive / found.p_negative), np.float32)
