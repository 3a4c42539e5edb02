"""Setting equipment aside for orders: recycled first, each item for one line, oldest line first."""

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import ARRAY, BigInteger, bindparam, func, select
from sqlalchemy.orm.attributes import set_committed_value

from core import kept
from core.clock import london_day
from core.db import db
from core.errors import NotAllowed
from core.together import change_all
from equipment.actions import move_item, move_items
from equipment.models import Item
from equipment.queries import consumable_stock, depot, free_items_of
from equipment.rules import Event, Tracking
from loans.models import OrderLine
from loans.orders.queries import consumable_reserved, line_of_item, lines_wanting
from loans.rules import OrderStatus
from loans.shortages.queries import shortages
from people.models import Staff

_LOCKS = 7_210_001  # the family of advisory locks that guard one product's queue


def _one_at_a_time(*product_ids: int) -> None:
    """Until the transaction ends, nobody else gives out or takes in these products' free stock.

    Without it, somebody putting the last item away and somebody placing an order for it at the
    same moment would each not see the other: an item on the shelf and a line waiting for it. In
    the order of the products, so that two who want several never wait for one another.
    """
    held: set[int] = kept.once("queues held", set)
    wanted = sorted(set(product_ids) - held)
    if wanted:
        db.session.execute(_LOCK, {"products": wanted})
        held.update(wanted)


_PRODUCT = func.unnest(bindparam("products", type_=ARRAY(BigInteger))).column_valued("product")
_LOCK = select(func.pg_advisory_xact_lock(_LOCKS, func.hashint8(_PRODUCT)))


def allocate(line: OrderLine, *, by: Staff, at: datetime) -> Item | None:
    """Set an item aside for a line, or count a consumable for it; none where it must wait."""
    allocate_together([line], by=by, at=at)
    return line.item


def allocate_together(lines: Sequence[OrderLine], *, by: Staff, at: datetime) -> None:
    """Set aside what is free for several lines; the rest of them must wait."""
    for line in lines:
        if line.order.status is not OrderStatus.APPROVED:
            raise NotAllowed("This order is not approved, so nothing can be set aside for it yet.")
        if line.allocated_at is not None or line.cancelled_at is not None:
            raise NotAllowed("This line needs nothing set aside.")
    db.session.flush()
    _one_at_a_time(*(line.product_id for line in lines))
    of_product: dict[int, list[OrderLine]] = {}
    for line in sorted(lines, key=lambda line: (line.product_id, line.id)):
        of_product.setdefault(line.product_id, []).append(line)
    with db.session.no_autoflush:  # each product is asked for once, so nothing is missed
        found = [pair for wanting in of_product.values() for pair in _found(wanting, at)]
        _set_aside(found, by=by, at=at)
    db.session.flush()


Served = tuple[OrderLine, Item | None]  # a consumable is no item


def _found(lines: Sequence[OrderLine], at: datetime) -> list[Served]:
    """What there is for lines that want the same product, in their order."""
    if lines[0].product.tracking is Tracking.CONSUMABLE:
        return [(line, None) for line in _count_out(lines, at)]
    free = free_items_of(lines[0].product_id, london_day(at), len(lines))
    return list(zip(lines, free, strict=False))


def _set_aside(found: Sequence[Served], *, by: Staff, at: datetime) -> None:
    """Set every item that was found aside for its line."""
    served = [(line, item) for line, item in found if item is not None]
    allocated = [(item, line.order.code) for line, item in served]
    move_items(allocated, Event.ALLOCATE, by=by, at=at)
    change_all([(line, {"item_id": item.id, "allocated_at": at}) for line, item in served])
    for line, item in served:
        set_committed_value(line, "item", item)


def _count_out(lines: Sequence[OrderLine], at: datetime) -> list[OrderLine]:
    """Promise a consumable to lines in their order, until one wants more than is left."""
    number = lines[0].product_id
    if lines[0].product.adaptation:
        return _agree_work(lines, at)
    left, served = consumable_stock(number, depot()) - consumable_reserved(number), []
    for line in lines:
        if left < line.quantity:
            break
        line.allocated_at = at
        left -= line.quantity
        served.append(line)
    return served


def _agree_work(lines: Sequence[OrderLine], at: datetime) -> list[OrderLine]:
    """Promise work on homes: it waits for no stock."""
    for line in lines:
        line.allocated_at = at
    return list(lines)


def let_go(item: Item, *, by: Staff, at: datetime) -> OrderLine | None:
    """Free what was set aside for a line and cannot be found: the line waits for another.

    Whoever calls this books what became of the item, and then gives out what else is free. None
    where no line wants the item.
    """
    line = line_of_item(item)
    move_item(item, Event.RELEASE, by=by, at=at, because=line.order.code if line else None)
    if line is not None:
        line.item, line.allocated_at = None, None
    db.session.flush()
    return line


def allocate_waiting(product_id: int, *, by: Staff, at: datetime) -> list[OrderLine]:
    """Give stock that has just appeared to the lines that wait for it, the oldest first.

    Returns the lines that were served.
    """
    _one_at_a_time(product_id)
    lines = lines_wanting(product_id)
    served = _found(lines, at) if lines else []
    _set_aside(served, by=by, at=at)
    db.session.flush()
    return [line for line, _ in served]


def allocate_all(*, by: Staff, at: datetime) -> list[OrderLine]:
    """Give out whatever is free of every product that lines wait for, the oldest line first.

    For when new goods were taken in, which knows nothing of orders.
    """
    # In the order of the products, so that two who do this at once never wait for one another.
    wanted = sorted(one.product.id for one in shortages(london_day(at)))
    return [line for number in wanted for line in allocate_waiting(number, by=by, at=at)]
