"""How sure one may be of a share, and of the difference of two.

Wilson's score interval for a share, and Newcombe's for a difference, made of two of them (his
method 10: R. G. Newcombe, *Statistics in Medicine* 17, 1998, 873-890). Exact at the edges, where
the usual interval says that nothing out of ten is certain. These are chances and not money, so they
are reckoned in floating point.
"""

from dataclasses import dataclass
from math import sqrt
from statistics import NormalDist

Z = NormalDist().inv_cdf(0.975)  # 95 in 100


@dataclass(frozen=True)
class Between:
    """A figure, and between which two the true one is with 95 in 100."""

    told: float
    low: float
    high: float

    @property
    def says_something(self) -> bool:
        """Whether no difference at all is left out."""
        return self.low > 0 or self.high < 0


def share(top: int, bottom: int) -> Between:
    """A share with Wilson's interval. Raises ValueError where there is nothing to share."""
    if bottom <= 0 or not 0 <= top <= bottom:
        raise ValueError("a share is so many of so many")
    told, squared = top / bottom, Z * Z
    middle = (told + squared / (2 * bottom)) / (1 + squared / bottom)
    wide = Z * sqrt(told * (1 - told) / bottom + squared / (4 * bottom**2)) / (1 + squared / bottom)
    return Between(told, max(0.0, middle - wide), min(1.0, middle + wide))


def difference(one: Between, other: Between) -> Between:
    """How far one share is above another, with Newcombe's interval."""
    told = one.told - other.told
    below = sqrt((one.told - one.low) ** 2 + (other.high - other.told) ** 2)
    above = sqrt((one.high - one.told) ** 2 + (other.told - other.low) ** 2)
    return Between(told, max(-1.0, told - below), min(1.0, told + above))
