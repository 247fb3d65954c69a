"""The weights of a model of n-grams as they are kept: signed roots of one byte.

In steps of one size a weight of 0.01 beside one of 3 is rounded to nothing; its root is not. Rounding the weights
themselves cost 0.2 points of accuracy on film reviews, rounding their roots none.
"""

from collections.abc import Mapping, Sequence
from typing import Any, NamedTuple

import numpy as np
import safetensors.numpy
from numpy.typing import NDArray

from model_store.serving import WEIGHTS

LARGEST = 127  # the root of a column's largest weight


class Tables(NamedTuple):
    """One row per bucket of n-grams."""

    #: int8, shape (buckets, 2): what runs of tokens say of polarity in short texts, and of neutral in all
    runs: NDArray[np.int8]
    #: int8, shape (buckets, 2): what runs of characters say of both, in short texts
    characters: NDArray[np.int8]
    #: int8, shape (buckets, 1): what runs of tokens say of polarity in long texts
    long_runs: NDArray[np.int8]
    #: by the name of a table, the largest weight of each of its columns
    sizes: Mapping[str, Sequence[float]]

    def weights(self, name: str) -> NDArray[np.float64]:
        """Give the weights of one table, shape (buckets, columns)."""
        roots = getattr(self, name).astype(np.float64)
        return np.asarray(roots * np.abs(roots) * self.units(name), np.float64)

    def units(self, name: str) -> NDArray[np.float64]:
        """Give what the square of a root of 1 weighs, by column."""
        return np.array(self.sizes[name], np.float64) / LARGEST**2


class Line(NamedTuple):
    """What makes a logit of a sum of weights: `slope` times the sum, and the bias."""

    slope: float
    bias: float


class Kind(NamedTuple):
    """How short, or how long texts get their logits; without a line for neutral none of them is."""

    polarity: Line
    neutral: Line | None


def rounded(**weights: NDArray[np.float64]) -> Tables:
    """Keep weights, each of shape (buckets, columns)."""
    kept, sizes = {}, {}
    for name, table in weights.items():
        largest = np.abs(table).max(axis=0)
        roots = np.rint(np.sqrt(np.abs(table) / np.where(largest > 0, largest, 1)) * LARGEST)
        kept[name] = (np.sign(table) * roots).astype(np.int8)
        sizes[name] = largest.tolist()
    return Tables(**kept, sizes=sizes)


def files(tables: Tables) -> dict[str, bytes]:
    """Turn tables to a file of a version; their sizes stand in its card."""
    return {
        WEIGHTS: safetensors.numpy.save(
            {name: np.ascontiguousarray(getattr(tables, name)) for name in ("runs", "characters", "long_runs")}
        )
    }


def read(card: Mapping[str, Any], contents: Mapping[str, bytes]) -> Tables:
    """Read the tables of a version."""
    return Tables(**safetensors.numpy.load(contents[WEIGHTS]), sizes=card["sizes"])


def kinds(card: Mapping[str, Any]) -> list[Kind]:
    """Read how short and how long texts get their logits."""
    both = (card["lines"]["short"], card["lines"]["long"])
    return [Kind(Line(*one["polarity"]), Line(*one["neutral"]) if one["neutral"] else None) for one in both]
