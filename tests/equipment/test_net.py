"""What the database refuses, whatever the program does."""

import threading
from datetime import date

import pytest
from sqlalchemy import insert, text, update
from sqlalchemy.exc import DBAPIError, IntegrityError

from core.clock import now
from core.db import db, transaction
from core.errors import Refused, TakenByAnother
from core.money import Pence
from equipment.actions import move_consumable, move_item
from equipment.models import Item, ItemMove, Product, ProductPrice
from equipment.queries import consumable_stock, depot, free_item_of, place_for, product_by_code
from equipment.rules import Event, Side, Status, Tracking
from people.models import Staff
from people.rules import Role
from tests.builders import (
    NOON,
    TODAY,
    a_depot,
    a_member_of_staff,
    a_product,
    an_item,
    some_items,
)
from tests.conftest import an_app
from tests.equipment.lives import an_item_in


def refused(constraint, statement, **values):
    db.session.flush()
    with pytest.raises(IntegrityError, match=constraint), db.session.begin_nested():
        db.session.execute(statement, values)


def test_a_dirty_item_on_a_clean_shelf_is_refused(app):
    by = a_member_of_staff()
    clean = place_for(a_depot(), Side.CLEAN)
    dirty_item, clean_item = an_item_in(Status.QUARANTINE, by=by), an_item()
    move = update(Item).where(Item.id == dirty_item.id).values(place_id=clean.id)
    refused("fk_item_place_id_side", move)
    turn = update(Item).where(Item.id == clean_item.id).values(status=Status.QUARANTINE)
    refused("fk_item_place_id_side", turn)


def test_a_place_does_not_change_sides_under_what_stands_there(app):
    item = an_item()
    refused(
        "fk_item_place_id_side",
        text("update place set side = 'dirty' where id = :id"),
        id=item.place_id,
    )


def test_an_item_without_a_record_is_never_available(app):
    item = an_item()
    dirty = update(Item).where(Item.id == item.id).values(needs_cleaning=True)
    refused("not_clean_without_a_record", dirty)


def test_stock_stands_somewhere_and_what_is_gone_nowhere(app):
    item = an_item()
    refused("stands_somewhere", update(Item).where(Item.id == item.id).values(place_id=None))
    gone = update(Item).where(Item.id == item.id).values(status=Status.ON_LOAN)
    refused("gone_leaves", gone)


def test_a_hold_has_a_reason_and_only_a_hold(app):
    item = an_item()
    refused(
        "held_for_a_reason", update(Item).where(Item.id == item.id).values(hold_reason="recall")
    )


def test_history_is_never_changed(app):
    item = an_item()
    db.session.flush()
    for statement in (update(ItemMove).values(because="no"), text("delete from item_move")):
        with pytest.raises(DBAPIError, match="append-only"), db.session.begin_nested():
            db.session.execute(statement)
    assert item.status is Status.AVAILABLE


def test_two_prices_never_hold_on_one_day(app):
    product = a_product()
    refused(
        "one_price_a_day",
        insert(ProductPrice).values(product_id=product.id, from_on=TODAY, pence=1),
    )
    refused(
        "ends_after_it_begins",
        update(ProductPrice).values(to_on=date(2013, 4, 1)),
    )


@pytest.mark.parametrize(
    ("field", "value", "constraint"),
    [
        ("safe_working_load_kg", 0, "bears_something"),
        ("width_mm", -1, "has_a_size"),
        ("pat_months", 0, "tests_last"),
        ("credit_percent", 101, "credit_is_a_percentage"),
        ("min_stock", 5, "min_up_to_max"),
        ("lead_days", -1, "lead_not_negative"),
    ],
)
def test_a_products_numbers_make_sense(app, field, value, constraint):
    product = a_product()
    refused(constraint, update(Product).where(Product.id == product.id).values({field: value}))


def test_a_serial_is_there_once_for_a_product(app):
    product = a_product()
    one, _ = some_items(2, product, serials=["A1", "A2"])
    refused("uq_item_product_id_serial", update(Item).where(Item.id == one.id).values(serial="A2"))


def at_once(count, url, act):
    """Run an act in so many threads that start together; what each returned or was refused with."""
    app, barrier, answers = an_app(url), threading.Barrier(count), []

    def one():
        with app.app_context():
            barrier.wait()
            try:
                with transaction("test"):
                    answer = act()
            except Refused as why:
                answer = why
            answers.append(answer)

    threads = [threading.Thread(target=one) for _ in range(count)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    with app.app_context():
        db.engine.dispose()
    return answers


@pytest.fixture
def committed(fresh_url):
    """Somebody, three items of one product and ten of a consumable, really there."""
    app = an_app(fresh_url)
    with app.app_context():
        by, product = a_member_of_staff(Role.WAREHOUSE), a_product()
        items = some_items(3, product, by=by)
        gloves = a_product(tracking=Tracking.CONSUMABLE, price=Pence(5))
        some_items(10, gloves, by=by)
        db.session.commit()
        facts = (fresh_url, by.id, product.id, gloves.code, items[0].id)
        db.session.remove()
        db.engine.dispose()
    return facts


def test_eight_at_once_take_three_different_items(committed):
    url, by_id, product_id, _, _ = committed

    def take():
        item = free_item_of(product_id, TODAY)
        if item is None:
            return None
        move_item(item, Event.ALLOCATE, by=db.session.get(Staff, by_id), at=NOON)
        return item.code

    taken = [code for code in at_once(8, url, take) if code is not None]
    assert len(taken) == len(set(taken)) == 3


def test_eight_at_once_move_one_item_once(committed):
    url, by_id, _, _, item_id = committed
    together = threading.Barrier(8)

    def allocate():
        item = db.session.get(Item, item_id)
        together.wait()
        move_item(item, Event.ALLOCATE, by=db.session.get(Staff, by_id), at=now())
        return item.code

    answers = at_once(8, url, allocate)
    assert sum(isinstance(one, str) for one in answers) == 1
    assert sum(isinstance(one, TakenByAnother) for one in answers) == 7


def test_eight_at_once_never_take_more_of_a_consumable_than_there_is(committed):
    url, by_id, _, code, _ = committed

    def take_four():
        by = db.session.get(Staff, by_id)
        gloves = product_by_code(code)
        move_consumable(gloves, depot(), -4, because="order", by=by, at=NOON)
        return 4

    answers = at_once(8, url, take_four)
    assert answers.count(4) == 2
    app = an_app(url)
    with app.app_context():
        assert consumable_stock(product_by_code(code).id) == 2
        db.session.remove()
        db.engine.dispose()
