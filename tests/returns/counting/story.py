"""A shelf with things on it, and people who count it."""

from datetime import datetime, timedelta
from typing import Any

from core.clock import london_day
from core.db import db
from core.money import Pence
from equipment.actions import receive_goods
from equipment.models import Item, Product, Store
from equipment.queries import place_for
from equipment.rules import Side, Tracking
from people.models import Staff
from people.rules import Role
from returns.counting import actions
from returns.counting.approval import approve
from returns.counting.models import StockCount
from returns.counting.rules import Verdict
from returns.counting.variances import variances
from tests import builders

BEGUN = builders.NOON + timedelta(hours=1)


def later(minutes: int) -> datetime:
    """So many minutes after the count began."""
    return BEGUN + timedelta(minutes=minutes)


def a_hand() -> Staff:
    return builders.a_member_of_staff(Role.WAREHOUSE)


def a_boss() -> Staff:
    return builders.a_member_of_staff(Role.ADMINISTRATOR)


def a_shelf(number: int = 3, **but: Any) -> tuple[Store, list[Item]]:
    """A satellite store with so many commodes at £60.00 on its clean side."""
    builders.a_depot()
    store = builders.a_store(**but)
    place = place_for(store, Side.CLEAN)
    return store, builders.some_items(number, place=place) if number else []


def pads(store: Store, quantity: int = 0) -> Product:
    """Pads at 20p, of which this store has so many."""
    product = builders.a_product(tracking=Tracking.CONSUMABLE, price=Pence(20))
    if quantity:
        receive_goods(
            product, quantity, place=place_for(store, Side.CLEAN), by=a_hand(), at=builders.NOON
        )
        db.session.flush()
    return product


def a_count(store: Store, *, by: Staff | None = None, **but: Any) -> StockCount:
    return actions.begin(store, by=by or a_hand(), at=BEGUN, **but)


def scan(count: StockCount, *items: Item, by: Staff | None = None, minutes: int = 10) -> None:
    by = by or a_hand()
    for item in items:
        actions.count_scan(count, item, by=by, at=later(minutes))
    db.session.flush()


def closed(count: StockCount, *seen: Item, by: Staff | None = None) -> StockCount:
    """The same count with these items seen, and closed."""
    by = by or a_hand()
    scan(count, *seen, by=by)
    return actions.close(count, by=by, at=later(20))


def found(count: StockCount) -> dict[str, Verdict]:
    """What differs now, by name."""
    on = london_day(later(30))
    return {one.name: one.verdict for one in variances(count, on=on)}


def approved(count: StockCount, *, by: Staff | None = None, minutes: int = 30) -> StockCount:
    """The same count, approved by somebody who was shown what differs."""
    at = later(minutes)
    shown = {one.name: one.shown for one in variances(count, on=london_day(at))}
    approve(count, shown=shown, by=by or a_boss(), at=at)
    return count
