"""Reads of orders: by code, by status, what waits, what can go out."""

from datetime import date, datetime

from sqlalchemy import (
    BindParameter,
    ColumnElement,
    Integer,
    Select,
    and_,
    bindparam,
    exists,
    func,
    or_,
    select,
)
from sqlalchemy.orm import contains_eager, joinedload, selectinload
from sqlalchemy.orm.interfaces import ORMOption

from core.clock import add_working_days
from core.codes import is_code
from core.db import db
from core.errors import NotFound
from equipment.models import Item
from loans.clients.queries import today, visible
from loans.models import Client, Loan, Order, OrderLine
from loans.rules import WORKING_DAYS, OrderStatus, Speed
from people.models import Staff

NO_SUCH_ORDER = "There is no order with this code that you may see. Look at the code again."
UNDER_WAY = (OrderStatus.WAITING, OrderStatus.SENT_BACK, OrderStatus.APPROVED)


def _whole() -> tuple[ORMOption, ...]:
    """Everything a page of one order shows, in a constant number of statements."""
    lines = selectinload(Order.lines)
    return (
        joinedload(Order.prescriber),
        joinedload(Order.practice),
        joinedload(Order.body),
        joinedload(Order.council),
        lines.joinedload(OrderLine.product),
        lines.joinedload(OrderLine.item),
        lines.selectinload(OrderLine.checks),
    )


def _seen(viewer: Staff, on: date) -> Select[Order]:
    """The orders of the clients whom a viewer may see."""
    return (
        select(Order)
        .join(Order.client)
        .where(visible(viewer, on))
        .options(contains_eager(Order.client))
    )


def order_by_code(code: str, *, viewer: Staff, on: date) -> Order:
    """The order of this code, whole. Raises NotFound alike for unknown and somebody else's."""
    found = None
    if is_code(code):
        found = db.session.scalar(_seen(viewer, on).where(Order.code == code).options(*_whole()))
    if found is None:
        raise NotFound(NO_SUCH_ORDER)
    return found


def orders_seen(
    *, viewer: Staff, on: date, status: OrderStatus | None = None, mine: bool = False
) -> Select[Order]:
    """Orders a viewer may see, latest first, not yet run, for pages that count and turn."""
    query = _seen(viewer, on).options(
        joinedload(Order.prescriber), selectinload(Order.lines).joinedload(OrderLine.product)
    )
    if status is not None:
        query = query.where(Order.status == status)
    if mine:
        query = query.where(Order.prescriber_id == viewer.id)
    return query.order_by(Order.created_at.desc(), Order.id.desc())


def orders_of(client: Client, *statuses: OrderStatus) -> list[Order]:
    """A client's orders in these states (the client was found within the viewer's scope)."""
    query = (
        select(Order)
        .where(Order.client_id == client.id, Order.status.in_(statuses))
        .options(selectinload(Order.lines).joinedload(OrderLine.product))
        .order_by(Order.created_at.desc(), Order.id.desc())
    )
    return list(db.session.scalars(query))


def orders_waiting(*, viewer: Staff, on: date, limit: int = 200) -> list[Order]:
    """The authoriser's queue: orders with failed checks, the longest waiting first."""
    query = (
        _seen(viewer, on)
        .where(Order.status == OrderStatus.WAITING)
        .options(*_whole())
        .order_by(Order.placed_at, Order.id)
        .limit(limit)
    )
    return list(db.session.scalars(query))


def _ready() -> ColumnElement[bool]:
    return and_(
        OrderLine.order_id == Order.id,
        OrderLine.allocated_at.is_not(None),
        OrderLine.delivered_at.is_(None),
        OrderLine.cancelled_at.is_(None),
    )


def orders_to_deliver(*, viewer: Staff, on: date | None = None) -> list[Order]:
    """Approved orders of which at least one line stands ready, the earliest promise first.

    Whether a visit is already planned is for logistics to say.
    """
    query = (
        _seen(viewer, on or today())
        .where(Order.status == OrderStatus.APPROVED, exists().where(_ready()))
        .options(*_whole())
        .order_by(Order.promised_on, Order.id)
    )
    return list(db.session.scalars(query))


def lines_wanting(product_id: int, limit: int = 100) -> list[OrderLine]:
    """Lines of approved orders that wait for this product, the oldest order first, locked.

    Nobody sees this list: it is for allocation, which serves whoever waits longest.
    """
    return list(db.session.scalars(_WANTING, {"product_id": product_id, "most": limit}))


# Asked with everything that is put away, so it is put together once.
_WANTING = (
    select(OrderLine)
    .join(OrderLine.order)
    .where(
        OrderLine.product_id == bindparam("product_id"),
        OrderLine.item_id.is_(None),
        OrderLine.allocated_at.is_(None),
        OrderLine.delivered_at.is_(None),
        OrderLine.cancelled_at.is_(None),
        Order.status == OrderStatus.APPROVED,
    )
    .options(contains_eager(OrderLine.order))
    .order_by(Order.placed_at, OrderLine.id)
    .limit(bindparam("most", type_=Integer))
    .with_for_update(of=OrderLine, skip_locked=True)
)


def consumable_reserved(product_id: int) -> int:
    """How many of a consumable are promised to approved orders and not yet issued."""
    query = select(func.coalesce(func.sum(OrderLine.quantity), 0)).where(
        OrderLine.product_id == product_id,
        OrderLine.item_id.is_(None),
        OrderLine.allocated_at.is_not(None),
        OrderLine.delivered_at.is_(None),
        OrderLine.cancelled_at.is_(None),
    )
    return int(db.session.scalar(query) or 0)


def earliest_promise(speed: Speed, on: date) -> date:
    """The earliest day a delivery agreed on this day within working hours can be promised."""
    return add_working_days(on, WORKING_DAYS[speed])


def line_of_item(item: Item) -> OrderLine | None:
    """The open order line an item is allocated to, where there is one."""
    query = (
        select(OrderLine)
        .where(
            OrderLine.item_id == item.id,
            OrderLine.delivered_at.is_(None),
            OrderLine.cancelled_at.is_(None),
        )
        .options(joinedload(OrderLine.order).joinedload(Order.client))
    )
    return db.session.scalar(query)


def products_with(client_id: int, *, but_order: int) -> set[int]:
    """Products a client has on loan, or in other orders that are placed and not yet delivered."""
    return set(db.session.scalars(_WITH_CLIENT, {"client_id": client_id, "but_order": but_order}))


# Asked with every order that is placed, so it is put together once.
_CLIENT: BindParameter[int] = bindparam("client_id")
_WITH_CLIENT = (
    select(Loan.product_id)
    .where(Loan.client_id == _CLIENT, Loan.ended_at.is_(None))
    .union(
        select(OrderLine.product_id)
        .join(OrderLine.order)
        .where(
            Order.client_id == _CLIENT,
            Order.id != bindparam("but_order"),
            or_(*(Order.status == status for status in UNDER_WAY)),
            OrderLine.delivered_at.is_(None),
            OrderLine.cancelled_at.is_(None),
        )
    )
)


def oldest_waiting_since(*, viewer: Staff, on: date) -> tuple[int, datetime | None]:
    """How many orders wait for an authoriser the viewer could be, and since when the oldest."""
    seen = (
        select(func.count(), func.min(Order.placed_at))
        .select_from(Order)
        .join(Order.client)
        .where(visible(viewer, on), Order.status == OrderStatus.WAITING)
    )
    count, since = db.session.execute(seen).one()
    return count, since
