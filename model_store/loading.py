"""A model version from its folder to a model that predicts; once per process."""

from functools import cache
from pathlib import Path

from model_store import artefact, recipes
from model_store.artefact import Artefact
from model_store.prediction import Model


def load(version: Artefact, threads: int | None = None) -> Model:
    """Load a model version, or give the one that this process loaded before.

    `threads` limits TensorFlow; it has to be the same at every call of a process. Default: all cores.

    Raises:
        errors.CorruptArtefact: its files are not those that were registered.
        errors.NotFound: this program does not know its recipe.

    """
    return _load(version.sha256, version.folder, version.spec, threads)


@cache
def _load(sha256: str, folder: Path, spec: str, threads: int | None) -> Model:
    found, contents = artefact.verified(folder, sha256, spec)
    return recipes.named(found.card["recipe"]).load(found.card, contents, threads)
