"""Weights of a network in one byte each: steps of one size for each output of a product, and for a table of vectors.

They are the steps that LiteRT makes of the weights when it compiles the network, so that nothing is rounded twice. The
rest, a hundredth of the whole, stays as it is.
"""

from collections.abc import Sequence

import numpy as np
import safetensors.numpy
from numpy.typing import NDArray

LARGEST = 127
LEAST = 10_000  # numbers that a weight has to hold to be rounded
_STEPS = ".steps"


def save(weights: Sequence[NDArray[np.float32]], tables: int) -> bytes:
    """Round weights in the order of their network's layers, the first `tables` of them tables of vectors."""
    kept: dict[str, NDArray[np.generic]] = {}
    for place, weight in enumerate(weights):
        name = f"{place:03}"
        if weight.size < LEAST:
            kept[name] = weight.astype(np.float32)
            continue
        steps = np.abs(weight).max(axis=None if place < tables else 0, keepdims=True) / LARGEST
        kept[name] = np.rint(weight / np.where(steps > 0, steps, 1)).astype(np.int8)
        kept[name + _STEPS] = steps.astype(np.float32)
    content: bytes = safetensors.numpy.save({name: np.ascontiguousarray(weight) for name, weight in kept.items()})
    return content


def load(content: bytes) -> list[NDArray[np.float32]]:
    """Read what `save` wrote, in the same order."""
    found = safetensors.numpy.load(content)
    return [
        found[name].astype(np.float32) * found.get(name + _STEPS, np.float32(1))
        for name in sorted(found)
        if not name.endswith(_STEPS)
    ]
