"""Whatever is moved and counted, in whatever order: the identity holds, and then book = seen."""

from datetime import date, datetime, timedelta
from typing import Any

import pytest
from flask import Flask
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from core.clock import london_day
from core.db import db
from core.errors import Refused
from equipment.actions import move_consumable, move_item
from equipment.items import actions as incidents
from equipment.models import Item, Store
from equipment.queries import consumable_stock, place_for
from equipment.rules import STANDS_SOMEWHERE, Event, Side
from reports import periods
from reports.consumables import consumables
from reports.stock import differing_items, identity
from returns.counting import actions
from returns.counting.approval import approve
from returns.counting.models import StockCount
from returns.counting.queries import quantity_lines
from returns.counting.rules import CountStatus
from returns.counting.variances import variances
from tests.returns.counting.story import BEGUN, a_boss, a_hand, a_shelf, pads

JUNE = periods.month(date(2026, 6, 1))
KINDS = ("move", "lose", "find", "hold", "scan", "scan", "scan", "issue", "type", "recount")
STEPS = st.lists(
    st.tuples(st.sampled_from(KINDS), st.integers(0, 5), st.integers(0, 1)), max_size=20
)


class Shelves:
    """Two stores with things and pads, and a count of the first of them."""

    def __init__(self) -> None:
        self.stores: list[Store] = []
        self.items: list[Item] = []
        for _ in range(2):
            store, items = a_shelf(3)
            self.stores.append(store)
            self.items += items
        self.pads = pads(self.stores[0], 10)
        self.by, self.at, self.issued = a_hand(), BEGUN, 0
        self.counted: int | None = None
        self.count = actions.begin(self.stores[0], by=self.by, at=BEGUN)

    def step(self, kind: str, which: int, side: int) -> None:
        """Try one act; what is refused leaves nothing behind."""
        self.at += timedelta(minutes=1)
        inner, before = db.session.begin_nested(), (self.counted, self.issued)
        try:
            getattr(self, kind)(self.items[which], self.stores[side], self.at)
            db.session.flush()
        except Refused:
            inner.rollback()
            db.session.expire_all()
            self.counted, self.issued = before
        else:
            inner.commit()

    def move(self, item: Item, store: Store, at: datetime) -> None:
        side = item.side or Side.CLEAN
        move_item(item, Event.MOVE, place=place_for(store, side), by=self.by, at=at)

    def lose(self, item: Item, _: Store, at: datetime) -> None:
        incidents.lose(item, "Gone", by=self.by, at=at)

    def find(self, item: Item, store: Store, at: datetime) -> None:
        place = place_for(store, Side.DIRTY)
        incidents.find(item, by=self.by, at=at, place=place)

    def hold(self, item: Item, _: Store, at: datetime) -> None:
        incidents.hold(item, "A doubt", by=self.by, at=at)

    def scan(self, item: Item, _: Store, at: datetime) -> None:
        actions.count_scan(self.count, item, by=self.by, at=at)

    def issue(self, *_: Any) -> None:
        move_consumable(self.pads, self.stores[0], -1, because="Out", by=self.by, at=self.at)
        self.issued += self.counted is not None

    def type(self, item: Item, _: Store, at: datetime) -> None:
        wanted = self.items.index(item) + 3
        actions.count_quantity(self.count, self.pads, wanted, by=self.by, at=at)
        self.counted, self.issued = wanted, 0

    def recount(self, item: Item, _: Store, at: datetime) -> None:
        """Close, and have one item counted again by somebody else."""
        self._close(at)
        actions.recount(self.count, [item.code], by=a_boss(), at=at)
        self.by = a_hand()

    def _close(self, at: datetime) -> None:
        for line in quantity_lines(self.count):
            if self.counted is None and line.product is self.pads:
                self.type(self.items[3], self.stores[0], at)
        actions.close(self.count, by=self.by, at=at)

    def approve(self) -> StockCount:
        self.at += timedelta(minutes=1)
        self._close(self.at)
        found = variances(self.count, on=london_day(self.at))
        shown = {one.name: one.shown for one in found}
        approve(self.count, shown=shown, by=a_boss(), at=self.at + timedelta(minutes=1))
        return self.count


@pytest.mark.usefixtures("app")
@settings(max_examples=15, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(steps=STEPS)
def test_after_any_moves_an_approved_count_leaves_the_books_as_they_were_seen(
    app: Flask, steps: list[tuple[str, int, int]]
) -> None:
    outer = db.session.begin_nested()
    try:
        shelves = Shelves()
        for step in steps:
            shelves.step(*step)
        count = shelves.approve()
        db.session.expire_all()
        assert count.status is CountStatus.APPROVED
        assert variances(count, on=london_day(shelves.at)) == [] or _only_pads(count, shelves)
        assert shelves.counted is not None
        left = consumable_stock(shelves.pads.id, shelves.stores[0])
        assert left == shelves.counted - shelves.issued
        assert all(
            (item.place is not None) == (item.status in STANDS_SOMEWHERE) for item in shelves.items
        )
        assert identity(JUNE).holds
        assert consumables(JUNE).holds
        assert differing_items(shelves.at + timedelta(days=1)) == ()
    finally:
        outer.rollback()
        db.session.expire_all()


def _only_pads(count: StockCount, shelves: Shelves) -> bool:
    """A quantity is judged by the books when it was counted; they have been put right since."""
    again = variances(count, on=london_day(shelves.at))
    return all(one.item is None for one in again)
