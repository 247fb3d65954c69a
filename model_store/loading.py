"""A model version from its folder to a model that predicts; once per process."""

from collections.abc import Mapping
from functools import cache
from pathlib import Path
from typing import Any

from safetensors import SafetensorError

from model_store import artefact, recipes
from model_store.artefact import Artefact
from model_store.serving import Served
from settings import errors


def load(version: Artefact, threads: int | None = None) -> Served:
    """Load a model version, or give the one that this process loaded before.

    `threads` limits TensorFlow; it has to be the same at every call of a process. Default: all cores.

    Raises:
        errors.CorruptArtefact: its files are not those that were registered.
        errors.NotFound: this program does not know its recipe.
        errors.ModelError: they are those, and the recipe of this program cannot make a model of them.

    """
    return _load(version.sha256, version.folder, version.spec, threads)


@cache
def _load(sha256: str, folder: Path, spec: str, threads: int | None) -> Served:
    found, contents = artefact.verified(folder, sha256, spec)
    try:
        return serve(found.card, contents, threads)
    except errors.NotFound as error:
        raise errors.NotFound(f"The model version {spec} cannot be loaded. {error}") from error
    except (ImportError, LookupError, TypeError, ValueError, SafetensorError) as error:
        said = f"{type(error).__name__}: {error}".partition("\n")[0]
        raise errors.ModelError(
            f"The model version {spec} cannot be loaded: the recipe {found.card['recipe']} of this program makes "
            f"nothing of its files ({said}). Use the program that made it, or train it again."
        ) from error


def serve(card: Mapping[str, Any], contents: Mapping[str, bytes], threads: int | None = None) -> Served:
    """Make the model of a version out of its card and the contents of its files, already verified."""
    recipe = recipes.named(card["recipe"])
    return Served(card, contents, recipe.load(card, contents, threads), recipe.CHUNK_SIZE_COMMENTS)
