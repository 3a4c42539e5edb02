"""The limits of a funnel plot: how far from everybody's share chance alone takes a place.

Exact binomial limits, interpolated between whole numbers, and widened by the spread that all places
have beyond chance (Spiegelhalter, *Funnel plots for comparing institutional performance*, 2005).
These are chances and not money, so they are reckoned in floating point.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum
from math import exp, lgamma, log, log1p, sqrt

FEWEST_PLACES = 5  # fewer say nothing of how far places spread
INNER, OUTER = 0.025, 0.001  # of chance beyond either limit: 95% and 99.8% of it lie between
TRIMMED = 10  # one in so many of the furthest are drawn in at either end, before spread is judged


class Stands(StrEnum):
    """Where a place stands to what chance explains."""

    WITHIN = "within what chance explains"
    OUT_HIGH = "above the inner limit"
    OUT_LOW = "below the inner limit"
    FAR_HIGH = "above the outer limit"
    FAR_LOW = "below the outer limit"


FAR = frozenset({Stands.FAR_HIGH, Stands.FAR_LOW})


@dataclass(frozen=True)
class Share:
    """So many of so many."""

    top: int
    bottom: int

    @property
    def rate(self) -> float:
        """The share, between 0 and 1."""
        return self.top / self.bottom


@dataclass(frozen=True)
class Funnel:
    """Everybody's share, and how much wider than chance the places spread."""

    share: float
    spread: float  # 1 where they spread no wider than chance

    def limits(self, count: int, tail: float) -> tuple[float, float]:
        """The limits for a place of such a size, with so much chance beyond either."""
        wider = sqrt(self.spread)
        low, high = (quantile(one, count, self.share) for one in (tail, 1 - tail))
        lower = self.share - wider * (self.share - low)
        upper = self.share + wider * (high - self.share)
        return max(0.0, lower), min(1.0, upper)

    def stands(self, one: Share) -> Stands:
        """Where a place stands."""
        for tail, below, above in (
            (OUTER, Stands.FAR_LOW, Stands.FAR_HIGH),
            (INNER, Stands.OUT_LOW, Stands.OUT_HIGH),
        ):
            lower, upper = self.limits(one.bottom, tail)
            if one.rate < lower:
                return below
            if one.rate > upper:
                return above
        return Stands.WITHIN


def funnel(places: Sequence[Share]) -> Funnel:
    """The funnel of some places. Raises ValueError where none of them has anything to count."""
    bottom = sum(one.bottom for one in places)
    if not bottom:
        raise ValueError("a funnel needs something to count")
    share = sum(one.top for one in places) / bottom
    return Funnel(share, spread(places, share))


def spread(places: Sequence[Share], share: float) -> float:
    """How many times wider than chance places spread, squared; 1 where that may be chance itself.

    The furthest tenth at either end is drawn in first, so that one odd place does not hide itself.
    """
    sized = [one for one in places if one.bottom]
    if len(sized) < FEWEST_PLACES or not 0 < share < 1:
        return 1.0
    far = sorted((one.rate - share) / sqrt(share * (1 - share) / one.bottom) for one in sized)
    drawn = len(far) // TRIMMED
    least, most = far[drawn], far[-1 - drawn]
    squares = [min(max(one, least), most) ** 2 for one in far]
    found = sum(squares) / len(squares)
    return found if found > 1 + 2 * sqrt(2 / len(squares)) else 1.0


def quantile(chance: float, count: int, share: float) -> float:
    """The share below which so much of chance lies for a place of a size, between whole numbers."""
    if not 0 < share < 1:
        return share
    odds = share / (1 - share)
    far = 12 * sqrt(count * share * (1 - share)) + 12  # nothing to speak of lies further out
    first = max(0, int(count * share - far))
    choose = lgamma(count + 1) - lgamma(first + 1) - lgamma(count - first + 1)
    part = exp(choose + first * log(share) + (count - first) * log1p(-share))
    whole = part
    for number in range(first, count + 1):
        if whole >= chance or number == count:
            back = (whole - chance) / part if part else 0.0
            return min(1.0, max(0.0, (number - min(1.0, max(0.0, back))) / count))
        part *= odds * (count - number) / (number + 1)
        whole += part
    raise AssertionError("all of chance lies within the count")
