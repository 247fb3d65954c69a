"""Months of comments as they come when nothing happens: more scatter than chance gives, and days like those before."""

from dataclasses import dataclass

import numpy as np
from scipy import special

from reporting import fitting, surprises

#: comments a day
SIZES = np.geomspace(5, 100_000, 12)
BRANDS = len(SIZES)
MONTH = 30


@dataclass(frozen=True)
class World:
    """How brands are drawn: each from between the ends of a pair."""

    #: by how much days differ in their number of comments, as a standard deviation of the logarithm
    days: tuple[float, float] = (0.1, 0.35)
    #: by how much they differ in their shares, as one of the log-odds
    moods: tuple[float, float] = (0.05, 0.2)
    #: design effect of the authors and threads of a day
    clusters: tuple[float, float] = (1.0, 4.0)
    #: correlation of a day with the one before
    correlation: float = 0.5
    #: degrees of freedom of Student's t that days are drawn from; None is the normal distribution
    tails: float | None = None
    #: standard deviation of a week's trend of the logarithm: 0.1 takes a brand to 2.2 times its size in eight weeks
    trend: float = 0.1
    base: tuple[float, float] = (0.05, 0.6)
    sizes: tuple[float, ...] = tuple(SIZES)

    def counts(self, generator, months, days=MONTH):
        """Draw counts as `surprises.find` takes them, a row for each brand of each month."""
        shape = (months * len(self.sizes), fitting.DAYS + days)
        after = np.arange(shape[1]) - shape[1]
        weekday = (generator.integers(7, size=(shape[0], 1)) + after) % 7
        scatter = generator.uniform(*self.days, (shape[0], 1))
        expected = np.log(np.tile(self.sizes, months))[:, None] + self._trend(generator, shape, after, self.trend)
        expected += np.take_along_axis(generator.normal(0, 0.25, (shape[0], 7)) - [0, 0, 0, 0, 0, 0.4, 0.3], weekday, 1)
        comments = generator.poisson(np.exp(expected + self._correlated(generator, shape) * scatter - scatter**2 / 2))
        scored = generator.binomial(comments, 0.9)
        odds = special.logit(generator.uniform(*self.base, (shape[0], 1))) + self._trend(generator, shape, after, 0.03)
        odds += np.take_along_axis(generator.normal(0, 0.1, (shape[0], 7)), weekday, 1)
        negative = self.labels(generator, scored, odds)
        return np.stack([comments, scored, negative, generator.binomial(scored - negative, 0.4)])

    def labels(self, generator, scored, odds):
        """Draw labels of days with moods, on which authors and threads agree: from beta-binomial distributions."""
        moods = self._correlated(generator, scored.shape) * generator.uniform(*self.moods, (len(scored), 1))
        shares = special.expit(odds + moods)
        effect = generator.uniform(*self.clusters, (len(scored), 1))
        agreement = np.clip((effect - 1) / np.maximum(scored - 1, 1), 1e-6, 0.9)
        whole = 1 / agreement - 1
        return generator.binomial(scored, generator.beta(shares * whole, (1 - shares) * whole))

    def _correlated(self, generator, shape):
        drawn = generator.normal(size=shape)
        if self.tails is not None:
            drawn = generator.standard_t(self.tails, shape) / np.sqrt(self.tails / (self.tails - 2))
        for day in range(1, shape[1]):
            new = np.sqrt(1 - self.correlation**2) * drawn[:, day]
            drawn[:, day] = self.correlation * drawn[:, day - 1] + new
        return drawn

    @staticmethod
    def _trend(generator, shape, after, size):
        return generator.normal(0, size, (shape[0], 1)) * after / 7


def found(counts, kind, brands_a_night=BRANDS, day=-1):
    """Tell for each row whether a spike of a kind is found on a day, else the last."""
    day %= counts.shape[-1] - fitting.DAYS
    rows = {one.brand for one in surprises.find(counts, brands_a_night) if (one.kind, one.day) == (kind, day)}
    return np.isin(np.arange(counts.shape[1]), list(rows))
