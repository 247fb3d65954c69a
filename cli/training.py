"""`brandpulse models train`: a recipe on labelled texts, everything that happens shown on the way."""

import re
from collections.abc import Mapping
from functools import partial
from pathlib import Path
from typing import Any

import click
from rich.table import Table

from cli import labelled_files, output, recipe_options
from database import sessions
from model_store import artefact, finding, recipes, registry
from model_store.artefact import Artefact
from model_store.training import trainers, version
from settings import environment


@click.command(cls=recipe_options.RecipeCommand)
@click.option("--recipe", type=click.Choice(recipes.NAMES), help="What is trained; --from knows it by itself.")
@labelled_files.options
@click.option(
    "--from", "base", metavar="MODEL", help="Go on from this version: its words, and its weights as the start."
)
@click.option("--output", "folder", type=click.Path(path_type=Path), help="Default: models/NAME/VERSION.")
@click.option("--name", help="Name of the model.  [default: the recipe's]")
@click.option("--no-dropout", is_flag=True, help="Train without dropout, to see what it is good for.")
@click.option("--no-l2", is_flag=True, help="Train without weight decay, to see what it is good for.")
@output.json_option
def train(
    *,
    recipe: str | None,
    data: tuple[Path, ...],
    also: tuple[Path, ...],
    drop: tuple[str, ...],
    mapping: tuple[str, ...],
    base: str | None,
    folder: Path | None,
    name: str | None,
    no_dropout: bool,
    no_l2: bool,
    as_json: bool,
    **given: Any,  # noqa: ANN401 - the options of the recipes
) -> None:
    """Train a model on labelled texts and register it.

    The splits `train`, `validation` and `test` of the data are used; where no file has a test part, a fifth of
    each is held out for it; where none has a validation part, which chooses the best epoch, a part of the rest is.
    Without --data, the 50,000 film reviews of Maas et al. (2011) are fetched.
    """
    given |= _without("dropout", no_dropout, given) | _without("l2", no_l2, given)
    _refuse_beside_grid(given)
    from_version = finding.find(base) if base else None
    if from_version:
        recipe = recipe or from_version.card["recipe"]
    if recipe is None:
        raise click.UsageError(f"Say what is trained: --recipe {'|'.join(recipes.NAMES)}, or --from MODEL.")
    name = name or recipe
    if not re.fullmatch(r"[A-Za-z0-9][A-Za-z0-9_.-]{0,63}", name):
        raise click.UsageError(f"--name {name!r}: up to 64 letters, digits and the marks _ . - make a name.")
    trainer = trainers.named(recipe)
    options = trainer.Options(**recipe_options.chosen(recipe, given))
    start = trainers.base(from_version, recipe) if from_version else None
    number = _next_version(name)
    folder = folder or Path("models") / name / str(number)
    artefact.refuse_taken(folder)
    made = labelled_files.cut(trainer, data, also, drop, mapping)
    say = partial(output.console(stderr=as_json).print, soft_wrap=True)
    say("\n".join([*labelled_files.left_out(made, trainer), trainer.introduce(made, options, start)]), markup=False)
    with output.progress("Training", trainer.steps(options)) as on_step:
        trained = trainer.train(made, options, start, lambda done, _accuracy=None: on_step(done))
    used = made if trainer.NEUTRAL else made.polar()
    written = version.save(folder, used, trained, start, name=name, number=number, recipe=recipe)
    _show(say, written)
    _register(written)
    if as_json:
        output.document({"model": written.spec, "folder": folder, "sha256": written.sha256, **written.card})


def _without(option: str, is_without: bool, given: Mapping[str, Any]) -> dict[str, float]:
    if is_without and given.get(option) is not None:
        raise click.UsageError(f"--no-{option} and --{option} exclude each other.")
    return {option: 0.0} if is_without else {}


def _refuse_beside_grid(given: Mapping[str, Any]) -> None:
    if given.get("grid") and (given.get("l2") is not None or given.get("batch_size") is not None):
        raise click.UsageError("--grid chooses L2 and batch size: leave out --l2, --no-l2 and --batch-size.")


def _show(say: output.Say, written: Artefact) -> None:
    card = written.card
    if card["search"]:
        _show_search(say, card["search"])
    metrics = card["metrics"]
    if "best_epoch" in metrics:
        say(_learning(metrics))
    for test in metrics["tests"]:
        say(_test(test), markup=False)
    curves = written.folder / "curves.png"
    say(f"{written.spec} is in {written.folder}{f', its curves in {curves}' if curves.exists() else ''}.", markup=False)


def _learning(metrics: Mapping[str, Any]) -> str:
    """Say what the curves show."""
    overfitting = metrics["overfitting_epoch"]
    said = (
        f"Overfitting starts after epoch {overfitting}: the validation loss rises from there."
        if overfitting
        else "No overfitting so far: the validation loss fell to the last epoch."
    )
    return (
        f"Best epoch {metrics['best_epoch']} of {metrics['epochs']}: accuracy {100 * metrics['train_accuracy']:.2f} % "
        f"in training, {100 * metrics['validation_accuracy']:.2f} % in validation.\n{said}"
    )


def _test(test: Mapping[str, Any]) -> str:
    """Say how right the version is on one test set."""
    figures = []
    if test["accuracy"] is not None:
        error = version.standard_error(test)
        figures.append(f"accuracy {100 * test['accuracy']:.2f} % ± {100 * error:.2f} (one standard error)")
    if test["auc"] is not None:
        figures.append(f"ROC AUC {test['auc']:.4f}")
    if test["macro_recall"] is not None:
        figures.append(f"macro-averaged recall {100 * test['macro_recall']:.2f} %")
    return f"Test on {test['name']}: {', '.join(figures)}; {test['skipped']:,} texts skipped."


def _show_search(say: output.Say, found: Mapping[str, Any]) -> None:
    for title in ("grid", "seeds"):
        table = Table(
            "L2", "batch", "seed", "best epoch", "training accuracy", "validation accuracy", title=title.title()
        )
        for row in found[title]:
            accuracies = [f"{100 * row[part]:.2f} %" for part in ("train_accuracy", "validation_accuracy")]
            table.add_row(*(str(row[key]) for key in ("l2", "batch_size", "seed", "best_epoch")), *accuracies)
        say(table)
    mean, deviation = (100 * found["seeds_validation"][figure] for figure in ("mean", "standard_deviation"))
    say(f"Validation, five seeds: mean {mean:.2f} %, standard deviation {deviation:.2f} %.")


def _next_version(name: str) -> int:
    """Choose the number before the long training, so that a database that does not answer is known at once."""
    with sessions.reading(environment.load().database_url) as session:
        return registry.next_version(session, name)


def _register(made: Artefact) -> None:
    """Enter the new version and its files in the database."""
    with sessions.writing(environment.load().database_url) as session:
        registry.register_shipped(session)
        registry.register(session, made)
