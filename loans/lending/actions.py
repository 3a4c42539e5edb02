"""A loan begins at the door, is asked back, and ends when the item leaves the client."""

from collections.abc import Iterable, Sequence
from datetime import datetime

from sqlalchemy.orm.attributes import set_committed_value

from core.clock import london_day
from core.codes import new_code
from core.db import change, db
from core.errors import Invalid, NotAllowed
from core.money import Pence
from core.status import move
from core.together import change_all, put_all
from equipment.actions import move_consumable, move_items
from equipment.models import Item, Product
from equipment.queries import depot
from equipment.rules import Event
from funding.actions import post_all
from funding.agreements.queries import stock_model_on
from funding.queries import activity_price, ruling_for
from funding.rules import Charge, EntryKind, Ruling, StockModel
from loans.lending.costs import collection_of, costs_of_count, fitting
from loans.lending.queries import is_booked
from loans.models import Loan, LoanShare, Order, OrderLine
from loans.orders.facts import asked_of
from loans.rules import BackReason, OrderEvent, OrderStatus
from people.models import Staff


def begin(line: OrderLine, *, by: Staff, at: datetime) -> Loan:
    """Hand a line's item over: the loan begins under the shares that rule today, and is charged.

    The item is delivered here; who brought it is a visit's business. Raises NotAllowed when the
    line was delivered already or has nothing set aside.
    """
    ((loan, charges),) = _begin([line], by=by, at=at)
    _post(charges, by=by, at=at)
    return loan


def issue_consumable(line: OrderLine, *, by: Staff, at: datetime) -> None:
    """Hand over so many of a consumable: they leave stock for good and are charged."""
    _post(_issue(line, by=by, at=at), by=by, at=at)


def hand_over(lines: Iterable[OrderLine], *, by: Staff, at: datetime) -> None:
    """Hand over all that was brought together: loans begin, consumables are issued."""
    lines = list(lines)
    begun = _begin([line for line in lines if line.item_id is not None], by=by, at=at)
    charges = [charge for _, charged in begun for charge in charged]
    for line in lines:
        if line.item_id is None:
            charges += _issue(line, by=by, at=at)
    _post(charges, by=by, at=at)


def _post(charges: Sequence[Charge], *, by: Staff, at: datetime) -> None:
    """Charge what was handed over. The ledger comes last, and all before it is written with it."""
    post_all(charges, by=by, at=at)
    db.session.flush()


def _begin(
    lines: Sequence[OrderLine], *, by: Staff, at: datetime
) -> list[tuple[Loan, list[Charge]]]:
    """The loans that begin when these lines are handed over, each with what it costs."""
    items = [_set_aside(line) for line in lines]
    rulings = [_ruling(line.order, line.product, at) for line in lines]
    handed = [(item, line.order.code) for item, line in zip(items, lines, strict=True)]
    move_items(handed, Event.DELIVER, by=by, at=at)
    loans = [_loan(*of, at) for of in zip(lines, items, rulings, strict=True)]
    put_all(loans, known_by="code")
    begun = list(zip(loans, lines, rulings, strict=True))
    _share([(loan, ruling) for loan, _, ruling in begun])
    _delivered(lines, by=by, at=at)
    return [(loan, _charges_of_issue(loan, line.order, ruling, at)) for loan, line, ruling in begun]


def _set_aside(line: OrderLine) -> Item:
    """What is set aside for a line. Raises NotAllowed where it may not be handed over."""
    _may_deliver(line)
    if line.item is None:
        raise NotAllowed("Nothing is set aside for this line yet, so it cannot be delivered.")
    return line.item


def _loan(line: OrderLine, item: Item, ruling: Ruling, at: datetime) -> Loan:
    order = line.order
    return Loan(
        code=new_code(),
        item_id=item.id,
        client_id=order.client_id,
        line_id=line.id,
        fund_id=order.fund_id,
        product_id=line.product_id,
        price=line.price,
        recycled=item.recycled,
        ordered_at=order.placed_at,
        promised_on=order.promised_on,
        began_at=at,
        rule_id=ruling.rule_id,
        parked_because=ruling.parked_because,
        facts=ruling.facts.kept(),
    )


def _share(begun: Sequence[tuple[Loan, Ruling]]) -> None:
    """Keep what each funder's weight in each of these loans is."""
    shares = {
        loan: [
            LoanShare(loan_id=loan.id, organisation_id=who, weight=weight)
            for who, weight in ruling.shares.items()
        ]
        for loan, ruling in begun
    }
    put_all([share for its in shares.values() for share in its])
    for loan, its in shares.items():
        set_committed_value(loan, "shares", its)


def _issue(line: OrderLine, *, by: Staff, at: datetime) -> list[Charge]:
    order = line.order
    _may_deliver(line)
    if not line.product.adaptation:
        move_consumable(line.product, depot(), -line.quantity, because=order.code, by=by, at=at)
    _delivered([line], by=by, at=at)
    ruling, told = _ruling(order, line.product, at), f"{line.quantity} × {line.product.name}"
    return [
        charge
        for kind, pence, arithmetic in costs_of_count(line, london_day(at))
        for charge in _charge(
            kind, pence, ruling, order, line.product, at, source=f"{order.code}/{line.id}",
            subject=order.code, memo=told, arithmetic=arithmetic,
        )
    ]  # fmt: skip


def _ruling(order: Order, product: Product, at: datetime) -> Ruling:
    """Who pays, by the rules of the day and where the client was when the order was placed."""
    on = london_day(at)
    return ruling_for(order.fund_id, asked_of(order, product.care_class, on), on)


def _may_deliver(line: OrderLine) -> None:
    if line.delivered_at is not None:
        raise NotAllowed("This line was delivered already.")
    if line.cancelled_at is not None or line.order.status is not OrderStatus.APPROVED:
        raise NotAllowed("This line is cancelled or not approved, so it cannot be delivered.")


def _delivered(lines: Sequence[OrderLine], *, by: Staff, at: datetime) -> None:
    """Note lines as delivered, and an order when they were its last."""
    change_all([(line, {"delivered_at": at}) for line in lines])
    for order in dict.fromkeys(line.order for line in lines):
        if all(one.delivered_at or one.cancelled_at for one in order.lines):
            move(order, OrderEvent.COMPLETE, by=by, at=at, because=None)


def _charges_of_issue(loan: Loan, order: Order, ruling: Ruling, at: datetime) -> list[Charge]:
    """What beginning a loan costs: the equipment, where it is bought on issue, and delivery."""
    name, price = loan.product.name, loan.price
    bought = stock_model_on(order.fund, london_day(at)) is StockModel.CREDIT
    brought = activity_price(order.fund_id, EntryKind.DELIVERY, london_day(at), speed=order.speed)
    told = (
        (EntryKind.EQUIPMENT, price if bought else Pence(0), f"{name} issued"),
        (EntryKind.DELIVERY, brought, f"{name} delivered, {order.speed}"),
        (EntryKind.FITTING, fitting(loan.product, order, london_day(at)), f"{name} fitted"),
    )
    return [
        charge
        for kind, pence, memo in told
        for charge in _charge(
            kind,
            pence,
            ruling,
            order,
            loan.product,
            at,
            source=loan.code,
            subject=loan.code,
            memo=memo,
        )
    ]


def _charge(
    kind: EntryKind,
    pence: Pence,
    ruling: Ruling,
    order: Order,
    product: Product,
    at: datetime,
    *,
    source: str,
    subject: str,
    memo: str,
    arithmetic: str = "",
) -> list[Charge]:
    """The charge of one act of an order; none where it costs nothing."""
    if pence == 0:
        return []
    return [
        Charge(
            fund_id=order.fund_id, kind=kind, pence=pence, shares=ruling.shares, on=london_day(at),
            source=source, subject=subject, group=product.group, memo=memo, rule_id=ruling.rule_id,
            parked_because=ruling.parked_because or "", arithmetic=arithmetic,
            facts=ruling.facts,
        )
    ]  # fmt: skip


def end(loan: Loan, *, by: Staff, at: datetime, lost: bool = False) -> Loan:
    """End a loan and charge its collection, unless the item is lost. The item moves elsewhere.

    Whoever stands today where the loan's funders stood pays. Raises NotAllowed when it has ended.
    """
    _end([loan], at, lost=lost)
    db.session.flush()  # before the ledger, where others wait for us
    if not lost:
        _charge_collections([loan], by=by, at=at)
    return loan


def end_together(loans: Sequence[Loan], *, by: Staff, at: datetime) -> None:
    """End the loans of what was fetched together, and charge each one's collection."""
    _end(loans, at)
    db.session.flush()
    _charge_collections(loans, by=by, at=at)


def _end(loans: Sequence[Loan], at: datetime, *, lost: bool = False) -> None:
    for loan in loans:
        if loan.ended_at is not None:
            raise NotAllowed("This loan has ended already: the item was collected.")
        if at < loan.began_at:
            raise NotAllowed("A loan cannot end before it began. Look at the day again.")
    change_all([(loan, {"ended_at": at, "lost": lost}) for loan in loans])


def _charge_collections(loans: Sequence[Loan], *, by: Staff, at: datetime) -> None:
    on = london_day(at)
    priced = [(one, activity_price(one.fund_id, EntryKind.COLLECTION, on)) for one in loans]
    _post([collection_of(loan, price, at) for loan, price in priced if price], by=by, at=at)


def ask_back(loan: Loan, reason: BackReason, *, by: Staff, at: datetime) -> Loan:
    """Ask for a loan's item to be collected, and say why. After a death the reason is that."""
    if loan.ended_at is not None:
        raise NotAllowed("This loan has ended already: there is nothing to collect.")
    if loan.asked_back_at is not None:
        raise NotAllowed(f"{loan.product.name} was asked back already.")
    died = loan.client.died_on is not None
    if reason is BackReason.DIED and not died:
        raise Invalid(
            "Record the death on the client's page first, so that nobody writes to them.",
            field="reason",
        )
    change(loan, asked_back_at=at, back_reason=BackReason.DIED if died else reason)
    return loan


def cancel_ask(loan: Loan, *, by: Staff, at: datetime) -> Loan:
    """Leave the item with the client after all. Raises NotAllowed once a collection is booked."""
    if loan.ended_at is not None or loan.asked_back_at is None:
        raise NotAllowed("This was not asked back, so there is nothing to undo.")
    if is_booked(loan.item):
        raise NotAllowed("A collection is booked for this. Ring the store to call it off.")
    change(loan, asked_back_at=None, back_reason=None)
    return loan
