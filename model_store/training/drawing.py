"""What a long training sees, step by step: texts drawn again and again, cut to windows, in batches of like lengths.

All of it follows from a seed: a training that was stopped goes on with the very batches that were still to come.
"""

from collections.abc import Sequence
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from model_store import windows

STEP = 2  # lengths are rounded up to multiples of it: few shapes, one token in thirty for it
LAST = 1 / 3  # share of the windows of long texts that are their ends, where reviews sum themselves up


class Group(NamedTuple):
    """Rows that are drawn equally often, and the share that they have in all draws."""

    rows: NDArray[np.intp]
    share: float


class Batch(NamedTuple):
    """Texts as ids, shape (texts, length), int32, padded at their ends; and the rows that they are."""

    ids: NDArray[np.int32]
    rows: NDArray[np.intp]


def rounds(groups: Sequence[Group], texts: int, size: int, seed: int) -> list[NDArray[np.intp]]:
    """Draw so many texts, in rounds of a size; no row of a group comes again before all of them have come."""
    drawn = [_cycles(group.rows, round(texts * group.share), [seed, place]) for place, group in enumerate(groups)]
    # Spread evenly: the i-th of n draws of a group stands at (i + u) / n of the training, with u drawn.
    generator = np.random.default_rng(seed)
    places = [(np.arange(len(rows)) + generator.random(len(rows))) / max(len(rows), 1) for rows in drawn]
    ordered = np.concatenate(drawn)[np.argsort(np.concatenate(places), kind="stable")]
    return [ordered[start : start + size] for start in range(0, len(ordered), size)]


def batches(
    rows: NDArray[np.intp], pieces: Sequence[NDArray[np.int32]], window: int, tokens: int, seed: Sequence[int]
) -> list[Batch]:
    """Cut the batches of a round: at most so many tokens each, padding counted, in an order that is drawn."""
    generator = np.random.default_rng(seed)
    cut = [_window(pieces[row], window - windows.MARKS, generator) for row in rows]
    # Shuffled first: texts of one length come in no order.
    order = generator.permutation(len(cut))
    found = [order[part] for part in windows.batches([cut[i] for i in order], tokens, STEP)]
    made = [Batch(windows.padded([cut[i] for i in part], STEP), rows[part]) for part in found]
    return [made[i] for i in generator.permutation(len(made))]


def _cycles(rows: NDArray[np.intp], count: int, seed: Sequence[int]) -> NDArray[np.intp]:
    generator = np.random.default_rng(seed)
    cycles = -(-count // max(len(rows), 1))
    drawn = [generator.permutation(rows) for _ in range(cycles)]
    return np.concatenate([*drawn, rows[:0]])[:count]


def _window(ids: NDArray[np.int32], width: int, generator: np.random.Generator) -> NDArray[np.int32]:
    beyond = len(ids) - width
    if beyond <= 0:
        return ids
    start = beyond if generator.random() < LAST else int(generator.integers(beyond))
    return ids[start : start + width]
