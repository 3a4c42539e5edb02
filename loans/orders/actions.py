"""An order's way: begun, filled, placed, approved or sent back, cancelled."""

from datetime import datetime

from sqlalchemy import delete

from core.clock import london_day
from core.db import add, db, write
from core.errors import Forbidden, Invalid, NotAllowed
from core.money import Pence, pounds
from core.status import move, words
from equipment.actions import move_item
from equipment.models import Product
from equipment.queries import price_on
from equipment.rules import Event, Status, Tracking
from funding.queries import the_fund
from loans.models import Client, Order, OrderCheck, OrderLine
from loans.orders.allocation import allocate_together, allocate_waiting
from loans.orders.facts import checked, open_lines
from loans.orders.rules import MOST_LINES, promised_on
from loans.rules import MINOR_ADAPTATION, Need, OrderEvent, OrderStatus, Speed
from people.models import Staff
from people.queries import body_of_practice, council_of_postcode
from people.rules import May

MOST_OF_ONE = 999
MOST_ITEMS = 10
_OPEN_TO_CHANGE = (OrderStatus.DRAFT, OrderStatus.SENT_BACK)


def start_order(
    client: Client, *, need: Need, speed: Speed, note: str = "", by: Staff, at: datetime
) -> Order:
    """Begin an order for a client: an empty basket, and where the client lives today."""
    _not_after_death(client)
    order = Order(
        client=client,
        prescriber=by,
        fund=the_fund(),
        status=OrderStatus.DRAFT,
        need=need,
        speed=speed,
        note=note.strip(),
        created_at=at,
        lines=[],
    )
    _snapshot(order, at)
    return add(order)


def change_order(
    order: Order, *, need: Need, speed: Speed, note: str, by: Staff, at: datetime
) -> Order:
    """Change why, how fast and what else is to be known, while the order is still open."""
    _may_fill(order, by)
    order.need, order.speed, order.note = need, speed, note.strip()
    db.session.flush()
    return order


def add_line(
    order: Order, product: Product, quantity: int = 1, *, by: Staff, at: datetime
) -> list[OrderLine]:
    """Put a product into an order: one line a labelled thing, one line for a consumable's count.

    Returns the lines made or changed; they are written with the next flush.
    """
    _may_fill(order, by)
    on = london_day(at)
    if product.withdrawn_on is not None and product.withdrawn_on <= on:
        raise NotAllowed(f"{product.name} is no longer lent. Choose another product.")
    price = price_on(product.id, on)
    if product.tracking is Tracking.CONSUMABLE:
        return [_count(order, product, quantity, price)]
    if not 1 <= quantity <= MOST_ITEMS:
        raise Invalid(f"Order from 1 to {MOST_ITEMS} at a time.", field="quantity")
    if len(open_lines(order)) + quantity > MOST_LINES:
        raise NotAllowed(f"An order has up to {MOST_LINES} lines. Start another for the rest.")
    lines = [
        OrderLine(order=order, product=product, product_id=product.id, quantity=1, price=price)
        for _ in range(quantity)
    ]
    db.session.add_all(lines)
    return lines


def _count(order: Order, product: Product, quantity: int, price: Pence) -> OrderLine:
    """The order's line of a consumable, with so many more of it."""
    line = next((one for one in open_lines(order) if one.product_id == product.id), None)
    wanted = quantity + (line.quantity if line else 0)
    if quantity < 1 or wanted > MOST_OF_ONE:
        raise Invalid(f"Order from 1 to {MOST_OF_ONE} of a consumable.", field="quantity")
    _check_minor(product, line.price if line else price, wanted)
    if line is None:
        if len(open_lines(order)) >= MOST_LINES:
            raise NotAllowed(f"An order has up to {MOST_LINES} lines. Start another for the rest.")
        line = OrderLine(
            order=order, product=product, product_id=product.id, quantity=wanted, price=price
        )
        db.session.add(line)
    line.quantity = wanted
    return line


def _check_minor(product: Product, price: Pence, count: int) -> None:
    """Refuse work on a home that is no minor adaptation by regulation."""
    if product.adaptation and price * count > MINOR_ADAPTATION:
        raise Invalid(
            f"This comes to {pounds(price * count)}. A minor adaptation costs"
            f" {pounds(MINOR_ADAPTATION)} or less; what costs more is asked of the council as a"
            " major adaptation.",
            field="quantity",
        )


def remove_line(line: OrderLine, *, by: Staff, at: datetime) -> None:
    """Take a line out of an order that is not placed yet."""
    order = line.order
    _may_fill(order, by)
    db.session.execute(delete(OrderCheck).where(OrderCheck.line_id == line.id))
    order.lines.remove(line)
    db.session.delete(line)
    db.session.flush()


def place(order: Order, *, by: Staff, at: datetime) -> Order:
    """Place an order: within limits it is approved at once and equipment set aside for it;
    otherwise it waits for an authoriser with the checks it failed.
    """
    _may_fill(order, by)
    _not_after_death(order.client)
    lines = open_lines(order)
    if not lines:
        raise NotAllowed("There is nothing in this order yet. Add what the client needs first.")
    for line in lines:
        _check_minor(line.product, line.price, line.quantity)
    _snapshot(order, at)
    again = order.placed_at is not None
    passed = _keep_checks(order, at, again)
    order.placed_at = at
    if passed:
        _promise(order, OrderEvent.APPROVE_AT_ONCE, by=by, at=at)
    else:
        move(order, OrderEvent.REFER, by=by, at=at)
    db.session.flush()
    return order


def _keep_checks(order: Order, at: datetime, again: bool) -> bool:
    """Keep every line's answers as they are now; whether all of them passed."""
    db.session.flush()
    answers = checked(order, on=london_day(at))
    if again:
        db.session.execute(delete(OrderCheck).where(OrderCheck.line_id.in_(list(answers))))
    rows = [
        {"line_id": line, "kind": one.kind, "passed": one.passed, "sentence": one.sentence}
        for line, several in answers.items()
        for one in several
    ]
    write(OrderCheck, *rows)
    for line in order.lines:
        db.session.expire(line, ["checks"])
    return all(row["passed"] for row in rows)


def _promise(order: Order, event: OrderEvent, *, by: Staff, at: datetime, **facts: str) -> None:
    """Approve an order, say by when it comes, and set aside what is free for it."""
    order.promised_on = promised_on(order.speed, at)
    move(order, event, by=by, at=at, **facts)
    allocate_together(open_lines(order), by=by, at=at)


def approve(order: Order, *, because: str, by: Staff, at: datetime) -> Order:
    """Agree to an order that failed a check, with the reason; equipment is set aside for it."""
    _may_decide(order, because, by)
    _not_after_death(order.client)
    _promise(order, OrderEvent.APPROVE, by=by, at=at, because=because.strip())
    db.session.flush()
    return order


def send_back(order: Order, *, because: str, by: Staff, at: datetime) -> Order:
    """Give an order back to its prescriber, with the reason; it can be changed and placed again."""
    _may_decide(order, because, by)
    move(order, OrderEvent.SEND_BACK, by=by, at=at, because=because.strip())
    db.session.flush()
    return order


def cancel(order: Order, *, because: str = "", by: Staff, at: datetime) -> Order:
    """Call off what is not delivered yet; what was set aside goes to whoever waits for it.

    An order of which a part was delivered ends as delivered. Raises NotAllowed while any of it is
    on a van.
    """
    waiting = [line for line in open_lines(order) if line.delivered_at is None]
    if any(line.item and line.item.status is Status.OUT_FOR_DELIVERY for line in waiting):
        raise NotAllowed("This is on the van. Ring the store to stop the delivery.")
    partly = order.status is OrderStatus.APPROVED and len(waiting) < len(open_lines(order))
    event = OrderEvent.COMPLETE if partly else OrderEvent.CANCEL
    move(order, event, by=by, at=at, because=because.strip() or None)
    freed = {line.product_id for line in waiting if line.allocated_at is not None}
    for line in waiting:
        _let_go(line, by=by, at=at)
    db.session.flush()
    for product_id in sorted(freed):
        allocate_waiting(product_id, by=by, at=at)
    return order


def _let_go(line: OrderLine, *, by: Staff, at: datetime) -> None:
    line.cancelled_at, line.allocated_at = at, None
    if line.item is not None:
        move_item(line.item, Event.RELEASE, by=by, at=at, because=line.order.code)
        line.item = None


def _snapshot(order: Order, at: datetime) -> None:
    """Keep where the client is registered and lives today: later changes leave it as it is."""
    client, on = order.client, london_day(at)
    order.address, order.postcode = client.address, client.postcode
    order.practice = client.practice
    order.body = body_of_practice(client.practice_id, on)
    order.council = council_of_postcode(client.postcode)
    order.employer_id = order.prescriber.organisation_id


def _may_fill(order: Order, by: Staff) -> None:
    if order.status not in _OPEN_TO_CHANGE:
        raise NotAllowed(
            f"This order is {words(order.status)}, so it cannot be changed. Cancel it or start"
            " another."
        )
    if order.prescriber_id != by.id:
        raise Forbidden("Somebody else began this order. Ask them, or start one of your own.")


def _may_decide(order: Order, because: str, by: Staff) -> None:
    if not by.may(May.AUTHORISE):
        raise Forbidden("Your role does not include this. Ask an authoriser.")
    if order.prescriber_id == by.id:
        raise Forbidden("You placed this order yourself. Another authoriser decides about it.")
    if not because.strip():
        raise Invalid("Say why, in a few words. The prescriber reads it.", field="because")


def _not_after_death(client: Client) -> None:
    if client.died_on is not None:
        raise NotAllowed(
            f"{client.name} has died, so nothing more is ordered. The equipment can be asked back"
            " from the client's page."
        )
