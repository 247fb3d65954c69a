"""What is watched by day: how many comments there are, and what share of them bears a label.

Both are modelled on the scale of a link: the logarithm of a number, the log-odds of a share. There a day's variance is
`noise`, what chance alone gives (Poisson's, the binomial's), plus `scatter`: by how much days differ beyond.
Arrays have the shape (tests, days) or (tests, 1).
"""

from abc import ABC, abstractmethod
from typing import ClassVar

import numpy as np
from numpy.typing import NDArray
from scipy import special

Array = NDArray[np.float64]

ROUNDS = 12  # of Newton's method, from no effect at all; the largest days seen take nine
LONGEST_STEP = 1.0
LARGEST_LINK = 25  # of a number: 72 thousand million comments


class Measure(ABC):
    """What is watched by day."""

    #: before any day is seen: the scatter, and the least that is believed; both are squares of standard deviations
    scatter: ClassVar[float]
    least_scatter: ClassVar[float]
    #: standard deviations of the effects of a weekday, and of a week's trend
    weekday: ClassVar[float]
    trend: ClassVar[float]

    @abstractmethod
    def link(self, mean: Array) -> Array:
        """Give the mean on the scale of the link."""

    @abstractmethod
    def mean(self, link: Array) -> Array:
        """Give the mean of a link."""

    @abstractmethod
    def slope(self, mean: Array) -> Array:
        """Give by how much the mean moves with the link."""

    @abstractmethod
    def noise(self, mean: Array, of: Array) -> Array:
        """Give the variance that chance alone gives; `of` are the comments that a share is of."""

    @abstractmethod
    def distance(self, found: Array, mean: Array, variances: tuple[Array, Array]) -> Array:
        """Give how many standard deviations a day lies from its mean; `variances` are noise and scatter."""

    @abstractmethod
    def at(self, distance: Array, mean: Array, variances: tuple[Array, Array]) -> Array:
        """Give what lies so many standard deviations from the mean."""

    @abstractmethod
    def slack(self, found: Array, link: Array, of: Array) -> tuple[Array, Array, Array]:
        """Give the deviance of what was found from a link, and half its first and second derivative by it."""

    def surprise(self, found: Array, link: Array, of: Array, scatter: Array) -> Array:
        """Give how many standard deviations a day lies from its mean, right far out, where `distance` is not.

        The signed root of the deviance, under the day's own effect that explains it best: one drawn from a normal
        distribution with the variance `scatter`.
        """
        effect = np.zeros_like(link)
        for _ in range(ROUNDS):
            _, first, second = self.slack(found, link + effect, of)
            step = (first + effect / scatter) / (second + 1 / scatter)
            effect -= np.clip(step, -LONGEST_STEP, LONGEST_STEP)
        left, *_ = self.slack(found, link + effect, of)
        root: Array = np.sign(found - self.mean(link)) * np.sqrt(np.maximum(left, 0) + effect**2 / scatter)
        return root


class Volume(Measure):
    """The number of comments; days differ by factors."""

    scatter, least_scatter = 0.2**2, 0.1**2
    weekday, trend = 0.3, 0.1

    def link(self, mean: Array) -> Array:
        """Take the logarithm."""
        found: Array = np.log(np.maximum(mean, 0.5))
        return found

    def mean(self, link: Array) -> Array:
        """Take the exponential."""
        return np.exp(np.clip(link, -10, LARGEST_LINK))

    def slope(self, mean: Array) -> Array:
        """Give the mean itself."""
        return mean

    def noise(self, mean: Array, of: Array) -> Array:  # noqa: ARG002
        """Give Poisson's variance, of the logarithm."""
        return 1 / mean

    def distance(self, found: Array, mean: Array, variances: tuple[Array, Array]) -> Array:
        """Measure on the scale where a negative binomial number has the same variance everywhere (Anscombe 1948)."""
        root = np.sqrt(variances[1])
        away: Array = 2 * (np.arcsinh(root * np.sqrt(found)) - np.arcsinh(root * np.sqrt(mean))) / root
        return away

    def at(self, distance: Array, mean: Array, variances: tuple[Array, Array]) -> Array:
        """Turn `distance` around."""
        root = np.sqrt(variances[1])
        stretched = np.clip(np.arcsinh(root * np.sqrt(mean)) + root * distance / 2, 0, LARGEST_LINK)
        there: Array = (np.sinh(stretched) / root) ** 2
        return there

    def slack(self, found: Array, link: Array, of: Array) -> tuple[Array, Array, Array]:  # noqa: ARG002
        """Give Poisson's deviance."""
        mean = self.mean(link)
        return 2 * (special.rel_entr(found, mean) - found + mean), mean - found, mean


class Share(Measure):
    """The share of comments that bear a label; days differ by their log-odds."""

    scatter, least_scatter = 0.1**2, 0.05**2
    weekday, trend = 0.2, 0.05

    def link(self, mean: Array) -> Array:
        """Take the log-odds."""
        found: Array = special.logit(np.clip(mean, 0.01, 0.99))
        return found

    def mean(self, link: Array) -> Array:
        """Take the logistic function."""
        found: Array = special.expit(np.clip(link, -7, 7))
        return found

    def slope(self, mean: Array) -> Array:
        """Give the variance of one comment's label."""
        return mean * (1 - mean)

    def noise(self, mean: Array, of: Array) -> Array:
        """Give the binomial's variance, of the log-odds."""
        noise: Array = 1 / (np.maximum(of, 1) * self.slope(mean))
        return noise

    def distance(self, found: Array, mean: Array, variances: tuple[Array, Array]) -> Array:
        """Measure on the scale where a binomial share has the same variance everywhere (Anscombe 1948)."""
        width = np.sqrt(sum(variances) * self.slope(mean))
        away: Array = 2 * (np.arcsin(np.sqrt(found)) - np.arcsin(np.sqrt(mean))) / width
        return away

    def at(self, distance: Array, mean: Array, variances: tuple[Array, Array]) -> Array:
        """Turn `distance` around."""
        width = np.sqrt(sum(variances) * self.slope(mean))
        there: Array = np.sin(np.clip(np.arcsin(np.sqrt(mean)) + width * distance / 2, 0, np.pi / 2)) ** 2
        return there

    def slack(self, found: Array, link: Array, of: Array) -> tuple[Array, Array, Array]:
        """Give the binomial's deviance."""
        mean = self.mean(link)
        deviance = 2 * of * (special.rel_entr(found, mean) + special.rel_entr(1 - found, 1 - mean))
        return deviance, of * (mean - found), of * self.slope(mean)
