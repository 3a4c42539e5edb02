"""Setting equipment aside for orders: recycled first, each item for one line, oldest line first."""

from datetime import datetime

from sqlalchemy import func, select

from core.clock import london_day
from core.db import db
from core.errors import NotAllowed
from equipment.actions import move_item
from equipment.models import Item
from equipment.queries import consumable_stock, depot, free_item_of
from equipment.rules import Event, Tracking
from loans.models import OrderLine
from loans.orders.queries import consumable_reserved, lines_wanting
from loans.rules import OrderStatus
from loans.shortages.queries import shortages
from people.models import Staff

_LOCKS = 7_210_001  # the family of advisory locks that guard one product's queue


def _one_at_a_time(product_id: int) -> None:
    """Until the transaction ends, nobody else gives out or takes in this product's free stock.

    Without it, somebody putting the last item away and somebody placing an order for it at the
    same moment would each not see the other: an item on the shelf and a line waiting for it.
    """
    db.session.execute(select(func.pg_advisory_xact_lock(_LOCKS, func.hashint8(product_id))))


def allocate(line: OrderLine, *, by: Staff, at: datetime) -> Item | None:
    """Set an item aside for a line, or count a consumable for it; none where it must wait."""
    if line.order.status is not OrderStatus.APPROVED:
        raise NotAllowed("This order is not approved, so nothing can be set aside for it yet.")
    if line.allocated_at is not None or line.cancelled_at is not None:
        raise NotAllowed("This line needs nothing set aside.")
    _one_at_a_time(line.product_id)
    return _set_aside(line, by=by, at=at)


def _set_aside(line: OrderLine, *, by: Staff, at: datetime) -> Item | None:
    if line.product.tracking is Tracking.CONSUMABLE:
        left = consumable_stock(line.product_id, depot()) - consumable_reserved(line.product_id)
        line.allocated_at = at if left >= line.quantity else None
        db.session.flush()
        return None
    item = free_item_of(line.product_id, london_day(at))
    if item is None:
        return None
    move_item(item, Event.ALLOCATE, by=by, at=at, because=line.order.code)
    line.item, line.allocated_at = item, at
    db.session.flush()
    return item


def allocate_waiting(product_id: int, *, by: Staff, at: datetime) -> list[OrderLine]:
    """Give stock that has just appeared to the lines that wait for it, the oldest first.

    Returns the lines that were served.
    """
    _one_at_a_time(product_id)
    served = []
    for line in lines_wanting(product_id):
        _set_aside(line, by=by, at=at)
        if line.allocated_at is None:
            break
        served.append(line)
    return served


def allocate_all(*, by: Staff, at: datetime) -> list[OrderLine]:
    """Give out whatever is free of every product that lines wait for, the oldest line first.

    For when new goods were taken in, which knows nothing of orders.
    """
    # In the order of the products, so that two who do this at once never wait for one another.
    wanted = sorted(one.product.id for one in shortages(london_day(at)))
    return [line for number in wanted for line in allocate_waiting(number, by=by, at=at)]
