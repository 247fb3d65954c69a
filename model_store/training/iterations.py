"""What is measured while regressions are fitted: curves of the one that most validation rows ask for."""

import numpy as np

from model_store.training import logistic
from model_store.training.logistic import OnIteration, Question, Weights
from model_store.training.trainers import OnStep


class Iterations:
    """The curves by step of L-BFGS, and the progress over all regressions."""

    def __init__(self, iterations: int, on_step: OnStep) -> None:
        """Take the steps of one regression, and whom to tell."""
        self.history: dict[str, list[float]] = {"loss": [], "accuracy": [], "val_loss": [], "val_accuracy": []}
        self._iterations = iterations
        self._on_step = on_step
        self._begun = 0

    def watch(self, validating: Question, *, is_drawn: bool) -> OnIteration:
        """Make what one regression tells its steps; where `is_drawn`, its curves are kept."""
        done = self._begun * self._iterations
        self._begun += 1

        def told(weights: Weights, loss: float, accuracy: float) -> None:
            nonlocal done
            done += 1
            if not is_drawn:
                self._on_step(done)
                return
            margins = np.where(validating.first, 1.0, -1.0) * (
                logistic.logits(validating.features, weights) + validating.offset
            )
            val_accuracy = float((margins > 0).mean())
            measured = (loss, accuracy, float(np.logaddexp(0, -margins).mean()), val_accuracy)
            for curve, value in zip(self.history.values(), measured, strict=True):
                curve.append(value)
            self._on_step(done, val_accuracy)

        return told
