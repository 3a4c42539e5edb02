"""Which products the shelf and what comes back will cover, and which they will not: pure.

A product is covered if what is on the shelf, and what becomes available again until the next
purchase could arrive, meets what will go out by then and leaves the least there should be.
"""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from fractions import Fraction
from math import ceil, floor

from core.money import Pence

WINDOW = 180  # days that are looked back upon
REVIEW = 30  # days until the next look
MONTH = 30


@dataclass(frozen=True)
class Line:
    """One product: what is there, what went out and what became available again."""

    code: str
    name: str
    group: str
    shelf: int  # at the depot, ready to be issued
    workshop: int  # back, and not yet available again
    waiting: int  # asked for in approved orders that nothing could be given to
    out: int  # issued in the window
    back: int  # made available again in the window
    least: int  # to be kept on the shelf
    lead_days: int
    price: Pence | None  # of one, today; none where the catalogue has none

    @property
    def days(self) -> int:
        """How far ahead is looked: until what is bought at the next look would arrive."""
        return self.lead_days + REVIEW

    @property
    def will_go(self) -> Fraction:
        """What will go out until then, if it goes on as in the window, and what waits already."""
        return self.waiting + Fraction(self.out * self.days, WINDOW)

    @property
    def will_come(self) -> Fraction:
        """What will become available again until then, if it goes on as in the window."""
        return Fraction(self.back * self.days, WINDOW)

    @property
    def left(self) -> Fraction:
        """What is then on the shelf above the least; less than nothing where it is short."""
        return self.shelf + self.will_come - self.will_go - self.least

    @property
    def covered(self) -> bool:
        """Whether nothing need be bought until the next look."""
        return self.left >= 0

    @property
    def spare(self) -> int:
        """Whole items more than are needed until then."""
        return max(0, floor(self.left))

    @property
    def missing(self) -> int:
        """Whole items that are missing then."""
        return max(0, ceil(-self.left))

    @property
    def not_spent(self) -> Pence | None:
        """What buying that which will go out would cost, where nothing need be bought."""
        return self._cost(ceil(self.will_go)) if self.covered else None

    @property
    def to_spend(self) -> Pence | None:
        """What buying that which is missing costs."""
        return self._cost(self.missing)

    def _cost(self, count: int) -> Pence | None:
        return None if self.price is None else Pence(count * self.price)

    @property
    def cover(self) -> Fraction | None:
        """For how many months the shelf lasts; none where as much comes back as goes out."""
        net = Fraction((self.out - self.back) * MONTH, WINDOW)
        return self.shelf / net if net > 0 else None

    @property
    def cover_in_words(self) -> str:
        """For how many months the shelf lasts, as a table says it."""
        if self.cover is None:
            return "Refills itself" if self.out else "Nothing goes out"
        return tenths(self.cover)

    @property
    def idle(self) -> bool:
        """Whether nothing went out, and nothing is waited for."""
        return not self.out and not self.waiting

    @property
    def on_the_shelf(self) -> Pence | None:
        """What the shelf would cost today."""
        return self._cost(self.shelf)

    @property
    def a_month(self) -> tuple[str, str]:
        """How many go out and become available again in a month, to a tenth."""
        out, back = (Fraction(count * MONTH, WINDOW) for count in (self.out, self.back))
        return tenths(out), tenths(back)


def tenths(number: Fraction) -> str:
    """A number to the nearest tenth."""
    whole = (20 * number.numerator + number.denominator) // (2 * number.denominator)
    return f"{whole // 10:,}.{whole % 10}"


@dataclass(frozen=True)
class Advice:
    """What not to buy, what of it nobody asks for, and what is short: most money first."""

    covered: tuple[Line, ...]
    idle: tuple[Line, ...]
    short: tuple[Line, ...]

    @property
    def not_spent(self) -> Pence:
        """What is not spent by not buying."""
        return Pence(sum(line.not_spent or 0 for line in self.covered))

    @property
    def to_spend(self) -> Pence:
        """What making up the shortages costs."""
        return Pence(sum(line.to_spend or 0 for line in self.short))


def advice(lines: Iterable[Line]) -> Advice:
    """The products in three lists; one that nobody has, wants or asks for is in none."""
    told = [one for one in lines if one.shelf or one.out or one.waiting or one.least]
    enough = [one for one in told if one.covered]
    return Advice(
        covered=_by_money((one for one in enough if not one.idle), lambda one: one.not_spent),
        idle=_by_money((one for one in enough if one.idle), lambda one: one.on_the_shelf),
        short=_by_money((one for one in told if not one.covered), lambda one: one.to_spend),
    )


def _by_money(lines: Iterable[Line], money: Callable[[Line], Pence | None]) -> tuple[Line, ...]:
    return tuple(sorted(lines, key=lambda one: (-(money(one) or 0), one.name)))
