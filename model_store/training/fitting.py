"""How a network learns: texts to ids, the loop over the epochs, and the best one by validation kept."""

import json
import math
import tempfile
from collections.abc import Sequence
from functools import lru_cache
from itertools import chain
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple, Protocol

import numpy as np
from numpy.typing import DTypeLike, NDArray

from model_store import optimizers, runtime, words
from model_store.network import Shape
from model_store.training.labelled import Labelled
from model_store.training.parts import Parts
from model_store.training.trainers import OnStep, silent

if TYPE_CHECKING:
    import keras


class Recipe(Protocol):
    """What the module of a network's recipe holds; each says it at the top of its file."""

    @property
    def VOCABULARY(self) -> int: ...  # noqa: D102, N802 - constants of the module
    @property
    def WIDTH(self) -> int: ...  # noqa: D102, N802
    @property
    def WEIGHTS(self) -> Sequence[str]: ...  # noqa: D102, N802
    @property
    def PRECISION(self) -> DTypeLike: ...  # noqa: D102, N802
    @property
    def STRUCTURE(self) -> Sequence[str]: ...  # noqa: D102, N802
    @property
    def SHAPES(self) -> Sequence[Shape]: ...  # noqa: D102, N802
    @property
    def LANGUAGES(self) -> Sequence[str]: ...  # noqa: D102, N802
    @property
    def THRESHOLDS(self) -> dict[str, float]: ...  # noqa: D102, N802

    def build(self, options: Any = ..., /) -> "keras.Model":  # noqa: ANN401 - the module's own `Options`
        """Stack the layers."""


class Part(NamedTuple):
    """Texts as ids, shape (texts, width), and their labels, 1 positive and 0 negative."""

    ids: NDArray[np.int32]
    positive: NDArray[np.float32]


class Sets(NamedTuple):
    """What training sees."""

    vocabulary: words.Vocabulary
    train: Part
    validation: Part


class Run(NamedTuple):
    """One training: the weights of its best epoch, and the curves: `loss`, `accuracy`, `val_loss`, `val_accuracy`."""

    options: Any
    weights: dict[str, NDArray[np.float32]]
    history: dict[str, list[float]]
    best_epoch: int  # 1 is the first

    def at_best(self, curve: str) -> float:
        """Read a curve at the best epoch."""
        return self.history[curve][self.best_epoch - 1]


@lru_cache(maxsize=1)  # of one search, every training sees the same
def prepare(parts: Parts, vocabulary: int, width: int, known: bytes | None = None) -> Sets:
    """Rank the words, or take the `known` ones of another version, and turn the texts to ids; without the neutral ones.

    The words of the validation part are ranked with the others: which are frequent says nothing of their labels.
    """
    polar = parts.polar()
    train, validation = [*polar.train, *polar.also], polar.validation
    learnt, chosen = ([text for one in part for text in one.masked()] for part in (train, validation))
    ranked = json.loads(known) if known else words.most_frequent(chain(learnt, chosen), vocabulary)
    found = words.Vocabulary(ranked)
    return Sets(
        found,
        Part(found.encode(learnt, width), _positive(train)),
        Part(found.encode(chosen, width), _positive(validation)),
    )


def fit(
    recipe: Recipe,
    sets: Sets,
    options: Any,  # noqa: ANN401 - the recipe's own
    start: Sequence[NDArray[np.float32]] | None = None,
    on_step: OnStep = silent,
) -> Run:
    """Train once and keep the epoch of the best validation accuracy; the same seed gives the same weights.

    `start` are the weights to begin with, else those are drawn.
    """
    runtime.start()
    import keras  # noqa: PLC0415 - TensorFlow comes with it
    import tensorflow as tf  # noqa: PLC0415 - as above

    keras.utils.set_random_seed(options.seed)
    runtime.repeat_exactly()
    tf.get_logger().setLevel("ERROR")  # it warns from the fifth training on that each network is traced anew
    network = recipe.build(options)
    if start is not None:
        network.set_weights(start)
    optimizer = optimizers.make(options.optimizer, options.learning_rate)
    # Compiling by XLA takes 14 s an epoch of the recipe imdb on a processor in place of 1 s.
    network.compile(optimizer, "binary_crossentropy", metrics=["accuracy"], jit_compile=False)
    with tempfile.TemporaryDirectory() as folder:
        best = Path(folder) / "best.weights.h5"
        history = network.fit(
            *sets.train,
            validation_data=sets.validation,
            epochs=options.epochs,
            batch_size=options.batch_size,
            verbose=0,
            callbacks=[
                keras.callbacks.ModelCheckpoint(
                    best, monitor="val_accuracy", mode="max", save_best_only=True, save_weights_only=True
                ),
                _telling(on_step, math.ceil(len(sets.train.ids) / options.batch_size)),
            ],
        ).history
        network.load_weights(best)
    curves = {name: [float(value) for value in values] for name, values in history.items()}
    best_epoch = int(np.argmax(curves["val_accuracy"])) + 1
    return Run(options, dict(zip(recipe.WEIGHTS, network.get_weights(), strict=True)), curves, best_epoch)


def _telling(on_step: OnStep, batches: int) -> "keras.callbacks.Callback":
    """Tell of each batch, and of each epoch what it came to."""
    import keras  # noqa: PLC0415 - TensorFlow runs already

    class Telling(keras.callbacks.Callback):  # type: ignore[misc] # Keras has no types
        done = 0

        def on_train_batch_end(self, batch: int, logs: Any = None) -> None:  # noqa: ANN401, ARG002 - Keras' signature
            on_step(self.done + (batch + 1) / (batches + 1))  # the last part of an epoch is its validation

        def on_epoch_end(self, epoch: int, logs: Any = None) -> None:  # noqa: ANN401 - as above
            self.done = epoch + 1
            on_step(self.done, float(logs["val_accuracy"]))

    return Telling()


def _positive(sets: Sequence[Labelled]) -> NDArray[np.float32]:
    return np.concatenate([one.labels > 0 for one in sets]).astype(np.float32)
