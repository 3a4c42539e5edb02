"""What waits for somebody when they sign in: by what their role may do, one question a line."""

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any

from sqlalchemy import Select, exists, func, select
from sqlalchemy.orm import InstrumentedAttribute

from core.clock import start_of
from core.db import db
from equipment.models import Item
from equipment.rules import Status
from funding.models import Account, Entry, Posting
from funding.purse import purse_of
from funding.rules import AccountKind
from loans.models import Loan, Order, OrderLine
from loans.queries import oldest_waiting_since
from loans.rules import OrderStatus
from logistics.models import Visit, VisitLine
from logistics.rules import OPEN
from people.models import AuditRow, Staff
from people.rules import May
from returns.queries import lanes


@dataclass(frozen=True)
class Waiting:
    """Some work: what it is, how much, since when, and where it is done."""

    what: str
    count: int
    endpoint: str
    since: datetime | date | None = None  # of the oldest
    values: dict[str, Any] = field(default_factory=dict)
    urgent: bool = False


@dataclass(frozen=True)
class Asker:
    """Who asks what waits for them, and when."""

    viewer: Staff
    at: datetime
    on: date


Counts = Select[*tuple[Any, ...]]
Question = Callable[[Asker], Iterable[Waiting]]


def waiting_for(viewer: Staff, *, at: datetime, on: date) -> list[Waiting]:
    """What waits for somebody: only what there is any of, in the order of the day's work."""
    if viewer.organisation_id is None and not viewer.may(May.KEEP_PEOPLE):
        return []
    asker = Asker(viewer, at, on)
    answers = (question(asker) for may, question in QUESTIONS if viewer.may(may))
    return [row for rows in answers for row in rows if row.count]


def _counted(what: str, endpoint: str, counted: Counts, **more: Any) -> Iterator[Waiting]:
    """One line from one statement that gives a count and the moment of the oldest."""
    count, since = db.session.execute(counted).one()
    yield Waiting(what, count, endpoint, since, **more)


def _count(since: InstrumentedAttribute[Any]) -> Counts:
    return select(func.count(), func.min(since))


def _to_approve(asker: Asker) -> Iterator[Waiting]:
    count, since = oldest_waiting_since(viewer=asker.viewer, on=asker.on)
    yield Waiting("Orders to approve or send back", count, "loans.waiting", since)


def _sent_back(asker: Asker) -> Iterator[Waiting]:
    mine = Order.prescriber_id == asker.viewer.id, Order.status == OrderStatus.SENT_BACK
    yield from _counted(
        "Your orders sent back with a question",
        "loans.orders",
        _count(Order.placed_at).where(*mine),
        values={"status": OrderStatus.SENT_BACK.value, "mine": "y"},
        urgent=True,
    )


def _drafts(asker: Asker) -> Iterator[Waiting]:
    mine = Order.prescriber_id == asker.viewer.id, Order.status == OrderStatus.DRAFT
    yield from _counted(
        "Your orders not placed yet",
        "loans.orders",
        _count(Order.created_at).where(*mine),
        values={"status": OrderStatus.DRAFT.value, "mine": "y"},
    )


def _short(asker: Asker) -> Iterator[Waiting]:
    """Approved orders of mine that still want stock."""
    wanting = exists().where(
        OrderLine.order_id == Order.id,
        OrderLine.allocated_at.is_(None),
        OrderLine.delivered_at.is_(None),
        OrderLine.cancelled_at.is_(None),
    )
    mine = Order.prescriber_id == asker.viewer.id, Order.status == OrderStatus.APPROVED
    yield from _counted(
        "Your orders that wait for stock",
        "loans.orders",
        _count(Order.placed_at).where(*mine, wanting),
        values={"status": OrderStatus.APPROVED.value, "mine": "y"},
    )


def _asked_back(asker: Asker) -> Iterator[Waiting]:
    """Loans of mine that somebody asked back and nobody has fetched."""
    mine = (
        _count(Loan.asked_back_at)
        .join(OrderLine, OrderLine.id == Loan.line_id)
        .join(Order, Order.id == OrderLine.order_id)
        .where(
            Order.prescriber_id == asker.viewer.id,
            Loan.ended_at.is_(None),
            Loan.asked_back_at.is_not(None),
        )
    )
    yield from _counted("Equipment asked back, not yet collected", "loans.asked_back", mine)


def _to_pick(asker: Asker) -> Iterator[Waiting]:
    shelved = (
        _count(OrderLine.allocated_at)
        .select_from(OrderLine)
        .join(Item, Item.id == OrderLine.item_id)
        .join(Order, Order.id == OrderLine.order_id)
        .where(
            Item.status == Status.ALLOCATED,
            Order.status == OrderStatus.APPROVED,
            OrderLine.delivered_at.is_(None),
            OrderLine.cancelled_at.is_(None),
        )
    )
    yield from _counted("Items to pick", "logistics.picks", shelved)


def _lanes(asker: Asker) -> Iterator[Waiting]:
    for lane in lanes(at=asker.at):
        late = f" ({lane.late} late)" if lane.late else ""
        yield Waiting(
            f"To {lane.lane.value.replace('_', ' ')}{late}",
            lane.waiting,
            "returns.bench",
            lane.oldest,
            {"lane": lane.lane.value},
            urgent=bool(lane.late),
        )


def _stops(asker: Asker) -> Iterator[Waiting]:
    mine = Visit.driver_id == asker.viewer.id, Visit.status.in_(OPEN)
    yield from _counted(
        "Your stops today",
        "logistics.my_visits_today",
        _count(Visit.due_on).where(*mine, Visit.due_on == asker.on),
    )
    yield from _counted(
        "Your stops left over from earlier days",
        "logistics.my_visits_today",
        _count(Visit.due_on).where(*mine, Visit.due_on < asker.on),
        urgent=True,
    )


def _to_plan(asker: Asker) -> Iterator[Waiting]:
    planned = exists().where(Visit.order_id == Order.id, Visit.status.in_(OPEN))
    ready = exists().where(
        OrderLine.order_id == Order.id,
        OrderLine.allocated_at.is_not(None),
        OrderLine.delivered_at.is_(None),
        OrderLine.cancelled_at.is_(None),
    )
    yield from _counted(
        "Deliveries to plan",
        "logistics.plan",
        _count(Order.placed_at).where(Order.status == OrderStatus.APPROVED, ready, ~planned),
    )
    fetched = exists().where(
        VisitLine.loan_id == Loan.id,
        VisitLine.done.is_(None),
        VisitLine.visit_id == Visit.id,
        Visit.status.in_(OPEN),
    )
    asked_back = select(func.count(Loan.client_id.distinct()), func.min(Loan.asked_back_at)).where(
        Loan.ended_at.is_(None), Loan.asked_back_at.is_not(None), ~fetched
    )
    yield from _counted("Collections to plan", "logistics.plan", asked_back)


def _parked(asker: Asker) -> Iterator[Waiting]:
    """Charges no rule may lay on anybody: a person who sees all money decides."""
    if not purse_of(asker.viewer, asker.on).every:
        return
    left = (
        select(func.count(Entry.id.distinct()), func.min(Entry.at))
        .join(Posting, Posting.entry_id == Entry.id)
        .join(Account, Account.id == Posting.account_id)
        .where(Account.kind == AccountKind.PARKED, Entry.reverses_id.is_(None))
    )
    yield from _counted("Charges parked because no rule fits", "funding.parked", left)


def _accounts(asker: Asker) -> Iterator[Waiting]:
    lost = select(func.count(), func.min(Staff.id)).where(
        Staff.active, Staff.organisation_id.is_(None)
    )
    count, _ = db.session.execute(lost).one()
    yield Waiting("Accounts without an organisation, who see nothing", count, "people.staff")


def _trail(asker: Asker) -> Iterator[Waiting]:
    today = select(func.count()).where(AuditRow.at >= start_of(asker.on))
    count = db.session.scalar(today) or 0
    yield Waiting("Rows in the audit trail today", count, "people.audit")


QUESTIONS: tuple[tuple[May, Question], ...] = (
    (May.AUTHORISE, _to_approve),
    (May.ORDER, _sent_back),
    (May.ORDER, _drafts),
    (May.ORDER, _short),
    (May.ORDER, _asked_back),
    (May.PLAN_VISITS, _to_plan),
    (May.DO_VISITS, _stops),
    (May.PICK, _to_pick),
    (May.WORKSHOP, _lanes),
    (May.SEE_ALL_MONEY, _parked),
    (May.KEEP_PEOPLE, _accounts),
    (May.SEE_AUDIT, _trail),
)
