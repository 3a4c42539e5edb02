"""What is set aside for orders and still stands on its shelf."""

from dataclasses import dataclass
from datetime import date
from typing import cast

from sqlalchemy import Select, false, select, true
from sqlalchemy.orm import contains_eager, joinedload

from core.db import db
from core.errors import NotFound
from equipment.models import Item
from equipment.rules import Status
from loans.models import Order, OrderLine
from loans.rules import OrderStatus
from logistics.models import Visit
from logistics.queries import open_visits_of
from people.models import Staff
from people.queries import scope_of


@dataclass(frozen=True)
class ToPick:
    """An item set aside for an order and still on its shelf."""

    line: OrderLine
    item: Item
    due_on: date | None
    visit: Visit | None


def lines_to_pick(*, viewer: Staff, on: date) -> list[ToPick]:
    """Items set aside and still on the shelf, the first due first. Names nobody they are for."""
    lines = (
        select(OrderLine)
        .join(OrderLine.item)
        .join(OrderLine.order)
        .where(
            Item.status == Status.ALLOCATED,
            OrderLine.delivered_at.is_(None),
            OrderLine.cancelled_at.is_(None),
            Order.status == OrderStatus.APPROVED,
            true() if scope_of(viewer, on).organisation_ids else false(),
        )
        .options(
            contains_eager(OrderLine.item).joinedload(Item.product),
            contains_eager(OrderLine.item).joinedload(Item.place),
            contains_eager(OrderLine.order),
        )
        .limit(500)
    )
    found = db.session.scalars(lines).all()
    visits = open_visits_of({line.order_id for line in found})
    rows = [_to_pick(line, visits.get(line.order_id)) for line in found]
    return sorted(rows, key=lambda row: (row.due_on or date.max, row.line.order_id, row.line.id))


def _to_pick(line: OrderLine, visit: Visit | None) -> ToPick:
    item = cast(Item, line.item)  # the query joined it
    return ToPick(line, item, visit.due_on if visit else line.order.promised_on, visit)


def line_of_item(item: Item) -> OrderLine | None:
    """The order line an item is set aside for."""
    wanted = _set_aside().where(OrderLine.item_id == item.id)
    return db.session.scalar(wanted)


def line_set_aside(item_code: str) -> OrderLine:
    """The order line for which the item of this code is set aside. Raises NotFound."""
    line = db.session.scalar(_set_aside().join(OrderLine.item).where(Item.code == item_code))
    if line is None:
        raise NotFound("No item with this code is set aside for an order. Look at the pick list.")
    return line


def _set_aside() -> Select[OrderLine]:
    return (
        select(OrderLine)
        .where(OrderLine.delivered_at.is_(None), OrderLine.cancelled_at.is_(None))
        .options(
            joinedload(OrderLine.order),
            joinedload(OrderLine.item).joinedload(Item.product),
            joinedload(OrderLine.item).joinedload(Item.place),
        )
    )
