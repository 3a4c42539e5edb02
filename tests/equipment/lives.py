"""Items brought into any state by the moves that lead there."""

from collections import deque
from datetime import datetime
from typing import Any

from core.codes import new_code
from core.db import db
from core.money import Pence
from equipment.actions import move_item, record_clean
from equipment.models import Item
from equipment.queries import depot, place_for
from equipment.rules import LIFE, Event, Status, side_of
from people.models import Staff
from tests.builders import NOON, a_depot, a_product, an_organisation

# Once round: from the shelf to a client and back onto the shelf.
ROUND = (
    Event.ALLOCATE,
    Event.PICK,
    Event.LOAD,
    Event.DELIVER,
    Event.BOOK_COLLECTION,
    Event.COLLECT,
    Event.BOOK_IN,
    Event.INSPECT,
    Event.CLEAN,
    Event.TEST,
    Event.PUT_AWAY,
)


def way_to(status: Status) -> tuple[Event, ...]:
    """The shortest list of events that brings an item from being ordered into a state."""
    ways: dict[Status, tuple[Event, ...]] = {Status.ORDERED: ()}
    open_ends = deque([Status.ORDERED])
    while open_ends:
        here = open_ends.popleft()
        for event in LIFE.events_from(here):
            there = LIFE.table[here, event]
            if there not in ways:
                ways[there] = (*ways[here], event)
                open_ends.append(there)
    return ways[status]


def do(item: Item, event: Event, *, by: Staff, at: datetime = NOON, **more: Any) -> None:
    """An event with all that its gates ask for."""
    if event is Event.CLEAN:
        record_clean(item)
    if event is Event.MOVE:
        more.setdefault("place", place_for(depot(), side_of(item.status)))
    more.setdefault("because", "a reason")
    move_item(item, event, by=by, at=at, **more)


def an_item_in(status: Status, *, by: Staff, **but: Any) -> Item:
    """An item in a state, brought there by moves."""
    a_depot()
    code = new_code()
    facts = {"product": but.pop("product", None) or a_product(), "owner": an_organisation()}
    plain = {"status": Status.ORDERED, "since": NOON, "paid": Pence(60_00), "times_lent": 0}
    flags = {"recycled": False, "needs_cleaning": False, "needs_repair": False}
    item = Item(code=code, giai=f"9521234{code}", **facts, **plain, **flags, **but)
    db.session.add(item)
    db.session.flush()
    for event in way_to(status):
        do(item, event, by=by)
    db.session.flush()
    return item
