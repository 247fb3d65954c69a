"""Recipes: one file each, the layers and how they are trained. Imported only when a model is trained or loaded."""

import importlib
from collections.abc import Mapping
from typing import Any, Protocol, cast

from model_store.serving import Scorer
from settings import errors

#: A card can name one of these and nothing else: no card makes the program import what it likes.
NAMES = ("imdb", "lstm", "cnn", "fast", "accurate", "auto")


class Recipe(Protocol):
    """What every recipe's module holds."""

    @property
    def CHUNK_SIZE_COMMENTS(self) -> int:  # noqa: N802 - a constant of the module
        """Comments that a call should bring: enough to be fast, few enough to repeat after a fault."""

    def load(self, card: Mapping[str, Any], contents: Mapping[str, bytes], threads: int | None = None) -> Scorer:
        """Make what scores out of the contents of its files, already verified."""


def named(name: str) -> Recipe:
    """Import a recipe.

    Raises:
        errors.NotFound: there is none of that name.

    """
    if name not in NAMES:
        raise errors.NotFound(
            f"There is no recipe {name!r} in this version of brandpulse; there is: {', '.join(NAMES)}."
        )
    return cast("Recipe", importlib.import_module(f"model_store.recipes.{name}"))
