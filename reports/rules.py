"""What each figure of the board is: its name, its formula and what it leaves out, in words."""

from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum

from core.errors import NotFound
from core.money import Pence, percent

NOTHING = Pence(0)


class Counted(StrEnum):
    """A set of rows a figure counts; each can be opened."""

    ISSUED = "issued"
    REISSUED = "issued from recycled stock"
    RETURNED = "returned"
    DECIDED = "decided"
    REUSABLE = "made reusable"
    LEFT_OUT = "left out"


class Basis(StrEnum):
    """What a rate is a rate of."""

    ITEMS = "items"
    VALUE = "value"


@dataclass(frozen=True)
class Tally:
    """How many, and what they are worth."""

    count: int = 0
    pence: Pence = NOTHING

    def __add__(self, other: "Tally") -> "Tally":
        """Both together."""
        return Tally(self.count + other.count, Pence(self.pence + other.pence))

    def of(self, basis: Basis) -> int:
        """The number a rate on this basis is made from."""
        return self.count if basis == Basis.ITEMS else self.pence  # a template says "items"


@dataclass(frozen=True)
class Measure:
    """A defined figure: the rows above the line, the rows below it, and what that means."""

    code: str
    name: str
    top: Counted
    bottom: Counted
    bases: tuple[Basis, ...]
    formula: str
    meaning: str
    unit: str = "per cent"
    better: str = "higher"


NONE = Tally()
ITEMS_AND_VALUE = (Basis.ITEMS, Basis.VALUE)
_LOANS_BACK = "loans ended by a return in the period ÷ loans begun in the period"

MEASURES: dict[str, Measure] = {
    measure.code: measure
    for measure in (
        Measure(
            "R1",
            "Return rate (items)",
            Counted.RETURNED,
            Counted.ISSUED,
            (Basis.ITEMS,),
            f"{_LOANS_BACK}, by number of items",
            "How many items come back for each hundred that go out. It may pass 100% in a month"
            " in which more comes back than goes out.",
        ),
        Measure(
            "R2",
            "Return rate (value)",
            Counted.RETURNED,
            Counted.ISSUED,
            (Basis.VALUE,),
            f"{_LOANS_BACK}, by the catalogue price each loan was issued at",
            "The return rate weighed by price: whether it is the costly things that come back.",
        ),
        Measure(
            "R3",
            "Refurbishment yield",
            Counted.REUSABLE,
            Counted.DECIDED,
            ITEMS_AND_VALUE,
            "returns made reusable in the period ÷ returns decided in the period",
            "Of what came back and was decided on, how much could be lent again.",
        ),
        Measure(
            "R4",
            "Recovery and reuse",
            Counted.REUSABLE,
            Counted.ISSUED,
            ITEMS_AND_VALUE,
            "returns made reusable in the period ÷ loans begun in the period",
            "How much of what goes out comes back and can be lent again: close to the return"
            " rate times the refurbishment yield.",
        ),
        Measure(
            "R5",
            "Reissue share",
            Counted.REISSUED,
            Counted.ISSUED,
            ITEMS_AND_VALUE,
            "loans begun from recycled stock in the period ÷ loans begun in the period",
            "How much of what people need is met without buying.",
        ),
    )
}

EXCLUSIONS = (
    "Consumables: issued by quantity and not expected back.",
    "Products for one person only.",
    "Specials, bought for one client.",
    "Minor adaptations: fixed to a home, so nothing of theirs returns to stock.",
    "Arrivals that ended no loan: found, handed in unknown, or taken off hold.",
)
PENDING = (
    "Items in quarantine or still in the workshop are pending. They count as returned and never "
    "as made reusable."
)
SHARED = "A loan that two partners share counts for each of them, so partners add up to more."


def measure_by_code(code: str) -> Measure:
    """The measure people call by this code, in any case. Raises NotFound."""
    try:
        return MEASURES[code.upper()]
    except KeyError:
        raise NotFound("There is no such measure. The board's page lists them all.") from None


@dataclass(frozen=True)
class Rate:
    """A measure's figure for one period, partner or group, with what it was made from."""

    measure: Measure
    top: Tally
    bottom: Tally

    def percent(self, basis: Basis) -> str:
        """The rate with two decimals; a dash where there is nothing to divide by."""
        return percent(self.top.of(basis), self.bottom.of(basis))

    def hundredths(self, basis: Basis) -> int | None:
        """The rate in hundredths of a per cent, rounded as `percent` does; none of nothing."""
        whole = self.bottom.of(basis)
        return None if whole == 0 else (2 * self.top.of(basis) * 10_000 + whole) // (2 * whole)


Tallies = dict[Counted, Tally]


def rate(measure: Measure, tallies: Tallies) -> Rate:
    """A measure's figure from what was counted."""
    return Rate(measure, tallies.get(measure.top, NONE), tallies.get(measure.bottom, NONE))


def together(many: Iterable[Tallies]) -> Tallies:
    """Several periods' or groups' counts as one."""
    whole: Tallies = {}
    for tallies in many:
        for counted, tally in tallies.items():
            whole[counted] = whole.get(counted, NONE) + tally
    return whole


def change_in_words(now: int | None, before: int | None) -> str:
    """How a rate stands to the one before it, in percentage points; empty without either."""
    if now is None or before is None:
        return ""
    if now == before:
        return "the same as"
    points, hundredths = divmod(abs(now - before), 100)
    way = "up" if now > before else "down"
    return f"{way} {points}.{hundredths:02d} points on"
