"""Who may open the pages of clients, orders and loans, and what a stranger is told."""

import re
from collections.abc import Callable

import pytest
from flask import Flask
from flask.testing import FlaskClient

from loans.models import Loan
from people.rules import Role
from tests.builders import (
    a_loan,
    a_pool,
)

As = Callable[..., FlaskClient]

SEERS = {Role.PRESCRIBER, Role.AUTHORISER, Role.SCHEDULER}
KEEPERS = {Role.PRESCRIBER, Role.AUTHORISER}
PAYERS = {Role.FINANCE, Role.BOARD}
GETS = {
    "/clients": SEERS,
    "/clients/new": KEEPERS,
    "/clients/{client}": SEERS,
    "/clients/{client}/change": KEEPERS,
    "/clients/{client}/death": KEEPERS,
    "/clients/{client}/order": KEEPERS,
    "/orders": SEERS,
    "/orders/{order}": SEERS,
    "/orders/waiting": {Role.AUTHORISER},
    "/orders/short": {Role.WAREHOUSE, Role.SCHEDULER},
    "/loans/{loan}": SEERS | PAYERS,
    "/funding/months/2026-10/storage": {Role.ADMINISTRATOR},
}
POSTS = {
    "/clients": SEERS,
    "/clients/new": KEEPERS,
    "/clients/{client}/change": KEEPERS,
    "/clients/{client}/death": KEEPERS,
    "/clients/{client}/ask-back": KEEPERS,
    "/clients/{client}/order": KEEPERS,
    "/orders/{order}/lines": KEEPERS,
    "/orders/{order}/lines/remove": KEEPERS,
    "/orders/{order}/change": KEEPERS,
    "/orders/{order}/place": KEEPERS,
    "/orders/{order}/cancel": KEEPERS,
    "/orders/{order}/approve": {Role.AUTHORISER},
    "/orders/{order}/send-back": {Role.AUTHORISER},
    "/orders/short": {Role.WAREHOUSE, Role.SCHEDULER},
    "/loans/{loan}/ask-back": KEEPERS,
    "/loans/{loan}/keep": KEEPERS,
    "/funding/months/2026-10/storage": {Role.ADMINISTRATOR},
}


def filled(address: str, loan: Loan) -> str:
    return address.format(client=loan.client.code, order=loan.line.order.code, loan=loan.code)


@pytest.mark.parametrize("role", Role)
def test_each_role_opens_its_own_pages_and_no_other(app: Flask, as_: As, role: Role) -> None:
    loan = a_loan()
    browser = as_(role, organisation=a_pool().body)
    for address, roles in GETS.items():
        answer = browser.get(filled(address, loan))
        assert answer.status_code == (200 if role in roles else 403), address
    for address, roles in POSTS.items():
        answer = browser.post(filled(address, loan), data={})
        assert (answer.status_code == 403) == (role not in roles), address
        assert answer.status_code < 500, address


def test_every_route_of_the_room_is_in_these_tables(app: Flask) -> None:
    listed = {("GET", one) for one in GETS} | {("POST", one) for one in POSTS}
    there = set()
    for rule in app.url_map.iter_rules():
        if rule.endpoint.startswith("loans."):
            noun = rule.rule.split("/")[1].rstrip("s")
            there |= {
                (method, rule.rule.replace("<code>", f"{{{noun}}}").replace("<month>", "2026-10"))
                for method in rule.methods & {"GET", "POST"}
            }
    assert there == listed


def test_somebody_elses_client_answers_exactly_as_an_unknown_one(app: Flask, as_: As) -> None:
    loan, stranger = a_loan(), as_(Role.AUTHORISER)
    unknown = {"client": "22222222", "order": "22222222", "loan": "22222222"}
    for method, addresses in (("get", GETS), ("post", POSTS)):
        for address in addresses:
            if "{" in address:
                theirs = getattr(stranger, method)(filled(address, loan))
                nobodys = getattr(stranger, method)(address.format(**unknown))
                assert theirs.status_code == nobodys.status_code == 404, address
                assert without_ids(theirs.text) == without_ids(nobodys.text), address


def without_ids(body: str) -> str:
    """A page without what differs from one request to the next."""
    return re.sub(r'value="[^"]*"|[0-9a-f]{32}|[2-9CDFHJKMNPRTVWXY]{8}|nonce-\S+', "", body)


def test_who_works_for_nobody_sees_nothing(app: Flask, as_: As) -> None:
    loan, browser = a_loan(), as_(Role.AUTHORISER, organisation=None)
    found = browser.post("/clients", data={"sought": loan.client.family_name})
    assert "Nobody you may see fits this" in found.text
    assert loan.line.order.code not in browser.get("/orders").text
    assert browser.get(f"/clients/{loan.client.code}").status_code == 404
