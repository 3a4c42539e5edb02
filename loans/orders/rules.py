"""The promised date and the checks of an order, from plain facts. No database here."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta

from core.clock import LONDON, add_working_days, is_working_day, london_day
from core.money import Pence, pounds
from loans.rules import WORKING_DAYS, CheckKind, Speed

LAST_HOUR = 16  # London; what is agreed later counts from the next working day
MOST_LINES = 60
ORDER_WIDE = frozenset({CheckKind.LIMIT})  # says something of the whole order, once


def promised_on(speed: Speed, at: datetime) -> date:
    """The day by which an order agreed at a moment is promised.

    Working days of England are counted from the day the order was agreed: placed, where it is
    approved at once, else approved. From the next working day's speed onwards, what is agreed at
    or after 16:00 in London, or on a day that is no working day, counts as agreed on the next
    working day. The two quickest speeds promise the same day, or the first working day after it.
    """
    day, count = london_day(at), WORKING_DAYS[speed]
    late = at.astimezone(LONDON).hour >= LAST_HOUR
    if count and (late or not is_working_day(day)):
        day = add_working_days(day + timedelta(days=1), 0)
    return add_working_days(day, count)


@dataclass(frozen=True)
class LineFacts:
    """What the checks must know of one line's product."""

    product_id: int
    name: str
    special: bool = False
    safe_working_load_kg: int | None = None
    carries_client: bool = True  # else the load is of what lies on it
    assessment_needed: bool = False


@dataclass(frozen=True)
class OrderFacts:
    """What the checks must know of the order, its client and its prescriber."""

    may_order: bool
    limit: Pence
    total: Pence
    weight_kg: int | None
    note: str
    with_client: frozenset[int] = frozenset()  # products on loan or on their way to the client
    ordered: frozenset[int] = frozenset()  # products of this order
    never_with: Mapping[int, frozenset[int]] = field(default_factory=dict)
    names: Mapping[int, str] = field(default_factory=dict)
    outside: Mapping[int, str] = field(default_factory=dict)  # product → why nobody may pay


@dataclass(frozen=True)
class Answer:
    """What one check says of one line."""

    kind: CheckKind
    passed: bool
    sentence: str


def checks_of(line: LineFacts, order: OrderFacts) -> list[Answer]:
    """Every check of one line, in the order people read them."""
    return [
        _right(line, order),
        _limit(order),
        _weight(line, order),
        _duplicate(line, order),
        _compatible(line, order),
        _assessment(line, order),
        _area(line, order),
    ]


def _answer(kind: CheckKind, wrong: str | None, right: str) -> Answer:
    return Answer(kind, wrong is None, right if wrong is None else wrong)


def _right(line: LineFacts, order: OrderFacts) -> Answer:
    wrong = None
    if not order.may_order:
        wrong = "The prescriber's role does not include ordering."
    elif line.special:
        wrong = "This is a special: an authoriser must agree to it."
    return _answer(CheckKind.RIGHT, wrong, "The prescriber may order this.")


def _limit(order: OrderFacts) -> Answer:
    wrong = None
    if order.total > order.limit:
        wrong = (
            f"The order comes to {pounds(order.total)}, above the prescriber's limit of"
            f" {pounds(order.limit)}."
        )
    return _answer(CheckKind.LIMIT, wrong, f"Within the limit of {pounds(order.limit)}.")


def _weight(line: LineFacts, order: OrderFacts) -> Answer:
    load, weight, wrong = line.safe_working_load_kg, order.weight_kg, None
    if load is None:
        return _answer(CheckKind.WEIGHT, None, "This product has no load limit.")
    if not line.carries_client:
        return _answer(CheckKind.WEIGHT, None, f"It carries up to {load} kg, but not the client.")
    if weight is None:
        wrong = f"It carries up to {load} kg and the client's weight is not known. Record it."
    elif weight > load:
        wrong = f"It carries up to {load} kg and the client weighs {weight} kg."
    return _answer(CheckKind.WEIGHT, wrong, f"It carries up to {load} kg; the client {weight} kg.")


def _duplicate(line: LineFacts, order: OrderFacts) -> Answer:
    wrong = None
    if line.product_id in order.with_client:
        wrong = "The client already has one of these, or one is on its way."
    return _answer(CheckKind.DUPLICATE, wrong, "The client does not have one yet.")


def _compatible(line: LineFacts, order: OrderFacts) -> Answer:
    never = order.never_with.get(line.product_id, frozenset())
    has, orders = sorted(never & order.with_client), sorted(never & order.ordered)
    wrong = None
    if has:
        wrong = f"Never with {order.names[has[0]]}, which the client has."
    elif orders:
        wrong = f"Never with {order.names[orders[0]]}, which is in this order."
    return _answer(CheckKind.COMPATIBLE, wrong, "It goes with what the client has and orders.")


def _assessment(line: LineFacts, order: OrderFacts) -> Answer:
    if not line.assessment_needed:
        return _answer(CheckKind.ASSESSMENT, None, "No assessment is asked for.")
    wrong = None
    if not order.note.strip():
        wrong = "This product needs an assessment. Write it into the order's note."
    return _answer(CheckKind.ASSESSMENT, wrong, "The assessment is in the order's note.")


def _area(line: LineFacts, order: OrderFacts) -> Answer:
    wrong = order.outside.get(line.product_id)
    return _answer(CheckKind.AREA, wrong, "The client's practice and address are with partners.")
