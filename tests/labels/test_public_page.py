"""What anybody sees who scans a label: whose it is and how to give it back, nothing more."""

import re
from collections.abc import Callable
from datetime import timedelta

import pytest
from flask import Flask
from flask.testing import FlaskClient

from core.clock import london_day, now
from core.codes import new_code
from core.db import db
from equipment.actions import move_item
from equipment.items.actions import hold
from equipment.rules import Event
from labels.public.rules import in_stones
from labels.rules import VoidReason
from people.rules import Role
from tests.builders import NOON, a_hoist, a_loan, a_member_of_staff, a_product, an_item
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
    bodies = {re.sub(r'nonce="[^"]*"|href="\?[^"]*"', "", answer.text) for answer in answers}
    assert len(bodies) == 1
    assert "We do not know this label" in bodies.pop()
    assert anybody.get(f"/8004/{item.giai}?l=2").status_code == 200


def test_what_is_held_or_taken_out_of_use_is_not_to_be_used(app: Flask) -> None:
    held, scrapped, well = an_item(), an_item(), an_item()
    by = a_member_of_staff()
    hold(held, "Recall 2026/4", by=by, at=NOON)
    move_item(scrapped, Event.SCRAP, by=by, at=NOON, because="Bent")
    for stopped in (held, scrapped):
        page = app.test_client().get(f"/8004/{stopped.giai}").text
        assert "Please stop using it now and ring us" in page
        assert "Recall 2026/4" not in page
    assert "Please stop using it now" not in app.test_client().get(f"/8004/{well.giai}").text


@pytest.mark.parametrize(
    ("column", "said"),
    [
        ("loler_due_on", "do not lift anybody with it until it has been checked"),
        ("pat_due_on", "Stop using it if it is damaged"),
    ],
)
def test_a_test_that_ran_out_is_said_in_plain_words(app: Flask, column: str, said: str) -> None:
    item = an_item(a_hoist())
    today = london_day(now())
    item.loler_due_on = item.pat_due_on = today
    db.session.flush()
    anybody = app.test_client()
    page = anybody.get(f"/8004/{item.giai}").text
    assert f"Its next safety check is due by {today.day} {today:%B %Y}" in page, "today it is good"
    setattr(item, column, today - timedelta(days=1))
    db.session.flush()
    page = anybody.get(f"/8004/{item.giai}").text
    assert "A safety check is due" in page
    assert said in page


def test_the_page_says_how_to_use_it_what_it_carries_and_how_to_clean_it(app: Flask) -> None:
    product = a_product(how_to_use="Sit down first.\n\n<b>Then</b> lift {{7*7}}")
    page = app.test_client().get(f"/8004/{an_item(product).giai}").text
    assert "<p>Sit down first.</p>" in page
    assert "&lt;b&gt;Then&lt;/b&gt; lift {{7*7}}" in page
    assert "up to 160 kg (25 stone 2)" in page
    assert "wipe it with a cloth" in page
    bare = app.test_client().get(f"/8004/{an_item(a_product(cleaning=None)).giai}").text
    assert "Use it as you were shown" in bare
    assert "To clean it" not in bare


def test_who_keeps_the_catalogue_writes_how_to_use_a_product(app: Flask, as_: SignIn) -> None:
    product = a_product()
    kept = as_(Role.ADMINISTRATOR)
    form = kept.get(f"/catalogue/{product.code}/change").text
    assert "How to use it" in form
    sent = {
        "name": product.name, "group": "toileting", "tracking": "labelled", "care_class": "joint",
        "how_to_use": "Sit down first.", "min_stock": "0", "max_stock": "0",
    }  # fmt: skip
    assert kept.post(f"/catalogue/{product.code}/change", data=sent).status_code == 303
    assert "Sit down first." in kept.get(f"/catalogue/{product.code}").text
    long = kept.post(f"/catalogue/{product.code}/change", data={**sent, "how_to_use": "x" * 4001})
    assert long.status_code == 422
    assert "at most 4,000 characters" in long.text


def test_stones_are_rounded_down_so_that_nobody_puts_more_on_it() -> None:
    assert in_stones(160) == (25, 2)
    assert in_stones(1) == (0, 2)
    assert in_stones(127) == (19, 13)


def test_staff_who_may_see_items_get_a_way_to_the_passport(app: Flask, as_: SignIn) -> None:
    item = an_item()
    assert f"/items/{item.code}" in as_(Role.DRIVER).get(f"/8004/{item.giai}").text
    assert f"/items/{item.code}" not in as_(Role.BOARD).get(f"/8004/{item.giai}").text


def test_a_name_with_markup_is_shown_as_it_is(app: Flask) -> None:
    item = an_item(a_product(name='Commode "><img src=x onerror=alert(1)> {{7*7}}'))
    page = app.test_client().get(f"/8004/{item.giai}").text
    assert "<img src=x" not in page
    assert "{{7*7}}" in page
