"""The questions that the recipe `fast` asks: which short texts are positive, which long ones, and which are neutral."""

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from model_store.recipes import fast
from model_store.tables import Line
from model_store.training import calibration, features, logistic, rows
from model_store.training.features import Features
from model_store.training.logistic import OnIteration, Question, Weights
from model_store.training.rows import Rows

#: What a short text counts among the long ones, and a long one among the short ones. More of them cost accuracy on
#: both; without any, whoever has texts of one kind alone would get no model of the other.
OTHER_KIND = 0.03
LEAST = 100  # rows of either side that a line is found by; with fewer of them, rows to train on are held out for it
HELD_OUT = 5  # every fifth of them
NEUTRAL_SHARE = 1 / 3  # of the rows that a line is found by, so that the three labels weigh the same


class Seen(NamedTuple):
    """Rows and their n-grams."""

    rows: Rows
    features: Features
    are_long: NDArray[np.bool_]


def see(found: Rows, *, learnt: bool = False) -> Seen:
    """Find the n-grams of rows; of those that are `learnt` from, the ones that are not rare."""
    made = features.extract(found.texts, fast.CHARACTER_BITS)
    return Seen(found, made.without_rare(fast.LEAST_TEXTS) if learnt else made, rows.are_long(found))


def polarity(seen: Seen, base: Weights | None, *, is_long: bool) -> Question:
    """Ask which of the rows that are not neutral are positive, in texts of one kind.

    Of long texts the runs of characters are left out: they add nothing to the accuracy on reviews, and cost time.
    """
    weights = seen.rows.polarity * np.where(seen.are_long == is_long, 1.0, OTHER_KIND)
    bits = fast.LONG_BITS if is_long else fast.RUN_BITS
    if is_long:
        seen = seen._replace(features=seen.features.without_characters())
    return _question(seen, base, seen.rows.labels > 0, np.where(seen.rows.labels != 0, weights, 0.0), bits)


def neutral(seen: Seen, base: Weights | None) -> Question:
    """Ask which rows are neutral."""
    weights = seen.rows.neutral * np.where(seen.are_long, OTHER_KIND, 1.0)
    return _question(seen, base, seen.rows.labels == 0, weights, fast.RUN_BITS)


def answer(
    asked: Question,
    validating: Question,
    strength: float,
    iterations: int,
    on_iteration: OnIteration,
    *,
    share: float = 0.5,
) -> tuple[Weights, Line]:
    """Learn the weights, and find the line from their sums to logits by rows that they were not learnt from.

    `share` is what the first class weighs of these.
    """
    learnt = logistic.fit(asked, strength, iterations, on_iteration)
    own = validating.where(validating.weights > OTHER_KIND)
    if _is_enough(own):
        return learnt, _line(learnt, own, share)
    are_held = (np.arange(len(asked.first)) % HELD_OUT == 0) & (asked.weights > OTHER_KIND)
    held = asked.where(are_held)
    before = logistic.fit(asked.where(~are_held), strength, iterations)
    return learnt, _line(before, held if _is_enough(held) else validating, share)


def long_neutral(learnt: Weights, seen: Seen) -> Line | None:
    """Find the line for long texts by short ones that are joined: no set of long texts has neutral ones.

    Runs of characters play no part in long texts. None where the rows do not come to enough long texts.
    """
    joined = see(rows.joined(seen.rows.where(~seen.are_long), fast.SHORT))
    asked = neutral(joined._replace(features=joined.features.without_characters()), None)
    return together(None, learnt, _line(learnt, asked, NEUTRAL_SHARE))[1] if _is_enough(asked) else None


def together(base: Weights | None, learnt: Weights, line: Line) -> tuple[Weights, Line]:
    """Add what was learnt to what it went on from; the line of the sums takes up the bias."""
    if base:
        runs, characters = base.runs + learnt.runs, base.characters + learnt.characters
        learnt = Weights(runs, characters, base.bias + learnt.bias)
    return learnt, Line(line.slope, line.slope * learnt.bias + line.bias)


def no_weights() -> Weights:
    """Give weights that say nothing."""
    return Weights(np.zeros(1 << fast.RUN_BITS), np.zeros(1 << fast.CHARACTER_BITS), 0.0)


def _question(
    seen: Seen, base: Weights | None, first: NDArray[np.bool_], weights: NDArray[np.float64], bits: int
) -> Question:
    rows = np.flatnonzero(weights > 0)
    found = seen.features.take(rows).folded(bits)
    offset = logistic.logits(found, base) if base else np.zeros(len(rows))
    return Question(found, first[rows], weights[rows], offset)


def _is_enough(asked: Question) -> bool:
    return bool(min(asked.first.sum(), (~asked.first).sum()) >= LEAST)


def _line(learnt: Weights, asked: Question, share: float) -> Line:
    return calibration.line(logistic.logits(asked.features, learnt) + asked.offset, asked.first, share)
