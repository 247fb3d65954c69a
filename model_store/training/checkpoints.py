"""Where a long training stands, kept in a file: all that its next round follows from."""

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

import numpy as np
import safetensors.numpy
from numpy.typing import NDArray

if TYPE_CHECKING:
    import keras

FILE = "checkpoint.safetensors"


class Standing(NamedTuple):
    """How many rounds are done, and the curves so far."""

    done: int
    curves: NDArray[np.float32]


def save(folder: Path, network: "keras.Model", standing: Standing) -> None:
    """Keep what a training has come to, in place of what was kept before.

    The variables of the network are its weights and where its dropout stands in drawing.
    """
    arrays = {"done": np.array(standing.done), "curves": standing.curves}
    for kind, variables in _variables(network).items():
        arrays |= {f"{kind}.{place:03}": np.asarray(value) for place, value in enumerate(_values(variables))}
    folder.mkdir(parents=True, exist_ok=True)
    unfinished = folder / f"{FILE}.part"
    safetensors.numpy.save_file({name: np.array(array, order="C") for name, array in arrays.items()}, unfinished)
    unfinished.replace(folder / FILE)


def restore(folder: Path, network: "keras.Model") -> Standing | None:
    """Set a network and its optimizer to what was kept; None where nothing was."""
    if not (folder / FILE).exists():
        return None
    found = safetensors.numpy.load_file(folder / FILE)
    for kind, variables in _variables(network).items():
        for place, variable in enumerate(variables):
            variable.assign(found[f"{kind}.{place:03}"])
    return Standing(int(found["done"]), found["curves"])


def _variables(network: "keras.Model") -> dict[str, Sequence["keras.Variable"]]:
    return {"network": network.variables, "optimizer": network.optimizer.variables}


def _values(variables: Sequence["keras.Variable"]) -> list[NDArray[np.generic]]:
    from keras import ops  # noqa: PLC0415 - it runs already

    return [ops.convert_to_numpy(variable) for variable in variables]
