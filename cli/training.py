"""`brandpulse models train`: a recipe on labelled texts, everything that happens shown on the way."""

import re
from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import Any

import click
from rich.table import Table

from cli import output
from database import sessions
from model_store import artefact, registry
from model_store.artefact import Artefact
from model_store.recipes import imdb
from model_store.training import archive, labelled, search, version
from model_store.training.labelled import Labelled
from model_store.training.search import Search
from model_store.training.version import Parts
from settings import environment

Say = Callable[..., None]  # prints to standard output, or beside a JSON document to standard error

SHOWN = 30  # ids and words of the sample that are shown, at either end


@click.command()
@click.option("--recipe", required=True, type=click.Choice(["imdb"]), help="What is trained.")
@click.option("--data", type=click.Path(path_type=Path), help="Labelled texts; else the film reviews are fetched.")
@click.option("--map", "mapping", multiple=True, metavar="COLUMN=FIELD", help="Fields: text, sentiment, split.")
@click.option("--output", "folder", type=click.Path(path_type=Path), help="Default: models/NAME/VERSION.")
@click.option("--name", default="imdb", show_default=True, help="Name of the model.")
@click.option("--seed", default=1, show_default=True, help="The same seed gives the same model.")
@click.option("--epochs", type=click.IntRange(min=1), help="Times that all reviews are seen.  [default: 50]")
@click.option("--no-dropout", is_flag=True, help="Train without dropout, to see what it is good for.")
@click.option("--no-l2", is_flag=True, help="Train without weight decay, to see what it is good for.")
@click.option("--l2", type=click.FloatRange(min=0), help="Weight decay of the hidden layer.")
@click.option("--batch-size", type=click.IntRange(min=1), help="Reviews per step.")
@click.option("--grid", is_flag=True, help="Choose L2 and batch size by validation, then keep the best of five seeds.")
@output.json_option
def train(
    *,
    recipe: str,  # noqa: ARG001 - there is one so far
    data: Path | None,
    mapping: tuple[str, ...],
    folder: Path | None,
    name: str,
    seed: int,
    epochs: int | None,
    no_dropout: bool,
    no_l2: bool,
    l2: float | None,
    batch_size: int | None,
    grid: bool,
    as_json: bool,
) -> None:
    """Train a model on labelled texts and register it.

    The splits `train` and `test` of the data are used; where it has none, a fifth is held out for the test. 30 % of the
    training texts choose the best epoch. Without --data, the 50,000 film reviews of Maas et al. (2011) are fetched.
    """
    if grid and (l2 is not None or no_l2 or batch_size is not None):
        raise click.UsageError("--grid chooses L2 and batch size: leave out --l2, --no-l2 and --batch-size.")
    if not re.fullmatch(r"[A-Za-z0-9][A-Za-z0-9_.-]{0,63}", name):
        raise click.UsageError(f"--name {name!r}: up to 64 letters, digits and the marks _ . - make a name.")
    if no_l2 and l2 is not None:
        raise click.UsageError("--no-l2 and --l2 exclude each other.")
    chosen: dict[str, Any] = {"l2": 0.0 if no_l2 else l2, "batch_size": batch_size, "epochs": epochs, "seed": seed}
    if no_dropout:
        chosen["dropout"] = 0.0
    options = imdb.Options(**{option: value for option, value in chosen.items() if value is not None})
    number = _next_version(name)
    folder = folder or Path("models") / name / str(number)
    made = version.parts(_labelled(data, mapping))
    written = _train(
        name,
        number,
        folder,
        made,
        options,
        grid=grid,
        say=partial(output.console(stderr=as_json).print, soft_wrap=True),
    )
    _register(written)
    if as_json:
        output.document({"model": written.spec, "folder": folder, "sha256": written.sha256, **written.card})


def _train(
    name: str, number: int, folder: Path, made: Parts, options: imdb.Options, *, grid: bool, say: Say
) -> Artefact:
    artefact.refuse_taken(folder)
    sets = imdb.prepare(made.train.texts, [label > 0 for label in made.train.labels])
    _show_sets(say, made, sets)
    say(imdb.summary())
    with output.progress("Epochs", search.epochs(options, grid=grid)) as on_epoch:
        found = search.run(sets, options, grid=grid, on_epoch=on_epoch)
    _show_search(say, found)
    card = version.describe(name, number, made, sets, found)
    written = version.save(folder, made, card, imdb.files(sets.vocabulary, found.kept.weights), found)
    _show_result(say, written, found)
    return written


def _labelled(data: Path | None, mapping: tuple[str, ...]) -> Labelled:
    if data is not None:
        return labelled.read(data, mapped(mapping))
    with output.progress("Fetching the reviews", archive.SIZE_BYTES) as on_bytes:
        path = archive.fetch(environment.load().cache_folder, on_bytes=on_bytes)
    return archive.read(path)


def _show_sets(say: Say, made: Parts, sets: imdb.Sets) -> None:
    train, validation = len(sets.train.ids), len(sets.validation.ids)
    say(
        f"{made.train.name}: {train:,} texts to train on, {validation:,} to validate, {len(made.test.texts):,} "
        f"to test; {made.train.ignored:,} rows without text or label are left out."
    )
    shown = _sample(sets)
    ids, label = sets.train.ids[shown], "positive" if sets.train.positive[shown] else "negative"
    say(f"\nA text, {label}, as {int((ids > 0).sum())} ids, and as words again:")
    say(f"  {' '.join(map(str, ids[:SHOWN]))} …", markup=False)
    say(f"  {sets.vocabulary.decode(ids[:SHOWN])} …", markup=False)
    say(f"Of each text the last {len(ids)} ids are kept; a shorter one is padded with 0 at its end, as this one:")
    say(f"  … {' '.join(map(str, ids[-SHOWN:]))}\n", markup=False)


def _sample(sets: imdb.Sets) -> int:
    """Find a text that is padded, else take the first."""
    return int((sets.train.ids[:, -1] == 0).argmax())


def _show_search(say: Say, found: Search) -> None:
    for title, runs in (("Grid", found.grid), ("Seeds", found.seeds)):
        if not runs:
            continue
        table = Table("L2", "batch", "seed", "best epoch", "training accuracy", "validation accuracy", title=title)
        for row in search.table(runs):
            accuracies = [f"{100 * row[part]:.2f} %" for part in ("train_accuracy", "validation_accuracy")]
            table.add_row(*(str(row[key]) for key in ("l2", "batch_size", "seed", "best_epoch")), *accuracies)
        say(table)
    if found.seeds:
        spread = search.spread(found.seeds)
        deviation = 100 * spread["standard_deviation"]
        say(f"Validation, five seeds: mean {100 * spread['mean']:.2f} %, standard deviation {deviation:.2f} %.")


def _show_result(say: Say, written: Artefact, found: Search) -> None:
    metrics, kept = written.card["metrics"], found.kept
    overfitting = metrics["overfitting_epoch"]
    say(
        f"Best epoch {kept.best_epoch} of {kept.options.epochs}: accuracy {100 * metrics['train_accuracy']:.2f} % in "
        f"training, {100 * metrics['validation_accuracy']:.2f} % in validation."
    )
    say(
        f"Overfitting starts after epoch {overfitting}: the validation loss rises from there."
        if overfitting
        else "No overfitting so far: the validation loss fell to the last epoch."
    )
    say(
        f"Test: accuracy {100 * metrics['test_accuracy']:.2f} % ± {100 * metrics['test_standard_error']:.2f} (one "
        f"standard error), ROC AUC {metrics['test_auc']:.4f}; {metrics['test_skipped']} texts skipped."
    )
    say(f"{written.spec} is in {written.folder}, its curves in {written.folder / 'curves.png'}.")


def mapped(pairs: tuple[str, ...]) -> dict[str, str]:
    """Read the values of `--map`: column to field."""
    found = {column: field for column, _, field in (pair.rpartition("=") for pair in pairs)}
    if not all(found) or not all(found.values()):
        raise click.UsageError("--map takes COLUMN=FIELD, as --map review=text.")
    return found


def _next_version(name: str) -> int:
    """Choose the number before the long training, so that a database that does not answer is known at once."""
    with sessions.reading(environment.load().database_url) as session:
        return registry.next_version(session, name)


def _register(made: Artefact) -> None:
    """Enter the new version and its files in the database."""
    with sessions.writing(environment.load().database_url) as session:
        registry.register_shipped(session)
        registry.register(session, made)
