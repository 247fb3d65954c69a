"""Days that are no calm days: counts by brand and day, each compared with the eight weeks before it.

On each day every brand is tested for three kinds of spike. All tests of thirty days together may raise one false alarm:
each may with a probability of one in thirty times the tests of a night, which bounds the expected number of false
alarms however much the tests depend on each other.
"""

from collections.abc import Iterable
from typing import NamedTuple

import numpy as np
from numpy.lib.stride_tricks import sliding_window_view
from numpy.typing import NDArray

from reporting import baselines, fitting
from reporting.baselines import Calm
from reporting.measures import Array, Share, Volume

KINDS = ("volume", "negative", "positive")
#: what is counted by brand and day, in this order
COMMENTS, SCORED, NEGATIVE, POSITIVE = range(4)
COUNTED = 4

NIGHTS = 30  # in which all tests together may raise one false alarm
LEAST_DAYS = 14  # of a brand before a day: each weekday twice
#: spikes too small to be worth a morning, however sure they are: a volume that is not so many times what is expected
#: and so many comments more, a share that is not so much larger or of fewer scored comments
LEAST_TIMES, LEAST_MORE = 1.5, 10
LEAST_POINTS, LEAST_SCORED = 0.05, 20
#: a weekday that usually has so many comments has none only where they were not loaded
MOST_TO_MISS = 10

Ints = NDArray[np.int64]
Bools = NDArray[np.bool_]


class Surprise(NamedTuple):
    """A brand (its row), a day (0 is the first that is looked at), and what makes it no calm day."""

    brand: int
    day: int
    kind: str
    found: float
    #: scored comments of a share
    of: int | None
    calm: Calm


def find(counts: Ints, brands_a_night: int) -> list[Surprise]:
    """Find the surprises of all days but the first `fitting.DAYS`, which are the baseline of the next.

    Args:
        counts: by number (`COUNTED` of them), brand and day.
        brands_a_night: brands that are tested each night, which share the false alarm.

    """
    windows = _windows(counts)
    known = _known(windows[COMMENTS, ..., :-1])
    most = 1 / (NIGHTS * len(KINDS) * brands_a_night)
    return [*_volumes(windows, known, most), *_shares(windows, known, most)]


def are_looked_at(counts: Ints) -> Bools:
    """Tell, by brand and day as in `find`, where there is a baseline."""
    has_enough: Bools = _known(_windows(counts)[COMMENTS, ..., :-1]).sum(axis=-1) >= LEAST_DAYS
    return has_enough


def _windows(counts: Ints) -> Ints:
    return sliding_window_view(counts, fitting.DAYS + 1, axis=-1)


def _known(comments: Ints) -> Bools:
    """Tell which days of baselines, the last axis, say something: those from the first comment on, without gaps."""
    weeks = np.moveaxis(comments.reshape(*comments.shape[:-1], -1, fitting.WEEK), -1, -2)
    rows = weeks.reshape(-1, weeks.shape[-1])
    usual = fitting.median(rows.astype(np.float64), rows > 0).reshape(weeks.shape[:-1])
    is_gap = (comments == 0) & np.tile(usual >= MOST_TO_MISS, weeks.shape[-1])
    known: Bools = (comments.cumsum(axis=-1) > 0) & ~is_gap
    return known


def _volumes(windows: Ints, known: Bools, most: float) -> Iterable[Surprise]:
    where = known.sum(axis=-1) >= LEAST_DAYS
    numbers = windows[COMMENTS][where].astype(np.float64)
    values: Array = np.where(known[where], numbers[:, :-1], np.nan)
    found = numbers[:, -1]
    # Half a comment less is what a continuous distribution is asked for.
    calm = baselines.calm(Volume(), values, np.ones_like(values), np.maximum(found - 0.5, 0), np.ones_like(found))
    enough = np.maximum(LEAST_TIMES * calm.expected, calm.expected + LEAST_MORE)
    places = np.argwhere(where)
    for i in np.flatnonzero((calm.p < most) & (found >= enough)).tolist():
        brand, day = places[i].tolist()
        yield Surprise(brand, day, "volume", float(found[i]), None, Calm(*(array[i] for array in calm)))


def _shares(windows: Ints, known: Bools, most: float) -> Iterable[Surprise]:
    scored = windows[SCORED]
    known = known & (scored[..., :-1] > 0)
    where = (known.sum(axis=-1) >= LEAST_DAYS) & (scored[..., -1] >= LEAST_SCORED)
    of, places = np.maximum(scored[where], 1).astype(np.float64), np.argwhere(where)
    for kind, number in (("negative", NEGATIVE), ("positive", POSITIVE)):
        numbers = windows[number][where]
        values: Array = np.where(known[where], numbers[:, :-1] / of[:, :-1], np.nan)
        found = numbers[:, -1] / of[:, -1]
        calm = baselines.calm(Share(), values, of[:, :-1], np.maximum(found - 0.5 / of[:, -1], 0), of[:, -1])
        for i in np.flatnonzero((calm.p < most) & (found >= calm.expected + LEAST_POINTS)).tolist():
            brand, day = places[i].tolist()
            yield Surprise(brand, day, kind, float(found[i]), int(of[i, -1]), Calm(*(array[i] for array in calm)))
