"""Scanning: a label leads to its item; whatever else is scanned teaches nobody anything."""

from collections.abc import Callable
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient

from core.codes import new_code
from core.errors import NotFound
from equipment.models import Item
from labels import actions, queries
from labels.rules import UnreadableLabel, VoidReason, address, giai
from people.rules import May, Role, may
from tests.builders import NOON, a_member_of_staff, a_product, an_item
from tests.labels.test_printing import labels_of

SignIn = Callable[..., FlaskClient]
BASE = "http://localhost:8000"
PREFIX = "9521234"
NAUGHTY = [
    "undefined", "null", "NaN", "1e309", "-1", "0x0", "' OR 1=1 --", "'; drop table item; --",
    "{{7*7}}", "${7*7}", "<%= 7*7 %>", '"><img src=x onerror=alert(1)>', "ABC<div>", "a" * 299,
    "<script>alert(1)</script>", "../../../../etc/passwd", "file:///etc/passwd", "%00", "％００",
    "http://127.0.0.1:1/", "１２３４", "Ω≈ç√∫˜µ≤≥÷", "田中さんにあげて下さい", "ﬁﬂﬀ", "🐵 🙈 🙉",
    "\u202etest", "\ufeff", "Z̮̞̠͙͔ͅḀ̗̞͈̻̗", "(8004)", "8004", "(01)", "]Q1]Q1", "://", "http://",
    "http://8004/8004/8004",
]  # fmt: skip


def a_voided_label(item: Item) -> None:
    run = labels_of(item)
    by = a_member_of_staff()
    actions.void_label(run.labels[0], reason=VoidReason.WRONG_ITEM, by=by, at=NOON)


def scan(client: FlaskClient, text: str) -> Any:
    return client.get("/scan", query_string={"scanned": text})


def test_a_scanned_label_leads_to_the_items_passport(app: Flask, as_: SignIn) -> None:
    item, sam = an_item(), as_(Role.WAREHOUSE)
    labels_of(item), labels_of(item)
    for scanned in (
        item.code,
        f" {item.code[:4]} {item.code[4:]} ",
        item.giai,
        address(BASE, item.giai),
        address(BASE, item.giai, 2).upper(),
        f"]Q1{address('https://an.older.address.example', item.giai)}",
        f"(8004){item.giai}",
        f"]d28004{item.giai}\x1d21A",
    ):
        answer = scan(sam, scanned)
        assert answer.status_code == 302, scanned
        assert answer.location.endswith(f"/items/{item.code}")


def test_a_void_label_says_so_and_the_newer_one_is_read(app: Flask, as_: SignIn) -> None:
    item, sam = an_item(), as_(Role.WAREHOUSE)
    a_voided_label(item)
    labels_of(item)
    answer = scan(sam, address(BASE, item.giai))
    assert answer.status_code == 409
    assert "This label was voided on 1 June 2026 (stuck on the wrong item)" in answer.text
    assert item.code not in answer.text.replace(item.giai, "")
    assert scan(sam, address(BASE, item.giai, 2)).status_code == 302


def test_a_label_number_that_was_never_printed_is_unknown(app: Flask) -> None:
    item = an_item()
    with pytest.raises(NotFound, match="We do not know this label"):
        queries.item_scanned(address(BASE, item.giai, 7))


def test_an_item_whose_label_another_program_printed_is_read(app: Flask) -> None:
    item = an_item()
    assert queries.item_scanned(address(BASE, item.giai)) is item


def test_someone_elses_identifier_is_set_aside(app: Flask) -> None:
    with pytest.raises(UnreadableLabel, match="another organisation"):
        queries.item_scanned(address(BASE, giai("5012345", new_code())))


@pytest.mark.parametrize("text", NAUGHTY)
def test_whatever_is_scanned_gets_a_sentence(app: Flask, as_: SignIn, text: str) -> None:
    answer = scan(as_(Role.WAREHOUSE), text)
    assert answer.status_code in (200, 400, 404, 422)
    assert "<script>alert" not in answer.text
    assert "<img src=x" not in answer.text


def test_ten_megabytes_of_text_are_refused(app: Flask, as_: SignIn) -> None:
    sam = as_(Role.WAREHOUSE)
    assert scan(sam, "9" * 10_000_000).status_code == 414
    assert scan(sam, "9" * 3_000).status_code == 422
    assert sam.post("/labels", data={"items": "9" * 10_000_000}).status_code == 413


def test_the_field_is_there_again_for_the_next_scan(app: Flask, as_: SignIn) -> None:
    sam = as_(Role.WAREHOUSE)
    for page in (sam.get("/scan"), scan(sam, "what is this")):
        assert "data-keeps-focus" in page.text
    assert 'role="alert"' in scan(sam, "what is this").text
    assert "nhsuk-error-summary" not in scan(sam, "what is this").text


SHAPES = {
    "unknown": lambda item: new_code(),
    "foreign": lambda item: address(BASE, giai("5012345", item.code)),
    "forged JSON": lambda item: f'{{"stockitem": {item.id}}}',
    "raw number": lambda item: str(item.id),
    "void": lambda item: address(BASE, item.giai),
    "forged number": lambda item: address(BASE, item.giai, 9),
}


@pytest.mark.parametrize("shape", SHAPES)
@pytest.mark.parametrize("role", Role)
def test_no_code_but_a_good_one_tells_anybody_a_name(
    app: Flask, as_: SignIn, role: Role, shape: str
) -> None:
    item = an_item(a_product(name="Telltale commode"))
    a_voided_label(item)
    nosy, scanned = as_(role), SHAPES[shape](item)
    answers = [scan(nosy, scanned)]
    if "/8004/" in scanned:
        answers.append(app.test_client().get(scanned.removeprefix(BASE)))
        answers.append(nosy.get(scanned.removeprefix(BASE)))
    for answer in answers:
        assert 400 <= answer.status_code < 500
        assert "Telltale" not in answer.text
        assert f"/items/{item.code}" not in answer.text
    if not may(role, May.SEE_ITEMS):
        assert answers[0].status_code == 403


def test_counting_through_the_numbers_teaches_nothing(app: Flask, as_: SignIn) -> None:
    items = [an_item() for _ in range(5)]
    last = max(item.id for item in items)
    sam, anybody = as_(Role.WAREHOUSE), app.test_client()
    for number in range(last - 10, last + 10):
        assert scan(sam, str(number)).status_code == 422
        assert anybody.get(f"/8004/{number}").status_code == 404
        assert anybody.get(f"/8004/{PREFIX}{number}").status_code == 404


def test_who_is_not_signed_in_is_asked_to(app: Flask) -> None:
    answer = app.test_client().get("/scan")
    assert answer.status_code == 303
    assert "/scan" in answer.location
