"""A model version from its folder to a model that predicts; once per process."""

from functools import cache
from pathlib import Path

from safetensors import SafetensorError

from model_store import artefact, recipes
from model_store.artefact import Artefact
from model_store.prediction import Model
from settings import errors


def load(version: Artefact, threads: int | None = None) -> Model:
    """Load a model version, or give the one that this process loaded before.

    `threads` limits TensorFlow; it has to be the same at every call of a process. Default: all cores.

    Raises:
        errors.CorruptArtefact: its files are not those that were registered.
        errors.NotFound: this program does not know its recipe.
        errors.ModelError: they are those, and the recipe of this program cannot make a model of them.

    """
    return _load(version.sha256, version.folder, version.spec, threads)


@cache
def _load(sha256: str, folder: Path, spec: str, threads: int | None) -> Model:
    found, contents = artefact.verified(folder, sha256, spec)
    name = found.card["recipe"]
    try:
        return recipes.named(name).load(found.card, contents, threads)
    except errors.NotFound as error:
        raise errors.NotFound(f"The model version {spec} cannot be loaded. {error}") from error
    except (ImportError, LookupError, TypeError, ValueError, SafetensorError) as error:
        said = f"{type(error).__name__}: {error}".partition("\n")[0]
        raise errors.ModelError(
            f"The model version {spec} cannot be loaded: the recipe {name} of this program makes nothing of its files "
            f"({said}). Use the program that made it, or train it again."
        ) from error
