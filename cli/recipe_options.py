"""The options that recipes have of their own, put on the command line as each recipe's dataclass describes them."""

import dataclasses
from collections.abc import Mapping
from functools import cache
from types import NoneType
from typing import Any, get_args, get_origin

import click

from model_store import recipes
from model_store.training import trainers
from model_store.training.trainers import Trainer


class RecipeCommand(click.Command):
    """A command that takes the options of every recipe, by the names of their fields; None where one is not given."""

    def get_params(self, ctx: click.Context) -> list[click.Parameter]:
        """Import the recipes only when this very command is used."""
        own = super().get_params(ctx)
        return [*own[:-1], *_all_options(), own[-1]]


def chosen(recipe: str, given: Mapping[str, Any]) -> dict[str, Any]:
    """Keep what was given, after it was found to be the recipe's.

    Raises:
        click.UsageError: the recipe has no such option.

    """
    kept = {name: value for name, value in given.items() if value is not None and value != ()}
    has = {field.name: _flag(field) for field in dataclasses.fields(trainers.named(recipe).Options)}
    for name in kept:
        if name not in has:
            flag = "--" + name.replace("_", "-")
            raise click.UsageError(f"The recipe {recipe} has no option {flag}; it has {', '.join(has.values())}.")
    return kept


def words(trainer: Trainer, options: Mapping[str, Any]) -> list[str]:
    """Write options as they are given on the command line."""
    flags = {field.name: _flag(field) for field in dataclasses.fields(trainer.Options)}
    several = ((name, value if isinstance(value, tuple) else (value,)) for name, value in options.items())
    return [f"{flags[name]} {value}" for name, values in several for value in values]


@cache
def _all_options() -> tuple[click.Option, ...]:
    fields: dict[str, dict[str, dataclasses.Field[Any]]] = {}
    for recipe in recipes.NAMES:
        for field in dataclasses.fields(trainers.named(recipe).Options):
            fields.setdefault(field.name, {})[recipe] = field
    return tuple(_option(name, by_recipe) for name, by_recipe in fields.items())


def _option(name: str, by_recipe: Mapping[str, "dataclasses.Field[Any]"]) -> click.Option:
    first = next(iter(by_recipe.values()))
    about = first.metadata.get("about", f"See docs/training.md ({', '.join(by_recipe)}).")
    return click.Option([_flag(first), name], help=f"{about}{_defaults(by_recipe)}", default=None, **_kind(first))


def _defaults(by_recipe: Mapping[str, "dataclasses.Field[Any]"]) -> str:
    """Say the default; where they differ, or not all recipes have the option, of which recipe."""
    shown = {recipe: field.default for recipe, field in by_recipe.items() if field.default not in {None, False, ()}}
    if len(shown) == len(recipes.NAMES) and len(set(shown.values())) == 1:
        return f"  [default: {next(iter(shown.values()))}]"
    said = ", ".join(f"{recipe} {value}" for recipe, value in shown.items()) or ", ".join(by_recipe)
    return "" if not shown and len(by_recipe) == len(recipes.NAMES) else f"  [{said}]"


def _kind(field: "dataclasses.Field[Any]") -> dict[str, Any]:
    """Say what click needs to know of a field's type."""
    kind = next((one for one in get_args(field.type) if one is not NoneType), field.type)
    least, most = field.metadata.get("least"), field.metadata.get("most")
    if get_origin(field.type) is tuple:
        return {"multiple": True}
    if kind is bool:
        return {"is_flag": True}
    if field.metadata.get("choices"):
        return {"type": click.Choice(field.metadata["choices"])}
    if least is None and most is None:
        return {"type": kind}
    return {"type": (click.IntRange if kind is int else click.FloatRange)(least, most)}


def _flag(field: "dataclasses.Field[Any]") -> str:
    return field.metadata.get("flag") or "--" + field.name.replace("_", "-")
