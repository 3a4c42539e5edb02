"""What waits for somebody when they sign in: by what their role may do, a line for each work.

Wherever another room lists the rows, the line counts that very list.
"""

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from typing import Any

from sqlalchemy import Select, exists, func, select

from board.models import Action
from board.motions.queries import to_vote_on
from board.rules import ActionStatus
from core.clock import start_of
from core.db import db
from core.errors import NotFound
from equipment.models import Item, Product
from equipment.rules import Status
from funding.disputes.models import Dispute
from funding.disputes.queries import disputes
from funding.disputes.rules import DisputeStatus
from funding.entries import Sought, entries
from funding.periods.queries import begun_by_others
from funding.purse import purse_of
from funding.virements.models import VirementMove
from funding.virements.queries import virements
from funding.virements.rules import VirementStatus
from loans.clients.queries import visible
from loans.models import Loan, Order, OrderLine
from loans.orders.queries import oldest_waiting_since, orders_seen
from loans.rules import OrderStatus
from loans.shortages.queries import since_orders_wait
from logistics.models import Visit, VisitLine
from logistics.queries import to_come
from logistics.requests.queries import waiting
from logistics.requests.rules import RequestKind
from logistics.rules import OPEN
from people.models import Staff
from people.queries import audit_rows, scope_of
from people.rules import May
from reports.budget.alerts import alerts
from returns.campaigns.queries import to_ask
from returns.counting.models import StockCount
from returns.counting.rules import CountStatus
from returns.queries import lanes
from returns.scanning.queries import to_settle

COLLECTIONS = "Collections and finds that the public asks about"
FAULTS = "Faults that the public reports"


@dataclass(frozen=True)
class Waiting:
    """Some work: what it is, how much, since when, and where its rows are."""

    what: str
    count: int
    endpoint: str
    since: datetime | date | None = None  # of the oldest
    values: dict[str, Any] = field(default_factory=dict)
    late: bool = False


@dataclass(frozen=True)
class Asker:
    """Who asks what waits for them, and when."""

    viewer: Staff
    at: datetime
    on: date


Rows = Select[*tuple[Any, ...]]
Question = Callable[[Asker], Iterable[Waiting]]


def waiting_for(viewer: Staff, *, at: datetime, on: date) -> list[Waiting]:
    """What waits for somebody: only what there is any of, by a statement or two for each."""
    asker = Asker(viewer, at, on)
    asked = dict.fromkeys(question for may, question in QUESTIONS if viewer.may(may))
    answers = (question(asker) for question in asked)
    return [row for rows in answers for row in rows if row.count]


def _line(what: str, endpoint: str, rows: Rows, since: str, **more: Any) -> Waiting:
    """A line that counts rows and says since when the oldest waits."""
    each = rows.order_by(None).subquery()
    count, oldest = db.session.execute(select(func.count(), func.min(each.c[since]))).one()
    return Waiting(what, count, endpoint, oldest, **more)


def _to_approve(asker: Asker) -> Iterator[Waiting]:
    count, since = oldest_waiting_since(viewer=asker.viewer, on=asker.on)
    yield Waiting("Orders to approve or send back", count, "loans.waiting_orders", since)


def _my_orders(asker: Asker) -> Iterator[Waiting]:
    for status, what, since in (
        (OrderStatus.SENT_BACK, "Your orders sent back with a question", "placed_at"),
        (OrderStatus.DRAFT, "Your orders not placed yet", "created_at"),
    ):
        mine = orders_seen(viewer=asker.viewer, on=asker.on, status=status, mine=True)
        values = {"status": status.value, "mine": "y"}
        yield _line(what, "loans.orders", mine, since, values=values)


def _my_lists(asker: Asker) -> Iterator[Waiting]:
    for name, (what, rows) in LISTS.items():
        yield _line(what, "reports.my_list", rows(asker), "since", values={"name": name})


def wanting_stock(asker: Asker) -> Rows:
    """Lines of the asker's approved orders for which nothing is set aside, oldest first."""
    return _mine(
        asker,
        select(
            Order.code.label("order"), Product.name.label("product"), Order.placed_at.label("since")
        )
        .select_from(OrderLine)
        .join(OrderLine.order)
        .join(Product, Product.id == OrderLine.product_id)
        .where(
            Order.status == OrderStatus.APPROVED,
            OrderLine.allocated_at.is_(None),
            OrderLine.delivered_at.is_(None),
            OrderLine.cancelled_at.is_(None),
        )
        .order_by(Order.placed_at, OrderLine.id),
    )


def asked_back(asker: Asker) -> Rows:
    """Loans the asker ordered that were asked back and nobody has fetched, oldest first."""
    return _mine(
        asker,
        select(
            Loan.code.label("loan"),
            Product.name.label("product"),
            Loan.asked_back_at.label("since"),
        )
        .select_from(Loan)
        .join(OrderLine, OrderLine.id == Loan.line_id)
        .join(OrderLine.order)
        .join(Product, Product.id == Loan.product_id)
        .where(Loan.ended_at.is_(None), Loan.asked_back_at.is_not(None))
        .order_by(Loan.asked_back_at, Loan.id),
    )


def _mine(asker: Asker, rows: Rows) -> Rows:
    """Those of the asker's own orders, for clients they may still see."""
    own = rows.join(Order.client).where(Order.prescriber_id == asker.viewer.id)
    return own.where(visible(asker.viewer, asker.on))


LISTS: dict[str, tuple[str, Callable[[Asker], Rows]]] = {
    "stock": ("Your orders that wait for stock", wanting_stock),
    "asked-back": ("Equipment asked back and not yet collected", asked_back),
}


def my_list(name: str, asker: Asker) -> tuple[str, Rows]:
    """A list of the asker's own by its name: its title and its rows. Raises NotFound."""
    if name not in LISTS:
        raise NotFound("There is no such list. The start page shows what waits for you.")
    title, rows = LISTS[name]
    return title, rows(asker)


def _to_pick(asker: Asker) -> Iterator[Waiting]:
    visit = select(Visit.due_on).where(Visit.order_id == Order.id, Visit.status.in_(OPEN))
    due = func.coalesce(visit.scalar_subquery(), Order.promised_on)
    shelved = (
        select(OrderLine.allocated_at, (due < asker.on).label("late"))
        .join(OrderLine.item)
        .join(OrderLine.order)
        .where(
            Item.status == Status.ALLOCATED,
            Order.status == OrderStatus.APPROVED,
            OrderLine.delivered_at.is_(None),
            OrderLine.cancelled_at.is_(None),
        )
    )
    late = bool(db.session.scalar(select(func.bool_or(shelved.subquery().c.late))))
    yield _line("Items to pick", "logistics.picks", shelved, "allocated_at", late=late)


def _short_of_stock(asker: Asker) -> Iterator[Waiting]:
    yield _line("Orders that wait for stock", "loans.short", since_orders_wait(), "since")


def _lanes(asker: Asker) -> Iterator[Waiting]:
    for lane in lanes(at=asker.at):
        name, values = lane.lane.value, {"lane": lane.lane.value}
        what = f"Returns to {name.replace('-', ' ')}"
        late = bool(lane.late)
        yield Waiting(what, lane.waiting, "returns.bench", lane.oldest, values, late)


def _to_settle(_asker: Asker) -> Iterator[Waiting]:
    yield _line("Scans to settle", "scanning.conflicts", to_settle(), "at", late=True)


def _stops(asker: Asker) -> Iterator[Waiting]:
    mine = select(Visit.due_on).where(
        Visit.driver_id == asker.viewer.id, to_come(), Visit.due_on <= asker.on
    )
    today, earlier = mine.where(Visit.due_on == asker.on), mine.where(Visit.due_on < asker.on)
    yield _line("Your stops today", "logistics.my_visits_today", today, "due_on")
    left = "Your stops left over from earlier days"
    yield _line(left, "logistics.my_visits_today", earlier, "due_on", late=True)


def _to_plan(asker: Asker) -> Iterator[Waiting]:
    ready = exists().where(
        OrderLine.order_id == Order.id,
        OrderLine.allocated_at.is_not(None),
        OrderLine.delivered_at.is_(None),
        OrderLine.cancelled_at.is_(None),
    )
    planned = exists().where(Visit.order_id == Order.id, Visit.status.in_(OPEN))
    seen = visible(asker.viewer, asker.on)
    deliveries = (
        select(Order.placed_at)
        .join(Order.client)
        .where(seen, Order.status == OrderStatus.APPROVED, ready, ~planned)
    )
    yield _line("Deliveries to plan", "logistics.plan", deliveries, "placed_at")
    booked = exists().where(
        VisitLine.loan_id == Loan.id,
        VisitLine.done.is_(None),
        VisitLine.visit_id == Visit.id,
        Visit.status.in_(OPEN),
    )
    collections = (
        select(func.min(Loan.asked_back_at).label("since"))
        .join(Loan.client)
        .where(seen, Loan.ended_at.is_(None), Loan.asked_back_at.is_not(None), ~booked)
        .group_by(Loan.client_id)
    )
    yield _line("Clients to collect from", "logistics.plan", collections, "since")


def _asked_by_the_public(what: str, *kinds: RequestKind) -> Question:
    def question(asker: Asker) -> Iterator[Waiting]:
        rows = waiting(asker.viewer, asker.on, kinds=kinds)
        yield _line(what, "requests.queue", rows, "asked_at")

    return question


def _to_ask_back(asker: Asker) -> Iterator[Waiting]:
    rows = to_ask(viewer=asker.viewer, on=asker.on)
    yield _line("Equipment to ask back", "campaigns.campaigns", rows, "begun_at")


def _parked(asker: Asker) -> Iterator[Waiting]:
    """Charges no rule may lay on anybody: whoever sees everybody's money decides."""
    if purse_of(asker.viewer, asker.on).every:
        rows = entries(Sought(parked=True), viewer=asker.viewer, on=asker.on)
        yield _line("Charges that nobody pays for yet", "funding.parked_charges", rows, "at")


def _disputes(what: str, status: DisputeStatus) -> Question:
    def question(asker: Asker) -> Iterator[Waiting]:
        rows = disputes(viewer=asker.viewer, on=asker.on).where(Dispute.status == status)
        yield _line(what, "funding.dispute_list", rows, "raised_at")

    return question


def _months(asker: Asker) -> Iterator[Waiting]:
    """Months that somebody else has begun to close: two people look at each."""
    since = begun_by_others(asker.viewer)
    yield _line("Months to close that somebody has begun", "funding.month_list", since, "at")


def _alerts(asker: Asker) -> Iterator[Waiting]:
    """Budgets past a threshold, since the month the first of them passed it."""
    passed = alerts(viewer=asker.viewer, on=asker.on)
    since = min((alert.since for alert in passed), default=None)
    yield Waiting("Budgets past a threshold", len(passed), "reports.budget", since)


def _to_approve_counts(asker: Asker) -> Iterator[Waiting]:
    counted = select(StockCount.begun_at).where(StockCount.status == CountStatus.COUNTED)
    yield _line("Counts of stores to approve", "counting.plan", counted, "begun_at")


def _trail(asker: Asker) -> Iterator[Waiting]:
    today = audit_rows(asker.viewer, from_at=start_of(asker.on))
    count = db.session.scalar(select(func.count()).select_from(today.order_by(None).subquery()))
    values = {"day": asker.on.isoformat()}
    yield Waiting("Acts in the audit trail today", count or 0, "people.audit_trail", values=values)


def _board_votes(asker: Asker) -> Iterator[Waiting]:
    """Motions of a meeting under way that one's own partner has not voted on."""
    motions = to_vote_on(viewer=asker.viewer, on=asker.on)
    since = min((one.put_at for one in motions), default=None)
    yield Waiting("Motions to vote on", len(motions), "board.meetings", since)


def _board_actions(asker: Asker) -> Iterator[Waiting]:
    """Actions that one's own organisation owes the board."""
    owners = scope_of(asker.viewer, asker.on).organisation_ids
    mine = select(Action.due_on).where(
        Action.owner_id.in_(owners), Action.status == ActionStatus.OPEN
    )
    coming, late = mine.where(Action.due_on >= asker.on), mine.where(Action.due_on < asker.on)
    yield _line("Actions of the board to do", "board.meetings", coming, "due_on")
    yield _line("Actions of the board past their day", "board.meetings", late, "due_on", late=True)


def _virements(asker: Asker) -> Iterator[Waiting]:
    """Virements of one's own that wait for the board, and those decided in the last month."""
    seen = virements(viewer=asker.viewer, on=asker.on).subquery()
    last_month = asker.at - timedelta(days=30)
    waits = select(seen.c.proposed_at).where(seen.c.status == VirementStatus.PROPOSED)
    yield _line("Virements that wait for the board", "funding.virements", waits, "proposed_at")
    for status in (VirementStatus.APPROVED, VirementStatus.REFUSED):
        decided = (
            select(VirementMove.at)
            .join(seen, seen.c.id == VirementMove.virement_id)
            .where(VirementMove.became == status, VirementMove.at > last_month)
        )
        yield _line(
            f"Virements {status.value} in the last 30 days", "funding.virements", decided, "at"
        )


QUESTIONS: tuple[tuple[May, Question], ...] = (
    (May.AUTHORISE, _to_approve),
    (May.ORDER, _my_orders),
    (May.ORDER, _my_lists),
    (May.PLAN_VISITS, _to_plan),
    (May.PLAN_VISITS, _asked_by_the_public(COLLECTIONS, RequestKind.COLLECTION, RequestKind.FOUND)),
    (May.ASK_BACK, _to_ask_back),
    (May.PLAN_VISITS, _to_ask_back),
    (May.DO_VISITS, _stops),
    (May.PICK, _to_pick),
    (May.PICK, _short_of_stock),
    (May.MOVE_STOCK, _to_settle),
    (May.WORKSHOP, _lanes),
    (May.WORKSHOP, _asked_by_the_public(FAULTS, RequestKind.FAULT)),
    (May.SEE_MONEY, _parked),
    (May.KEEP_AGREEMENTS, _parked),
    (May.KEEP_AGREEMENTS, _disputes("Disputes to answer", DisputeStatus.RAISED)),
    (May.DISPUTE, _disputes("Disputes of yours that were answered", DisputeStatus.ANSWERED)),
    (May.CLOSE_MONTHS, _months),
    (May.VOTE, _board_votes),
    (May.SEE_BOARD, _board_actions),
    (May.VIRE, _virements),
    (May.SEE_MONEY, _alerts),
    (May.APPROVE_COUNTS, _to_approve_counts),
    (May.SEE_AUDIT, _trail),
)
