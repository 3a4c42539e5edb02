"""Every page of the room answers whom it should, with a sentence where it must refuse."""

import re
from datetime import date

import pytest
from sqlalchemy import select

from core.clock import london_day, now
from core.db import db
from core.money import Pence
from equipment.models import Item, Product
from equipment.queries import place_for, price_on, product_by_code
from equipment.rules import Relation, Side, Status, Tracking
from people.rules import ROLES, May, Role
from tests.builders import NOON, a_depot, a_hoist, a_product, a_store, an_item, some_items
from tests.equipment.lives import ROUND, do
from tests.heard import statements

NAUGHTY = ["'", '"><img src=x onerror=alert(1)>', "{{7*7}}", "%00", "𝕏" * 50, "../../etc", "-1"]


@pytest.fixture
def things(app):
    """A hoist with an item, and the addresses of every page with who may see it."""
    hoist, store = a_hoist(min_stock=4, max_stock=9), a_depot()
    item = an_item(hoist)
    return {
        "/catalogue": May.SEE_CATALOGUE,
        f"/catalogue/{hoist.code}": May.SEE_CATALOGUE,
        "/catalogue/new": May.KEEP_CATALOGUE,
        f"/catalogue/{hoist.code}/change": May.KEEP_CATALOGUE,
        f"/catalogue/{hoist.code}/price": May.KEEP_CATALOGUE,
        "/stores": May.SEE_ITEMS,
        f"/stores/{store.code}": May.SEE_ITEMS,
        f"/stores/{store.code}/stock.csv": May.SEE_ITEMS,
        "/stores/new": May.KEEP_CATALOGUE,
        "/items": May.SEE_ITEMS,
        "/items.csv": May.SEE_ITEMS,
        f"/items/{item.code}": May.SEE_ITEMS,
        f"/items/{item.code}/hold": May.MOVE_STOCK,
        f"/items/{item.code}/move": May.MOVE_STOCK,
        "/goods-in": May.RECEIVE_GOODS,
        "/tests-due": May.SEE_ITEMS,
        "/tests-due.csv": May.SEE_ITEMS,
    }


@pytest.mark.parametrize("role", Role)
def test_each_role_sees_its_pages_and_no_other(things, as_, role):
    somebody = as_(role)
    for address, right in things.items():
        answer = somebody.get(address)
        assert answer.status_code == (200 if right in ROLES[role] else 403), address


def test_a_stranger_is_asked_to_sign_in(app, things):
    for address in things:
        assert app.test_client().get(address).status_code in (302, 303, 401)


@pytest.mark.parametrize(
    ("address", "right"),
    [
        ("/catalogue/new", May.KEEP_CATALOGUE),
        ("/catalogue/{product}/change", May.KEEP_CATALOGUE),
        ("/catalogue/{product}/price", May.KEEP_CATALOGUE),
        ("/catalogue/{product}/relations", May.KEEP_CATALOGUE),
        ("/catalogue/{product}/parts", May.KEEP_CATALOGUE),
        ("/catalogue/{product}/relations/{product}/never with/remove", May.KEEP_CATALOGUE),
        ("/stores/new", May.KEEP_CATALOGUE),
        ("/stores/{store}/places", May.KEEP_CATALOGUE),
        ("/goods-in", May.RECEIVE_GOODS),
        ("/items/{item}/hold", May.MOVE_STOCK),
    ],
)
@pytest.mark.parametrize("role", Role)
def test_each_role_does_its_acts_and_no_other(app, as_, role, address, right):
    item = an_item()
    url = address.format(item=item.code, product=item.product.code, store=item.place.store.code)
    answer = as_(role).post(url, data={})
    expected = {403} if right not in ROLES[role] else {409, 422}
    assert answer.status_code in expected, answer.text


def test_an_item_shows_its_whole_history(app, as_):
    warehouse = as_(Role.WAREHOUSE)
    item = an_item(by=warehouse.staff)
    for what in ROUND:
        do(item, what, by=warehouse.staff)
    db.session.flush()
    text = warehouse.get(f"/items/{item.code}").text
    for word in ("Receive", "Deliver", "Collect", "Book in", "Clean", "Put away", item.giai):
        assert word in text
    assert warehouse.staff.name in text


def test_an_item_offers_what_its_state_allows(app, as_):
    item, warehouse = an_item(), as_(Role.WAREHOUSE)
    text = warehouse.get(f"/items/{item.code}").text
    assert "Put on hold" in text
    assert "End the hold" not in text
    answer = warehouse.get(f"/items/{item.code}/end_hold")
    assert (answer.status_code, "not possible here" in answer.text) == (409, True)
    assert warehouse.get(f"/items/{item.code}/dance").status_code == 404
    assert warehouse.get(f"/items/{item.code}/deliver").status_code == 409
    assert warehouse.post(f"/items/{item.code}/deliver").status_code == 409


def test_a_held_item_that_is_moved_stays_held_for_its_reason(app, as_):
    sam, item = as_(Role.WAREHOUSE), an_item()
    sam.post(f"/items/{item.code}/hold", data={"because": "Recall 7", "place": ""})
    place = place_for(a_store(), Side.DIRTY)
    answer = sam.post(f"/items/{item.code}/move", data={"because": "", "place": place.code})
    assert answer.status_code == 303
    assert (item.hold_reason, item.place) == ("Recall 7", place)


def test_holding_an_item_asks_why_and_ends_in_quarantine(app, as_):
    item, warehouse = an_item(), as_(Role.WAREHOUSE)
    answer = warehouse.post(f"/items/{item.code}/hold", data={"because": ""})
    assert (answer.status_code, "Say why" in answer.text) == (409, True)
    answer = warehouse.post(f"/items/{item.code}/hold", data={"because": "Recall of castors"})
    assert answer.status_code == 303
    assert (item.status, item.hold_reason) == (Status.ON_HOLD, "Recall of castors")
    assert "Recall of castors" in warehouse.get(f"/items/{item.code}").text
    assert warehouse.post(f"/items/{item.code}/end_hold").status_code == 303
    assert (item.status, item.hold_reason) == (Status.QUARANTINE, None)


def test_moving_an_item_offers_places_of_its_side_only(app, as_):
    item, warehouse, shelf = an_item(), as_(Role.WAREHOUSE), a_store()
    clean, dirty = sorted(shelf.places, key=lambda place: place.side)
    assert dirty.code not in warehouse.get(f"/items/{item.code}/move").text
    wrong = warehouse.post(f"/items/{item.code}/move", data={"place": dirty.code})
    assert (wrong.status_code, "dirty side" in wrong.text) == (409, True)
    assert warehouse.post(f"/items/{item.code}/move", data={"place": "ZZZ"}).status_code == 422
    right = warehouse.post(f"/items/{item.code}/move", data={"place": clean.code})
    assert (right.status_code, item.place) == (303, clean)


def test_goods_come_in_and_go_on_to_their_labels(app, as_):
    product, warehouse = a_hoist(), as_(Role.WAREHOUSE)
    place = next(one for one in a_depot().places if one.side is Side.CLEAN)
    typed = {"product": product.code, "quantity": "2", "place": place.code, "paid": "850.00"}
    answer = warehouse.post("/goods-in", data={**typed, "serials": "A1\r\nA2\r\n"})
    assert answer.status_code == 303
    items = db.session.scalars(select(Item).order_by(Item.id)).all()
    assert [(item.serial, item.paid) for item in items] == [("A1", 850_00), ("A2", 850_00)]
    assert answer.location.startswith("/labels/new")
    assert all(item.code in answer.location for item in items)


@pytest.mark.parametrize(
    ("field", "value", "sentence"),
    [
        ("product", "ZZZ", "Choose a product"),
        ("quantity", "501", "between 1 and 500"),
        ("quantity", "1e309", "whole number"),
        ("quantity", "9" * 5000, "whole number"),
        ("quantity", "", "Say how many"),
        ("serials", "A1\nA1", "twice"),
        ("serials", "A1", "1 serial numbers for 2"),
        ("paid", "1.234", "pounds and pence"),
        ("paid", "-5", "less than nothing"),
        ("place", "", "Choose a place"),
    ],
)
def test_goods_in_says_beside_the_field_what_is_wrong(app, as_, field, value, sentence):
    product = a_hoist()
    place = next(one for one in a_depot().places if one.side is Side.CLEAN)
    typed = {"product": product.code, "quantity": "2", "place": place.code, field: value}
    answer = as_(Role.WAREHOUSE).post("/goods-in", data=typed)
    assert (answer.status_code, sentence in answer.text) == (422, True), answer.text
    assert f'id="{field}-error"' in answer.text
    assert db.session.scalar(select(Item)) is None


def test_consumables_come_in_by_quantity(app, as_):
    gloves, warehouse = a_product(tracking=Tracking.CONSUMABLE), as_(Role.WAREHOUSE)
    place = next(one for one in a_depot().places if one.side is Side.CLEAN)
    typed = {"product": gloves.code, "quantity": "200", "place": place.code}
    answer = warehouse.post("/goods-in", data=typed)
    assert answer.location == f"/catalogue/{gloves.code}"
    assert "200 free now" in warehouse.get(answer.location).text
    assert ">200<" in warehouse.get(f"/stores/{a_depot().code}").text


def test_a_product_is_added_changed_and_priced(app, as_):
    keeper = as_(Role.ADMINISTRATOR)
    typed = {
        "name": "Bed lever",
        "group": "beds and rails",
        "tracking": "labelled",
        "care_class": "joint",
        "price": "1,234.50",
        "from_on": "2026-01-01",
        "gtin": "4006381333931",
        "safe_working_load_kg": "160",
        "credit_percent": "70",
    }
    answer = keeper.post("/catalogue/new", data=typed)
    assert answer.status_code == 303, answer.text
    product = db.session.scalar(select(Product))
    assert price_on(product.id, date(2026, 6, 1)) == Pence(1234_50)
    assert (product.gtin, product.lead_days) == ("04006381333931", 5)
    changed = {**typed, "name": "Bed lever, short", "pat_months": "12", "special": "y"}
    assert keeper.post(f"/catalogue/{product.code}/change", data=changed).status_code == 303
    assert (product.name, product.pat_months, product.special) == ("Bed lever, short", 12, True)
    today = london_day(now())
    price = {"price": "99", "from_on": today.isoformat()}
    assert keeper.post(f"/catalogue/{product.code}/price", data=price).status_code == 303
    assert price_on(product.id, today) == Pence(99_00)
    assert keeper.post(f"/catalogue/{product.code}/price", data=price).status_code == 422


def test_who_keeps_the_catalogue_says_whether_a_product_carries_the_client(app, as_):
    keeper = as_(Role.ADMINISTRATOR)
    assert 'checked class="nhsuk-checkboxes__input" id="carries_client"' in (
        keeper.get("/catalogue/new").text
    )
    tray = a_product(safe_working_load_kg=10)
    page = f"/catalogue/{tray.code}"
    assert tray.carries_client
    assert "Yes, an order is checked against" in keeper.get(page).text
    names = ("name", "group", "tracking", "care_class", "cleaning", "safe_working_load_kg")
    typed = {name: getattr(tray, name) for name in names}
    assert keeper.post(f"{page}/change", data=typed).status_code == 303
    assert not tray.carries_client
    assert "No, an order is not checked against" in keeper.get(page).text


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("name", ""),
        ("name", "x" * 121),
        ("group", "spaceships"),
        ("price", "12.345"),
        ("price", ""),
        ("from_on", "2026-02-30"),
        ("safe_working_load_kg", "0"),
        ("safe_working_load_kg", "NaN"),
        ("gtin", "4006381333932"),
        ("credit_percent", "101"),
        ("iso9999", "rails"),
    ],
)
def test_a_product_says_beside_the_field_what_is_wrong(app, as_, field, value):
    typed = {
        "name": "Bed lever",
        "group": "beds and rails",
        "tracking": "labelled",
        "care_class": "joint",
        "price": "12.00",
        "from_on": "2026-01-01",
        field: value,
    }
    answer = as_(Role.ADMINISTRATOR).post("/catalogue/new", data=typed)
    assert (answer.status_code, f'id="{field}-error"' in answer.text) == (422, True)
    assert db.session.scalar(select(Product)) is None


def test_only_a_products_own_fields_are_taken_from_its_form(app, as_):
    product = a_product()
    typed = {name: getattr(product, name) for name in ("name", "group", "tracking", "care_class")}
    forged = {**typed, "id": "999", "code": "23456789", "version": "7"}
    before = (product.id, product.code)
    answer = as_(Role.ADMINISTRATOR).post(f"/catalogue/{product.code}/change", data=forged)
    assert answer.status_code == 303
    assert (product.id, product.code) == before


def test_products_are_related_by_name_and_freed_again(app, as_):
    bed, rail, keeper = a_product(name="Bed"), a_product(name="Rail"), as_(Role.ADMINISTRATOR)
    typed = {"relation": Relation.NEVER_WITH.value, "other": "rail"}
    url = f"/catalogue/{bed.code}/relations"
    assert keeper.post(url, data=typed).status_code == 303
    assert "Remove Bed" in keeper.get(f"/catalogue/{rail.code}").text
    assert keeper.post(url, data=typed).status_code == 409
    assert keeper.post(url, data={**typed, "other": "nothing"}).status_code == 422
    remove = f"{url}/{rail.code}/{Relation.NEVER_WITH.value}/remove"
    assert keeper.post(remove).status_code == 303
    assert keeper.post(remove).status_code == 409
    part = {"name": "Castor", "quantity": "4"}
    assert keeper.post(f"/catalogue/{bed.code}/parts", data=part).status_code == 303
    assert "4 × Castor" in keeper.get(f"/catalogue/{bed.code}").text
    assert keeper.post(f"/catalogue/{bed.code}/parts", data={"name": "x"}).status_code == 422


def test_a_store_is_added_with_its_places(app, as_):
    keeper = as_(Role.ADMINISTRATOR)
    typed = {"name": "North shelf", "kind": "satellite", "gln": "9521234000006"}
    wrong = keeper.post("/stores/new", data={**typed, "gln": "9521234000007"})
    assert (wrong.status_code, "last digit" in wrong.text) == (422, True)
    answer = keeper.post("/stores/new", data={"name": "North shelf", "kind": "satellite"})
    assert answer.status_code == 303
    place = {"name": "Bay 1", "side": "clean"}
    assert keeper.post(f"{answer.location}/places", data=place).status_code == 303
    assert keeper.post(f"{answer.location}/places", data=place).status_code == 422
    assert "Bay 1: clean" in keeper.get(answer.location).text


def test_items_are_found_by_code_serial_state_and_store(app, as_):
    warehouse = as_(Role.WAREHOUSE)
    one, two = some_items(2, serials=["MH-0001", "XX-9"])
    for asked in (one.code.lower(), one.giai, "mh-0"):
        text = warehouse.get("/items", query_string={"text": asked}).text
        assert one.code in text, asked
        assert two.code not in text, asked
    assert "No item fits" in warehouse.get("/items?status=lost").text
    assert "2 items" in warehouse.get("/items?status=available&status=lost").text
    assert "2 items" in warehouse.get(f"/items?store={a_depot().code}").text
    csv = warehouse.get("/items.csv?text=xx-9").text
    assert (two.code in csv, one.code in csv) == (True, False)


@pytest.mark.parametrize("naughty", NAUGHTY)
def test_nothing_that_is_typed_breaks_a_page(app, as_, naughty):
    keeper, warehouse = as_(Role.ADMINISTRATOR), as_(Role.WAREHOUSE)
    hoist = a_hoist()
    for url in ("/catalogue", "/items", "/items.csv", "/tests-due", f"/stores/{a_depot().code}"):
        for name in ("text", "status", "group", "page", "sort", "batch", "show", "tracking"):
            answer = warehouse.get(url, query_string={name: naughty})
            assert answer.status_code in (200, 400), (url, name)
            assert "onerror=alert" not in re.sub(r"&[^;]+;", "", answer.text) or "<img" not in (
                answer.text
            )
    for url in ("/items?product=", "/items?store=", "/items/", "/catalogue/", "/stores/"):
        code = naughty.replace("/", "").replace(".", "") or "x"
        assert warehouse.get(url + code).status_code in (400, 404, 308)
    typed = {"name": naughty, "quantity": naughty}
    assert keeper.post(f"/catalogue/{hoist.code}/parts", data=typed).status_code in (303, 400, 422)


def queries_of(client, url):
    """How many statements a page asks of the database."""
    with statements() as said:
        assert client.get(url).status_code == 200
    return len(said)


def test_pages_ask_no_more_of_the_database_when_there_is_more(app, as_):
    warehouse, depot = as_(Role.WAREHOUSE), a_depot()
    urls = ["/catalogue", "/items", "/items.csv", "/tests-due", "/stores", f"/stores/{depot.code}"]
    a_hoist_with_items(2)
    few = [queries_of(warehouse, url) for url in urls]
    for number in range(6):
        a_hoist_with_items(3)
        a_store(name=f"Shelf {number}")
    many = [queries_of(warehouse, url) for url in urls]
    assert few == many
    assert max(many) <= 9


def a_hoist_with_items(count):
    hoist = a_hoist()
    some_items(count, hoist, at=NOON)
    db.session.flush()
    return product_by_code(hoist.code)
