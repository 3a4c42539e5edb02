"""A loan begins at the door, is asked back, and ends when the item leaves the client."""

from datetime import datetime

from core.clock import london_day
from core.db import add, db
from core.errors import Invalid, NotAllowed
from core.money import Pence
from core.status import move
from equipment.actions import move_consumable, move_item
from equipment.models import Product
from equipment.queries import depot
from equipment.rules import Event
from funding.actions import post
from funding.queries import activity_price, ruling_for
from funding.rules import Charge, EntryKind, Ruling, StockModel
from loans.lending.queries import is_booked
from loans.models import Loan, LoanShare, Order, OrderLine
from loans.rules import BackReason, OrderEvent, OrderStatus
from people.models import Staff


def begin(line: OrderLine, *, by: Staff, at: datetime) -> Loan:
    """Hand a line's item over: the loan begins under the shares that rule today, and is charged.

    The item is delivered here; who brought it is a visit's business. Raises NotAllowed when the
    line was delivered already or has nothing set aside.
    """
    order, item = line.order, line.item
    _may_deliver(line)
    if item is None:
        raise NotAllowed("Nothing is set aside for this line yet, so it cannot be delivered.")
    ruling = _ruling(order, line.product, at)
    loan = Loan(
        item=item,
        client_id=order.client_id,
        line=line,
        fund_id=order.fund_id,
        product=line.product,
        price=line.price,
        recycled=item.recycled,
        began_at=at,
        rule_id=ruling.rule_id,
        parked_because=ruling.parked_because,
        shares=[LoanShare(organisation_id=who, weight=w) for who, w in ruling.shares.items()],
    )
    move_item(item, Event.DELIVER, by=by, at=at, because=order.code)
    add(loan)
    _delivered(line, by=by, at=at)
    _charge_issue(loan, order, ruling, by=by, at=at)
    return loan


def issue_consumable(line: OrderLine, *, by: Staff, at: datetime) -> None:
    """Hand over so many of a consumable: they leave stock for good and are charged."""
    order = line.order
    _may_deliver(line)
    move_consumable(line.product, depot(), -line.quantity, because=order.code, by=by, at=at)
    _delivered(line, by=by, at=at)
    ruling = _ruling(order, line.product, at)
    if order.fund.stock_model is StockModel.CREDIT:
        _post(
            EntryKind.EQUIPMENT, Pence(line.price * line.quantity), ruling, order, line.product,
            source=f"{order.code}/{line.id}", subject=order.code,
            memo=f"{line.quantity} × {line.product.name}", by=by, at=at,
        )  # fmt: skip


def _ruling(order: Order, product: Product, at: datetime) -> Ruling:
    """Who pays, by the rules of the day and where the client was when the order was placed."""
    return ruling_for(
        order.fund_id, product.care_class, order.body_id, order.council_id, london_day(at)
    )


def _may_deliver(line: OrderLine) -> None:
    if line.delivered_at is not None:
        raise NotAllowed("This line was delivered already.")
    if line.cancelled_at is not None or line.order.status is not OrderStatus.APPROVED:
        raise NotAllowed("This line is cancelled or not approved, so it cannot be delivered.")


def _delivered(line: OrderLine, *, by: Staff, at: datetime) -> None:
    """Note the line as delivered, and the order when it was the last."""
    line.delivered_at = at
    order = line.order
    if all(one.delivered_at or one.cancelled_at for one in order.lines):
        move(order, OrderEvent.COMPLETE, by=by, at=at, because=None)
    db.session.flush()


def _charge_issue(loan: Loan, order: Order, ruling: Ruling, *, by: Staff, at: datetime) -> None:
    name, on = loan.product.name, london_day(at)
    if order.fund.stock_model is StockModel.CREDIT:
        _post(
            EntryKind.EQUIPMENT, loan.price, ruling, order, loan.product,
            source=loan.code, subject=loan.code, memo=f"{name} issued", by=by, at=at,
        )  # fmt: skip
    price = activity_price(order.fund_id, EntryKind.DELIVERY, on, speed=order.speed)
    _post(
        EntryKind.DELIVERY, price, ruling, order, loan.product,
        source=loan.code, subject=loan.code, memo=f"{name} delivered, {order.speed}", by=by, at=at,
    )  # fmt: skip


def _post(
    kind: EntryKind,
    pence: Pence,
    ruling: Ruling,
    order: Order,
    product: Product,
    *,
    source: str,
    subject: str,
    memo: str,
    by: Staff,
    at: datetime,
) -> None:
    if pence == 0:
        return
    charge = Charge(
        fund_id=order.fund_id, kind=kind, pence=pence, shares=ruling.shares, on=london_day(at),
        source=source, subject=subject, group=product.group, memo=memo, rule_id=ruling.rule_id,
        parked_because=ruling.parked_because or "",
    )  # fmt: skip
    post(charge, by=by, at=at)


def end(loan: Loan, *, by: Staff, at: datetime, lost: bool = False) -> Loan:
    """End a loan and charge its collection, unless the item is lost. The item moves elsewhere.

    Whoever stands today where the loan's funders stood pays. Raises NotAllowed when it has ended.
    """
    if loan.ended_at is not None:
        raise NotAllowed("This loan has ended already: the item was collected.")
    if at < loan.began_at:
        raise NotAllowed("A loan cannot end before it began. Look at the day again.")
    loan.ended_at, loan.lost = at, lost
    db.session.flush()
    if not lost:
        on = london_day(at)
        price = activity_price(loan.fund_id, EntryKind.COLLECTION, on)
        if price:
            post(_collection(loan, price, at), by=by, at=at)
    return loan


def _collection(loan: Loan, price: Pence, at: datetime) -> Charge:
    return Charge(
        fund_id=loan.fund_id,
        kind=EntryKind.COLLECTION,
        pence=price,
        shares=loan.weights,
        on=london_day(at),
        source=loan.code,
        subject=loan.code,
        group=loan.product.group,
        memo=f"{loan.product.name} collected",
        rule_id=loan.rule_id,
        parked_because=loan.parked_because or "",
    )


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
    loan.asked_back_at = at
    loan.back_reason = BackReason.DIED if died else reason
    db.session.flush()
    return loan


def cancel_ask(loan: Loan, *, by: Staff, at: datetime) -> Loan:
    """Leave the item with the client after all. Raises NotAllowed once a collection is booked."""
    if loan.ended_at is not None or loan.asked_back_at is None:
        raise NotAllowed("This was not asked back, so there is nothing to undo.")
    if is_booked(loan.item):
        raise NotAllowed("A collection is booked for this. Ring the store to call it off.")
    loan.asked_back_at = loan.back_reason = None
    db.session.flush()
    return loan
