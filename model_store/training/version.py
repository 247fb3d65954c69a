"""From labelled data to a model version: the steps of `brandpulse models train`, each with its inputs and outputs."""

import math
from collections.abc import Mapping
from datetime import UTC, datetime
from importlib import metadata
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np

from model_store import artefact, loading
from model_store.artefact import Artefact
from model_store.recipes import imdb
from model_store.training import curves, evaluation
from model_store.training.labelled import Labelled
from model_store.training.search import Search, spread, table
from settings import errors

ARTICLE_ROWS = 25_000  # film reviews in either split
HELD_OUT = 0.2  # share of a file without splits that is kept for the test
LEAST_PER_LABEL = 20  # below, neither the validation nor the test part says anything


class Parts(NamedTuple):
    """What is trained on and what the result is judged by."""

    train: Labelled
    test: Labelled


def parts(data: Labelled) -> Parts:
    """Take the splits `train` and `test` of a set, or hold a fifth of it out; the neutral rows are left out.

    Raises:
        errors.WrongInput: a part has too few rows of a label.

    """
    polar = data.where(data.labels != 0)
    if {"train", "test"} <= set(polar.splits):
        made = Parts(polar.part("train"), polar.part("test"))
    else:
        made = _held_out(polar)
    for name, part in made._asdict().items():
        counts = part.counts()
        if min(counts["negative"], counts["positive"]) < LEAST_PER_LABEL:
            raise errors.WrongInput(
                f"{data.name} has {counts['negative']} negative and {counts['positive']} positive rows to {name}: "
                f"at least {LEAST_PER_LABEL} of each are needed."
            )
    return made


def describe(name: str, version: int, made: Parts, sets: imdb.Sets, found: Search) -> dict[str, Any]:
    """Write the card but for what is measured on the test part."""
    import keras  # noqa: PLC0415 - TensorFlow comes with it
    import tensorflow as tf  # noqa: PLC0415 - its distribution has another name on another platform: it is asked itself

    kept = found.kept
    return {
        "name": name,
        "version": version,
        "recipe": "imdb",
        "created_at": datetime.now(UTC).isoformat(timespec="seconds"),
        "code_version": metadata.version("brandpulse"),
        "libraries": {"tensorflow": tf.__version__, "keras": keras.__version__},
        "languages": list(imdb.LANGUAGES),
        "thresholds": imdb.THRESHOLDS,
        "chunk_size_comments": imdb.CHUNK_SIZE_COMMENTS,
        "parameters": imdb.PARAMETERS,
        "seed": kept.options.seed,
        "hyper_parameters": {
            "vocabulary": imdb.VOCABULARY,
            "width": imdb.WIDTH,
            "l2": kept.options.l2,
            "dropout": kept.options.dropout,
            "batch_size": kept.options.batch_size,
            "epochs": kept.options.epochs,
            "optimizer": "adam",
        },
        "data": [
            {
                "name": made.train.name,
                "sha256": made.train.sha256,
                "rows": {
                    "train": len(sets.train.ids),
                    "validation": len(sets.validation.ids),
                    "test": len(made.test.texts),
                },
            }
        ],
        "metrics": {
            "best_epoch": kept.best_epoch,
            "overfitting_epoch": curves.overfitting_epoch(kept.history),
            "train_accuracy": kept.at_best("accuracy"),
            "validation_accuracy": kept.at_best("val_accuracy"),
        },
        "search": {"grid": table(found.grid), "seeds": table(found.seeds), "seeds_validation": spread(found.seeds)}
        if found.grid
        else None,
        "article": imdb.ARTICLE if _is_articles(made) else None,
    }


def _is_articles(made: Parts) -> bool:
    """Say whether this is the set of the article, by the sizes of its splits: elsewhere its figures mean nothing."""
    return len(made.train.texts) == len(made.test.texts) == ARTICLE_ROWS


def judge(card: Mapping[str, Any], contents: Mapping[str, bytes], test: Labelled) -> dict[str, Any]:
    """Add the figures on the test part to the card, from the model as it will serve."""
    judged = evaluation.evaluate(loading.serve(card, contents), test)
    rows = len(test.texts)
    accuracy = judged["accuracy"]
    figures = {
        "test_accuracy": accuracy,
        # Of a share p of n rows: the root of p times 1 - p, divided by n.
        "test_standard_error": math.sqrt(accuracy * (1 - accuracy) / rows),
        "test_auc": judged["auc"],
        "test_macro_f1": judged["macro_f1"],
        "test_skipped": judged["skipped"],
    }
    return {**card, "metrics": {**card["metrics"], **figures}}


def save(folder: Path, made: Parts, card: Mapping[str, Any], contents: Mapping[str, bytes], found: Search) -> Artefact:
    """Judge, draw and write the version to its folder; raises as `artefact.write`."""
    pictures = curves.draw(found.kept.history, found.kept.best_epoch, f"{card['name']}@{card['version']}")
    return artefact.write(folder, judge(card, contents, made.test), {**contents, **pictures})


def _held_out(data: Labelled) -> Parts:
    """Draw the test part at random, each label by itself, the same rows every time."""
    from sklearn.model_selection import train_test_split  # noqa: PLC0415 - only training needs it

    counts = data.counts()
    if min(counts["negative"], counts["positive"]) < LEAST_PER_LABEL:
        return Parts(data, data)  # refused by `parts`, with these counts
    drawn = train_test_split(
        np.arange(len(data.texts)), test_size=HELD_OUT, random_state=imdb.SPLIT_SEED, stratify=data.labels
    )[1]
    in_test = np.isin(np.arange(len(data.texts)), drawn)
    return Parts(data.where(~in_test), data.where(in_test))
