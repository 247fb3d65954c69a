"""The optimizers that networks can be trained by, and the learning rates that each is usually right with."""

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import keras

#: The best that were tried, by validation accuracy of the recipe `imdb` in 20 epochs, see docs/training.md: Adam comes
#: to .88 and RMSprop to .74, the others stay at .50. Without weight decay Adadelta comes to .81 at 10, Adagrad to .65
#: at 0.1, and SGD stays at .50 at 10 and 100.
RATES = {"adam": 0.001, "rmsprop": 0.001, "adagrad": 0.1, "adadelta": 10.0, "sgd": 1.0}


def rate(name: str, chosen: float | None) -> float:
    """Give the learning rate that was chosen, else the usual one."""
    return RATES[name] if chosen is None else chosen


def make(name: str, chosen: float | None) -> "keras.optimizers.Optimizer":
    """Make an optimizer; TensorFlow runs already."""
    import keras  # noqa: PLC0415 - TensorFlow comes with it

    return keras.optimizers.get({"class_name": name, "config": {"learning_rate": rate(name, chosen)}})
