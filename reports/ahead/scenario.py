"""What growth asks and recycling saves, in money: exact fractions until a sum is written down."""

from collections.abc import Iterator
from dataclasses import dataclass
from fractions import Fraction

from core.money import Pence
from reports.budget.rules import rounded

ALL = Fraction(1)
POINT = Fraction(1, 100)


def of(hundredths: int) -> Fraction:
    """Hundredths of a per cent as the part they are."""
    return Fraction(hundredths, 10_000)


def hundredths_of(part: Fraction) -> int:
    """A part in hundredths of a per cent, the nearest."""
    return rounded(part * 10_000)


def purchases(issued: Fraction | int, share: Fraction) -> Fraction:
    """What has to be bought new so that so much may be issued at a reissue share."""
    return issued * (ALL - share)


@dataclass(frozen=True)
class Today:
    """Twelve months as they were: what was issued, of it reissued, and what recycling cost."""

    issued: Pence
    reissued: Pence
    reissues: int  # loans
    cost: Pence

    @property
    def share(self) -> Fraction | None:
        """The reissue share by value; none where nothing was issued."""
        return Fraction(self.reissued, self.issued) if self.issued else None

    @property
    def mean_price(self) -> Fraction | None:
        """What a recycled issue would have cost new, on the mean."""
        return Fraction(self.reissued, self.reissues) if self.reissues and self.reissued else None

    @property
    def cost_each(self) -> Fraction | None:
        """What recycling cost for each issue it served; none where it served none."""
        return Fraction(self.cost, self.reissues) if self.reissues else None

    def recycling(self, reissued: Fraction) -> Fraction | None:
        """What it costs to recycle issues of so much value, at the mean price and cost of today."""
        if self.mean_price is None or self.cost_each is None:
            return None
        return reissued / self.mean_price * self.cost_each


@dataclass(frozen=True)
class Point:
    """What one point of the reissue share by value is worth, step by step."""

    avoided: Fraction  # a hundredth of what is issued, not bought
    issues: Fraction | None  # so many more issues from recycled stock, at the mean price
    cost: Fraction | None  # of recycling these

    @property
    def net(self) -> Fraction | None:
        """What is left of it."""
        return None if self.cost is None else self.avoided - self.cost


def point(today: Today) -> Point:
    """What one point is worth at what was issued and what recycling cost."""
    avoided = today.issued * POINT
    price = today.mean_price
    return Point(avoided, None if price is None else avoided / price, today.recycling(avoided))


@dataclass(frozen=True)
class Year:
    """One year of a scenario, beside the same year at the share of today."""

    number: int
    issued: Pence
    bought_as_today: Pence
    bought: Pence
    more_recycling: Pence | None  # than at the share of today; less than nothing where less
    steady: int | None  # the share, in hundredths of a per cent, that keeps purchases at today's

    @property
    def less_bought(self) -> Pence:
        """How much less is bought than at the share of today."""
        return Pence(self.bought_as_today - self.bought)

    @property
    def better(self) -> Pence | None:
        """What the chosen share leaves over, its recycling paid."""
        if self.more_recycling is None:
            return None
        return Pence(self.less_bought - self.more_recycling)


def years(today: Today, growth: Fraction, share: Fraction, count: int) -> Iterator[Year]:
    """The years to come, if what is issued grows by so much a year; the first has grown once."""
    if today.share is None:
        return
    for number in range(1, count + 1):
        issued = today.issued * (ALL + growth) ** number
        more = today.recycling(issued * (share - today.share))
        steady = ALL - purchases(today.issued, today.share) / issued if issued else None
        yield Year(
            number,
            rounded(issued),
            rounded(purchases(issued, today.share)),
            rounded(purchases(issued, share)),
            None if more is None else rounded(more),
            None if steady is None or steady < 0 else hundredths_of(steady),
        )
