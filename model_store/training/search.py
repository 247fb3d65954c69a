"""Which training is kept: one, or the best of five after L2 and batch size were chosen from a grid.

Everything is chosen by the accuracy on the validation part; the test split plays no part here.
"""

import statistics
from collections.abc import Sequence
from dataclasses import replace
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from model_store.recipes import imdb
from model_store.training import fitting
from model_store.training.fitting import Run, Sets
from model_store.training.trainers import OnStep, silent

Start = Sequence[NDArray[np.float32]] | None


class Search(NamedTuple):
    """The training that is kept, and the table of all those that it was chosen from."""

    kept: Run
    grid: list[Run]
    seeds: list[Run]


def epochs(options: imdb.Options) -> int:
    """Count the epochs of a whole search, for its progress bar."""
    return options.epochs * (len(imdb.GRID_L2) * len(imdb.GRID_BATCH) + imdb.GRID_SEEDS if options.grid else 1)


def run(sets: Sets, options: imdb.Options, start: Start = None, on_step: OnStep = silent) -> Search:
    """Train once, or search; `on_step` is told how many epochs are done in all."""
    if not options.grid:
        return Search(fitting.fit(imdb, sets, options, start, on_step), [], [])
    choices = [replace(options, l2=l2, batch_size=size) for l2 in imdb.GRID_L2 for size in imdb.GRID_BATCH]
    tried = _train_all(sets, choices, start, 0, on_step)
    choice = _best(tried).options
    seeds = [replace(choice, seed=options.seed + i) for i in range(imdb.GRID_SEEDS)]
    repeated = _train_all(sets, seeds, start, len(tried) * options.epochs, on_step)
    return Search(_best(repeated), tried, repeated)


def table(runs: list[Run]) -> list[dict[str, Any]]:
    """List what was tried and what came out, for the card and for people."""
    return [
        {
            "l2": one.options.l2,
            "batch_size": one.options.batch_size,
            "seed": one.options.seed,
            "best_epoch": one.best_epoch,
            "train_accuracy": one.at_best("accuracy"),
            "validation_accuracy": one.at_best("val_accuracy"),
        }
        for one in runs
    ]


def spread(runs: list[Run]) -> dict[str, float]:
    """Compute mean and standard deviation of the validation accuracy."""
    accuracies = [one.at_best("val_accuracy") for one in runs]
    return {"mean": statistics.fmean(accuracies), "standard_deviation": statistics.stdev(accuracies)}


def _train_all(sets: Sets, choices: list[imdb.Options], start: Start, before: int, on_step: OnStep) -> list[Run]:
    runs: list[Run] = []
    for options in choices:
        done = before + len(runs) * options.epochs
        runs.append(fitting.fit(imdb, sets, options, start, _shifted(on_step, done)))
    return runs


def _shifted(on_step: OnStep, before: int) -> OnStep:
    def told(done: float, val_accuracy: float | None = None, /) -> None:
        on_step(before + done, val_accuracy)

    return told


def _best(runs: list[Run]) -> Run:
    """Choose by validation accuracy; of equals, the first."""
    return max(runs, key=lambda one: one.at_best("val_accuracy"))
