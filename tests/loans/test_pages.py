"""The pages of clients, orders and loans: what they show and do."""

import re
from collections.abc import Callable
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient

from core.db import db
from core.money import Pence
from equipment.rules import Tracking
from loans import actions
from loans.models import Client, Order
from loans.rules import OrderStatus
from people.models import AuditRow
from people.rules import Role
from tests.builders import (
    NOON,
    a_client,
    a_loan,
    a_merger,
    a_pool,
    a_prescriber,
    a_product,
    a_test_number,
    an_item,
    an_order,
    an_organisation,
)

As = Callable[..., FlaskClient]


def a_form(**but: Any) -> dict[str, Any]:
    facts = {
        "nhs_number": a_test_number(),
        "given_name": "Grace",
        "family_name": "Testcase",
        "born_on": "1950-02-03",
        "address": "2 Test Street",
        "postcode": "ng1 5fs",
        "practice": a_pool().practice.code,
        "telephone": "0115 496 0001",
        "weight_kg": "70",
        "crew_note": "Dog",
    }
    return {**facts, **but}


def test_a_client_is_registered_found_and_changed(app: Flask, as_: As) -> None:
    browser = as_(a_prescriber())
    number = a_test_number()
    typed = a_form(nhs_number=f"{number[:3]} {number[3:6]} {number[6:]}")
    answer = browser.post("/clients/new", data=typed)
    client = db.session.query(Client).filter_by(family_name="Testcase").one()
    assert (answer.status_code, answer.location) == (303, f"/clients/{client.code}")
    assert (client.nhs_number, client.postcode) == (number, "NG1 5FS")
    assert (client.body, client.council) == (a_pool().body, a_pool().council)
    for text in ("testcase", "Grace Testcase", "tesstcase", number, client.code, "NG1", "ng15fs"):
        assert client.code in browser.post("/clients", data={"sought": text}).text, text
    nobody = browser.post("/clients", data={"sought": "Zebedee"}).text
    assert "Nobody you may see fits this" in nobody
    assert client.code not in nobody
    changed = a_form(
        nhs_number=number, weight_kg="", practice="", postcode="ZZ9 9ZZ", seen_version="1"
    )
    assert browser.post(f"/clients/{client.code}/change", data=changed).status_code == 303
    db.session.refresh(client)
    assert (client.weight_kg, client.practice, client.council) == (None, None, None)
    page = browser.get(f"/clients/{client.code}").text
    assert "Outside the partners" in page


def test_a_clients_funder_is_who_stands_in_its_place_today(app: Flask, as_: As) -> None:
    client, pool = a_client(), a_pool()
    merged = an_organisation(name="NHS Merged Integrated Care Board", kind=pool.body.kind)
    said = " ".join(as_(a_prescriber()).get(f"/clients/{client.code}").text.split())
    assert f"<dd>{pool.body.name}</dd>" in said.replace(' class="nhsuk-summary-list__value"', "")
    a_merger(pool.body.id, merged)
    said = as_(a_prescriber()).get(f"/clients/{client.code}").text
    assert f"NHS Merged Integrated Care Board (took over from {pool.body.name})" in said
    assert f"{pool.council.name} (took over" not in said
    assert client.body == pool.body


def test_a_search_for_a_client_stands_in_no_address(app: Flask, as_: As) -> None:
    browser, client = as_(a_prescriber()), a_client()
    for asked in ({}, {"q": client.family_name}, {"sought": client.family_name}):
        page = browser.get("/clients", query_string=asked).text
        assert client.family_name not in page
    page = browser.post("/clients", data={"sought": client.family_name}).text
    assert client.code in page
    addresses = re.findall(r'(?:href|action)="([^"]*)"', page)
    assert f"/clients/{client.code}" in addresses
    assert not [one for one in addresses if client.family_name in one or "?" in one.split(".")[0]]


def test_a_search_leaves_a_row_that_says_who_was_shown_and_not_what_was_typed(
    app: Flask, as_: As
) -> None:
    browser, client = as_(a_prescriber()), a_client()
    browser.post("/clients", data={"sought": client.nhs_number})
    browser.post("/clients", data={"sought": "Zebedee"})
    hit, miss = db.session.query(AuditRow).filter_by(act="loans.find_clients").order_by("id")
    assert (hit.by, hit.changes) == (browser.staff, {"client": [client.code]})
    assert (miss.by, miss.changes) == (browser.staff, {})


def test_a_search_may_be_sent_again(app: Flask, as_: As) -> None:
    browser, client = as_(a_prescriber()), a_client()
    assert 'name="once"' not in browser.get("/clients").text.split("<main")[1]
    for _ in range(2):
        assert client.code in browser.post("/clients", data={"sought": client.code}).text


@pytest.mark.parametrize(
    ("sought", "sentence"),
    [("", "Type a name"), ("  ", "Type a name"), ("x" * 101, "Up to 100 characters")],
)
def test_a_search_for_nothing_or_for_a_whole_letter_is_refused_and_stays_as_typed(
    app: Flask, as_: As, sought: str, sentence: str
) -> None:
    answer = as_(a_prescriber()).post("/clients", data={"sought": sought})
    assert answer.status_code == 422
    assert sentence in answer.text
    assert f'value="{sought.strip()}"' in answer.text


def test_who_finds_many_sees_the_first_and_is_asked_for_more(app: Flask, as_: As) -> None:
    for number in range(51):
        a_client(family_name="Manyfold", given_name=f"Al{number:02}")
    page = as_(a_prescriber()).post("/clients", data={"sought": "Manyfold"}).text
    assert page.count("Manyfold, Al") == 50
    assert "More people fit" in page
    named = as_(a_prescriber()).post("/clients", data={"sought": "Manyfold Al50"}).text
    assert named.split("<tbody")[1].split("Manyfold, Al")[1].startswith("50"), "whole names first"


@pytest.mark.parametrize(
    ("field", "typed", "sentence"),
    [
        ("nhs_number", "943 476 5918", "its last digit does not fit"),
        ("nhs_number", "99912", "ten digits"),
        ("nhs_number", "٩٩٩٠٠٠٠٠٠٠", "ten digits"),
        ("postcode", "NG1", "whole postcode"),
        ("born_on", "2099-01-01", "still to come"),
        ("born_on", "1890-10-14", "Nobody is that old"),
        ("born_on", "soon", "date"),
        ("weight_kg", "501", "from 1 to 500"),
        ("weight_kg", "heavy", "integer"),
        ("weight_kg", "9" * 5000, "integer"),
        ("family_name", "   ", "Type the family name"),
        ("family_name", "x" * 101, "Up to 100"),
        ("practice", "22222222", "Not a valid choice"),
    ],
)
def test_what_cannot_be_is_told_beside_its_field_and_kept(
    app: Flask, as_: As, field: str, typed: str, sentence: str
) -> None:
    browser = as_(a_prescriber())
    answer = browser.post("/clients/new", data=a_form(**{field: typed}))
    assert answer.status_code == 422
    assert sentence in answer.text
    assert f'href="#{field}"' in answer.text
    assert db.session.query(Client).count() == 0


def test_a_second_client_of_one_nhs_number_is_refused_without_a_name(app: Flask, as_: As) -> None:
    first = a_client(family_name="Secret")
    answer = as_(Role.PRESCRIBER).post("/clients/new", data=a_form(nhs_number=first.nhs_number))
    assert answer.status_code == 422
    assert "already registered" in answer.text
    assert "Secret" not in answer.text
    assert first.code not in answer.text


def test_who_changed_a_client_second_is_told_so(app: Flask, as_: As) -> None:
    browser, client = as_(a_prescriber()), a_client()
    seen = str(client.version)
    first = browser.post(f"/clients/{client.code}/change", data=a_form(seen_version=seen))
    second = browser.post(
        f"/clients/{client.code}/change", data=a_form(seen_version=seen, given_name="Late")
    )
    assert (first.status_code, second.status_code) == (303, 409)
    assert "Somebody else has just changed this" in second.text
    assert client.given_name == "Grace"


def test_nothing_of_a_client_can_be_set_but_what_the_form_asks(app: Flask, as_: As) -> None:
    browser, client, stranger = as_(a_prescriber()), a_client(), a_prescriber()
    more = {
        "id": "7", "code": "22222222", "version": "99", "died_on": "2020-01-01", "body_id": "1",
        "council_id": "1", "registered_by_id": str(stranger.organisation_id), "practice_id": "1",
        "registered_at": "2001-01-01", "body": "1",
    }  # fmt: skip
    before = {name: getattr(client, name) for name in more if name != "version"}
    answer = browser.post(f"/clients/{client.code}/change", data={**a_form(), **more})
    assert answer.status_code == 303
    db.session.refresh(client)
    assert {name: getattr(client, name) for name in before} == before


def test_every_look_at_a_client_is_in_the_trail(app: Flask, as_: As) -> None:
    loan, browser = a_loan(), as_(a_prescriber())
    code = loan.client.code
    for address in (f"/clients/{code}", f"/orders/{loan.line.order.code}", f"/loans/{loan.code}"):
        db.session.flush()
        before = db.session.query(AuditRow).count()
        assert browser.get(address).status_code == 200
        rows = db.session.query(AuditRow).order_by(AuditRow.id).all()[before:]
        assert [row.changes for row in rows] == [{"client": [code]}], address
        assert rows[0].by_id == browser.staff.id


def test_finance_sees_what_a_loan_costs_and_not_whose_it_is(app: Flask, as_: As) -> None:
    loan = a_loan()
    body = as_(Role.FINANCE, organisation=a_pool().body).get(f"/loans/{loan.code}").text
    assert a_pool().body.name in body
    assert loan.client.name not in body
    assert as_(Role.FINANCE).get(f"/loans/{loan.code}").status_code == 404
    assert as_(Role.BOARD).get(f"/loans/{loan.code}").status_code == 200


def test_an_order_from_the_clients_page_to_a_promised_date(app: Flask, as_: As) -> None:
    client, item = a_client(), an_item(a_product(name="Perching stool"))
    browser = as_(a_prescriber())
    started = browser.post(
        f"/clients/{client.code}/order",
        data={"need": "hospital discharge", "speed": "3 working days", "note": "Ward 4"},
    )
    assert started.status_code == 303
    found = browser.get(f"{started.location}?q=perching")
    assert "Perching stool" in found.text
    assert "£60.00" in found.text
    added = browser.post(
        f"{started.location}/lines", data={"product": item.product.code, "quantity": "1"}
    )
    assert added.status_code == 303
    basket = browser.get(started.location).text
    assert "approved at once" in basket
    assert "All passed" in basket
    placed = browser.post(f"{started.location}/place", data={"shown_free": item.product.code})
    assert placed.status_code == 303
    page = browser.get(started.location).text
    assert "placed and approved" in page
    assert "Promised by" in page
    assert item.code in page
    listed = browser.get("/orders?status=approved&mine=1").text
    assert db.session.query(Order).one().code in listed


def test_who_was_a_moment_late_is_told_and_the_order_stands(app: Flask, as_: As) -> None:
    product = an_item(a_product(name="Glide chair")).product
    mine = an_order(products=[product], placed=False)
    browser = as_(mine.prescriber)
    an_order(products=[product])
    answer = browser.post(f"/orders/{mine.code}/place", data={"shown_free": product.code})
    assert answer.status_code == 303
    page = browser.get(answer.location).text
    assert "Someone else has just taken the last Glide chair" in page
    assert "Waits for stock" in page
    assert mine.status is OrderStatus.APPROVED


def test_an_authoriser_decides_from_the_queue(app: Flask, as_: As) -> None:
    pool = a_pool()
    product = an_item(a_product(name="Made-up special", special=True)).product
    orders = [an_order(products=[product]) for _ in range(2)]
    browser = as_(Role.AUTHORISER, organisation=pool.body)
    queue = browser.get("/orders/waiting").text
    assert all(order.code in queue for order in orders)
    assert "Made-up special: This is a special" in queue
    empty = browser.post(f"/orders/{orders[0].code}/approve", data={"because": ""})
    assert (empty.status_code, "Say why" in empty.text) == (422, True)
    yes = browser.post(f"/orders/{orders[0].code}/approve", data={"because": "It fits"})
    no = browser.post(f"/orders/{orders[1].code}/send-back", data={"because": "Too dear"})
    assert (yes.status_code, no.status_code) == (303, 303)
    assert [order.status for order in orders] == [OrderStatus.APPROVED, OrderStatus.SENT_BACK]
    again = browser.post(f"/orders/{orders[0].code}/approve", data={"because": "It fits"})
    assert again.status_code == 409
    prescriber = as_(orders[1].prescriber)
    assert "Too dear" in prescriber.get(f"/orders/{orders[1].code}").text


def test_the_checks_are_open_to_who_decides_and_folded_once_it_is_decided(
    app: Flask, as_: As
) -> None:
    product = an_item(a_product(name="Made-up special", special=True)).product
    order = an_order(products=[product])
    browser = as_(Role.AUTHORISER, organisation=a_pool().body)
    opened = '<details class="nhsuk-details" open>'
    assert opened in browser.get(f"/orders/{order.code}").text
    assert opened not in as_(order.prescriber).get(f"/orders/{order.code}").text
    browser.post(f"/orders/{order.code}/approve", data={"because": "It fits"})
    assert opened not in browser.get(f"/orders/{order.code}").text


def test_an_order_tells_the_price_of_one_and_the_cost_of_the_line(app: Flask, as_: As) -> None:
    pads = a_product(tracking=Tracking.CONSUMABLE, price=Pence(3_33))
    order = an_order(placed=False)
    actions.add_line(order, pads, 3, by=order.prescriber, at=NOON)
    actions.place(order, by=order.prescriber, at=NOON)
    text = as_(order.prescriber).get(f"/orders/{order.code}").text
    one, whole = text.index("Price of one"), text.index("Cost of the line")
    assert one < whole
    assert text.index(">£3.33<") < text.index(">£9.99<")


def test_equipment_is_asked_back_several_at_once_or_not_at_all(app: Flask, as_: As) -> None:
    client = a_client()
    loans = [a_loan(client) for _ in range(2)]
    other = a_loan()
    browser = as_(a_prescriber())
    address = f"/clients/{client.code}/ask-back"
    nothing = browser.post(address, data={"reason": "moved"})
    assert (nothing.status_code, "Tick what" in nothing.text) == (422, True)
    foreign = browser.post(address, data={"reason": "moved", "loans": [loans[0].code, other.code]})
    assert foreign.status_code == 404
    assert loans[0].asked_back_at is None
    both = browser.post(address, data={"reason": "moved", "loans": [loan.code for loan in loans]})
    assert both.status_code == 303
    assert all(loan.back_reason == "moved" for loan in loans)
    twice = browser.post(address, data={"reason": "moved", "loans": [loans[0].code]})
    assert twice.status_code == 409
    kept = browser.post(f"/loans/{loans[0].code}/keep")
    assert kept.status_code == 303
    assert loans[0].asked_back_at is None
    one = browser.post(f"/loans/{loans[0].code}/ask-back", data={"reason": "replaced"})
    assert (one.status_code, loans[0].back_reason) == (303, "replaced")


def test_after_a_death_the_page_is_quiet_and_the_reason_is_that(app: Flask, as_: As) -> None:
    loan, browser = a_loan(), as_(a_prescriber())
    address = f"/clients/{loan.client.code}"
    early = browser.post(f"{address}/death", data={"died_on": "1900-01-01"})
    assert (early.status_code, "before the date of birth" in early.text) == (422, True)
    assert browser.post(f"{address}/death", data={"died_on": "2026-01-02"}).status_code == 303
    page = browser.get(address).text
    assert "Died on 2 January 2026" in page
    assert "Order for this client" not in page
    assert "!" not in re.sub(r"<!.*?>", "", page)
    asked = browser.post(f"{address}/ask-back", data={"loans": [loan.code], "reason": "died"})
    assert asked.status_code == 303
    assert loan.back_reason == "died"
    other = a_loan()
    refused = browser.post(f"/loans/{other.code}/ask-back", data={"reason": "died"})
    assert refused.status_code == 422


def test_new_goods_are_given_to_the_orders_that_wait(app: Flask, as_: As) -> None:
    product = a_product(name="Rare frame")
    orders = [an_order(products=[product]) for _ in range(2)]
    browser = as_(Role.WAREHOUSE)
    page = browser.get("/orders/short").text
    assert "Rare frame" in page
    assert "Set aside what is free" not in page
    assert orders[0].client.name not in page
    an_item(product)
    assert "Set aside what is free" in browser.get("/orders/short").text
    assert browser.post("/orders/short").status_code == 303
    assert "1 line of waiting orders served" in browser.get("/orders/short").text
    assert [order.lines[0].item is None for order in orders] == [False, True]


def test_an_order_cannot_be_filled_with_another_ones_rows(app: Flask, as_: As) -> None:
    mine, theirs = an_order(placed=False), an_order(placed=False)
    browser = as_(mine.prescriber)
    line = theirs.lines[0]
    before = (line.order_id, line.version, mine.client_id)
    taken = browser.post(
        f"/orders/{mine.code}/lines/remove",
        data={"product": line.product.code, "line": str(line.id), "order": theirs.code},
    )
    assert taken.status_code == 404
    others = browser.post(
        f"/orders/{theirs.code}/lines/remove", data={"product": line.product.code}
    )
    assert others.status_code == 403
    changed = browser.post(
        f"/orders/{mine.code}/change",
        data={
            "need": "falls prevention", "speed": "same day", "client": theirs.client.code,
            "client_id": str(theirs.client_id), "prescriber_id": str(theirs.prescriber_id),
            "fund_id": "99", "status": "approved", "body_id": "1", "promised_on": "2020-01-01",
        },
    )  # fmt: skip
    assert changed.status_code == 303
    db.session.refresh(mine)
    assert (line.order_id, line.version, mine.client_id) == before
    assert (mine.status, mine.promised_on) == (OrderStatus.DRAFT, None)
    assert mine.prescriber_id == browser.staff.id


def test_an_order_above_the_limit_waits_and_says_so(app: Flask, as_: As) -> None:
    by = a_prescriber(order_limit=Pence(1_00))
    order = an_order(by=by, placed=False)
    browser = as_(by)
    assert "an authoriser decides" in browser.get(f"/orders/{order.code}").text
    answer = browser.post(f"/orders/{order.code}/place")
    assert "waits for an authoriser" in browser.get(answer.location).text
    assert order.status is OrderStatus.WAITING


@pytest.mark.parametrize(
    "query",
    ["?page=0", "?page=x", "?page=99999999999", "?sort=password", "?sort=-born", "?status=x",
     "?q=%25%27;--", "?q=" + "x" * 3000, "?sort=name;drop table client"],
)  # fmt: skip
def test_whatever_the_address_asks_gets_a_page(app: Flask, as_: As, query: str) -> None:
    browser = as_(a_prescriber())
    a_client()
    for address in ("/clients", "/orders", "/orders/waiting"):
        assert browser.get(address + query).status_code in (200, 403)


def test_a_basket_sent_after_its_order_was_placed_is_answered_with_a_sentence(
    app: Flask, as_: As
) -> None:
    order = an_order()
    browser, address = as_(order.prescriber), f"/orders/{order.code}"
    product = order.lines[0].product.code
    late = browser.post(f"{address}/lines", data={"product": product, "quantity": "1"})
    assert late.status_code == 409
    assert "error-summary" in late.text
    assert browser.post(f"{address}/lines", data={"product": product}).status_code == 422
    changing = {"need": "falls prevention", "speed": "same day", "note": ""}
    changed = browser.post(f"{address}/change", data=changing)
    assert changed.status_code == 409
    assert "error-summary" in changed.text
