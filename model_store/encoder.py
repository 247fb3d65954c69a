"""The transformer's encoder: the layers of BERT (Devlin et al. 2019, section 3), in Keras.

Ids in, shape (texts, length), int32, each text padded with 0 at its end; states out, (texts, length, width), float32.
Names of the weights, their order and the constants are those of the pretrained MiniLM (Wang et al. 2020), so that its
file fits: `model_store.training.pretrained`.
"""

from typing import Any

import keras
from keras import layers, ops

from model_store.distances import Distances
from model_store.minilm import Size

PADDING = 0  # the id of what is no token
NEVER = -1e4  # a logit of attention so low that its softmax is 0, in 16 bits too


def build(size: Size, *, first_only: bool = False, dropout: float = 0.0) -> keras.Model:
    """Stack the layers: from ids to states.

    With `first_only` the last block computes the state of the first token alone, shape (texts, 1, width): where nothing
    else is read, a seventh of the work is saved. `dropout` is the share that is missed of what each part adds.
    """
    ids = keras.Input((None,), dtype="int32")
    mask = ops.expand_dims(ops.where(ops.equal(ids, PADDING), NEVER, 0.0), (1, 2))
    states = Embeddings(size)(ids)
    if size.distances:
        mask += Distances(size)(ids)
    for number in range(size.blocks):
        states = Block(size, dropout, first_only=first_only and number == size.blocks - 1)(states, mask)
    return keras.Model(ids, states)


def _normalisation(size: Size) -> layers.LayerNormalization:
    return layers.LayerNormalization(epsilon=size.epsilon)


class Embeddings(layers.Layer):  # type: ignore[misc] # Keras has no types
    """Ids to vectors: that of the word and that of its place, normalised."""

    def __init__(self, size: Size) -> None:
        super().__init__()
        self.words = layers.Embedding(size.vocabulary, size.width)
        self.places = layers.Embedding(size.positions, size.width)
        self.normalised = _normalisation(size)

    def build(self, shape: tuple[int | None, ...]) -> None:
        """Make the weights."""
        self.words.build(shape)
        self.places.build(shape)
        self.normalised.build((*shape, self.words.output_dim))
        self.built = True

    def call(self, ids: Any) -> Any:  # noqa: ANN401 - a tensor
        """Look up the vectors."""
        places = self.places(ops.arange(ops.shape(ids)[1]))
        return self.normalised(self.words(ids) + places)


class Block(layers.Layer):  # type: ignore[misc] # as above
    """Attention, then two dense layers; each is added to what it was given, and the sum normalised."""

    def __init__(self, size: Size, dropout: float = 0.0, *, first_only: bool = False) -> None:
        super().__init__()
        self.size, self.first_only = size, first_only
        self.dropped = layers.Dropout(dropout)
        self.asked = layers.Dense(3 * size.width)  # queries, keys and values in one product
        self.attended, self.attended_normalised = layers.Dense(size.width), _normalisation(size)
        self.inner = layers.Dense(size.inner, activation=lambda states: ops.gelu(states, approximate=False))
        self.outer, self.outer_normalised = layers.Dense(size.width), _normalisation(size)

    def build(self, shape: tuple[int | None, ...]) -> None:
        """Make the weights."""
        for layer in (self.asked, self.attended, self.attended_normalised, self.inner):
            layer.build(shape)
        self.outer.build((*shape[:-1], self.size.inner))
        self.outer_normalised.build(shape)
        self.built = True

    def call(self, states: Any, mask: Any) -> Any:  # noqa: ANN401 - tensors
        """Compute the states of the next block; `mask` is added to the attention, `NEVER` where there is no token.

        Its shape is (texts, 1, 1, length), or (texts, heads, length, length).
        """
        asked = self._attend(states, mask)
        states = states[:, :1] if self.first_only else states
        states = self.attended_normalised(states + self.dropped(self.attended(asked)))
        return self.outer_normalised(states + self.dropped(self.outer(self.inner(states))))

    def _attend(self, states: Any, mask: Any) -> Any:  # noqa: ANN401 - as above
        texts, length, width = ops.shape(states)[0], ops.shape(states)[1], self.size.width // self.size.heads
        # Never more than four axes: LiteRT cuts no more.
        split = [ops.reshape(one, (texts, length, -1, width)) for one in ops.split(self.asked(states), 3, axis=-1)]
        queries, keys, values = (ops.transpose(one, (0, 2, 1, 3)) for one in split)
        if self.first_only:
            queries, mask = queries[:, :, :1], mask[:, :, :1]
        logits = ops.matmul(queries * width**-0.5, ops.transpose(keys, (0, 1, 3, 2))) + mask
        found = ops.matmul(ops.softmax(logits), values)
        return ops.reshape(ops.transpose(found, (0, 2, 1, 3)), (texts, -1, self.size.width))
