"""`brandpulse models tune`: search a recipe's hyper-parameters for some minutes, and say how to train with the best."""

import shlex
from collections.abc import Iterable, Mapping
from functools import partial
from pathlib import Path
from typing import Any, NamedTuple

import click

from cli import labelled_files, output, recipe_options
from model_store import recipes
from model_store.training import trainers, trials, tuning
from model_store.training.parts import Parts
from model_store.training.trainers import Trainer
from model_store.training.trials import Trial
from model_store.training.tuning import Limits
from settings import errors


class Files(NamedTuple):
    """Where the labelled texts come from, as the command line said it."""

    data: tuple[Path, ...]
    also: tuple[Path, ...]
    drop: tuple[str, ...]
    mapping: tuple[str, ...]


@click.command(cls=recipe_options.RecipeCommand)
@click.option("--recipe", type=click.Choice(recipes.NAMES), required=True, help="What is tuned.")
@labelled_files.options
@click.option("--minutes", type=click.FloatRange(0, min_open=True), required=True, help="How long it searches at most.")
@click.option("--trials", "most", type=click.IntRange(1), help="How many trainings it makes at most.")
@click.option("--output", "folder", type=click.Path(path_type=Path), help="Default: tuning/RECIPE.")
@output.json_option
def tune(
    *,
    recipe: str,
    data: tuple[Path, ...],
    also: tuple[Path, ...],
    drop: tuple[str, ...],
    mapping: tuple[str, ...],
    minutes: float,
    most: int | None,
    folder: Path | None,
    as_json: bool,
    **given: Any,  # noqa: ANN401 - the options of the recipes
) -> None:
    """Search hyper-parameters by the validation accuracy; Ctrl-C ends it and keeps what was found.

    The first trial is the recipe as it is. An option that is given stays as it is, the others that the recipe names
    are searched. The test split is not looked at.
    """
    trainer, fixed = trainers.named(recipe), recipe_options.chosen(recipe, given)
    if fixed.get("grid"):
        raise click.UsageError("tune searches by itself: leave out --grid.")
    searched = tuning.spaces(trainer, fixed)
    if not searched:
        raise click.UsageError(f"Nothing is left to search: all of {', '.join(trainer.SEARCHED)} are given.")
    folder = folder or Path("tuning") / recipe
    _make(folder)
    made = labelled_files.cut(trainer, data, also, drop, mapping)
    say = partial(output.console(stderr=as_json).print, soft_wrap=True, markup=False)
    say("\n".join([*labelled_files.left_out(made, trainer), f"Searching {', '.join(searched)}."]))
    found = _searched(trainer, made, fixed, Limits(60 * minutes, most), folder, say)
    best = trials.best(found)
    if best is None:
        raise errors.WrongInput("No trial came to the end of an epoch before the search ended: give it more --minutes.")
    pictures = trials.draw(found, searched, f"{recipe}: {len(found)} trials")
    _write(folder, pictures.items())
    command = _command(recipe, trainer, Files(data, also, drop, mapping), best.options)
    if as_json:
        kept = [trial._asdict() for trial in found]
        output.document({"recipe": recipe, "trials": kept, "best": best.number, "command": command, "folder": folder})
        return
    say(f"Best of {len(found)} trials: {best.number}, with {_percent(best)} in validation. Train it with")
    say(f"\n    {command}\n")
    say(f"The table and the picture of the trials are in {folder}.")


def _searched(
    trainer: Trainer, made: Parts, fixed: Mapping[str, Any], limits: Limits, folder: Path, say: output.Say
) -> list[Trial]:
    """Search, and keep the table after each trial."""
    found: list[Trial] = []
    with output.progress("Searching, seconds", limits.seconds) as on_time:
        for trial in tuning.search(trainer, made, fixed, limits, on_time):
            found.append(trial)
            if trials.best(found):
                _write(folder, [("trials.csv", trials.table(found).encode())])
            own = {name: value for name, value in trial.options.items() if name not in fixed}
            shown = " ".join(recipe_options.words(trainer, own))
            say(f"{trial.number}: {_percent(trial)}, {trial.state} in {trial.seconds:.0f} s: {shown}")
    return found


def _command(recipe: str, trainer: Trainer, files: Files, options: Mapping[str, Any]) -> str:
    """Write the command that trains the same again."""
    named = zip(("--data", "--also", "--drop", "--map"), files, strict=True)
    given = [f"{flag} {shlex.quote(str(value))}" for flag, values in named for value in values]
    words = [f"brandpulse models train --recipe {recipe}", *given, *recipe_options.words(trainer, options)]
    return " ".join(words)


def _make(folder: Path) -> None:
    """Make the folder before the long search, so that what cannot be written is known at once."""
    if (folder / "trials.csv").exists():
        raise errors.WrongInput(f"{folder} holds the trials of another search: choose another --output.")
    try:
        folder.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise errors.WrongInput(f"The trials cannot be written to {folder}: {error.strerror}.") from error


def _write(folder: Path, contents: Iterable[tuple[str, bytes]]) -> None:
    for name, content in contents:
        (folder / name).write_bytes(content)


def _percent(trial: Trial) -> str:
    return "no epoch" if trial.val_accuracy is None else f"{100 * trial.val_accuracy:.2f} %"
