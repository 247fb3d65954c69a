"""The article's next step: a network that reads the words in order, from both ends; on the same data.

    brandpulse models train --recipe lstm

trains it as it is shipped; what came out stands in docs/models.md. Read from top to bottom: the constants, what a user
may change, the layers, and the model as it serves. How networks are trained: `model_store.training.fitting`.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from model_store import network
from model_store.network import Network, Shape
from model_store.optimizers import RATES
from model_store.options import Around, Between, Searched, option

if TYPE_CHECKING:
    import keras

VOCABULARY = 10_000  # ids: 4 marks and the 9,996 most frequent words, as of the recipe imdb
WIDTH = 256  # words that are kept, the last ones
DIMENSIONS = 16  # numbers per word; with 32, validation came to .878 in place of .886
UNITS = 32  # numbers that are remembered of what was read, in either direction
DROPOUT = 0.5  # share of the inputs that each of two layers misses in training
BATCH = 128  # texts per step of training
EPOCHS = 8
VALIDATION = 0.3  # share of the training texts that only chooses, as of the recipe imdb

# A short comment is cheap: a call takes as many words, whatever they are spread over.
SHAPES = (Shape(1_024, 32), Shape(512, 64), Shape(256, 128), Shape(128, WIDTH))
CHUNK_SIZE_COMMENTS = 5_000  # about a second of tweets: soon repeated after a fault, long against its overhead
LANGUAGES = ("en",)
THRESHOLDS = {"negative": 0.5, "positive": 0.5}  # two classes: one of them has at least half

WEIGHTS = (
    "embedding",
    *(f"{direction}.{part}" for direction in ("forward", "backward") for part in ("kernel", "recurrent", "bias")),
    "output.kernel",
    "output.bias",
)
PRECISION = np.float16  # half the size
STRUCTURE = ("dimensions", "units")  # options that decide the shapes of the weights


@dataclass(frozen=True)
class Options:
    """What `brandpulse models train --recipe lstm` may change."""

    dimensions: int = option(DIMENSIONS, "Numbers per word.", least=1, most=1_024)
    units: int = option(UNITS, "Numbers remembered of what was read, in either direction.", least=1, most=1_024)
    dropout: float = option(DROPOUT, "Share of the inputs that layers miss in training.", least=0, most=0.95)
    batch_size: int = option(BATCH, "Texts per step.", least=1)
    epochs: int = option(EPOCHS, "Times that all texts are seen.", least=1)
    optimizer: str = option("adam", "How the weights are moved.", choices=RATES)
    learning_rate: float | None = option(None, "How far; else the optimizer's usual one.", least=0)
    languages: tuple[str, ...] = option((), "ISO 639 code of a language of the texts; else `en`.", flag="--language")
    seed: int = option(1, "The same seed gives the same model.")


SEARCHED: Searched = {
    "optimizer": tuple(RATES),
    "learning_rate": Around("optimizer", RATES),
    "dimensions": (16, 32, 64),
    "units": (16, 32, 64),
    "dropout": Between(0.0, 0.7),
    "batch_size": (32, 64, 128, 256),
}


def build(options: Options = Options()) -> "keras.Model":
    """Stack the layers: 172,609 parameters, nearly all of them word vectors."""
    import keras  # noqa: PLC0415 - TensorFlow comes with it
    from keras import layers  # noqa: PLC0415 - as above

    return keras.Sequential(
        [
            keras.Input((None,), dtype="int32"),
            # The padding is passed over: it changes nothing of what was read, in either direction.
            layers.Embedding(VOCABULARY, options.dimensions, mask_zero=True),
            layers.Dropout(options.dropout),
            layers.Bidirectional(layers.LSTM(options.units)),
            layers.Dropout(options.dropout),
            layers.Dense(1, activation="sigmoid"),
        ]
    )


def load(card: Mapping[str, Any], contents: Mapping[str, bytes], threads: int | None = None) -> Network:
    """Make the model out of the contents of its files, already verified."""
    options = Options(**{name: card["hyper_parameters"][name] for name in STRUCTURE})
    return network.load(lambda: build(options), WEIGHTS, SHAPES, contents, threads)
