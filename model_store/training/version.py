"""From what was trained to a model version: described, judged as it will serve, drawn, and written."""

import math
from collections.abc import Iterable, Mapping, Sequence
from datetime import UTC, datetime
from importlib import metadata
from pathlib import Path
from typing import Any

from model_store import artefact, loading
from model_store.artefact import Artefact
from model_store.prediction import Model
from model_store.training import curves, evaluation, parts
from model_store.training.labelled import Labelled
from model_store.training.parts import Parts
from model_store.training.trainers import Base, Trained

#: The Large Movie Review Dataset: reviews that are trained on or validate, and those that judge.
REVIEWS = (25_000, 25_000)


def save(
    folder: Path, made: Parts, trained: Trained, base: Base | None = None, *, name: str, number: int, recipe: str
) -> Artefact:
    """Describe, judge, draw and write the version to its folder; raises as `artefact.write`."""
    card = {**describe(name, number, recipe, made, base), **trained.card}
    card["metrics"] = judge(card, trained, made)
    title = f"{name}@{number}"
    pictures = curves.draw(trained.history, trained.best_epoch, title) if trained.history else {}
    return artefact.write(folder, card, {**trained.contents, **pictures})


def describe(name: str, number: int, recipe: str, made: Parts, base: Base | None) -> dict[str, Any]:
    """Write what the card says whatever the recipe."""
    import keras  # noqa: PLC0415 - TensorFlow comes with it
    import tensorflow as tf  # noqa: PLC0415 - its distribution has another name on another platform: it is asked itself

    return {
        "name": name,
        "version": number,
        "recipe": recipe,
        "from": base.spec if base else None,
        "created_at": datetime.now(UTC).isoformat(timespec="seconds"),
        "code_version": metadata.version("brandpulse"),
        "libraries": {"tensorflow": tf.__version__, "keras": keras.__version__},
        "data": data(made),
        "film_reviews": (_rows(*made.train, *made.also, *made.validation), _rows(*made.test)) == REVIEWS,
        "search": None,
        "article": None,
    }


def data(made: Parts) -> list[dict[str, Any]]:
    """List the files: names, checksums, what they are for, and their rows by part and label."""
    files = {(one.name, one.sha256): one for sets in made for one in sets}
    return [
        {
            "name": one.name,
            "sha256": one.sha256,
            "also": any(_same(one, also) for also in made.also),
            "rows": {part: sum(found.values()) for part, found in labels.items()},
            "labels": labels,
            "ignored": one.ignored,
            "dropped": one.dropped,
        }
        for one in files.values()
        for labels in [_labels(one, made)]
    ]


def judge(card: dict[str, Any], trained: Trained, made: Parts) -> dict[str, Any]:
    """Measure the model as it will serve; the first test set gives the figures that versions are listed by."""
    model = loading.serve(card, trained.contents)
    tests = [_judged(model, one) for one in made.test]
    first = next(test for test in tests if test["accuracy"] is not None)  # one of neutral rows alone has none
    return {
        **(_learning(trained) if trained.history else {}),
        "test_accuracy": first["accuracy"],
        "test_standard_error": standard_error(first),
        "test_auc": first["auc"],
        "test_macro_f1": first["macro_f1"],
        "test_macro_recall": first["macro_recall"],
        "test_skipped": first["skipped"],
        "validations": [_judged(model, one) for one in made.validation],
        "tests": tests,
    }


def _learning(trained: Trained) -> dict[str, Any]:
    return {
        "epochs": len(trained.history["loss"]),
        "best_epoch": trained.best_epoch,
        "overfitting_epoch": curves.overfitting_epoch(trained.history),
        "train_accuracy": trained.at_best("accuracy"),
        "validation_accuracy": trained.at_best("val_accuracy"),
    }


def standard_error(test: Mapping[str, Any]) -> float:
    """Compute that of an accuracy: of a share p of n rows, the root of p times 1 - p, divided by n."""
    accuracy, rows = test["accuracy"], test["n"]["negative"] + test["n"]["positive"]
    return math.sqrt(accuracy * (1 - accuracy) / rows)


def _judged(model: Model, data: Labelled) -> dict[str, Any]:
    found = evaluation.evaluate(model, data)
    kept = ("n", "accuracy", "macro_f1", "auc", "macro_recall", "confusion", "skipped")
    return {"name": data.name, **{figure: found[figure] for figure in kept}}


def _labels(file: Labelled, made: Parts) -> dict[str, dict[str, int]]:
    """Count the rows of one file by part and label."""
    learnt = (*made.train, *made.also)
    there = {"train": learnt, "validation": made.validation, "test": made.test}
    return {part: parts.counts(_of(file, sets)) for part, sets in there.items()}


def _of(file: Labelled, sets: Sequence[Labelled]) -> Iterable[Labelled]:
    return (one for one in sets if _same(one, file))


def _same(one: Labelled, other: Labelled) -> bool:
    return (one.name, one.sha256) == (other.name, other.sha256)


def _rows(*sets: Labelled) -> int:
    return sum(len(one.texts) for one in sets)
