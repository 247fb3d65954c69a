"""The article's model: the average of word vectors, then one small hidden layer, trained on film reviews.

    brandpulse models train --recipe imdb --grid

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

VOCABULARY = 10_000  # ids: 4 marks and the 9,996 most frequent words of the training reviews
WIDTH = 256  # words that are kept, the last ones, where a review sums itself up; 70 % of the reviews are shorter
DIMENSIONS = 16  # numbers per word
HIDDEN = 16  # units of the hidden layer
DROPOUT = 0.5  # share of the inputs that each of three layers misses in training
L2 = 0.01  # weight decay of the hidden layer, chosen by `--grid`
BATCH = 128  # reviews per step of training, chosen by `--grid`
EPOCHS = 50
VALIDATION = 0.3  # share of the training reviews that only chooses: the epoch, and with `--grid` L2, batch and seed

GRID_L2 = (0.01, 0.001, 0.0001)
GRID_BATCH = (128, 512)
GRID_SEEDS = 5  # trainings with the choice, of which the best one on the validation part is kept

SHAPES = (Shape(1_024, WIDTH),)  # 16 MB of word vectors and 2 ms a call, whatever the size of the chunk
CHUNK_SIZE_COMMENTS = 5_000  # a tenth of a second of tweets: soon repeated after a fault, long against its overhead
LANGUAGES = ("en",)
THRESHOLDS = {"negative": 0.5, "positive": 0.5}  # two classes: one of them has at least half

PARAMETERS = VOCABULARY * DIMENSIONS + (DIMENSIONS + 1) * HIDDEN + (HIDDEN + 1)  # 160,289
#: What the article reports of its model.
ARTICLE = {"validation_accuracy": 0.8909, "test_accuracy": 0.88228}

WEIGHTS = ("embedding", "hidden.kernel", "hidden.bias", "output.kernel", "output.bias")
PRECISION = np.float32
STRUCTURE = ()  # options that decide the shapes of the weights: none, the layers are the article's


@dataclass(frozen=True)
class Options:
    """What `brandpulse models train --recipe imdb` may change."""

    l2: float = option(L2, "Weight decay of the hidden layer.", least=0)
    dropout: float = option(DROPOUT, "Share of the inputs that layers miss in training.", least=0, most=0.95)
    batch_size: int = option(BATCH, "Texts per step.", least=1)
    epochs: int = option(EPOCHS, "Times that all texts are seen.", least=1)
    optimizer: str = option("adam", "How the weights are moved.", choices=RATES)
    learning_rate: float | None = option(None, "How far; else the optimizer's usual one.", least=0)
    languages: tuple[str, ...] = option((), "ISO 639 code of a language of the texts; else `en`.", flag="--language")
    grid: bool = option(
        default=False, about="Choose L2 and batch size by validation, then keep the best of five seeds."
    )
    seed: int = option(1, "The same seed gives the same model.")


SEARCHED: Searched = {
    "optimizer": tuple(RATES),
    "learning_rate": Around("optimizer", RATES),
    "l2": Between(1e-5, 1e-1, log=True),
    "dropout": Between(0.0, 0.7),
    "batch_size": (32, 64, 128, 256, 512),
}


def build(options: Options = Options()) -> "keras.Model":
    """Stack the article's layers: 160,289 parameters, nearly all of them word vectors."""
    import keras  # noqa: PLC0415 - TensorFlow comes with it
    from keras import layers  # noqa: PLC0415 - as above

    return keras.Sequential(
        [
            keras.Input((WIDTH,), dtype="int32"),
            layers.Embedding(VOCABULARY, DIMENSIONS),
            layers.Dropout(options.dropout),
            # The padding counts in the average, as in the article: a short text is drawn to the padding's own vector.
            layers.GlobalAveragePooling1D(),
            layers.Dropout(options.dropout),
            layers.Dense(HIDDEN, activation="relu", kernel_regularizer=keras.regularizers.L2(options.l2)),
            layers.Dropout(options.dropout),
            layers.Dense(1, activation="sigmoid"),
        ]
    )


def load(_card: Mapping[str, Any], contents: Mapping[str, bytes], threads: int | None = None) -> Network:
    """Make the model out of the contents of its files, already verified."""
    return network.load(build, WEIGHTS, SHAPES, contents, threads)
