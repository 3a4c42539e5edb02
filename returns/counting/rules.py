"""The life of a count, what it may find, and what puts that right. No database here."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum

from core.status import Moves, words
from equipment.rules import LIFE, STANDS_SOMEWHERE, Event, Status, StoreKind


class CountStatus(StrEnum):
    """Where a count stands."""

    BEGUN = "begun"
    COUNTED = "counted"
    RECOUNTING = "recounting"
    APPROVED = "approved"
    GIVEN_UP = "given_up"


class CountEvent(StrEnum):
    """What happens to a count."""

    CLOSE = "close"  # everything was counted
    RECOUNT = "recount"  # some lines are counted again, by somebody else
    APPROVE = "approve"  # what was found is posted
    GIVE_UP = "give_up"  # nothing is posted, ever


_S, _E = CountStatus, CountEvent
COUNT_LIFE: Moves[CountStatus, CountEvent] = Moves(
    {
        (_S.BEGUN, _E.CLOSE): _S.COUNTED,
        (_S.BEGUN, _E.GIVE_UP): _S.GIVEN_UP,
        (_S.COUNTED, _E.RECOUNT): _S.RECOUNTING,
        (_S.COUNTED, _E.APPROVE): _S.APPROVED,
        (_S.COUNTED, _E.GIVE_UP): _S.GIVEN_UP,
        (_S.RECOUNTING, _E.CLOSE): _S.COUNTED,
        (_S.RECOUNTING, _E.GIVE_UP): _S.GIVEN_UP,
    }
)
COUNTING = (CountStatus.BEGUN, CountStatus.RECOUNTING)  # somebody may scan
ENDED = (CountStatus.APPROVED, CountStatus.GIVEN_UP)

# Done at a desk, without the thing in anybody's hands. Every other event shows that it was there.
AT_A_DESK = frozenset(
    {
        Event.ALLOCATE,
        Event.RELEASE,
        Event.HOLD,
        Event.END_HOLD,
        Event.BOOK_COLLECTION,
        Event.CANCEL_COLLECTION,
        Event.LOSE,
        Event.WRITE_OFF,
    }
)
BY_HAND = frozenset(Event) - AT_A_DESK


class Verdict(StrEnum):
    """What a line that differs comes to."""

    MISSING = "missing"
    ELSEWHERE = "booked elsewhere"
    FOUND = "was lost"
    WRONG_SIDE = "on the wrong side"
    TO_CLEAR = "to be cleared up first"
    OUT_OF_BOOKS = "out of the books for good"
    OVER = "more than booked"
    UNDER = "fewer than booked"


POSTED = {
    Verdict.MISSING: "It is booked as lost.",
    Verdict.ELSEWHERE: "It is moved here.",
    Verdict.FOUND: "It is booked as found and goes to quarantine.",
    Verdict.WRONG_SIDE: "Nothing is posted. Put it on the side of this store it belongs on.",
    Verdict.OUT_OF_BOOKS: "Nothing is posted. Take its label off and set it aside.",
    Verdict.OVER: "The rest is booked in.",
    Verdict.UNDER: "What is missing is booked out.",
}
_CLEARED_BY: dict[Status, str] = {
    Status.ORDERED: "Take it in under Goods in.",
    Status.PICKED: "It is picked at another store. Take it back there.",
    Status.OUT_FOR_DELIVERY: "It is on a van's round. Finish that visit, or take it back to it.",
    Status.ON_LOAN: "Scan it in as a return: its loan ends there.",
    Status.COLLECTION_BOOKED: "Scan it in as a return: its loan ends there.",
    Status.COLLECTED: "Scan it in as a return.",
}


def surplus_of(status: Status) -> Verdict:
    """What an item is that was seen here and is not booked here, by its state."""
    if status in (Status.LOST, Status.WRITTEN_OFF):
        return Verdict.FOUND
    if status in STANDS_SOMEWHERE and LIFE.allows(status, Event.MOVE):
        return Verdict.ELSEWHERE
    return Verdict.TO_CLEAR if status in _CLEARED_BY else Verdict.OUT_OF_BOOKS


def what_follows(verdict: Verdict, status: Status | None) -> str:
    """What approval does about a line, or what somebody has to do before, in a sentence."""
    if verdict is Verdict.TO_CLEAR and status is not None:
        return _CLEARED_BY[status]
    return POSTED.get(verdict, "")


def booked(status: Status, where: str) -> str:
    """What the books say of an item: “available at Depot, Clean side”."""
    return f"{words(status)} at {where}" if where else words(status)


@dataclass(frozen=True)
class Change:
    """A line that is not what was shown to whoever approves."""

    name: str
    shown: str
    now: str

    @property
    def sentence(self) -> str:
        """The change, for the person."""
        if not self.now:
            return f"{self.name} ({self.shown}) differs no more"
        return f"{self.name} is now {self.now}" + (f", not {self.shown}" if self.shown else "")


def changes(shown: Mapping[str, str], now: Mapping[str, str]) -> list[Change]:
    """What differs between the variances somebody was shown and those there are."""
    return [
        Change(name, shown.get(name, ""), now.get(name, ""))
        for name in sorted({*shown, *now})
        if shown.get(name) != now.get(name)
    ]


# How many days after a whole count a store is due again. A choice of ours, to be changed here.
DAYS_BETWEEN: dict[StoreKind, int] = {
    StoreKind.DEPOT: 91,
    StoreKind.SATELLITE: 28,
    StoreKind.VAN: 28,
}
ACCURACY = (
    "1 − the value of all variances, over and under, ÷ the value that was booked here; never below "
    "nought, and rounded down"
)


def due_on(kind: StoreKind, last_on: date | None) -> date | None:
    """The day a store is due to be counted whole; none where it never was: it is due now."""
    return None if last_on is None else last_on + timedelta(days=DAYS_BETWEEN[kind])


def accuracy(expected: int, off: int) -> str:
    """The accuracy of a count in per cent, from the pence expected and the pence that differ."""
    if expected <= 0:
        return "100.0%" if off == 0 else "0.0%"
    tenths = max(0, (expected - off) * 1000 // expected)
    return f"{tenths // 10}.{tenths % 10}%"
