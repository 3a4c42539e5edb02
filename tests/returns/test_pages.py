"""The scanner's page, the workshop's lanes and the bench."""

from collections.abc import Callable

import pytest
from flask import Flask
from flask.testing import FlaskClient

from core.db import db
from equipment.rules import Status
from people.rules import Role
from returns.rules import Lane
from tests import builders
from tests.heard import statements
from tests.logistics.test_pages import text
from tests.returns.test_gates import through

SignIn = Callable[..., FlaskClient]


def test_a_scan_is_answered_large_and_listed(app: Flask, as_: SignIn) -> None:
    sam, loan = as_(Role.WAREHOUSE), builders.a_loan()
    assert sam.get("/returns/").location == "/scanning?mode=receive"
    assert "data-keeps-focus" in text(sam, "/scanning")
    answer = sam.post("/scanning", data={"mode": "receive", "scanned": loan.item.giai})
    assert answer.status_code == 303
    page = text(sam, answer.location)
    assert "booked in" in page
    assert "It waits to be inspected" in page
    assert page.count(loan.item.code) >= 2
    again = sam.post("/scanning", data={"mode": "receive", "scanned": loan.item.giai})
    assert again.status_code == 409
    assert "is already back. It was booked in today at" in again.text
    assert sam.staff.name in again.text


def test_a_double_click_books_in_once_and_says_the_same(app: Flask, as_: SignIn) -> None:
    sam, loan = as_(Role.WAREHOUSE), builders.a_loan()
    sent = {"mode": "receive", "scanned": loan.item.code, "once": "b" * 32}
    first, second = (sam.post("/scanning", data=sent) for _ in range(2))
    assert (first.status_code, second.status_code) == (303, 303)
    assert first.location == second.location


def test_only_my_own_scans_are_listed(app: Flask, as_: SignIn) -> None:
    sam, other = as_(Role.WAREHOUSE), as_(Role.WAREHOUSE)
    loan = builders.a_loan()
    sam.post("/scanning", data={"mode": "receive", "scanned": loan.item.code})
    assert loan.item.code not in text(other, "/scanning")


def test_an_item_goes_through_every_bench(app: Flask, as_: SignIn) -> None:
    sam, loan = as_(Role.WAREHOUSE), builders.a_loan()
    item = loan.item
    sam.post("/scanning", data={"mode": "receive", "scanned": item.code})
    steps = [
        ("inspect", {"condition": "good", "note": "A scratch"}),
        ("clean", {"method": "steam"}),
        ("test", {"works": "passed"}),
    ]
    for lane, typed in steps:
        assert item.code in text(sam, f"/returns/workshop/{lane}")
        opened = sam.post(f"/returns/workshop/{lane}", data={"scanned": item.code})
        assert opened.location == f"/returns/items/{item.code}"
        assert 'type="radio"' in text(sam, opened.location)
        empty = sam.post(f"/returns/items/{item.code}/{lane}")
        assert empty.status_code == 422
        assert sam.post(f"/returns/items/{item.code}/{lane}", data=typed).status_code == 303
    place = builders.place_for(builders.a_depot(), "clean")
    answer = sam.post(f"/returns/items/{item.code}/put-away", data={"place": place.code})
    assert answer.status_code == 303
    assert item.status is Status.AVAILABLE


def test_a_usual_way_of_cleaning_is_chosen_already(app: Flask, as_: SignIn) -> None:
    sam, arrival = as_(Role.WAREHOUSE), builders.a_return()
    through(arrival.item, sam.staff, "inspect")
    page = text(sam, f"/returns/items/{arrival.item.code}")
    assert 'value="detergent wipe" checked' in page


def test_every_test_of_the_plan_has_its_question(app: Flask, as_: SignIn) -> None:
    sam, hoist = as_(Role.WAREHOUSE), builders.a_hoist(price=300_00)
    builders.an_item(hoist)
    arrival = builders.a_return(builders.a_loan(products=[hoist]))
    through(arrival.item, sam.staff, "inspect", "clean")
    address = f"/returns/items/{arrival.item.code}"
    page = text(sam, address)
    assert "LOLER test" in page
    assert "PAT test" in page
    half = sam.post(f"{address}/test", data={"loler_test": "passed"})
    assert half.status_code == 422
    failed = sam.post(f"{address}/test", data={"loler_test": "passed", "pat_test": "failed"})
    assert failed.status_code == 303
    assert arrival.item.needs_repair


@pytest.mark.parametrize("lane", [lane.value for lane in Lane if lane is not Lane.INSPECT])
def test_no_gate_is_skipped_by_posting_to_the_wrong_address(
    app: Flask, as_: SignIn, lane: str
) -> None:
    sam, arrival = as_(Role.WAREHOUSE), builders.a_return()
    everything = {
        "condition": "good",
        "method": "steam",
        "work": "x",
        "works": "passed",
        "place": builders.place_for(builders.a_depot(), "clean").code,
    }
    answer = sam.post(f"/returns/items/{arrival.item.code}/{lane}", data=everything)
    assert answer.status_code == 409
    assert arrival.item.status is Status.QUARANTINE


def test_scrapping_asks_for_the_label_of_the_thing_itself(app: Flask, as_: SignIn) -> None:
    sam, arrival, other = as_(Role.WAREHOUSE), builders.a_return(), builders.an_item()
    address = f"/returns/items/{arrival.item.code}/out/scrap"
    assert "cannot be undone" in text(sam, address)
    typed = {"reason": "beyond economic repair", "named": other.code}
    wrong = sam.post(address, data=typed)
    assert wrong.status_code == 422
    assert "Nothing was taken out" in wrong.text
    assert arrival.item.status is Status.QUARANTINE
    assert sam.post(address, data={**typed, "named": arrival.item.code}).status_code == 303
    assert arrival.item.status is Status.SCRAPPED


def test_the_lanes_say_how_much_waits_since_when_and_what_is_late(app: Flask, as_: SignIn) -> None:
    sam = as_(Role.WAREHOUSE)
    builders.a_return()
    page = text(sam, "/returns/workshop")
    assert "Returns waiting to be inspected" in page
    assert "1 late" in page
    assert "Late, oldest first" in text(sam, "/returns/workshop/inspect?late=yes")
    assert "Nothing waits here" in text(sam, "/returns/workshop/clean")


@pytest.mark.parametrize(
    ("role", "address", "status"),
    [
        (Role.PRESCRIBER, "/returns/", 403),
        (Role.BOARD, "/returns/workshop", 403),
        (Role.SCHEDULER, "/returns/", 403),
        (Role.DRIVER, "/returns/", 302),
        (Role.DRIVER, "/returns/workshop", 200),
        (Role.DRIVER, "/returns/workshop/clean", 200),
        (Role.DRIVER, "/returns/items/22222222", 403),
        (Role.WAREHOUSE, "/returns/items/22222222", 404),
        (Role.WAREHOUSE, "/returns/workshop/wishes", 404),
        (Role.WAREHOUSE, "/returns/workshop/clean?page=nought&late=yes", 200),
        (Role.WAREHOUSE, "/returns/?seen=%00", 400),
    ],
)
def test_who_may_open_what(app: Flask, as_: SignIn, role: Role, address: str, status: int) -> None:
    assert as_(role).get(address).status_code == status


def test_a_way_out_that_does_not_exist_is_not_found(app: Flask, as_: SignIn) -> None:
    sam, arrival = as_(Role.WAREHOUSE), builders.a_return()
    address = f"/returns/items/{arrival.item.code}/out/window"
    assert sam.get(address).status_code == 404
    assert sam.post(address, data={"reason": "recalled"}).status_code == 404


NAUGHTY = [
    "\x00",
    "a\x00b",
    "{{7*7}}",
    "<script>alert(1)</script>",
    "' or 1=1 --",
    "\ud800".encode("utf-8", "surrogatepass").decode("latin-1"),
    "Ω≈ç√∫˜µ≤≥÷",
    "﷽" * 50,
    "‮",
    "../../etc/passwd",
    "%s%s%n",
    "=1+1",
    "x" * 100_000,
]


@pytest.mark.parametrize("typed", NAUGHTY)
def test_whatever_is_scanned_or_typed_gets_a_sentence(app: Flask, as_: SignIn, typed: str) -> None:
    sam, arrival = as_(Role.WAREHOUSE), builders.a_return()
    item = arrival.item.code
    assert (
        400 <= sam.post("/scanning", data={"mode": "receive", "scanned": typed}).status_code < 500
    )
    assert 400 <= sam.post("/returns/workshop/clean", data={"scanned": typed}).status_code < 500
    assert 400 <= sam.post("/visits/picks", data={"scanned": typed}).status_code < 500
    inspected = sam.post(
        f"/returns/items/{item}/inspect", data={"condition": "good", "note": typed}
    )
    assert inspected.status_code < 500
    assert "<script>alert" not in text(sam, f"/returns/items/{item}")


@pytest.mark.parametrize("address", ["/scanning", "/returns/workshop", "/returns/workshop/inspect"])
def test_a_longer_list_asks_the_database_no_more_often(
    app: Flask, as_: SignIn, address: str
) -> None:
    sam = as_(Role.WAREHOUSE)

    def grow() -> int:
        sam.post("/scanning", data={"mode": "receive", "scanned": builders.a_loan().item.code})
        db.session.expire_all()
        with statements() as seen:
            text(sam, address)
        return len(seen)

    grow()
    first = grow()
    grow()
    assert grow() == first
