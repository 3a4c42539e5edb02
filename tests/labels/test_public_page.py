"""What anybody sees who scans a label: whose it is and how to give it back, nothing more."""

import re
from collections.abc import Callable

import pytest
from flask import Flask
from flask.testing import FlaskClient

from core.codes import new_code
from labels.rules import VoidReason
from people.rules import Role
from tests.builders import NOON, a_loan, a_product, an_item
from tests.labels.test_printing import labels_of

SignIn = Callable[..., FlaskClient]


def test_anybody_learns_whose_it_is_and_how_to_give_it_back(app: Flask) -> None:
    item = an_item(a_product(name="Bath lift"))
    answer = app.test_client().get(f"/8004/{item.giai}")
    assert answer.status_code == 200
    for said in ("Bath lift", "belongs to Commonstore", "0115 496 0000", "tel:01154960000"):
        assert said in answer.text
    assert "Monday to Friday" in answer.text
    assert "passport" not in answer.text


def test_nothing_about_any_person_status_or_place_is_said(app: Flask) -> None:
    free = an_item()
    lent = a_loan().item
    anybody = app.test_client()

    def said(item: object) -> str:
        page = anybody.get(f"/8004/{item.giai}").text  # type: ignore[attr-defined]
        for own in (item.code[:4], item.code[4:], item.product.name):  # type: ignore[attr-defined]
            page = page.replace(own, "…")
        return re.sub(r'nonce="[^"]*"|value="[^"]*"', "", page)

    assert said(lent) == said(free)
    for word in ("Madeup", "Test Street", "NG1", "on loan", "available", "depot", "Sam Example"):
        assert word.lower() not in said(lent).lower()


@pytest.mark.parametrize("change", [str.lower, str.upper, lambda path: path + "?l=1"])
def test_the_address_is_read_in_any_case(app: Flask, change: Callable[[str], str]) -> None:
    item = an_item()
    assert app.test_client().get(change(f"/8004/{item.giai}")).status_code == 200


def test_unknown_void_foreign_and_forged_labels_all_get_the_same_calm_page(app: Flask) -> None:
    item = an_item()
    labels_of(item)
    labels_of(item, voiding=VoidReason.WRONG_ITEM, at=NOON)
    anybody = app.test_client()
    addresses = [
        f"/8004/{item.giai}",
        f"/8004/{item.giai}?l=3",
        f"/8004/{item.giai}?l=x",
        f"/8004/9521234{new_code()}",
        "/8004/9521234",
        "/8004/5012345HJKM2345",
        "/8004/" + "9" * 3000,
        "/8004/%7B%22stockitem%22:1%7D",
        "/8004/1",
    ]
    answers = [anybody.get(one) for one in addresses]
    assert {answer.status_code for answer in answers} == {404}
    bodies = {re.sub(r'nonce="[^"]*"', "", answer.text) for answer in answers}
    assert len(bodies) == 1
    assert "We do not know this label" in bodies.pop()
    assert anybody.get(f"/8004/{item.giai}?l=2").status_code == 200


def test_staff_who_may_see_items_get_a_way_to_the_passport(app: Flask, as_: SignIn) -> None:
    item = an_item()
    assert f"/items/{item.code}" in as_(Role.DRIVER).get(f"/8004/{item.giai}").text
    assert f"/items/{item.code}" not in as_(Role.BOARD).get(f"/8004/{item.giai}").text


def test_a_name_with_markup_is_shown_as_it_is(app: Flask) -> None:
    item = an_item(a_product(name='Commode "><img src=x onerror=alert(1)> {{7*7}}'))
    page = app.test_client().get(f"/8004/{item.giai}").text
    assert "<img src=x" not in page
    assert "{{7*7}}" in page
