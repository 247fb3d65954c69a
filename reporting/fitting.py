"""The regression behind `baselines`: effects of level, trend and weekday, and by how much days scatter around them."""

from dataclasses import dataclass, field
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from reporting.measures import Array, Measure

DAYS = 56  # of a baseline: each weekday eight times
WEEK = 7

#: standard deviations from the baseline from which a day begins to weigh less (Noufaily et al. 2013), and from which it
#: weighs nothing
DOUBTED, REFUSED = 2.58, 3.5
ROBUST_ROUNDS, ROUNDS = 4, 3  # with three times as many one p-value of a hundred moves by 6 % of itself
MEDIAN_OF_SQUARES = 0.455  # of a standard normal number
#: what is known of the correlation of a day with the one before: 0.3, as if from 20 days
CORRELATION, CORRELATION_DAYS, MOST_CORRELATION = 0.3, 20, 0.8
#: days that what is known of the scatter beforehand counts at most. It counts more where chance gives most of a day's
#: variance: then the scatter can hardly change it.
MOST_BEFOREHAND = 40

#: what effects are multiplied by on each day: the level and the trend as of the day in question, which is `THE_DAY`,
#: and the weekdays, its own first
EFFECTS = 2 + WEEK
DAYS_AFTER = np.arange(-DAYS, 0)
DESIGN = np.column_stack([np.ones(DAYS), DAYS_AFTER / WEEK, DAYS_AFTER[:, None] % WEEK == np.arange(WEEK)])
PRODUCTS = (DESIGN[:, :, None] * DESIGN[:, None, :]).reshape(DAYS, -1)
THE_DAY = np.array([1.0, 0, 1, 0, 0, 0, 0, 0, 0])


@dataclass(frozen=True)
class Days:
    """The days of baselines, shape (tests, `DAYS`), and what is known of effects before they are seen."""

    measure: Measure
    values: Array
    of: Array
    known: NDArray[np.bool_]
    start: Array = field(init=False)
    precision: Array = field(init=False)

    def __post_init__(self) -> None:
        link = self._weekdays()
        apart = np.mean((link - np.median(link, axis=1, keepdims=True)) ** 2, axis=1)
        variances = np.empty((len(link), EFFECTS))
        variances[:, 0], variances[:, 1] = 1e6, self.measure.trend**2
        # A brand that is silent at weekends has effects that nobody would believe of others.
        variances[:, 2:] = np.maximum(apart, self.measure.weekday**2)[:, None]
        object.__setattr__(self, "start", np.tile(link, DAYS // WEEK))
        object.__setattr__(self, "precision", np.eye(EFFECTS) / variances[:, None, :])

    def _weekdays(self) -> Array:
        """Give the median of each weekday on the scale of the link, and that of all days where there is none."""
        by_weekday = (len(self.values), DAYS // WEEK, WEEK)
        values = self.values.reshape(by_weekday).swapaxes(1, 2).reshape(-1, DAYS // WEEK)
        known = self.known.reshape(by_weekday).swapaxes(1, 2).reshape(-1, DAYS // WEEK)
        own, of_all = median(values, known).reshape(-1, WEEK), median(self.values, self.known)
        return self.measure.link(np.where(known.any(axis=1).reshape(-1, WEEK), own, of_all[:, None]))

    def variances(self, link: Array, scatter: Array) -> tuple[Array, tuple[Array, Array]]:
        """Give the mean of each day, and its noise and scatter."""
        mean = self.measure.mean(link)
        return mean, (self.measure.noise(mean, self.of), scatter)

    def away(self, mean: Array) -> Array:
        """Give by how much days differ from the mean, on the scale of the link."""
        return (self.values - mean) / self.measure.slope(mean)


class Fit(NamedTuple):
    """Effects, shape (tests, `EFFECTS`), and what they make of each day, on the scale of the link."""

    link: Array
    effects: Array
    covariance: Array
    #: days that estimating takes away, and how many times more these are than without correlation
    lost: Array
    dearer: Array


class Scatter(NamedTuple):
    """By how much days differ beyond what chance gives, shape (tests, 1)."""

    between_days: Array
    #: variance as a multiple of what chance gives, as quasi-likelihood has it
    multiple: Array
    correlation: Array
    #: degrees of freedom that it is known with
    free: Array


def fitted(days: Days) -> tuple[Fit, Scatter]:
    """Fit effects and scatter to the days that are like the others."""
    link, weights = _robust(days)
    return _settled(days, link, weights)


def _robust(days: Days) -> tuple[Array, Array]:
    """Find the days that are like the others: with weights by a scale that half the days could not spoil."""
    number = days.known.sum(axis=1, keepdims=True)
    lost = np.minimum(WEEK, number / 2)
    link = days.start
    weights: Array = days.known.astype(np.float64)
    scatter = np.full_like(lost, days.measure.scatter)
    for _ in range(ROBUST_ROUNDS):
        scatter = _robust_scatter(days, link, scatter, number / (number - lost))
        mean, variances = days.variances(link, scatter)
        far = np.abs(days.measure.distance(days.values, mean, variances))
        weights = np.where(days.known, np.clip((REFUSED - far) / (REFUSED - DOUBTED), 0, 1), 0)
        fit = _fit(days, link, scatter, weights, np.ones_like(scatter))
        link, lost = fit.link, np.minimum(fit.lost, number / 2)
    return link, weights


def _robust_scatter(days: Days, link: Array, scatter: Array, more: Array) -> Array:
    """Take the scatter that makes the middle distance what it is among normal numbers, by fixed point."""
    for _ in range(2):
        mean, variances = days.variances(link, scatter)
        squares = days.measure.distance(days.values, mean, variances) ** 2
        noise = median(variances[0], days.known)[:, None]
        wanted = (noise + scatter) * median(squares, days.known)[:, None] / MEDIAN_OF_SQUARES * more - noise
        scatter = np.maximum(wanted, days.measure.least_scatter)
    return scatter


def _settled(days: Days, link: Array, weights: Array) -> tuple[Fit, Scatter]:
    """Fit effects and scatter with weights that stay."""
    number = weights.sum(axis=1, keepdims=True)
    between = np.full_like(number, days.measure.scatter)
    fit = _fit(days, link, between, weights, np.ones_like(number))
    for _ in range(ROUNDS):
        scatter = _scatter(days, fit, between, weights)
        between = scatter.between_days
        more = (1 + scatter.correlation) / (1 - scatter.correlation)
        fit = _fit(days, fit.link, between, weights, more)
    return fit, _scatter(days, fit, between, weights)


def _fit(days: Days, link: Array, scatter: Array, weights: Array, more: Array) -> Fit:
    """Make one step of iterated weighted least squares; `more` is what correlation multiplies slow errors by."""
    mean, (noise, _) = days.variances(link, scatter)
    information = weights / (noise + scatter)
    seen = (information @ PRODUCTS).reshape(-1, EFFECTS, EFFECTS)
    covariance = np.linalg.inv(seen + days.precision)
    towards = (information * (link + days.away(mean))) @ DESIGN
    effects = np.einsum("tij,tj->ti", covariance, towards)
    uses = np.einsum("tij,tji->ti", covariance, seen)
    lost = uses[:, 2:].sum(axis=1, keepdims=True) + more * uses[:, :2].sum(axis=1, keepdims=True)
    dearer = lost / np.maximum(uses.sum(axis=1, keepdims=True), 1e-9)
    # A step of more than a factor of seven overshoots.
    return Fit(link + np.clip(effects @ DESIGN.T - link, -2, 2), effects, covariance, lost, dearer)


def _scatter(days: Days, fit: Fit, between: Array, weights: Array) -> Scatter:
    """Estimate the scatter by moments, together with what is known of it beforehand."""
    mean, (noise, _) = days.variances(fit.link, between)
    number = weights.sum(axis=1, keepdims=True)
    left = np.maximum(number - fit.lost, number / 2)
    squares = weights * days.away(mean) ** 2 * number / left
    trust = 1 / (noise + between) ** 2
    whole = np.maximum((weights * trust).sum(axis=1, keepdims=True), 1e-300)
    own = (trust * (squares - weights * noise)).sum(axis=1, keepdims=True) / whole
    chance = (weights * trust * noise).sum(axis=1, keepdims=True) / whole
    # The scatter is believed to lie about as far from what is expected of it as that is large.
    beforehand = np.minimum(2 * (1 + chance / days.measure.scatter) ** 2, MOST_BEFOREHAND)
    now = np.maximum((own * left + days.measure.scatter * beforehand) / (left + beforehand), days.measure.least_scatter)
    correlation = _correlation(days.measure.distance(days.values, mean, (noise, now)), weights)
    # Squares of correlated days say less of their mean (Bayley and Hammersley 1946).
    own_free = left * (1 - correlation**2) / (1 + correlation**2)
    multiple = (squares / noise).sum(axis=1, keepdims=True) / np.maximum(number, 1)
    return Scatter(now, multiple, correlation, own_free + beforehand)


def _correlation(distances: Array, weights: Array) -> Array:
    """Estimate the correlation of a day with the one before."""
    here, before = distances[:, 1:], distances[:, :-1]
    pairs = (weights[:, 1:] > 0) & (weights[:, :-1] > 0)
    squares = (pairs * (here**2 + before**2) / 2).sum(axis=1, keepdims=True)
    found = (pairs * here * before).sum(axis=1, keepdims=True) / np.maximum(squares, 1e-9)
    number = weights.sum(axis=1, keepdims=True)
    unbiased = found * number + 1 + 3 * found  # Kendall 1954
    shrunk = (unbiased + CORRELATION * CORRELATION_DAYS) / (number + CORRELATION_DAYS)
    bounded: Array = np.clip(shrunk, 0, MOST_CORRELATION)
    return bounded


def median(values: Array, known: NDArray[np.bool_]) -> Array:
    """Give the median of what is known of each row; 0 where that is nothing."""
    ordered = np.sort(np.where(known, values, np.inf), axis=1)
    number = known.sum(axis=1)
    rows, last = np.arange(len(values)), values.shape[1] - 1
    low, high = (ordered[rows, np.clip(place, 0, last)] for place in ((number - 1) // 2, number // 2))
    return np.where(number > 0, low + high, 0) / 2
