"""`brandpulse models`: the model versions there are, how good they are, and new ones."""

from pathlib import Path
from typing import Any

import click
from rich.markdown import Markdown
from rich.table import Table

from cli import output, promotion, training
from database import sessions
from database.tables import Model
from model_store import card, loading, registry, shipped
from model_store.artefact import Artefact
from model_store.training import evaluation, labelled
from settings import environment


@click.group()
def models() -> None:
    """List, train and judge model versions."""


models.add_command(training.train)
models.add_command(promotion.promote)
models.add_command(promotion.rollback)


@models.command(name="list")
@output.json_option
def list_(as_json: bool) -> None:
    """List the model versions, shipped and of your own."""
    found = [_entry(*row) for row in _registered()]
    if as_json:
        output.document(found)
        return
    table = Table("model", "recipe", "test accuracy", "languages", "made", "")
    for entry in found:
        accuracy = entry["test_accuracy"]
        table.add_row(
            entry["model"],
            entry["recipe"],
            "" if accuracy is None else f"{100 * accuracy:.2f} %",
            ", ".join(entry["languages"]),
            entry["created_at"][:10],
            ", ".join(word for word in ("promoted", "shipped") if entry[word]),
        )
    output.console().print(table)


@models.command()
@click.argument("model")
@output.json_option
def show(model: str, as_json: bool) -> None:
    """Show the card of MODEL, which is NAME or NAME@VERSION."""
    version = find(model)
    if as_json:
        output.document({"model": version.spec, "sha256": version.sha256, "folder": version.folder, **version.card})
        return
    output.console().print(Markdown(card.for_people(version.card)))
    click.echo(f"{version.folder}\nSHA-256 {version.sha256}")


@models.command()
@click.option("--data", required=True, type=click.Path(path_type=Path), help="Labelled texts: CSV, TSV or Parquet.")
@click.option("--model", help="NAME or NAME@VERSION; else the setting BRANDPULSE_MODEL or the shipped default.")
@click.option("--split", help="Only the rows of this split, as `test`.")
@click.option("--map", "mapping", multiple=True, metavar="COLUMN=FIELD", help="Fields: text, sentiment, split, brand.")
@output.json_option
def evaluate(data: Path, model: str | None, split: str | None, mapping: tuple[str, ...], as_json: bool) -> None:
    """Compare a model with labelled texts.

    Accuracy, macro-F1 and AUC are over the positive and negative rows, by the side with the larger probability;
    macro-averaged recall is over all three classes, where the set has neutral rows. A text that the model skips counts
    as a wrong answer.
    """
    version = find(model)
    rows = labelled.read(data, training.mapped(mapping))
    if split is not None:
        rows = rows.part(split)
    found = {"model": version.spec, **evaluation.evaluate(loading.load(version), rows)}
    if as_json:
        output.document(found)
        return
    _print(found, data, split)


def find(spec: str | None) -> Artefact:
    """Find a model version; a shipped one needs no database.

    Raises:
        errors.NotFound: there is none.

    """
    spec = spec or environment.load().model or shipped.DEFAULT
    if spec in shipped.SHIPPED or not _has_database():
        return shipped.find(spec)
    settings = environment.load()
    with sessions.writing(settings.database_url) as session:
        registry.register_shipped(session)
        return registry.artefact_of(session, registry.get(session, spec), settings.cache_folder)


def _has_database() -> bool:
    """Say whether to ask the database: an SQLite file is not made only to look into it."""
    kind, _, place = environment.load().database_url.partition(":///")
    return kind != "sqlite" or Path(place).exists()


def _registered() -> list[tuple[Artefact | Model, bool, bool]]:
    """List what has a card: the versions in the database, or the shipped ones where there is no database yet."""
    if not _has_database():
        return [(version, True, version.spec == shipped.DEFAULT) for version in shipped.versions()]
    with sessions.writing(environment.load().database_url) as session:
        registry.register_shipped(session)
        promoted = registry.promoted(session)
        return [(model, model.shipped, model.id == promoted.id) for model in registry.versions(session)]


def _entry(version: Artefact | Model, is_shipped: bool, is_promoted: bool) -> dict[str, Any]:
    content = version.card
    return {
        "model": f"{version.name}@{version.version}",
        "recipe": content["recipe"],
        "test_accuracy": content["metrics"].get("test_accuracy"),
        "languages": content["languages"],
        "created_at": content["created_at"],
        "sha256": version.sha256,
        "shipped": is_shipped,
        "promoted": is_promoted,
    }


def _print(found: dict[str, Any], data: Path, split: str | None) -> None:
    console = output.console()
    rows = f"{found['n']['positive']:,} positive and {found['n']['negative']:,} negative rows"
    console.print(f"{found['model']} on {data.name}{f', split {split}' if split else ''}: {rows}")
    figures = Table("figure", "value")
    for name in ("accuracy", "macro_f1", "auc", "macro_recall"):
        value = found[name]
        figures.add_row(name.replace("_", " "), "not defined on this set" if value is None else f"{value:.4f}")
    figures.add_row("skipped, counted as wrong", f"{found['skipped']:,}")
    figures.add_row("rows without text or label, left out", f"{found['ignored']:,}")
    figures.add_row("comments per second", f"{found['comments_per_second']:,.0f}")
    console.print(figures)
    answers = list(next(iter(found["confusion"].values())))
    confusion = Table("people say", *(f"model: {answer}" for answer in answers))
    for truth, row in found["confusion"].items():
        if sum(row.values()):
            confusion.add_row(truth, *(f"{row[answer]:,}" for answer in answers))
    console.print(confusion)
