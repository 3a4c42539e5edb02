"""What is set aside for whom: the oldest line first, and given on when an order is cancelled."""

from datetime import timedelta

import pytest
from flask import Flask

from core.db import db
from core.errors import Invalid, NotAllowed
from core.money import Pence
from equipment import actions as equipment_actions
from equipment.queries import free_item_of
from equipment.rules import Event, Tracking
from loans import actions
from loans.orders.facts import total_of
from loans.rules import Need, OrderStatus, Speed
from people.rules import Role
from tests.builders import (
    NOON,
    TODAY,
    a_client,
    a_depot,
    a_member_of_staff,
    a_pool,
    a_prescriber,
    a_product,
    an_item,
    an_order,
    some_items,
)


def an_authoriser(**but: object):
    return a_member_of_staff(Role.AUTHORISER, organisation=a_pool().body, **but)


def test_cancelling_gives_the_item_to_whoever_waits_longest(app: Flask) -> None:
    first = an_order()
    item = first.lines[0].item
    second = an_order(products=[item.product], at=NOON + timedelta(minutes=1))
    third = an_order(products=[item.product], at=NOON + timedelta(minutes=2))
    assert second.status is OrderStatus.APPROVED
    assert second.lines[0].item is None
    actions.cancel(first, because="Moved away", by=first.prescriber, at=NOON + timedelta(hours=1))
    assert first.status is OrderStatus.CANCELLED
    assert first.lines[0].item is None
    assert second.lines[0].item is item
    assert third.lines[0].item is None


def test_new_stock_goes_to_the_oldest_line_first(app: Flask) -> None:
    product = a_product()
    orders = [an_order(products=[product], at=NOON + timedelta(minutes=n)) for n in range(3)]
    some_items(2, product)
    by = a_member_of_staff(Role.WAREHOUSE)
    served = actions.allocate_waiting(product.id, by=by, at=NOON + timedelta(hours=1))
    assert served == [orders[0].lines[0], orders[1].lines[0]]
    assert actions.allocate_waiting(product.id, by=by, at=NOON) == []


def test_what_is_on_the_van_cannot_be_cancelled(app: Flask) -> None:
    order = an_order()
    for event in (Event.PICK, Event.LOAD):
        equipment_actions.move_item(order.lines[0].item, event, by=order.prescriber, at=NOON)
    with pytest.raises(NotAllowed, match="van"):
        actions.cancel(order, because="", by=order.prescriber, at=NOON)


def test_cancelling_the_rest_of_a_part_delivered_order_ends_it_as_delivered(app: Flask) -> None:
    by, product = a_prescriber(), an_item().product
    order = an_order(products=[product, a_product()], by=by)
    for event in (Event.PICK, Event.LOAD):
        equipment_actions.move_item(order.lines[0].item, event, by=by, at=NOON)
    actions.begin(order.lines[0], by=by, at=NOON)
    assert order.status is OrderStatus.APPROVED
    actions.cancel(order, because="Enough", by=by, at=NOON)
    assert order.status is OrderStatus.DELIVERED
    assert order.lines[1].cancelled_at == NOON


def test_consumables_are_ordered_by_count_in_one_line_and_promised_once(app: Flask) -> None:
    product = a_product(
        name="Gloves", tracking=Tracking.CONSUMABLE, price=Pence(1_00), safe_working_load_kg=None
    )
    by = a_prescriber()
    equipment_actions.move_consumable(product, a_depot(), 10, because="Goods in", by=by, at=NOON)
    order = an_order(products=[product], by=by, placed=False)
    actions.add_line(order, product, 5, by=by, at=NOON)
    assert [line.quantity for line in order.lines] == [6]
    assert total_of(order) == 6_00
    actions.place(order, by=by, at=NOON)
    assert order.lines[0].allocated_at == NOON
    second = an_order(products=[product] * 5, by=by)
    assert [line.quantity for line in second.lines] == [5]
    assert second.lines[0].allocated_at is None
    actions.issue_consumable(order.lines[0], by=by, at=NOON)
    assert order.status is OrderStatus.DELIVERED
    equipment_actions.move_consumable(product, a_depot(), 1, because="Goods in", by=by, at=NOON)
    assert actions.allocate_waiting(product.id, by=by, at=NOON) == [second.lines[0]]


@pytest.mark.parametrize("quantity", [0, -1, 11, 10**9])
def test_a_count_outside_reason_is_refused(app: Flask, quantity: int) -> None:
    order = an_order(placed=False)
    with pytest.raises(Invalid):
        actions.add_line(order, a_product(), quantity, by=order.prescriber, at=NOON)


def test_a_withdrawn_product_is_not_ordered(app: Flask) -> None:
    order, product = an_order(placed=False), a_product()
    product.withdrawn_on = TODAY
    with pytest.raises(NotAllowed, match="no longer lent"):
        actions.add_line(order, product, 1, by=order.prescriber, at=NOON)


def test_nothing_is_ordered_or_approved_after_a_death(app: Flask) -> None:
    client = a_client()
    draft = an_order(client, placed=False)
    waiting = an_order(client, products=[a_product(special=True)])
    actions.record_death(client, TODAY, by=draft.prescriber, at=NOON)
    for refused in (
        lambda: actions.start_order(
            client, need=Need.FALLS, speed=Speed.NEXT_DAY, by=draft.prescriber, at=NOON
        ),
        lambda: actions.place(draft, by=draft.prescriber, at=NOON),
        lambda: actions.approve(waiting, because="Yes", by=an_authoriser(), at=NOON),
    ):
        with pytest.raises(NotAllowed, match="has died"):
            refused()


def test_an_item_whose_test_ran_out_is_not_set_aside(app: Flask) -> None:
    item = an_item()
    item.loler_due_on = TODAY - timedelta(days=1)
    db.session.flush()
    assert free_item_of(item.product_id, TODAY) is None
    assert an_order(products=[item.product]).lines[0].item is None
