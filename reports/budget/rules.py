"""Forecasts, ranges, thresholds passed and savings: whole pence and fractions, nothing else."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date
from fractions import Fraction
from itertools import accumulate
from math import isqrt

from core.money import Pence

FEWEST_MONTHS = 3
MONTHS = 12
ONE = Fraction(1)

NOTHING = Pence(0)
NO_GROUP = "none"  # in an address: what is of no product group

METHOD_PLAIN = (
    "What was spent in the whole months so far, and for each month left the mean of those months."
)
METHOD_SHAPED = (
    "What was spent in the whole months so far, and for each month left the mean of those months, "
    "by the pool's seasons of the year before: each month so far is first divided by its share "
    "of that year (what the pool spent in it ÷ the mean of its twelve months), and the mean of "
    "these is multiplied by the share of each month left."
)
METHOD_BEGUN = (
    "A month under way counts as at least what it has come to, and those after it stand on that."
)
METHOD_RANGE = (
    "The range is 2 × s × √(m + m² ÷ n) either way, where s is the standard deviation of the n "
    "months so far (divided by their shares, where seasons are known), and m how many are left "
    "(where seasons are known: the squares of their shares added up, and for m² the square of "
    "their sum). If the months to come are like those so far, about nine years in ten end "
    "inside it; when only three or four months are known, about eight in ten. It never begins "
    "below what is spent already, unless a month so far took back more than it charged."
)


@dataclass(frozen=True)
class Forecast:
    """What a year is expected to have come to at the end of a month, and between what."""

    outturn: Pence
    low: Pence
    high: Pence

    def not_below(self, floor: Pence | None) -> "Forecast":
        """The same, its range beginning no lower than a floor, where there is one."""
        if floor is None:
            return self
        return replace(self, low=min(self.outturn, max(self.low, floor)))


def shape_of(year: Sequence[Pence]) -> tuple[Fraction, ...] | None:
    """Each month of a year against the mean month; none unless all twelve spent something."""
    if len(year) != MONTHS or min(year) <= 0:
        return None
    return tuple(Fraction(MONTHS * month, sum(year)) for month in year)


def forecast(
    spent: Sequence[Pence],
    left: int,
    *,
    shape: Sequence[Fraction] | None = None,
    before: Pence = NOTHING,
    begun: Pence | None = None,
) -> tuple[Forecast, ...] | None:
    """What the year will have come to at the end of each month left: the last is the outturn.

    `spent` are the whole months so far, and `shape` the weights of these and of the months left, in
    order (none: all alike). `before` was spent earlier in the year, in months that tell nothing of
    those to come; `begun` is what the first month left has come to, where it is under way. None
    where there are fewer than three months: then it cannot be said.
    """
    count = len(spent)
    if count < FEWEST_MONTHS:
        return None
    weights = list(shape or [ONE] * (count + left))
    if len(weights) != count + left:
        raise ValueError("a shape has one weight a month")
    plain = [month / weight for month, weight in zip(spent, weights, strict=False)]
    mean = sum(plain, Fraction(0)) / count
    variance = sum(((month - mean) ** 2 for month in plain), Fraction(0)) / (count - 1)
    sofar, ahead = before + sum(spent), weights[count:]
    over = max(Fraction(0), begun - mean * ahead[0]) if begun is not None and ahead else Fraction(0)
    floor = spent_already(spent, begun, before=before)
    sums = accumulate(ahead)
    squares = accumulate(weight**2 for weight in ahead)
    return tuple(
        _between(sofar + over + mean * whole, 4 * variance * (square + whole**2 / count), floor)
        for whole, square in zip(sums, squares, strict=True)
    )


def _between(expected: Fraction, spread_squared: Fraction, floor: Pence | None) -> Forecast:
    outturn, spread = rounded(expected), _root_up(spread_squared)
    return Forecast(outturn, Pence(outturn - spread), Pence(outturn + spread)).not_below(floor)


def spent_already(
    spent: Sequence[Pence], begun: Pence | None, *, before: Pence = NOTHING
) -> Pence | None:
    """What a year has come to already; none where a month took more back than it charged.

    Where one did, another may, so that the year could still come to less.
    """
    return Pence(before + sum(spent) + (begun or 0)) if min(spent) >= 0 else None


def rounded(amount: Fraction) -> Pence:
    """The nearest whole pence, half a penny upwards."""
    return Pence((2 * amount.numerator + amount.denominator) // (2 * amount.denominator))


def _root_up(square: Fraction) -> int:
    """The smallest whole number whose square is not below this one."""
    root = isqrt(square.numerator // square.denominator)
    return root if root * root >= square else root + 1


def phased(budget: Pence) -> tuple[Pence, ...]:
    """A year's budget to the end of each of its months: a twelfth a month, never a penny off."""
    return tuple(Pence(budget * place // MONTHS) for place in range(1, MONTHS + 1))


def passed_since(
    months: Sequence[date], reached: Sequence[Pence | None], percent: int, budget: Pence
) -> date | None:
    """Since which month a budget's threshold is reached without a break; none where it is not.

    `reached` is what was spent (or forecast) as it stood at the end of each month; none where it
    could not be said. A budget of nothing has no thresholds.
    """
    since = None
    for month, pence in zip(months, reached, strict=True):
        if budget <= 0 or pence is None or pence * 100 < budget * percent:
            since = None
        elif since is None:
            since = month
    return since


@dataclass(frozen=True)
class Saving:
    """What recycling avoided, what it cost, and what is left of it."""

    avoided: Pence = NOTHING  # the catalogue price of what was issued from recycled stock
    cost: Pence = NOTHING  # of collecting, cleaning, repairing and testing

    @property
    def net(self) -> Pence:
        """What recycling saved."""
        return Pence(self.avoided - self.cost)

    def __add__(self, other: "Saving") -> "Saving":
        """Both together."""
        return Saving(Pence(self.avoided + other.avoided), Pence(self.cost + other.cost))
