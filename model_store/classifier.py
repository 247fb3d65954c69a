"""The network of the recipe `accurate`: the encoder, and two logits out of the state of a text's first token."""

import keras
from keras import layers

from model_store import encoder
from model_store.minilm import MINILM, Size


def build(size: Size = MINILM, dropout: float = 0.0, dropout_within: float = 0.0) -> keras.Model:
    """Stack the layers: ids, shape (windows, length), int32, to logits, shape (windows, 2), float32.

    `dropout` is the share that is missed of the state that the logits are made of, `dropout_within` that of what is
    added within the blocks.
    """
    ids = keras.Input((None,), dtype="int32")
    states = encoder.build(size, first_only=True, dropout=dropout_within)(ids)
    return keras.Model(ids, layers.Dense(2)(layers.Dropout(dropout)(states[:, 0])))
