"""Every role at every address: nobody gets more than their role says, and nobody gets a 500."""

import re
from collections.abc import Callable
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient
from werkzeug.routing import Rule

from core.db import db
from people.rules import Role
from tests import builders

MADE_UP = "222222HH"  # looks like a code, and is nobody's


def rules(app: Flask, method: str) -> list[Rule]:
    return [
        one
        for one in app.url_map.iter_rules()
        if method in one.methods and not one.rule.startswith("/static")
    ]


def addresses(app: Flask, rule: Rule, known: dict[str, str]) -> list[str]:
    """The rule's address for something there is, for something there is not, and for nonsense."""
    if not rule.arguments:
        return [rule.rule]
    made = []
    for values in (known, {}, dict.fromkeys(rule.arguments, "'; drop table item; --")):
        filled = {name: values.get(name, MADE_UP) for name in rule.arguments}
        if "number" in rule.arguments:
            filled["number"] = "99999999999999999999"
        with app.test_request_context():
            made.append(re.sub(r"<(?:\w+:)?(\w+)>", lambda m: filled[m[1]], rule.rule))  # noqa: B023
    return made


@pytest.fixture
def something(app: Flask) -> dict[str, str]:
    """One of everything, so that pages have something to show."""
    loan = builders.a_loan()
    builders.a_return(builders.a_loan())
    visit = builders.a_visit()
    db.session.flush()
    pool = builders.a_pool()
    return {
        "code": loan.item.code,
        "month": "2026-06",
        "year": "2026",
        "day": "2026-06-01",
        "giai": loan.item.giai,
        "gln": builders.a_depot().gln,
        "extension": builders.a_depot().places[0].code,
        "word": "undo",
        "event": "lose",
        "lane": "inspect",
        "way": "scrap",
        "issue": "1",
        "measure": "r1",
        "flow": "issued",
        "partner": pool.body.code,
        "visit": visit.code,
        "name": "app.css",
    }


@pytest.mark.parametrize("role", Role)
def test_every_role_may_open_what_its_role_says_and_nothing_breaks(
    app: Flask, as_: Callable[..., FlaskClient], role: Role, something: dict[str, str]
) -> None:
    client = as_(role)
    staff: Any = client.staff  # type: ignore[attr-defined]
    for rule in rules(app, "GET"):
        needs = app.view_functions[rule.endpoint].needs  # type: ignore[attr-defined]
        let_in = needs is None or not needs or any(staff.may(one) for one in needs)
        for address in addresses(app, rule, something):
            answer = client.get(address)
            answer.close()
            assert answer.status_code < 500, f"{role} at {address}: {answer.status}"
            if not let_in:
                assert answer.status_code == 403, f"{role} at {address}: {answer.status}"


@pytest.mark.parametrize("role", Role)
def test_no_role_posts_what_its_role_does_not_say(
    app: Flask, as_: Callable[..., FlaskClient], role: Role, something: dict[str, str]
) -> None:
    client = as_(role)
    staff: Any = client.staff  # type: ignore[attr-defined]
    for rule in rules(app, "POST"):
        needs = app.view_functions[rule.endpoint].needs  # type: ignore[attr-defined]
        if rule.endpoint == "people.sign_out":
            continue
        let_in = needs is None or not needs or any(staff.may(one) for one in needs)
        for address in addresses(app, rule, something):
            answer = client.post(address, data={})
            assert answer.status_code < 500, f"{role} posts to {address}: {answer.status}"
            if not let_in:
                assert answer.status_code == 403, f"{role} posts to {address}: {answer.status}"


def test_whoever_is_not_signed_in_is_asked_to(app: Flask, something: dict[str, str]) -> None:
    client = app.test_client()
    for method in ("GET", "POST"):
        for rule in rules(app, method):
            if app.view_functions[rule.endpoint].needs is None:  # type: ignore[attr-defined]
                continue
            for address in addresses(app, rule, something):
                answer = client.open(address, method=method)
                assert answer.status_code in (302, 303, 401), f"{address}: {answer.status}"
                assert "sign-in" in answer.headers.get("Location", "sign-in")


def test_someone_without_an_organisation_sees_no_client_no_order_and_no_money(
    app: Flask, as_: Callable[..., FlaskClient], something: dict[str, str]
) -> None:
    for role in (Role.PRESCRIBER, Role.AUTHORISER, Role.FINANCE):
        client = as_(role, organisation=None)
        for rule in rules(app, "GET"):
            if rule.arguments or rule.rule.startswith(("/catalogue", "/roles")):
                continue
            answer = client.get(rule.rule)
            assert answer.status_code < 500, rule.rule
            text = answer.get_data(as_text=True)
            answer.close()
            assert "Madeup" not in text, f"{role} without an organisation reads {rule.rule}"
