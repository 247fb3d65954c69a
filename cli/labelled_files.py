"""The labelled files that a model is trained on: their options, and the parts they are cut into."""

from collections.abc import Callable
from pathlib import Path
from typing import Any, TypeVar

import click

from cli import output
from model_store.training import archive, labelled, parts
from model_store.training.labelled import Labelled
from model_store.training.parts import Parts
from model_store.training.trainers import Trainer
from settings import environment

Command = TypeVar("Command", bound=Callable[..., Any])

MANY = click.option(
    "--data",
    multiple=True,
    type=click.Path(path_type=Path),
    help="Labelled texts: CSV, TSV or Parquet; may be given again. Else the film reviews are fetched.",
)
ALSO = click.option(
    "--also",
    multiple=True,
    type=click.Path(path_type=Path),
    help="Texts labelled by other hands or rules: only trained on; may be given again.",
)
DROP = click.option(
    "--drop", multiple=True, metavar="COLUMN", help="Leave out the rows in which this column is filled."
)
MAP = click.option(
    "--map", "mapping", multiple=True, metavar="COLUMN=FIELD", help="Fields: text, sentiment, split, brand."
)


def options(command: Command) -> Command:
    """Give a command the options above; they reach it by the names of `cut`."""
    for option in (MAP, DROP, ALSO, MANY):
        command = option(command)
    return command


def cut(
    trainer: Trainer, data: tuple[Path, ...], also: tuple[Path, ...], drop: tuple[str, ...], mapping: tuple[str, ...]
) -> Parts:
    """Read the files and cut them into the parts that a recipe learns from."""
    fields = mapped(mapping)
    read = [labelled.read(path, fields, drop) for path in data] or [_reviews()]
    beside = [labelled.read(path, fields, drop) for path in also]
    return parts.cut(read, beside, drop=drop, validation=trainer.VALIDATION)


def left_out(made: Parts, trainer: Trainer) -> list[str]:
    """Say which rows of the files are not used, and why."""
    files = {(one.name, one.sha256): one for part in made for one in part}
    said = []
    for one in files.values():
        if one.ignored:
            said.append(f"{one.name}: {one.ignored:,} rows without text or label are left out.")
        if one.dropped:
            said.append(f"{one.name}: {one.dropped:,} rows are left out by --drop.")
    if not trainer.NEUTRAL and made.neutral():
        said.append(f"{made.neutral():,} neutral rows are left out: this recipe knows positive and negative.")
    return said


def mapped(pairs: tuple[str, ...]) -> dict[str, str]:
    """Read the values of `--map`: column to field."""
    found = {column: field for column, _, field in (pair.rpartition("=") for pair in pairs)}
    if not all(found) or not all(found.values()):
        raise click.UsageError("--map takes COLUMN=FIELD, as --map review=text.")
    return found


def _reviews() -> Labelled:
    with output.progress("Fetching the reviews", archive.SIZE_BYTES) as on_bytes:
        path = archive.fetch(environment.load().cache_folder, on_bytes=on_bytes)
    return archive.read(path)
