"""The article's model: the average of word vectors, then one small hidden layer, trained on film reviews.

    brandpulse models train --recipe imdb --grid

trains it as it is shipped; what came out stands in docs/models.md. Read from top to bottom: the constants, texts to
ids, the layers, the training, and the model as it serves.
"""

import json
import tempfile
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np
import safetensors.numpy
from numpy.typing import NDArray

from model_store import explanation, runtime, words
from model_store.explanation import Explanation
from model_store.serving import Scores

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
SPLIT_SEED = 0  # the same reviews validate whatever the seed, so that runs can be compared

GRID_L2 = (0.01, 0.001, 0.0001)
GRID_BATCH = (128, 512)
GRID_SEEDS = 5  # trainings with the choice, of which the best one on the validation part is kept

SERVED = 1_024  # texts per call of the network: 16 MB of word vectors and 2 ms, whatever the size of the chunk
CHUNK_SIZE_COMMENTS = 5_000  # a tenth of a second of tweets: soon repeated after a fault, long against its overhead
LANGUAGES = ("en",)
THRESHOLDS = {"negative": 0.5, "positive": 0.5}  # two classes: one of them has at least half

PARAMETERS = VOCABULARY * DIMENSIONS + (DIMENSIONS + 1) * HIDDEN + (HIDDEN + 1)  # 160,289
#: What the article reports of its model.
ARTICLE = {"validation_accuracy": 0.8909, "test_accuracy": 0.88228}

WEIGHTS = ("embedding", "hidden.kernel", "hidden.bias", "output.kernel", "output.bias")


class Part(NamedTuple):
    """Reviews as ids, shape (reviews, WIDTH), and their labels, 1 positive and 0 negative."""

    ids: NDArray[np.int32]
    positive: NDArray[np.float32]


class Sets(NamedTuple):
    """What training sees."""

    vocabulary: words.Vocabulary
    train: Part
    validation: Part


@dataclass(frozen=True)
class Options:
    """What `brandpulse models train` may change."""

    l2: float = L2
    dropout: float = DROPOUT
    batch_size: int = BATCH
    epochs: int = EPOCHS
    seed: int = 1


class Run(NamedTuple):
    """One training: the weights of its best epoch, and the curves: `loss`, `accuracy`, `val_loss`, `val_accuracy`."""

    options: Options
    weights: dict[str, NDArray[np.float32]]
    history: dict[str, list[float]]
    best_epoch: int  # 1 is the first

    def at_best(self, curve: str) -> float:
        """Read a curve at the best epoch."""
        return self.history[curve][self.best_epoch - 1]


def prepare(texts: Sequence[str], positive: Sequence[bool]) -> Sets:
    """Rank the words, turn the reviews to ids and set the validation part aside."""
    from sklearn.model_selection import train_test_split  # noqa: PLC0415 - only training needs it

    # Sorted first: the reviews in another order, as from the archive, give the same sets.
    order = sorted(range(len(texts)), key=lambda i: (texts[i], positive[i]))
    vocabulary = words.Vocabulary(words.most_frequent(texts, VOCABULARY))
    ids = vocabulary.encode([texts[i] for i in order], WIDTH)
    labels = np.array([positive[i] for i in order], np.float32)
    parts = train_test_split(ids, labels, test_size=VALIDATION, random_state=SPLIT_SEED, stratify=labels)
    return Sets(vocabulary, Part(parts[0], parts[2]), Part(parts[1], parts[3]))


def build(l2: float = L2, dropout: float = DROPOUT) -> "keras.Sequential":
    """Stack the article's layers: 160,289 parameters, nearly all of them word vectors."""
    import keras  # noqa: PLC0415 - TensorFlow comes with it
    from keras import layers  # noqa: PLC0415 - as above

    return keras.Sequential(
        [
            keras.Input((WIDTH,), dtype="int32"),
            layers.Embedding(VOCABULARY, DIMENSIONS),
            layers.Dropout(dropout),
            # The padding counts in the average, as in the article: a short text is drawn to the padding's own vector.
            layers.GlobalAveragePooling1D(),
            layers.Dropout(dropout),
            layers.Dense(HIDDEN, activation="relu", kernel_regularizer=keras.regularizers.L2(l2)),
            layers.Dropout(dropout),
            layers.Dense(1, activation="sigmoid"),
        ]
    )


def train(sets: Sets, options: Options, on_epoch: Callable[[int], None] = lambda _done: None) -> Run:
    """Train once and keep the epoch of the best validation accuracy; the same seed gives the same weights."""
    runtime.start()
    import keras  # noqa: PLC0415 - as above
    import tensorflow as tf  # noqa: PLC0415 - as above

    keras.utils.set_random_seed(options.seed)
    tf.config.experimental.enable_op_determinism()
    network = build(options.l2, options.dropout)
    # Compiling by XLA takes 14 s an epoch on a processor in place of 1 s.
    network.compile("adam", "binary_crossentropy", metrics=["accuracy"], jit_compile=False)
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
                keras.callbacks.LambdaCallback(on_epoch_end=lambda epoch, _logs: on_epoch(epoch + 1)),
            ],
        ).history
        network.load_weights(best)
    curves = {name: [float(value) for value in values] for name, values in history.items()}
    best_epoch = int(np.argmax(curves["val_accuracy"])) + 1
    return Run(options, dict(zip(WEIGHTS, network.get_weights(), strict=True)), curves, best_epoch)


def summary() -> str:
    """Draw the table of the layers and their parameters."""
    runtime.start()
    lines: list[str] = []
    build().summary(line_length=80, print_fn=lines.append)
    return "\n".join(lines)


def files(vocabulary: words.Vocabulary, weights: Mapping[str, NDArray[np.float32]]) -> dict[str, bytes]:
    """Turn what was learned to the files of a model version."""
    return {
        "weights.safetensors": safetensors.numpy.save(dict(weights)),
        "words.json": json.dumps(list(vocabulary.words), ensure_ascii=False).encode(),
    }


def load(_card: Mapping[str, Any], contents: Mapping[str, bytes], threads: int | None = None) -> "Imdb":
    """Make the model out of the contents of its files, already verified."""
    runtime.start(threads)
    weights = safetensors.numpy.load(contents["weights.safetensors"])
    network = build()
    network.set_weights([weights[name] for name in WEIGHTS])
    return Imdb(words.Vocabulary(json.loads(contents["words.json"])), network)


class Imdb:
    """The article's model as it serves."""

    def __init__(self, vocabulary: words.Vocabulary, network: "keras.Sequential") -> None:
        """Prepare the network; it is traced once, at the first call."""
        import tensorflow as tf  # noqa: PLC0415 - `load` has started it

        self._vocabulary = vocabulary
        self._network = tf.function(
            lambda ids: network(ids, training=False)[:, 0],
            input_signature=[tf.TensorSpec([SERVED, WIDTH], tf.int32)],
        )

    def score(self, texts: Sequence[str]) -> Scores:
        """Score texts; see `serving.Scorer`."""
        ids = self._vocabulary.encode(texts, WIDTH)
        positive = np.empty(len(ids), np.float32)
        for start in range(0, len(ids), SERVED):
            rows = ids[start : start + SERVED]
            # Always of one shape: with others, a score's last bits would depend on how many neighbours a text has.
            batch = np.full((SERVED, WIDTH), words.PADDING, np.int32)
            batch[: len(rows)] = rows
            positive[start : start + len(rows)] = self._network(batch).numpy()[: len(rows)]
        return Scores(1 - positive, positive, ~words.without_known_word(ids))

    def explain(self, texts: Sequence[str]) -> list[Explanation]:
        """Name the words that moved the score; see `serving.Scorer`."""
        return [explanation.occlude(self._logits, text) for text in texts]

    def _logits(self, texts: Sequence[str]) -> NDArray[np.float32]:
        found = self.score(texts)
        return np.asarray(np.log(found.p_positive / found.p_negative), np.float32)
