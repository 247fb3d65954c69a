"""A larger network that learns first, and what it says of the texts, for a smaller one to learn from (Hinton 2015)."""

from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from model_store import windows
from model_store.training import finetuning, mpnet
from model_store.training.finetuning import Course, Examples, Fit

if TYPE_CHECKING:
    from model_store.training.trainers import OnStep

TEXTS = 307_200  # that the teacher sees, none of them more than three times
BATCH_TOKENS = 12_288  # of a step, padding counted
RATE = 5e-5
DROPOUT = 0.1
WINDOW = 256  # tokens that it reads at once of a text that it speaks about
TAUGHT = 4.0  # what the teacher's word counts in each question, where a label counts 1
SAID = "said.npy"

Weights = list[NDArray[np.float32]]


def teach(
    fitted: Fit, course: Course, folder: Path, on_step: "OnStep", start: Callable[[], Weights] = mpnet.weights
) -> Examples:
    """Let the teacher learn, and put its word beside the labels; what it said before is read out of the folder."""
    examples = fitted.examples
    if not (folder / SAID).exists():
        network, _ = finetuning.fit(start(), fitted, course, folder, on_step)
        cut = windows.cut(examples.pieces, WINDOW)
        said = cut.average(finetuning.say(network, cut.ids, course.tokens), len(examples.pieces))
        np.save(folder / SAID, said.astype(np.float32))
    return mixed(examples, np.load(folder / SAID))


def mixed(examples: Examples, logits: NDArray[np.float32]) -> Examples:
    """Let every text have the label's word as far as it counts, and the teacher's; logits have the shape (texts, 2)."""
    said = 1 / (1 + np.exp(-logits))
    weights = examples.weights + TAUGHT
    targets = (examples.weights * examples.targets + TAUGHT * said) / weights
    return Examples(examples.pieces, targets.astype(np.float32), weights.astype(np.float32))
