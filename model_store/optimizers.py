"""The optimizers that networks can be trained by, and the learning rates that each is usually right with."""

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import keras

#: By validation accuracy of the recipe `imdb`, see docs/models.md; those of Keras' own defaults, 0.001 and 0.01, let
#: Adagrad, Adadelta and SGD learn next to nothing in 50 epochs.
RATES = {"adam": 0.001, "rmsprop": 0.001, "adagrad": 0.1, "adadelta": 1.0, "sgd": 1.0}


def rate(name: str, chosen: float | None) -> float:
    """Give the learning rate that was chosen, else the usual one."""
    return RATES[name] if chosen is None else chosen


def make(name: str, chosen: float | None) -> "keras.optimizers.Optimizer":
    """Make an optimizer; TensorFlow runs already."""
    import keras  # noqa: PLC0415 - TensorFlow comes with it

    return keras.optimizers.get({"class_name": name, "config": {"learning_rate": rate(name, chosen)}})
