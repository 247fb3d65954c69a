"""What every recipe's training takes and gives, so that one command trains, judges and writes them all."""

import importlib
from collections.abc import Mapping, Sequence
from typing import Any, NamedTuple, Protocol, cast

from model_store import artefact, recipes
from model_store.artefact import Artefact
from model_store.options import Searched
from model_store.training.parts import Parts
from settings import errors

#: The four curves, by epoch: `loss`, `accuracy`, `val_loss`, `val_accuracy`.
History = Mapping[str, Sequence[float]]


class Base(NamedTuple):
    """The version that training goes on from."""

    spec: str
    card: Mapping[str, Any]
    contents: Mapping[str, bytes]


class Trained(NamedTuple):
    """What a training gives."""

    #: the files of the version: weights and JSON
    contents: dict[str, bytes]
    #: what only the recipe knows: `parameters`, `thresholds`, `languages`, `seed`,
    #: `hyper_parameters`, and what else its `load` needs
    card: dict[str, Any]
    history: History  # empty where nothing was trained
    best_epoch: int  # 1 is the first

    def at_best(self, curve: str) -> float:
        """Read a curve at the best epoch."""
        return self.history[curve][self.best_epoch - 1]


class OnStep(Protocol):
    """Is told how many steps are done, whole or in part, and what was measured at the end of one."""

    def __call__(self, done: float, val_accuracy: float | None = None, /) -> None:
        """Take note; what it raises ends the training."""


def silent(_done: float, _val_accuracy: float | None = None, /) -> None:
    """Take no note of a step."""


class Trainer(Protocol):
    """What a module `model_store.training.RECIPE` holds."""

    @property
    def Options(self) -> type[Any]:  # noqa: N802 - a class
        """The dataclass of what a user may change; see `model_store.options`."""

    @property
    def SEARCHED(self) -> Searched:  # noqa: N802 - a constant
        """The options that `models tune` searches, and their ranges."""

    @property
    def VALIDATION(self) -> float:  # noqa: N802 - a constant
        """The share of the training rows that validates where no file has rows for it."""

    @property
    def NEUTRAL(self) -> bool:  # noqa: N802 - a constant
        """Whether it learns from neutral rows; else they are left out."""

    def steps(self, options: Any, /) -> int:  # noqa: ANN401 - of the module's own class
        """Count the steps of a training, for its progress bar."""

    def introduce(self, parts: Parts, options: Any, base: Base | None = None, /) -> str:  # noqa: ANN401 - as above
        """Show people what the training will see, and what it trains."""

    def train(self, parts: Parts, options: Any, base: Base | None = None, on_step: OnStep = silent, /) -> Trained:  # noqa: ANN401 - as above
        """Train; the same parts, options and base give the same version on the same machine."""


def named(name: str) -> Trainer:
    """Import what trains a recipe; raises as `recipes.named`."""
    recipes.named(name)
    return cast("Trainer", importlib.import_module(f"model_store.training.{name}"))


def base(version: Artefact, recipe: str) -> Base:
    """Read the version that a recipe goes on from.

    Raises:
        errors.WrongInput: another recipe made it.
        errors.CorruptArtefact: its files are not those that were registered.

    """
    made_by = version.card["recipe"]
    if made_by != recipe:
        raise errors.WrongInput(f"The recipe {recipe} cannot go on from {version.spec}: the recipe {made_by} made it.")
    found, contents = artefact.verified(version.folder, version.sha256, version.spec)
    return Base(version.spec, found.card, contents)
