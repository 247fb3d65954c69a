"""The network of the recipe `accurate`: the encoder, and two logits out of the state of a text's first token."""

import keras
from keras import layers

from model_store import encoder
from model_store.minilm import MINILM, Size


def build(size: Size = MINILM, dropout: float = 0.0) -> keras.Model:
    """Stack the layers: ids, shape (windows, length), int32, to logits, shape (windows, 2), float32."""
    ids = keras.Input((None,), dtype="int32")
    states = encoder.build(size, first_only=True)(ids)
    return keras.Model(ids, layers.Dense(2)(layers.Dropout(dropout)(states[:, 0])))
