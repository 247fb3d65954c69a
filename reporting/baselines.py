"""What a calm day looks like, from the eight weeks before it.

A regression by quasi-likelihood in the manner of Farrington et al. (1996, "A statistical algorithm for the early
detection of outbreaks of infectious disease", Journal of the Royal Statistical Society A 159, pages 547 to 563) and
Noufaily et al. (2013, "An improved algorithm for outbreak detection in multiple surveillance systems", Statistics in
Medicine 32, pages 1206 to 1222). They watch weekly counts of many infections at once: a level, a slow trend, more
scatter than chance gives, earlier outbreaks weighed down, and a limit that holds what is not known of the baseline
itself. What differs, since these are days, and few:

- Days have effects of their weekday, drawn towards none where there are few weeks.
- What is not known of the scatter counts as well: by Student's t, where they take the normal distribution.
- A day resembles the one before, so a baseline says less than as many separate days would: the correlation is measured.
- An earlier spike has no weight at all, where Farrington's weights keep a bounded part of it: after a week with three
  times as many comments those saw twice the scatter.

How often it raises a false alarm, and what it finds: `tests/reporting/test_surprises.py`.
"""

from typing import NamedTuple

import numpy as np
from scipy import special

from reporting import fitting
from reporting.fitting import THE_DAY, Days, Fit, Scatter
from reporting.measures import Array, Measure

LEVEL = 0.95  # of calm days that lie between the ends that are told
#: days are not quite normal, even on the scale of the link: their tails are taken to be as heavy as those of Student's
#: t with 30 degrees of freedom, were the scatter known. With 5 and no more, 12 brands have 0.8 false alarms a month.
TAILS = 30


class Calm(NamedTuple):
    """What is expected of a day, what calm days lie between, and how likely one reaches what was found."""

    expected: Array
    low: Array
    high: Array
    p: Array


def calm(measure: Measure, values: Array, of: Array, found: Array, found_of: Array) -> Calm:
    """Compare days with the days before each.

    Args:
        measure: what is compared.
        values: of the days before, the latest last, shape (tests, `fitting.DAYS`); NaN where nothing is known.
        of: the comments that these values are shares of, same shape; says nothing of a volume.
        found: of the days in question, shape (tests,).
        found_of: the comments that these are shares of.

    Returns:
        arrays of shape (tests,); `p` is for as much or more.

    """
    known = ~np.isnan(values)
    days = Days(measure, np.where(known, values, 0), np.where(known, of, 1), known)
    return _predicted(measure, *fitting.fitted(days), found[:, None], found_of[:, None])


def _predicted(measure: Measure, fit: Fit, scatter: Scatter, found: Array, found_of: Array) -> Calm:
    link = (fit.effects @ THE_DAY)[:, None]
    expected = measure.mean(link)
    noise = measure.noise(expected, found_of)
    unknown = np.einsum("i,tij,j->t", THE_DAY, fit.covariance, THE_DAY)[:, None] * fit.dearer
    # Where a day has more or fewer comments than those before, scatter and multiple differ: the larger one is taken.
    beyond = np.maximum(scatter.between_days, (scatter.multiple - 1) * noise) + unknown
    free = 1 / (1 / scatter.free + 1 / TAILS)
    p = special.stdtr(free, -measure.surprise(found, link, found_of, beyond))
    ends = special.stdtrit(free, (1 + LEVEL) / 2)
    low, high = (measure.at(end, expected, (noise, beyond)) for end in (-ends, ends))
    return Calm(*(array[:, 0] for array in (expected, low, high, p)))
