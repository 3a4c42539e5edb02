"""The catalogue holds what can be true, and prices by day."""

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.db import db
from core.errors import Invalid, NotAllowed, NotFound
from core.money import Pence
from equipment.actions import add_store, relate, set_price
from equipment.catalogue.actions import add_place, change_product, set_part, unrelate
from equipment.catalogue.queries import relations_of
from equipment.checks import gs1_check_digit, read_gln, read_gtin
from equipment.queries import (
    item_by_code,
    item_by_giai,
    price_on,
    prices_on,
    product_by_code,
    products_matching,
)
from equipment.rules import Group, Relation, Side, StoreKind, Tracking
from equipment.stores.queries import parts_of
from tests.builders import NOON, TODAY, a_hoist, a_member_of_staff, a_product, a_store, an_item


@pytest.fixture
def by(app):
    return a_member_of_staff()


def test_a_gtin_is_checked_and_filled_to_fourteen_digits():
    assert read_gtin("4006381333931") == "04006381333931"
    assert read_gtin(" 4006-3813 33931") == "04006381333931"
    assert read_gtin("96385074") == "00000096385074"
    for wrong in ("4006381333932", "400638133393", "ABC", "４００６３８１３３３９３１"):
        with pytest.raises(Invalid) as why:
            read_gtin(wrong)
        assert why.value.field == "gtin"


@given(st.text("0123456789", min_size=12, max_size=12), st.integers(0, 11), st.integers(1, 9))
def test_every_wrong_digit_of_a_gs1_number_is_caught(body, where, by_how_much):
    digits = body + str(gs1_check_digit(body))
    assert read_gln(digits) == digits
    wrong = str((int(digits[where]) + by_how_much) % 10)
    with pytest.raises(Invalid):
        read_gln(digits[:where] + wrong + digits[where + 1 :])


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("name", "   "),
        ("safe_working_load_kg", 0),
        ("safe_working_load_kg", -5),
        ("length_mm", 0),
        ("loler_months", 0),
        ("service_months", 121),
        ("expected_life_months", -1),
        ("credit_percent", 101),
        ("credit_percent", -1),
        ("min_stock", -1),
        ("lead_days", 366),
        ("iso9999", "12 06 06 01"),
        ("gtin", "123"),
        ("price", Pence(-1)),
    ],
)
def test_what_cannot_be_true_of_a_product_is_refused_beside_its_field(by, field, value):
    with pytest.raises(Invalid) as why:
        a_product(**{field: value})
    assert why.value.field == field


def test_the_least_is_not_above_the_most(by):
    with pytest.raises(Invalid) as why:
        a_product(min_stock=5, max_stock=4)
    assert why.value.field == "max_stock"


def test_a_consumable_has_no_tests(by):
    with pytest.raises(Invalid, match="consumable"):
        a_product(tracking=Tracking.CONSUMABLE, pat_months=12)


def test_an_adaptation_is_followed_by_quantity_and_its_price_includes_the_fitting(by):
    with pytest.raises(Invalid, match="follow it as a consumable") as why:
        a_product(adaptation=True, by=by)
    assert why.value.field == "tracking"
    with pytest.raises(Invalid, match="includes its fitting") as why:
        a_product(adaptation=True, tracking=Tracking.CONSUMABLE, needs_fitting=True, by=by)
    assert why.value.field == "needs_fitting"


def test_names_and_gtins_are_there_once(by):
    a_product(name="Bed lever", gtin="4006381333931")
    with pytest.raises(Invalid, match="name"):
        a_product(name="Bed  lever")
    with pytest.raises(Invalid, match="GTIN"):
        a_product(gtin="04006381333931")


def test_a_price_holds_until_the_next_one_begins(by):
    product = a_product(price=Pence(60_00), from_on=TODAY)
    set_price(product, Pence(70_00), from_on=TODAY + timedelta(days=30), by=by, at=NOON)
    set_price(product, Pence(65_00), from_on=TODAY + timedelta(days=10), by=by, at=NOON)
    days = (0, 9, 10, 29, 30, 5000)
    prices = [price_on(product.id, TODAY + timedelta(days=n)) for n in days]
    assert prices == [60_00, 60_00, 65_00, 65_00, 70_00, 70_00]
    assert prices_on([product.id], TODAY) == {product.id: 60_00}


def test_no_price_before_the_first_one(by):
    product = a_product(from_on=TODAY)
    with pytest.raises(Invalid, match="no price"):
        price_on(product.id, TODAY - timedelta(days=1))


def test_a_price_is_neither_set_in_the_past_nor_twice_for_a_day(by):
    product = a_product(from_on=TODAY)
    for day in (TODAY - timedelta(days=1), TODAY):
        with pytest.raises(Invalid) as why:
            set_price(product, Pence(1), from_on=day, by=by, at=NOON)
        assert why.value.field == "from_on"


def test_related_products_find_each_other(by):
    bed, rail, other = a_product(), a_product(), a_product()
    relate(bed, rail, Relation.NEVER_WITH, by=by, at=NOON)
    relate(other, bed, Relation.SUBSTITUTE, by=by, at=NOON)
    assert relations_of(bed)[Relation.NEVER_WITH] == [rail]
    assert relations_of(rail)[Relation.NEVER_WITH] == [bed]
    assert relations_of(bed)[Relation.SUBSTITUTE] == [other]
    assert relations_of(other)[Relation.SUBSTITUTE] == []


def test_what_is_never_with_is_not_compatible_as_well(by):
    bed, rail = a_product(), a_product()
    relate(bed, rail, Relation.NEVER_WITH, by=by, at=NOON)
    for one, two, relation in (
        (rail, bed, Relation.NEVER_WITH),
        (rail, bed, Relation.COMPATIBLE),
        (bed, rail, Relation.COMPATIBLE),
    ):
        with pytest.raises(NotAllowed, match="already related"):
            relate(one, two, relation, by=by, at=NOON)
    with pytest.raises(Invalid):
        relate(bed, bed, Relation.COMPATIBLE, by=by, at=NOON)
    unrelate(rail, bed, Relation.NEVER_WITH, by=by, at=NOON)
    relate(bed, rail, Relation.COMPATIBLE, by=by, at=NOON)


def test_parts_are_named_counted_and_taken_away(by):
    product = a_product()
    set_part(product, "Castor", 4, by=by, at=NOON)
    set_part(product, "Castor", 2, by=by, at=NOON)
    assert [(part.name, part.quantity) for part in parts_of(product)] == [("Castor", 2)]
    set_part(product, "Castor", 0, by=by, at=NOON)
    assert parts_of(product) == []
    for name, quantity in (("", 1), ("Castor", -1), ("Castor", 0)):
        with pytest.raises(Invalid):
            set_part(product, name, quantity, by=by, at=NOON)


def test_a_test_that_becomes_needed_is_due_at_once(by):
    product = a_product()
    item = an_item(product)
    facts = {name: getattr(product, name) for name in ("name", "group", "care_class")}
    change_product(product, **facts, pat_months=12, by=by, at=NOON)
    db.session.refresh(item)
    assert item.pat_due_on == TODAY


def test_things_do_not_become_a_quantity(by):
    product = a_product()
    an_item(product)
    with pytest.raises(Invalid) as why:
        change_product(product, name="x", tracking=Tracking.CONSUMABLE, by=by, at=NOON)
    assert why.value.field == "tracking"


def test_search_forgives_a_slip_and_reads_nothing_as_a_pattern(by):
    walker = a_product(name="Wheeled walking frame", group=Group.WALKING)
    a_hoist(name="Standing hoist", gtin="4006381333931")
    assert products_matching("waking frame") == [walker]
    assert products_matching("frame", Group.HOISTS) == []
    assert [one.name for one in products_matching("4006381333931")] == ["Standing hoist"]
    for odd in ("%", "_", "'; drop table item; --", "\x00", "\\", "<b>"):
        assert products_matching(odd) == [] or odd == "\x00"


def test_withdrawn_products_are_not_found_unless_asked_for(by):
    gone = a_product(name="Old commode", withdrawn_on=date(2026, 1, 1))
    assert gone not in products_matching("Old commode")
    assert gone in products_matching("Old commode", withdrawn=True)


@pytest.mark.parametrize("code", ["", "ZZZ", "23456789", "1 or 1=1", "é" * 8, "x" * 5000])
def test_an_unknown_code_is_not_found(by, code):
    for lookup in (item_by_code, product_by_code, item_by_giai):
        with pytest.raises(NotFound):
            lookup(code)


def test_a_store_has_two_sides_and_each_name_once(by):
    store = a_store(name="North shelf")
    assert {place.side for place in store.places} == set(Side)
    facts = {"kind": StoreKind.SATELLITE, "by": by, "at": NOON}
    for wrong in ({"name": "North shelf"}, {"name": " "}, {"name": "x", "gln": "1234567890123"}):
        with pytest.raises(Invalid):
            add_store(**facts, **wrong)
    add_place(store, "Bay 1", Side.CLEAN, by=by, at=NOON)
    with pytest.raises(Invalid):
        add_place(store, "bay 1", Side.DIRTY, by=by, at=NOON)
