"""Which products approved orders wait for: counts only, nobody's name."""

from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import ColumnElement, Select, and_, func, select

from core.db import db
from equipment.models import Product
from equipment.queries import free_counts
from loans.models import Order, OrderLine
from loans.rules import OrderStatus


@dataclass(frozen=True)
class Shortage:
    """One product that is waited for: by how many lines, since when, and how many are free."""

    product: Product
    lines: int
    quantity: int
    since: datetime | None
    free: int


def shortages(on: date) -> list[Shortage]:
    """Every product that a line of an approved order waits for, the longest waited for first."""
    since = func.min(Order.placed_at)
    query = (
        select(OrderLine.product_id, func.count(), func.sum(OrderLine.quantity), since)
        .join(OrderLine.order)
        .where(_waits())
        .group_by(OrderLine.product_id)
        .order_by(since, OrderLine.product_id)
    )
    rows = db.session.execute(query).all()
    wanted = {row[0] for row in rows}
    products = {one.id: one for one in _products(wanted)}
    free = free_counts(wanted, on) if wanted else {}
    return [
        Shortage(products[number], lines, int(quantity), first, free.get(number, 0))
        for number, lines, quantity, first in rows
    ]


def since_orders_wait() -> Select[datetime | None]:
    """When each order was placed that waits for a product, not yet run: one row an order."""
    return (
        select(func.min(Order.placed_at).label("since"))
        .select_from(OrderLine)
        .join(OrderLine.order)
        .where(_waits())
        .group_by(Order.id)
    )


def _waits() -> ColumnElement[bool]:
    return and_(
        Order.status == OrderStatus.APPROVED,
        OrderLine.item_id.is_(None),
        OrderLine.allocated_at.is_(None),
        OrderLine.delivered_at.is_(None),
        OrderLine.cancelled_at.is_(None),
    )


def _products(numbers: set[int]) -> list[Product]:
    return list(db.session.scalars(select(Product).where(Product.id.in_(numbers))))
