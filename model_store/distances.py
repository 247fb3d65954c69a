"""How far apart two tokens stand, as MPNet (Song et al. 2020) adds it to the attention: a number by head and distance.

The distances are grouped as in T5 (Raffel et al. 2020, section 2.1): eight by themselves on either side, the longer
ones in eight groups whose edges grow by the logarithm up to 128.
"""

from typing import Any

import numpy as np
from keras import layers, ops
from numpy.typing import NDArray

from model_store.minilm import Size

FARTHEST = 128  # all that are farther apart are one group


class Distances(layers.Layer):  # type: ignore[misc] # Keras has no types
    """Ids to what is added to the logits of the attention, shape (1, heads, length, length)."""

    def __init__(self, size: Size) -> None:
        super().__init__()
        self.groups = grouped(size.positions, size.distances)
        self.added = layers.Embedding(size.distances, size.heads)

    def build(self, shape: tuple[int | None, ...]) -> None:
        """Make the weights."""
        self.added.build(shape)
        self.built = True

    def call(self, ids: Any) -> Any:  # noqa: ANN401 - a tensor
        """Look up what is added between each two places."""
        length = ops.shape(ids)[1]
        groups = ops.convert_to_tensor(self.groups)[:length, :length]
        return ops.expand_dims(ops.transpose(self.added(groups), (2, 0, 1)), 0)


def grouped(places: int, groups: int) -> NDArray[np.int32]:
    """Give the group of the distance from each place (row) to each other one, shape (places, places)."""
    beyond = np.arange(places)[None, :] - np.arange(places)[:, None]
    side, alone = groups // 2, groups // 4
    far = np.abs(beyond)
    steps = np.log(np.maximum(far, 1) / alone) / np.log(FARTHEST / alone) * (side - alone)
    grouped = np.minimum(alone + steps.astype(int), side - 1)
    found: NDArray[np.int32] = (np.where(far < alone, far, grouped) + np.where(beyond > 0, side, 0)).astype(np.int32)
    return found
