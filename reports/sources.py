"""Where the figures' rows come from: which rows with which moment each of them counts."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from typing import Any

from sqlalchemy import (
    ColumnElement,
    Date,
    Select,
    and_,
    case,
    cast,
    exists,
    func,
    literal,
    not_,
    or_,
    select,
    true,
    union,
)
from sqlalchemy.orm import InstrumentedAttribute, aliased

from core.clock import LONDON
from equipment.models import Item, Product
from equipment.rules import Group, Tracking
from loans.models import Loan, LoanShare, Order, OrderLine
from logistics.models import Visit, VisitLine
from logistics.rules import VisitStatus
from reports.carbon.factors import VERSIONS
from reports.rules import Counted, Measure
from reports.units import Unit
from reports.working_days import within_working_days
from returns.models import Return
from returns.rules import Decision

Condition = ColumnElement[bool]
Joined = Callable[[Select[Any]], Select[Any]]


@dataclass(frozen=True)
class Amount:
    """What each row has of its own to add up: how many days it took, how many grams it spared."""

    name: str
    of: ColumnElement[Any]


@dataclass(frozen=True)
class Source:
    """Rows with a moment, and which of them each figure counts."""

    moment: InstrumentedAttribute[Any]
    counted: Mapping[Counted, Condition]
    joined: Joined  # columns to their rows, with all that the conditions ask
    shown: tuple[Any, ...]  # what a row shows of itself, last its worth; never a name
    unique: InstrumentedAttribute[Any]
    paid: Condition  # ties a LoanShare to the row
    owner: Any  # the table a row is of
    of_group: Callable[[Group], Condition]
    group: Any  # none where a row may be of several groups
    worth: Any
    amounts: Mapping[Counted, Amount] = field(default_factory=dict)
    # The figures that what happens after a row's moment may still change.
    unsettled: frozenset[Counted] = frozenset()

    def select(self, *columns: Any) -> Select[Any]:
        """These columns of the source's rows."""
        return self.joined(select(*columns))


def london(moment: Any) -> ColumnElement[Any]:
    """The London day of a moment, in the database."""
    return cast(func.timezone(LONDON.key, moment), Date)


def london_month(moment: Any) -> ColumnElement[Any]:
    """The month of a moment in London, by its first day."""
    return cast(func.date_trunc("month", func.timezone(LONDON.key, moment)), Date)


def _days(from_at: Any, to_at: Any) -> Amount:
    return Amount("days", london(to_at) - london(from_at))


def _grams() -> ColumnElement[Any]:
    """What making one of a loan's product group causes, by the factors of the day it began."""
    of_version = [
        (london(Loan.began_at) >= one.from_on, case(one.grams, value=Product.group, else_=0))
        for one in sorted(VERSIONS, key=lambda one: one.from_on, reverse=True)
    ]
    return case(*of_version, else_=0)


LEFT_OUT = or_(Product.single_patient, Product.special, Product.tracking == Tracking.CONSUMABLE)
_COUNTS = not_(LEFT_OUT)
_LAST = aliased(Loan)  # the loan whose return was an item's last
PAST_SAVING = (Decision.SCRAPPED, Decision.STRIPPED)
GRAMS = "grams"
AMOUNTS = ("days", GRAMS, "pieces")  # what a column of rows may add up to
SEVEN = 7
_ASKED = Loan.asked_back_at.is_not(None)
_BACK = and_(Loan.ended_at.is_not(None), not_(Loan.lost))


def _loans(columns: Select[Any]) -> Select[Any]:
    return columns.select_from(Loan).join(Product, Product.id == Loan.product_id)


def with_orders(columns: Select[Any]) -> Select[Any]:
    """Columns of loans and of the orders they came of, to their rows."""
    lines = _loans(columns).join(OrderLine, OrderLine.id == Loan.line_id)
    return lines.join(Order, Order.id == OrderLine.order_id)


def _returns(columns: Select[Any]) -> Select[Any]:
    return _loans(columns).join(Return, Return.loan_id == Loan.id)


def _lives(columns: Select[Any]) -> Select[Any]:
    """Loans of things that came back for the last time, with the loan that ended so."""
    return (
        _loans(columns)
        .join(Return, Return.item_id == Loan.item_id)
        .join(_LAST, _LAST.id == Return.loan_id)
    )


def _visits(columns: Select[Any]) -> Select[Any]:
    return columns.select_from(Visit)


def _of_loans(
    moment: InstrumentedAttribute[Any],
    counted: Mapping[Counted, Condition],
    joined: Joined = _loans,
    amounts: Mapping[Counted, Amount] | None = None,
    unsettled: frozenset[Counted] = frozenset(),
) -> Source:
    """A source whose rows are loans, or stand for one each."""
    of_item = select(Item.code).where(Item.id == Loan.item_id).correlate(Loan).scalar_subquery()
    return Source(
        moment=moment,
        counted=counted,
        joined=joined,
        shown=(
            of_item.label("item"),
            Loan.code.label("loan"),
            Product.name.label("product"),
            Product.group.label("group"),
        ),
        unique=Loan.id,
        paid=LoanShare.loan_id == Loan.id,
        owner=Loan,
        of_group=lambda group: Product.group == group,
        group=Product.group,
        worth=Loan.price,
        amounts=amounts or {},
        unsettled=unsettled,
    )


# What a visit is about: the loans it fetches, and those that came of the order lines it brings.
_of_visit = (
    select(VisitLine.loan_id)
    .where(VisitLine.visit_id == Visit.id, VisitLine.loan_id.is_not(None))
    .correlate(Visit),
    select(Loan.id)
    .join(VisitLine, VisitLine.order_line_id == Loan.line_id)
    .where(VisitLine.visit_id == Visit.id)
    .correlate(Visit),
)


def _carries(group: Group) -> Condition:
    """Whether a visit brings or fetches anything of a product group."""
    brought = (
        select(OrderLine.product_id)
        .join(VisitLine, VisitLine.order_line_id == OrderLine.id)
        .where(VisitLine.visit_id == Visit.id)
    )
    fetched = (
        select(Loan.product_id)
        .join(VisitLine, VisitLine.loan_id == Loan.id)
        .where(VisitLine.visit_id == Visit.id)
    )
    products = union(brought.correlate(Visit), fetched.correlate(Visit))
    return exists().where(Product.id.in_(products), Product.group == group).correlate(Visit)


_IN_SEVEN = within_working_days(SEVEN, london(Loan.ordered_at), london(Loan.began_at), Loan)
_MADE = Visit.status.in_((VisitStatus.DONE, VisitStatus.PART_DONE, VisitStatus.FAILED))
SOURCES = (
    _of_loans(
        Loan.began_at,
        {
            Counted.ISSUED: _COUNTS,
            Counted.REISSUED: and_(_COUNTS, Loan.recycled),
            Counted.NEW: and_(_COUNTS, not_(Loan.recycled)),
            Counted.BACK: and_(_COUNTS, _BACK),
            Counted.LEFT_OUT: LEFT_OUT,
            Counted.LENT: true(),
            Counted.PROMISED: and_(_COUNTS, Loan.promised_on.is_not(None)),
            Counted.ON_TIME: and_(_COUNTS, london(Loan.began_at) <= Loan.promised_on),
            Counted.PLACED: and_(_COUNTS, Loan.ordered_at.is_not(None)),
            Counted.IN_SEVEN: and_(_COUNTS, _IN_SEVEN),
        },
        amounts={Counted.REISSUED: Amount(GRAMS, _grams())},
        unsettled=frozenset({Counted.BACK}),
    ),
    _of_loans(
        Loan.ended_at,
        {
            Counted.RETURNED: and_(_COUNTS, not_(Loan.lost)),
            Counted.COLLECTED: and_(_COUNTS, not_(Loan.lost), _ASKED),
        },
        amounts={Counted.COLLECTED: _days(Loan.asked_back_at, Loan.ended_at)},
    ),
    _of_loans(
        Return.decided_at,
        {
            Counted.DECIDED: _COUNTS,
            Counted.REUSABLE: and_(_COUNTS, Return.decision == Decision.REUSABLE),
            Counted.READY: and_(_COUNTS, Return.decision == Decision.REUSABLE, _ASKED),
            Counted.SCRAPPED: and_(_COUNTS, Return.decision.in_(PAST_SAVING)),
        },
        joined=_returns,
        amounts={
            Counted.READY: _days(Loan.asked_back_at, Return.decided_at),
            Counted.REUSABLE: _days(Return.received_at, Return.decided_at),
        },
    ),
    replace(
        _of_loans(
            Return.decided_at,
            {Counted.LIVES: and_(_COUNTS, Return.decision.in_(PAST_SAVING))},
            joined=_lives,
        ),
        paid=LoanShare.loan_id == _LAST.id,
        owner=_LAST,
    ),
    Source(
        moment=Visit.finished_at,
        counted={
            Counted.VISITED: _MADE,
            Counted.FAILED: Visit.status == VisitStatus.FAILED,
        },
        joined=_visits,
        shown=(
            Visit.code.label("visit"),
            Visit.kind.label("kind"),
            Visit.status.label("status"),
        ),
        unique=Visit.id,
        paid=LoanShare.loan_id.in_(union(*_of_visit)),
        owner=Visit,
        of_group=_carries,
        group=None,
        worth=literal(0),
        # Whose a failed visit is, the loan says that comes of what it brought in the end.
        unsettled=frozenset({Counted.VISITED, Counted.FAILED}),
    ),
)


def source_of(counted: Counted) -> Source:
    """The source whose rows a figure counts; what the ledger and the orders tell has none."""
    return next(source for source in SOURCES if counted in source.counted)


def sources_of(measure: Measure) -> list[Source]:
    """The sources a measure reads: two where its parts have other moments, none for money alone."""
    asked = (measure.top, measure.bottom)
    return [source for source in SOURCES if any(counted in source.counted for counted in asked)]


def is_share(measure: Measure) -> bool:
    """Whether the rows above a measure's line are of those below it, and both are of loans."""
    if measure.unit is not Unit.PERCENT:
        return False
    source = source_of(measure.top)
    return measure.bottom in source.counted and source.owner is Loan
