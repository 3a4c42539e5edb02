"""What each figure of the board is: its name, its formula and what it leaves out, in words."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import TypeVar

from core.money import Pence
from reports.spc.rules import Better
from reports.units import COUNTED_AMOUNTS, Unit

NOTHING = Pence(0)


class Counted(StrEnum):
    """A set of rows a figure counts; each can be opened."""

    ISSUED = "issued"
    REISSUED = "issued from recycled stock"
    NEW = "issued new"
    RETURNED = "returned"
    BACK = "issued and back by now"
    DECIDED = "decided"
    REUSABLE = "made reusable"
    COLLECTED = "asked back and come back"
    READY = "asked back and made reusable"
    PROMISED = "delivered with a promised day"
    ON_TIME = "delivered by the promised day"
    PLACED = "delivered after being ordered"
    IN_SEVEN = "delivered within seven working days of the order"
    LENT = "issued, with what the rates leave out"
    SCRAPPED = "scrapped or stripped for parts"
    LIVES = "loans of what was scrapped or stripped"
    SPENT = "charged less credited"
    COMMITTED = "ordered and not delivered"
    EXPECTED = "expected by the end of the year"
    AVOIDED = "catalogue price of what was issued from recycled stock"
    RECYCLING = "cost of collecting, cleaning, repairing and testing"
    VISITED = "visits made"
    FAILED = "visits failed"
    LEFT_OUT = "left out"


# What the ledger and the orders tell, and no rows' count.
MONEY = frozenset(
    {
        Counted.SPENT,
        Counted.COMMITTED,
        Counted.EXPECTED,
        Counted.AVOIDED,
        Counted.RECYCLING,
    }
)


ORDERED = (Counted.PROMISED, Counted.PLACED)  # told by the speed it was ordered with, too
OF_SPEED = (*ORDERED, Counted.ON_TIME, Counted.IN_SEVEN)  # what that takes


class Basis(StrEnum):
    """What a rate is a rate of."""

    ITEMS = "items"
    VALUE = "value"


@dataclass(frozen=True)
class Tally:
    """How many, what they are worth, and how many days or grams they come to where that is told."""

    count: int = 0
    pence: Pence = NOTHING
    amount: int = 0

    def __add__(self, other: "Tally") -> "Tally":
        """Both together."""
        pence = Pence(self.pence + other.pence)
        return Tally(self.count + other.count, pence, self.amount + other.amount)

    def of(self, basis: Basis) -> int:
        """The number a rate on this basis is made from."""
        return self.count if basis == Basis.ITEMS else self.pence  # a template says "items"


LENDABLE = (
    "Consumables: issued by quantity and not expected back.",
    "Products for one person only.",
    "Specials, bought for one client.",
    "Minor adaptations: fixed to a home, so nothing of theirs returns to stock.",
)
EXCLUSIONS = (
    *LENDABLE,
    "Arrivals that ended no loan: found, handed in unknown, or taken off hold.",
)
PENDING = (
    "Items in quarantine or still in the workshop are pending. They count as returned and never "
    "as made reusable."
)
SHARED = "A loan that two partners share counts for each of them, so partners add up to more."


class Part(StrEnum):
    """A part of the board's page."""

    RECYCLING = "recycling"
    MONEY = "money"
    SERVICE = "service"


@dataclass(frozen=True)
class Measure:
    """A defined figure: the rows above the line, the rows below it, and what that means."""

    code: str
    name: str
    top: Counted
    bottom: Counted | None  # none: the figure is so much of what is counted, and no rate
    bases: tuple[Basis, ...]
    formula: str
    meaning: str
    owner: str  # who answers for it
    unit: Unit = Unit.PERCENT
    better: Better = Better.HIGHER
    target: int | None = None  # in hundredths of the unit
    target_from: str = ""
    exclusions: tuple[str, ...] = EXCLUSIONS
    settled: bool = True  # whether a month that is over keeps its figure, so that it is charted
    version: str = ""  # of the factors it is reckoned with
    part: Part = Part.RECYCLING

    @property
    def of_money(self) -> bool:
        """Whether it is a sum of money and nothing else."""
        return self.unit is Unit.POUNDS


NONE = Tally()


def read_basis(measure: Measure, text: str) -> Basis:
    """The basis an address asks for, or the measure's first."""
    return next((basis for basis in measure.bases if basis == text), measure.bases[0])


@dataclass(frozen=True)
class Figure:
    """A measure's figure for one period, partner or group, with what it was made from."""

    measure: Measure
    top: Tally
    bottom: Tally
    known: bool = True  # a sum of money may be nobody's to tell, or not be told yet

    def above(self, basis: Basis) -> int:
        """The number above the line: so many, so much, or so many days or grams."""
        if self.measure.unit in COUNTED_AMOUNTS:
            return self.top.amount
        return self.top.pence if self.measure.unit is Unit.EACH else self.top.of(basis)

    def below(self, basis: Basis) -> int | None:
        """The number below the line; none where the figure is no rate."""
        return None if self.measure.bottom is None else self.bottom.of(basis)

    def hundredths(self, basis: Basis) -> int | None:
        """The figure in hundredths of its unit, rounded half up; none of nothing."""
        if not self.known:
            return None
        return self.measure.unit.of(self.above(basis), self.below(basis) or 0)

    def written(self, basis: Basis) -> str:
        """The figure with two decimals; a dash where there is nothing to divide by."""
        return self.measure.unit.written(self.hundredths(basis))


Tallies = dict[Counted, Tally]
K = TypeVar("K")


def figure(measure: Measure, tallies: Tallies) -> Figure:
    """A measure's figure from what was counted."""
    bottom = NONE if measure.bottom is None else tallies.get(measure.bottom, NONE)
    known = measure.top in tallies or measure.top not in MONEY
    return Figure(measure, tallies.get(measure.top, NONE), bottom, known)


def together(many: Iterable[Tallies]) -> Tallies:
    """Several periods' or groups' counts as one."""
    whole: Tallies = {}
    for tallies in many:
        for counted, tally in tallies.items():
            whole[counted] = whole.get(counted, NONE) + tally
    return whole


def beside(one: Mapping[K, Tallies], other: Mapping[K, Tallies]) -> dict[K, Tallies]:
    """Two sets of counts by the same keys as one, the first one's keys first."""
    return {key: {**one.get(key, {}), **other.get(key, {})} for key in {**one, **other}}


def change_in_words(now: int | None, before: int | None) -> str:
    """How a rate stands to the one before it, in percentage points; empty without either."""
    if now is None or before is None:
        return ""
    if now == before:
        return "the same as"
    points, hundredths = divmod(abs(now - before), 100)
    way = "up" if now > before else "down"
    return f"{way} {points}.{hundredths:02d} points on"
