"""How the networks of the recipe `accurate` learn: one pass over the batches that were drawn, kept round by round.

Nothing here is TensorFlow's own, so that the loop runs on what else Keras runs on.
"""

import hashlib
import json
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from model_store import windows
from model_store.minilm import MINILM, Size
from model_store.training import checkpoints, drawing
from model_store.training.checkpoints import Standing
from model_store.training.drawing import Group
from model_store.transformer import POLARITY

if TYPE_CHECKING:
    import keras

    from model_store.training.trainers import OnStep

ROUNDS_AN_EPOCH = 5  # the curves get a point after so many rounds: measuring takes 2 % of the time then
WARM_UP = 0.06  # share of the steps in which the rate rises to its height, before it falls by a cosine
CLIP = 1.0  # the longest gradient
DECAY = 0.01  # of the weights, as in BERT's own fine-tuning
CURVES = ("loss", "accuracy", "val_loss", "val_accuracy")


class Examples(NamedTuple):
    """What is learnt: texts as ids; what each is, 1 or 0, by logit, and how much that counts; shapes (texts, 2)."""

    pieces: Sequence[NDArray[np.int32]]
    targets: NDArray[np.float32]
    weights: NDArray[np.float32]

    def take(self, rows: NDArray[np.intp]) -> "Examples":
        """Keep some of the texts."""
        return Examples([self.pieces[row] for row in rows], self.targets[rows], self.weights[rows])


class Course(NamedTuple):
    """How long and how fast is learnt."""

    texts: int
    tokens: int  # of a batch
    window: int  # tokens of the longest text
    rate: float
    dropout: float
    seed: int
    round: int = 4_096  # texts between two checkpoints: two minutes on two cores
    dropout_within: float = 0.0  # the blocks
    size: Size = MINILM

    @property
    def rounds(self) -> int:
        """Count the rounds, the last one perhaps a short one."""
        return -(-self.texts // self.round)

    @property
    def epochs(self) -> int:
        """Count the points of the curves."""
        return -(-self.rounds // ROUNDS_AN_EPOCH)


class Fit(NamedTuple):
    """What is learnt from, and what is looked at after each epoch: a part of it, and what validates."""

    examples: Examples
    groups: Sequence[Group]
    seen: Examples
    validation: Examples


def fit(
    start: Sequence[NDArray[np.float32]], fitted: Fit, course: Course, folder: Path, on_step: "OnStep"
) -> tuple["keras.Model", dict[str, list[float]]]:
    """Train; gives the network and its curves.

    `start` are the weights of the encoder, or of the whole network. A training that stopped before goes on from the end
    of its last round, which lies in the folder; the folder belongs to one course and its examples, see `fingerprint`.
    """
    import keras  # noqa: PLC0415 - TensorFlow comes with it

    from model_store import classifier  # noqa: PLC0415 - as above

    keras.utils.set_random_seed(course.seed)
    network = classifier.build(course.size, course.dropout, course.dropout_within)
    network.set_weights([*start, *network.get_weights()[len(start) :]])
    rounds = drawing.rounds(fitted.groups, course.texts, course.round, course.seed)
    network.compile(_optimizer(rounds, fitted.examples, course), loss, jit_compile=False)
    network.optimizer.build(network.trainable_variables)
    standing = checkpoints.restore(folder, network)
    done, curves = standing or Standing(0, np.zeros((course.epochs, len(CURVES)), np.float32))
    for number in range(done, len(rounds)):
        drawn = drawing.batches(
            rounds[number], fitted.examples.pieces, course.window, course.tokens, [course.seed, number]
        )
        for share in _learn(network, fitted.examples, drawn):
            on_step(number + share)
        if (number + 1) % ROUNDS_AN_EPOCH == 0 or number + 1 == len(rounds):
            measured = measure(network, fitted.seen, course) + measure(network, fitted.validation, course)
            curves[number // ROUNDS_AN_EPOCH] = measured
        checkpoints.save(folder, network, Standing(number + 1, curves))
    return network, dict(zip(CURVES, curves.T.astype(float).tolist(), strict=True))


def loss(wanted: Any, logits: Any) -> Any:  # noqa: ANN401 - tensors
    """Binary cross-entropy of both logits by text; `wanted` holds the targets and the weights side by side."""
    from keras import ops  # noqa: PLC0415 - TensorFlow runs already

    losses = ops.binary_crossentropy(wanted[:, :2], logits, from_logits=True)
    return ops.sum(losses * wanted[:, 2:], axis=-1)


def measure(network: "keras.Model", examples: Examples, course: Course) -> tuple[float, float]:
    """Give the mean loss, and the share of positive and negative texts whose side is found; by their first windows."""
    from keras import ops  # noqa: PLC0415 - TensorFlow runs already

    logits = say(network, [ids[: course.window - windows.MARKS] for ids in examples.pieces], course.tokens)
    wanted = np.concatenate([examples.targets, examples.weights], axis=1)
    is_polar = examples.weights[:, POLARITY] > 0
    right = (logits[:, POLARITY] > 0) == (examples.targets[:, POLARITY] > 0)
    mean = float(ops.mean(loss(ops.convert_to_tensor(wanted), ops.convert_to_tensor(logits))))
    return mean, float(right[is_polar].mean()) if is_polar.any() else 0.0


def say(network: "keras.Model", pieces: Sequence[NDArray[np.int32]], tokens: int) -> NDArray[np.float32]:
    """Give the logits of windows, shape (windows, 2)."""
    logits = np.empty((len(pieces), 2), np.float32)
    for batch in windows.batches(pieces, tokens, drawing.STEP):
        logits[batch] = network.predict_on_batch(windows.padded([pieces[place] for place in batch], drawing.STEP))
    return logits


def fingerprint(fitted: Fit, course: Course) -> str:
    """Name a training by all that decides what comes out."""
    examples = fitted.examples
    digest = hashlib.sha256(json.dumps([course, [group.share for group in fitted.groups]]).encode())
    rows = [group.rows for group in fitted.groups]
    for array in (np.concatenate(examples.pieces), examples.targets, examples.weights, *rows):
        digest.update(np.ascontiguousarray(array).tobytes())
    return digest.hexdigest()[:16]


def _learn(network: "keras.Model", examples: Examples, drawn: Sequence[drawing.Batch]) -> Iterator[float]:
    """Learn from one batch after the other; gives the share that is done."""
    wanted = np.concatenate([examples.targets, examples.weights], axis=1)
    for place, batch in enumerate(drawn, 1):
        network.train_on_batch(batch.ids, wanted[batch.rows])
        yield place / len(drawn)


def _optimizer(rounds: Sequence[NDArray[np.intp]], examples: Examples, course: Course) -> "keras.Optimizer":
    import keras  # noqa: PLC0415 - as above

    # Counted on the first round: how many texts make a batch of so many tokens only drawing tells.
    counted = len(drawing.batches(rounds[0], examples.pieces, course.window, course.tokens, [course.seed, 0]))
    steps = max(1, round(counted * course.texts / len(rounds[0])))
    warm_up = max(1, round(WARM_UP * steps))
    falling = max(1, steps - warm_up)
    rate = keras.optimizers.schedules.CosineDecay(0.0, falling, warmup_target=course.rate, warmup_steps=warm_up)
    return keras.optimizers.AdamW(rate, weight_decay=DECAY, global_clipnorm=CLIP)
