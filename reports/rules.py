"""What each figure of the board is: its name, its formula and what it leaves out, in words."""

from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum

from core.errors import NotFound
from core.money import Pence
from reports.spc.rules import Better
from reports.units import Unit

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
    VISITED = "visits made"
    FAILED = "visits failed"
    LEFT_OUT = "left out"


class Basis(StrEnum):
    """What a rate is a rate of."""

    ITEMS = "items"
    VALUE = "value"


@dataclass(frozen=True)
class Tally:
    """How many, what they are worth, and how many days they took where that is counted."""

    count: int = 0
    pence: Pence = NOTHING
    days: int = 0

    def __add__(self, other: "Tally") -> "Tally":
        """Both together."""
        pence = Pence(self.pence + other.pence)
        return Tally(self.count + other.count, pence, self.days + other.days)

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
    owner: str  # who answers for it
    unit: Unit = Unit.PERCENT
    better: Better = Better.HIGHER
    target: int | None = None  # in hundredths of the unit
    target_from: str = ""
    exclusions: tuple[str, ...] = EXCLUSIONS
    settled: bool = True  # whether a month that is over keeps its figure, so that it is charted


NONE = Tally()
ITEMS_AND_VALUE = (Basis.ITEMS, Basis.VALUE)
ITEMS = (Basis.ITEMS,)
_LOANS_BACK = "loans ended by a return in the period ÷ loans begun in the period"
_RETURNS, _WORKSHOP = "Returns staff", "Workshop"
_BUYING, _SCHEDULING = "Equipment lead", "Scheduler"
_NEVER_ASKED = "Loans that nobody asked back: brought in or handed over unasked."

MEASURES: dict[str, Measure] = {
    measure.code: measure
    for measure in (
        Measure(
            "R1",
            "Return rate (items)",
            Counted.RETURNED,
            Counted.ISSUED,
            ITEMS,
            f"{_LOANS_BACK}, by number of items",
            "How many items come back for each hundred that go out. It may pass 100% in a month"
            " in which more comes back than goes out.",
            _RETURNS,
        ),
        Measure(
            "R2",
            "Return rate (value)",
            Counted.RETURNED,
            Counted.ISSUED,
            (Basis.VALUE,),
            f"{_LOANS_BACK}, by the catalogue price each loan was issued at",
            "The return rate weighed by price: whether it is the costly things that come back.",
            _RETURNS,
        ),
        Measure(
            "R3",
            "Refurbishment yield",
            Counted.REUSABLE,
            Counted.DECIDED,
            ITEMS_AND_VALUE,
            "returns made reusable in the period ÷ returns decided in the period",
            "Of what came back and was decided on, how much could be lent again.",
            _WORKSHOP,
            target=90_00,
            target_from="the lower of two services' published yields",
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
            _WORKSHOP,
        ),
        Measure(
            "R5",
            "Reissue share",
            Counted.REISSUED,
            Counted.ISSUED,
            ITEMS_AND_VALUE,
            "loans begun from recycled stock in the period ÷ loans begun in the period",
            "How much of what people need is met without buying.",
            _BUYING,
            target=95_00,
            target_from="what the reference service reached",
        ),
        Measure(
            "C1",
            "Back by now",
            Counted.BACK,
            Counted.ISSUED,
            ITEMS_AND_VALUE,
            "loans begun in the period that a return has ended by today ÷ loans begun in the"
            " period",
            "Of what went out in these months, how much has come back so far. It never passes"
            " 100%, and a month's figure goes on growing, so it has no control chart.",
            _RETURNS,
            settled=False,
        ),
        Measure(
            "U1",
            "Uses of each purchase",
            Counted.ISSUED,
            Counted.NEW,
            ITEMS_AND_VALUE,
            "loans begun in the period ÷ loans begun in the period with new equipment",
            "How many times something is lent for each time something is bought: 20 where the"
            " reissue share is 95%.",
            _BUYING,
            unit=Unit.TIMES,
        ),
        Measure(
            "S1",
            "Delivered on time",
            Counted.ON_TIME,
            Counted.PROMISED,
            ITEMS,
            "loans begun in the period on or before the day promised when ordered ÷ loans begun in"
            " the period that had a promised day",
            "Whether people have what they need when they were told they would. What is late and"
            " not delivered yet counts in the month it is delivered.",
            _SCHEDULING,
            exclusions=LENDABLE,
        ),
        Measure(
            "S2",
            "Failed visits",
            Counted.FAILED,
            Counted.VISITED,
            ITEMS,
            "visits that failed in the period ÷ visits done, done in part or failed in the period",
            "How often a van went for nothing: no access, refused, wrong item, in hospital.",
            _SCHEDULING,
            better=Better.LOWER,
            exclusions=(
                "Visits called off before the van set out.",
                "For one partner, visits for equipment that was never lent: nobody paid for it.",
            ),
        ),
        Measure(
            "S3",
            "Days to collect",
            Counted.COLLECTED,
            Counted.COLLECTED,
            ITEMS,
            "days from being asked back to coming back ÷ loans that came back in the period after"
            " being asked back",
            "How long equipment that nobody needs any more waits in a home.",
            _SCHEDULING,
            unit=Unit.DAYS,
            better=Better.LOWER,
            exclusions=(*LENDABLE, _NEVER_ASKED),
        ),
        Measure(
            "S4",
            "Days to be available again",
            Counted.READY,
            Counted.READY,
            ITEMS,
            "days from being asked back to being made reusable ÷ returns made reusable in the"
            " period after being asked back",
            "How long it takes until somebody else can have it.",
            _WORKSHOP,
            unit=Unit.DAYS,
            better=Better.LOWER,
            exclusions=(*LENDABLE, _NEVER_ASKED, "Returns that were scrapped or stripped."),
        ),
    )
}


def measure_by_code(code: str) -> Measure:
    """The measure people call by this code, in any case. Raises NotFound."""
    try:
        return MEASURES[code.upper()]
    except KeyError:
        raise NotFound("There is no such measure. The board's page lists them all.") from None


def read_basis(measure: Measure, text: str) -> Basis:
    """The basis an address asks for, or the measure's first."""
    return next((basis for basis in measure.bases if basis == text), measure.bases[0])


@dataclass(frozen=True)
class Figure:
    """A measure's figure for one period, partner or group, with what it was made from."""

    measure: Measure
    top: Tally
    bottom: Tally

    def above(self, basis: Basis) -> int:
        """The number above the line: so many, so much, or so many days."""
        return self.top.days if self.measure.unit is Unit.DAYS else self.top.of(basis)

    def hundredths(self, basis: Basis) -> int | None:
        """The figure in hundredths of its unit, rounded half up; none of nothing."""
        return self.measure.unit.of(self.above(basis), self.bottom.of(basis))

    def written(self, basis: Basis) -> str:
        """The figure with two decimals; a dash where there is nothing to divide by."""
        return self.measure.unit.written(self.hundredths(basis))


Tallies = dict[Counted, Tally]


def figure(measure: Measure, tallies: Tallies) -> Figure:
    """A measure's figure from what was counted."""
    return Figure(measure, tallies.get(measure.top, NONE), tallies.get(measure.bottom, NONE))


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
