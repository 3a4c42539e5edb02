"""Taking what is set aside for orders off its shelf, proved by its label."""

from datetime import datetime

from core.db import db
from core.errors import Invalid, NotAllowed
from equipment.actions import move_item
from equipment.models import Item
from equipment.rules import Event
from labels.queries import item_scanned
from loans.models import OrderLine
from logistics.picks import line_of_item
from people.models import Staff


def pick(line: OrderLine, scanned: str, *, by: Staff, at: datetime) -> Item:
    """Take the item set aside for a line off its shelf, proved by its label."""
    item = item_scanned(scanned)
    if line.item is None:
        raise NotAllowed("Nothing is set aside for this line yet, so there is nothing to pick.")
    if item.id != line.item_id:
        raise Invalid(
            f"{item.code} ({item.product.name}) is not the one set aside here. "
            f"Put it back and take {line.item.code} ({line.item.product.name}).",
            field="scanned",
        )
    move_item(item, Event.PICK, by=by, at=at, because=line.order.code)
    db.session.flush()
    return item


def pick_scanned(scanned: str, *, by: Staff, at: datetime) -> Item:
    """Take whatever was scanned off its shelf, if it is set aside for an order."""
    return pick_item(item_scanned(scanned), by=by, at=at)


def pick_item(item: Item, *, by: Staff, at: datetime) -> Item:
    """Take an item off its shelf, if it is set aside for an order."""
    line = line_of_item(item)
    if line is None:
        raise NotAllowed(
            f"{item.code} ({item.product.name}) is not set aside for any order. Put it back.",
            field="scanned",
        )
    move_item(item, Event.PICK, by=by, at=at, because=line.order.code)
    db.session.flush()
    return item


def put_back(item: Item, *, by: Staff, at: datetime) -> None:
    """Put a picked item back on its shelf: it stays set aside for its order."""
    line = line_of_item(item)
    because = line.order.code if line is not None else None
    move_item(item, Event.PUT_BACK, by=by, at=at, because=because)
    db.session.flush()
