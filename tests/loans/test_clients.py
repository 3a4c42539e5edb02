"""Clients: how their numbers are read, who may see them, and what any text does."""

from collections.abc import Callable

import pytest
from flask import Flask
from flask.testing import FlaskClient
from hypothesis import given
from hypothesis import strategies as st

from core.errors import Forbidden, Invalid, NotFound
from loans import actions
from loans.clients.queries import client_by_code, clients_matching
from loans.clients.rules import postcode_prefix, read_nhs_number, spaced
from loans.lending.queries import loans_asked_back
from loans.models import Client
from loans.orders.queries import order_by_code, orders_to_deliver, orders_waiting
from people.models import Staff
from people.rules import Kind, Role
from tests.builders import (
    NOON,
    TODAY,
    a_client,
    a_loan,
    a_member_of_staff,
    a_pool,
    a_prescriber,
    a_product,
    a_test_number,
    an_order,
    an_organisation,
)
from tests.heard import statements


def test_an_nhs_number_is_read_with_its_spaces_and_its_check_digit() -> None:
    assert read_nhs_number(" 943 476 5919 ") == "9434765919"
    assert read_nhs_number("943-476-5919") == "9434765919"
    assert read_nhs_number("   ") is None
    assert spaced("9434765919") == "943 476 5919"
    for wrong in ("943 476 5918", "943476591", "94347659190", "943476591X", "９４３４７６５９１９"):
        with pytest.raises(Invalid):
            read_nhs_number(wrong)


@given(st.integers(0, 9), st.integers(0, 8))
def test_one_wrong_digit_of_an_nhs_number_is_always_caught(digit: int, place: int) -> None:
    number = a_test_number()
    wrong = f"{number[:place]}{digit}{number[place + 1 :]}"
    if wrong != number:
        with pytest.raises(Invalid):
            read_nhs_number(wrong)


def test_the_beginning_of_a_postcode_finds_and_other_words_do_not() -> None:
    assert postcode_prefix("ng1") == "NG1"
    assert postcode_prefix("ng1 5fs") == "NG15FS"
    assert postcode_prefix("Smith") is None


def test_who_sees_a_client_is_decided_by_body_council_and_registration(app: Flask) -> None:
    pool, trust = a_pool(), an_organisation(kind=Kind.TRUST)
    client = a_client(by=a_prescriber(organisation=trust))
    allowed = {
        a_prescriber(): True,
        a_prescriber(organisation=pool.council): True,
        a_prescriber(organisation=trust): True,
        a_prescriber(organisation=an_organisation()): False,
        a_prescriber(organisation=None): False,
        a_member_of_staff(Role.SCHEDULER): True,
        a_member_of_staff(Role.SCHEDULER, organisation=None): False,
        a_member_of_staff(Role.WAREHOUSE, organisation=pool.body): False,
        a_member_of_staff(Role.FINANCE, organisation=pool.body): False,
        a_member_of_staff(Role.BOARD, organisation=pool.body): False,
        a_prescriber(active=False): False,
    }
    for viewer, sees in allowed.items():
        assert (clients_matching("", viewer=viewer, on=TODAY) == [client]) is sees
        assert may_open(client, viewer) is sees


def may_open(client: Client, viewer: Staff) -> bool:
    try:
        return client_by_code(client.code, viewer=viewer, on=TODAY) is client
    except NotFound:
        return False


def test_no_list_holds_anything_of_a_client_out_of_scope(app: Flask) -> None:
    loan = a_loan()
    actions.ask_back(loan, "no longer needed", by=a_prescriber(), at=NOON)
    an_order(products=[a_product(special=True)])
    ready = an_order()
    stranger = a_member_of_staff(Role.AUTHORISER)
    assert orders_waiting(viewer=stranger, on=TODAY) == []
    assert orders_to_deliver(viewer=stranger, on=TODAY) == []
    assert loans_asked_back(viewer=stranger) == []
    with pytest.raises(NotFound):
        order_by_code(ready.code, viewer=stranger, on=TODAY)
    scheduler = a_member_of_staff(Role.SCHEDULER)
    assert orders_to_deliver(viewer=scheduler) == [ready]
    assert loans_asked_back(viewer=scheduler) == [loan]


def test_who_works_for_nobody_registers_nobody(app: Flask) -> None:
    with pytest.raises(Forbidden, match="no organisation"):
        a_client(by=a_prescriber(organisation=None))


NAUGHTY = [
    "<script>alert(1)</script>",
    "\"><img src=x onerror=alert(1)>",
    "'; drop table client; --",
    "{{7*7}} ${7*7} <%= 7*7 %> {% if client %}",
    "Ω≈ç√∫˜µ≤≥÷ 社會科學院語學研究所 ثم نفس",
    "👩‍👩‍👧‍👦 ﷽ Z̮̞̠͙͔ͅḀ̗̞͈̻̗Ḷ͙͎̯̹̞͓G̻O̭̗̮",
    "\u202eright to left\u2069 \u200b\ufeff",
    "../../etc/passwd%00%0d%0a",
    "%s %n %x %(name)s %",
    "=cmd|' /C calc'!A0",
    "NULL", "undefined", "-1", "1e309", "NaN", "\\", "\t", "0" * 400,
]  # fmt: skip


@pytest.mark.parametrize("text", [*NAUGHTY, "\x00", "\ud800", "x" * 100_000])
def test_any_text_in_any_field_gets_a_page_and_no_markup(
    app: Flask, as_: Callable[..., FlaskClient], text: str
) -> None:
    browser = as_(a_prescriber())
    order, loan = an_order(by=browser.staff, placed=False), a_loan()
    client = order.client
    plain = {
        "nhs_number": "", "given_name": "A", "family_name": "B", "born_on": "1950-02-03",
        "address": "C", "postcode": "NG1 5FS", "practice": "", "telephone": "", "weight_kg": "",
        "crew_note": "",
    }  # fmt: skip
    sent = text.encode("utf-8", "surrogatepass")
    requests = [
        ("/clients", {"sought": sent}),
        *((f"/clients/{client.code}/change", {**plain, field: sent}) for field in plain),
        (f"/clients/{client.code}/death", {"died_on": sent}),
        (f"/clients/{client.code}/order", {"need": sent, "speed": sent, "note": sent}),
        (f"/orders/{order.code}/change", {"need": "education", "speed": "same day", "note": sent}),
        (f"/orders/{order.code}/lines", {"product": sent, "quantity": sent}),
        (f"/orders/{order.code}/lines/remove", {"product": sent}),
        (f"/loans/{loan.code}/ask-back", {"reason": sent}),
        (f"/clients/{loan.client.code}/ask-back", {"reason": sent, "loans": sent}),
        (f"/orders/{order.code}/place", {"shown_free": sent}),
        (f"/orders/{order.code}/cancel", {"because": sent}),
    ]  # fmt: skip
    for address, form in requests:
        answer = browser.post(address, data=form)
        allowed = (200 if address == "/clients" else 303, 400, 404, 409, 413, 422)
        assert answer.status_code in allowed, (address, answer.status_code)
    pages = [browser.get(one) for one in (f"/clients/{client.code}", f"/orders/{order.code}")]
    pages += [browser.get("/orders"), browser.post("/clients", data={"sought": client.code})]
    for page in pages:
        assert page.status_code == 200
        assert "<script>alert" not in page.text
        assert "<img src=x" not in page.text
    asked = browser.get(f"/orders/{order.code}", query_string={"q": sent})
    assert asked.status_code in (200, 400, 414)


@pytest.mark.parametrize(
    "code", ["x", "2222222", "AAAAAAAA", "%00", "..%2f", "💥", "9" * 300, "-1"]
)
def test_an_address_that_is_no_code_is_not_found(
    app: Flask, as_: Callable[..., FlaskClient], code: str
) -> None:
    browser = as_(a_prescriber())
    for address in ("/clients/", "/orders/", "/loans/"):
        assert browser.get(address + code).status_code in (400, 404), address


def test_a_page_asks_the_database_as_often_for_many_rows_as_for_few(
    app: Flask, as_: Callable[..., FlaskClient]
) -> None:
    browser = as_(Role.AUTHORISER, organisation=a_pool().body)
    by = a_prescriber()
    loan = a_loan(by=by)
    client = loan.client
    mine = an_order(client, products=[a_product()], by=browser.staff, placed=False)

    def asked(address: str) -> int:
        how = {"method": "POST", "data": {"sought": "a"}} if address == "/clients" else {}
        browser.open(address, **how)
        with statements() as said:
            assert browser.open(address, **how).status_code == 200
        return len(said)

    addresses = ("/clients", "/orders", "/orders/waiting", f"/clients/{client.code}",
                 f"/orders/{mine.code}?q=commode")  # fmt: skip
    an_order(client, products=[a_product(special=True)], by=by)
    few = [asked(address) for address in addresses]
    for _ in range(5):
        a_loan(client, by=by)
        an_order(client, products=[a_product(special=True), a_product()], by=by)
        an_order(products=[a_product(special=True)], by=by)
        actions.add_line(mine, a_product(), 1, by=browser.staff, at=NOON)
    many = [asked(address) for address in addresses]
    assert many == few
    assert 3 < min(few) < max(few) < 30
