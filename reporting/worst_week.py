"""The worst week of a longer period: the seven days in which more comments were negative than on all others."""

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any, NamedTuple

import numpy as np

LENGTH = 7  # days
LEAST_DAYS = 14  # of the period: a week, and as much to compare it with
LEAST_SCORED = 30  # comments in the week, and on the other days
LEAST_APART = 0.05  # in shares of one
LEAST_SURE = 0.01  # p-value, all weeks of the period together


class Days(NamedTuple):
    """The scored comments of two groups of days, and how many of them are negative."""

    scored: int
    negative: int

    @property
    def share(self) -> float:
        """Give the negative share."""
        return self.negative / self.scored


def find(days: Sequence[Mapping[str, Any]], design_effect: float) -> dict[str, Any] | None:
    """Find the worst week of a brand, if one stands out.

    Every seven days in a row are compared with the rest of the period, and the p-value of the worst is multiplied by
    how many there are (Bonferroni). A share's variance is the binomial one times the design effect of the comments, or
    times the dispersion of the days (Pearson's statistic over its degrees of freedom), whichever is larger.
    Student's t, as the dispersion is itself estimated.

    Args:
        days: of the period in order, each with `day`, `scored` and `negative`.
        design_effect: see `clustering.design_effect`.

    Returns:
        `from`, `to`, `scored`, `negative_share`, `negative_share_else` (on the other days) and `p`; None where no week
        stands out, or the period is too short.

    """
    weeks = len(days) - LENGTH + 1
    if len(days) < LEAST_DAYS or _days_apart(days) != len(days) - 1:
        return None
    scored, negative = (np.array([day[name] for day in days]) for name in ("scored", "negative"))
    found = [(one, *_compared(scored, negative, slice(one, one + LENGTH), design_effect)) for one in range(weeks)]
    begin, sureness, week, others = max(found, key=lambda one: (one[1], -one[0]))
    p = min(1.0, weeks * _upper_tail(sureness, len(days) - 2))
    if p > LEAST_SURE or week.share - others.share < LEAST_APART:
        return None
    return {
        "from": days[begin]["day"],
        "to": days[begin + LENGTH - 1]["day"],
        "scored": week.scored,
        "negative_share": week.share,
        "negative_share_else": others.share,
        "p": float(f"{p:.2g}"),
    }


def _days_apart(days: Sequence[Mapping[str, Any]]) -> int:
    """Count from the first to the last: a report of years leaves days without comments out."""
    return (date.fromisoformat(days[-1]["day"]) - date.fromisoformat(days[0]["day"])).days


def _compared(
    scored: np.ndarray[Any, Any], negative: np.ndarray[Any, Any], here: slice, design_effect: float
) -> tuple[float, Days, Days]:
    """Say how many standard errors the share of a week is above that of the other days; -inf where too few spoke."""
    week = Days(int(scored[here].sum()), int(negative[here].sum()))
    others = Days(int(scored.sum()) - week.scored, int(negative.sum()) - week.negative)
    if min(week.scored, others.scored) < LEAST_SCORED:
        return -np.inf, week, others
    shares = np.full(len(scored), others.share)
    shares[here] = week.share
    variances = scored * shares * (1 - shares)
    spread = np.square(negative - scored * shares)[variances > 0] / variances[variances > 0]
    dispersion = max(design_effect, float(spread.sum()) / max(len(spread) - 2, 1))
    pooled = (week.negative + others.negative) / (week.scored + others.scored)
    error = np.sqrt(dispersion * pooled * (1 - pooled) * (1 / week.scored + 1 / others.scored))
    return (week.share - others.share) / max(float(error), 1e-12), week, others


def _upper_tail(deviations: float, freedom: int) -> float:
    """Give the chance of so many standard errors or more, which are estimated from so many degrees of freedom."""
    from scipy import special  # noqa: PLC0415 - a tenth of a second; scipy.stats would take one or two

    return float(special.stdtr(freedom, -deviations))
