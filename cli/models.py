"""`brandpulse models`: the model versions there are, how good they are, and new ones."""

from typing import Any

import click
from rich.markdown import Markdown
from rich.table import Table

from cli import evaluation, output, promotion, training, tuning
from database import sessions
from database.tables import Model
from model_store import card, registry, shipped
from model_store.artefact import Artefact
from model_store.finding import find, has_database
from settings import environment


@click.group()
def models() -> None:
    """List, train and judge model versions."""


models.add_command(training.train)
models.add_command(tuning.tune)
models.add_command(evaluation.evaluate)
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


def _registered() -> list[tuple[Artefact | Model, bool, bool]]:
    """List what has a card: the versions in the database, or the shipped ones where there is no database yet."""
    if not has_database():
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
