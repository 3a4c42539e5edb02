"""Goods come in, stock is counted, and what is issued next is chosen."""

from datetime import timedelta

import pytest

from core.db import db
from core.errors import Invalid, NotAllowed
from core.money import Pence
from equipment.actions import move_consumable, receive_goods, record_test
from equipment.items import queries as passports
from equipment.items.queries import Wanted, count_overdue, count_wanted
from equipment.models import Item
from equipment.queries import (
    consumable_stock,
    free_counts,
    free_item_of,
    items_in,
    place_for,
)
from equipment.rules import Side, Status, StoreKind, TestKind, Tracking
from equipment.stores.queries import counts_of, shelves_of
from tests.builders import (
    NOON,
    TODAY,
    a_depot,
    a_hoist,
    a_member_of_staff,
    a_product,
    a_store,
    an_item,
    some_items,
)
from tests.equipment.lives import ROUND, do


@pytest.fixture
def by(app):
    return a_member_of_staff()


def test_new_goods_are_available_labelled_and_tested(by):
    hoist = a_hoist()
    items = some_items(3, hoist, serials=["A1", "A2", "A3"], paid=Pence(850_00))
    assert {item.status for item in items} == {Status.AVAILABLE}
    assert all(item.giai == "9521234" + item.code for item in items)
    assert [item.serial for item in items] == ["A1", "A2", "A3"]
    assert {item.paid for item in items} == {850_00}
    assert [test.kind for test in passports.tests_of(items[0])] == [TestKind.PAT, TestKind.LOLER]
    assert items[0].loler_due_on.isoformat() == "2026-12-01"


def test_goods_cost_the_catalogue_price_unless_said(by):
    assert an_item(a_product(price=Pence(12_70))).paid == 12_70


@pytest.mark.parametrize("quantity", [0, -1, 501, 10**9])
def test_no_more_goods_come_in_at_once_than_a_van_holds(by, quantity):
    with pytest.raises(Invalid) as why:
        some_items(quantity)
    assert why.value.field == "quantity"


@pytest.mark.parametrize(
    "serials", [["A1"], ["A1", "A1"], ["A1", "A" * 41], ["A1", "A2", "A3"], ["A1", "KNOWN"]]
)
def test_serials_are_one_for_each_and_never_twice(by, serials):
    product = a_product()
    some_items(1, product, serials=["KNOWN"])
    with pytest.raises(Invalid) as why:
        some_items(2, product, serials=serials)
    assert why.value.field == "serials"
    assert counts_of(product) == {Status.AVAILABLE: 1}


def test_new_goods_never_stand_on_the_dirty_side(by):
    with pytest.raises(NotAllowed) as why:
        receive_goods(a_product(), 1, place=place_for(a_depot(), Side.DIRTY), by=by, at=NOON)
    assert why.value.field == "place"


def test_the_goods_of_one_delivery_are_found_again(by):
    some_items(2)
    batch = some_items(3, because="BATCH1")
    assert count_wanted(Wanted(batch="BATCH1")) == len(batch) == 3


def test_recycled_goes_before_new_and_the_longest_waiting_first(by):
    product = a_product()
    new = an_item(product, at=NOON - timedelta(days=90))
    recycled = [an_item(product) for _ in range(2)]
    for days, item in zip((2, 1), recycled, strict=True):
        for event in ROUND:
            do(item, event, by=by, at=NOON + timedelta(days=days))
    chosen = []
    while item := free_item_of(product.id, TODAY):
        chosen.append(item)
        do(item, ROUND[0], by=by)
    assert chosen == [recycled[1], recycled[0], new]


def test_only_what_may_be_issued_from_the_depot_is_free(by):
    hoist, satellite = a_hoist(), a_store()
    good, failed, late = some_items(3, hoist)
    an_item(hoist, place=place_for(satellite, Side.CLEAN))
    record_test(failed, TestKind.PAT, False, by=by, at=NOON)
    late.loler_due_on = TODAY - timedelta(days=1)
    db.session.flush()
    assert free_counts([hoist.id], TODAY) == {hoist.id: 1}
    assert free_item_of(hoist.id, TODAY) is good


def test_consumables_are_the_sum_of_what_came_and_went(by):
    gloves, depot = a_product(tracking=Tracking.CONSUMABLE, price=Pence(5)), a_depot()
    assert some_items(100, gloves) == []
    row = move_consumable(gloves, depot, -30, because="order", by=by, at=NOON)
    assert row.value == -150
    assert consumable_stock(gloves.id) == consumable_stock(gloves.id, depot) == 70
    assert free_counts([gloves.id], TODAY) == {gloves.id: 70}
    with pytest.raises(NotAllowed, match="has 70"):
        move_consumable(gloves, depot, -71, because="order", by=by, at=NOON)
    with pytest.raises(NotAllowed, match="one by one"):
        move_consumable(a_product(), depot, 1, because="order", by=by, at=NOON)


def test_a_store_shows_what_is_short_and_how_many_to_order(by):
    depot = a_depot()
    some_items(3, a_product(name="Enough", min_stock=2, max_stock=9))
    short = a_product(name="Short", min_stock=2, max_stock=9)
    none = a_product(name="None at all", min_stock=1, max_stock=4)
    do(some_items(2, short)[0], ROUND[0], by=by)
    shelves = {shelf.product.name: shelf for shelf in shelves_of(depot, TODAY)}
    assert (shelves["Enough"].short, shelves["Enough"].to_order) == (0, 0)
    assert (shelves["Short"].available, shelves["Short"].reserved) == (1, 1)
    assert (shelves["Short"].short, shelves["Short"].to_order) == (1, 8)
    assert (shelves[none.name].clean, shelves[none.name].to_order) == (0, 4)


def test_a_satellite_is_not_filled_to_the_depots_least(by):
    a_product(min_stock=2, max_stock=9)
    assert shelves_of(a_store(), TODAY) == []


def test_lists_of_states_start_with_who_waits_longest(by):
    items = [an_item(at=NOON + timedelta(days=n)) for n in (2, 0, 1)]
    assert list(items_in(Status.AVAILABLE)) == [items[1], items[2], items[0]]
    assert list(items_in(Status.LOST, Status.SCRAPPED)) == []


def test_tests_that_ran_out_are_counted_with_clients_too(by):
    item = an_item(a_hoist())
    for event in ROUND[:4]:
        do(item, event, by=by)
    db.session.flush()
    assert count_overdue(item.loler_due_on) == 0
    assert count_overdue(item.loler_due_on + timedelta(days=1)) == 1


def test_there_is_one_place_for_each_side(app):
    store = a_store(kind=StoreKind.VAN)
    assert place_for(store, Side.DIRTY) is not place_for(store, Side.CLEAN)
    assert db.session.query(Item).count() == 0
