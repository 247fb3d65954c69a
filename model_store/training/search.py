"""Which training is kept: one, or the best of five after L2 and batch size were chosen from a grid.

Everything is chosen by the accuracy on the validation part; the test split plays no part here.
"""

import statistics
from collections.abc import Callable
from dataclasses import replace
from functools import partial
from typing import Any, NamedTuple

from model_store.recipes import imdb

OnEpoch = Callable[[int], None]


class Search(NamedTuple):
    """The training that is kept, and the table of all those that it was chosen from."""

    kept: imdb.Run
    grid: list[imdb.Run]
    seeds: list[imdb.Run]


def epochs(options: imdb.Options, *, grid: bool) -> int:
    """Count the epochs of a whole search, for its progress bar."""
    return options.epochs * (len(imdb.GRID_L2) * len(imdb.GRID_BATCH) + imdb.GRID_SEEDS if grid else 1)


def run(sets: imdb.Sets, options: imdb.Options, *, grid: bool, on_epoch: OnEpoch = lambda _done: None) -> Search:
    """Train once, or search; `on_epoch` is told how many epochs are done in all."""
    if not grid:
        return Search(imdb.train(sets, options, on_epoch), [], [])
    choices = [replace(options, l2=l2, batch_size=size) for l2 in imdb.GRID_L2 for size in imdb.GRID_BATCH]
    tried = _train_all(sets, choices, 0, on_epoch)
    choice = _best(tried).options
    seeds = [replace(choice, seed=options.seed + i) for i in range(imdb.GRID_SEEDS)]
    repeated = _train_all(sets, seeds, len(tried) * options.epochs, on_epoch)
    return Search(_best(repeated), tried, repeated)


def table(runs: list[imdb.Run]) -> list[dict[str, Any]]:
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


def spread(runs: list[imdb.Run]) -> dict[str, float]:
    """Compute mean and standard deviation of the validation accuracy."""
    accuracies = [one.at_best("val_accuracy") for one in runs]
    return {"mean": statistics.fmean(accuracies), "standard_deviation": statistics.stdev(accuracies)}


def _train_all(sets: imdb.Sets, choices: list[imdb.Options], before: int, on_epoch: OnEpoch) -> list[imdb.Run]:
    runs: list[imdb.Run] = []
    for options in choices:
        done = before + sum(one.options.epochs for one in runs)
        runs.append(imdb.train(sets, options, partial(_shifted, on_epoch, done)))
    return runs


def _shifted(on_epoch: OnEpoch, before: int, epoch: int) -> None:
    on_epoch(before + epoch)


def _best(runs: list[imdb.Run]) -> imdb.Run:
    """Choose by validation accuracy; of equals, the first."""
    return max(runs, key=lambda one: one.at_best("val_accuracy"))
