"""What a device has kept is sent later, in any order and more than once, and is done once."""

import json
from collections.abc import Callable, Sequence
from datetime import datetime, timedelta
from typing import Any
from uuid import uuid4

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import func, select

from core.clock import now
from core.db import db
from equipment.models import Item
from equipment.rules import Status
from funding.models import Entry
from funding.queries import ledger_faults
from people.actions import change_staff, close_account
from people.models import Staff
from people.rules import Role
from returns.models import Return
from returns.scanning.models import Scan
from returns.scanning.rules import Outcome
from tests import builders
from tests.conftest import an_app
from tests.test_bad_input import naughty

Sent = dict[str, Any]


def a_scan(item: Item | str, mode: str, by: Staff, *, ago: int = 3600, **but: Any) -> Sent:
    """One scan as a device sends it, made so many seconds ago."""
    code = item if isinstance(item, str) else item.code
    at = now() - timedelta(seconds=ago)
    facts = {"id": str(uuid4()), "at": at.isoformat(), "mode": mode, "place": None}
    return {**facts, "scanned": code, "by": by.code, **but}


def send(browser: FlaskClient, *scans: Sent, device: str = "") -> list[dict[str, str]]:
    """What the door answers to these scans."""
    answer = browser.post("/scanning/scans", json=batch(scans, device))
    assert answer.status_code == 200, answer.text
    told: list[dict[str, str]] = answer.json["answers"]
    return told


def batch(scans: Sequence[Sent], device: str = "") -> dict[str, Any]:
    return {"device": device or str(uuid4()), "scans": list(scans)}


@pytest.fixture
def sam(app: Flask, as_: Callable[..., FlaskClient]) -> FlaskClient:
    return as_(Role.WAREHOUSE)


def who(browser: FlaskClient) -> Staff:
    return browser.staff  # type: ignore[attr-defined,no-any-return]


def a_loan_of_last_month() -> Any:
    return builders.a_loan(at=now() - timedelta(days=30))


def test_each_scan_is_answered_with_what_it_did(sam: FlaskClient) -> None:
    loan, shelved = a_loan_of_last_month(), builders.an_item()
    good, bad = send(
        sam, a_scan(loan.item, "receive", who(sam)), a_scan(shelved, "receive", who(sam), ago=5)
    )
    assert good == {
        "id": good["id"],
        "outcome": "done",
        "sentence": f"{loan.product.name} booked in.",
        "item": loan.item.code,
        "product": loan.product.name,
        "next": "Put it on the dirty side. It waits to be inspected.",
        "sound": "good",
    }
    assert (bad["outcome"], bad["sound"]) == ("refused", "bad")
    assert "stands on the shelf as available" in bad["sentence"]
    assert loan.item.status is Status.QUARANTINE


def test_a_scan_is_done_at_the_time_it_was_made(sam: FlaskClient) -> None:
    loan = a_loan_of_last_month()
    one = a_scan(loan.item, "receive", who(sam), ago=7200)
    send(sam, one)
    assert loan.ended_at == datetime.fromisoformat(one["at"])
    assert db.session.scalars(select(Return)).one().received_at == loan.ended_at


def test_a_scan_sent_again_gets_its_first_answer_and_does_nothing(sam: FlaskClient) -> None:
    one = a_scan(a_loan_of_last_month().item, "receive", who(sam))
    first = send(sam, one)
    entries = count(Entry)
    assert send(sam, one) == first == send(sam, one, device=str(uuid4()))
    assert (count(Scan), count(Return), count(Entry)) == (1, 1, entries)


def test_one_that_is_refused_undoes_no_other(sam: FlaskClient) -> None:
    loans = [a_loan_of_last_month() for _ in range(2)]
    scans = [
        a_scan(loans[0].item, "receive", who(sam), ago=90),
        a_scan("NOTALABL", "receive", who(sam), ago=80),
        a_scan(builders.an_item(), "receive", who(sam), ago=70),
        a_scan(loans[1].item, "receive", who(sam), ago=60),
    ]
    outcomes = [one["outcome"] for one in send(sam, *scans)]
    assert outcomes == ["done", "refused", "waiting", "done"]
    assert count(Return) == 2
    assert ledger_faults() == []


def test_what_arrives_before_its_earlier_scan_waits_for_it(sam: FlaskClient) -> None:
    visit = builders.a_visit(at=now() - timedelta(days=1), due_on=now().date())
    item = visit.lines[0].order_line.item
    pick = a_scan(item, "pick", who(sam), ago=900)
    load = a_scan(item, "load", who(sam), ago=600)
    (waits,) = send(sam, load)
    assert waits["outcome"] == "waiting"
    assert "It is kept until an earlier scan of it arrives" in waits["sentence"]
    assert item.status is Status.ALLOCATED
    send(sam, pick)
    assert item.status is Status.OUT_FOR_DELIVERY
    assert send(sam, load)[0]["outcome"] == "done"
    assert "Scans to settle" not in sam.get("/").text


def test_in_one_batch_scans_are_done_in_the_order_they_were_made(sam: FlaskClient) -> None:
    visit = builders.a_visit(at=now() - timedelta(days=1), due_on=now().date())
    item = visit.lines[0].order_line.item
    load, pick = a_scan(item, "load", who(sam), ago=600), a_scan(item, "pick", who(sam), ago=900)
    assert [one["outcome"] for one in send(sam, load, pick)] == ["done", "done"]


def test_whoever_stands_before_the_item_is_told_no_and_nothing_is_done_later(
    sam: FlaskClient,
) -> None:
    visit = builders.a_visit(at=now() - timedelta(days=1), due_on=now().date())
    item = visit.lines[0].order_line.item
    (no,) = send(sam, a_scan(item, "load", who(sam), ago=2))
    assert no["outcome"] == "refused"
    send(sam, a_scan(item, "pick", who(sam), ago=1))
    assert item.status is Status.PICKED


def test_a_later_scan_never_lets_an_earlier_one_that_was_too_soon_be_done(
    sam: FlaskClient,
) -> None:
    visit = builders.a_visit(at=now() - timedelta(days=1), due_on=now().date())
    item = visit.lines[0].order_line.item
    load, pick = a_scan(item, "load", who(sam), ago=900), a_scan(item, "pick", who(sam), ago=600)
    assert [one["outcome"] for one in send(sam, load, pick)] == ["waiting", "done"]
    assert item.status is Status.PICKED
    assert "1 scan to settle" in sam.get("/scanning").text


def test_a_move_that_arrives_after_a_later_one_changes_nothing(sam: FlaskClient) -> None:
    item = builders.an_item()
    places = [builders.place_for(builders.a_store(), "clean") for _ in range(2)]
    late, soon = (
        a_scan(item, "move", who(sam), ago=ago, place=place.code)
        for ago, place in zip((900, 600), places, strict=True)
    )
    send(sam, soon)
    (told,) = send(sam, late)
    assert told["outcome"] == "done"
    assert told["sentence"].endswith(f"has been moved again since to {places[1].name}. It stays.")
    assert item.place_id == places[1].id


def test_what_happened_to_the_item_after_the_scan_stands_and_a_person_decides(
    sam: FlaskClient,
) -> None:
    order = builders.an_order(at=now() - timedelta(minutes=5))
    item = order.lines[0].item
    (told,) = send(sam, a_scan(item, "pick", who(sam), ago=3600))
    assert told["outcome"] == "refused"
    assert "after this scan was made" in told["sentence"]
    assert db.session.scalars(select(Scan.to_settle)).one()


def test_undo_is_scanned_without_a_signal_too(sam: FlaskClient) -> None:
    item = builders.an_order(at=now() - timedelta(days=1)).lines[0].item
    undo = a_scan("http://localhost:8000/do/undo", "pick", who(sam), ago=500)
    told = send(sam, undo, a_scan(item, "pick", who(sam), ago=600))
    assert [one["outcome"] for one in told] == ["done", "done"]
    assert told[0]["sentence"].startswith("Taken back: ")
    assert item.status is Status.ALLOCATED
    (mode,) = send(sam, a_scan("http://localhost:8000/do/move", "pick", who(sam)))
    assert (mode["outcome"], mode["sentence"]) == ("done", "Now: move.")


# Whose scan it is, and when


def test_somebody_elses_scan_is_neither_done_nor_kept(sam: FlaskClient) -> None:
    loan, kim = a_loan_of_last_month(), builders.a_member_of_staff(Role.WAREHOUSE)
    (told,) = send(sam, a_scan(loan.item, "receive", kim))
    assert (told["outcome"], told["item"], told["product"]) == ("not_yours", "", "")
    assert (loan.item.status, count(Scan)) == (Status.ON_LOAN, 0)


def test_an_id_that_somebody_else_has_used_tells_nothing_of_theirs(
    sam: FlaskClient, as_: Callable[..., FlaskClient]
) -> None:
    kim, loan = as_(Role.WAREHOUSE), a_loan_of_last_month()
    theirs = a_scan(loan.item, "receive", who(kim))
    send(kim, theirs)
    (told,) = send(sam, {**theirs, "by": who(sam).code, "scanned": "x"})
    assert (told["outcome"], told["item"], told["next"]) == ("not_yours", "", "")


def test_whoever_is_not_signed_in_is_told_so_and_sent_nowhere(app: Flask) -> None:
    answer = app.test_client().post("/scanning/scans", json={})
    assert (answer.status_code, answer.mimetype) == (401, "application/json")
    assert "Sign in" in answer.json["sentence"]
    assert app.test_client().get("/scanning/session").status_code == 401


def test_a_right_that_was_taken_away_meanwhile_refuses_the_scan_and_shows_it(
    sam: FlaskClient, as_: Callable[..., FlaskClient]
) -> None:
    loan, me = a_loan_of_last_month(), who(sam)
    boss = builders.a_member_of_staff(Role.ADMINISTRATOR)
    scheduler = {"role": Role.SCHEDULER, "organisation": me.organisation}
    change_staff(me, name=me.name, order_limit=me.order_limit, **scheduler, by=boss, at=now())
    db.session.flush()
    again = as_(me)
    (told,) = send(again, a_scan(loan.item, "receive", me))
    assert told["outcome"] == "refused"
    assert "Your role does not include “Receive”" in told["sentence"]
    assert loan.item.status is Status.ON_LOAN
    assert me.name in as_(Role.WAREHOUSE).get("/scanning/conflicts").text


def test_a_closed_account_sends_nothing_any_more(sam: FlaskClient) -> None:
    loan, me = a_loan_of_last_month(), who(sam)
    close_account(me, by=builders.a_member_of_staff(Role.ADMINISTRATOR), at=now())
    db.session.flush()
    answer = sam.post("/scanning/scans", json=batch([a_scan(loan.item, "receive", me)]))
    assert answer.status_code == 401
    assert loan.item.status is Status.ON_LOAN


def test_a_clock_that_is_ahead_is_cut_to_now(sam: FlaskClient) -> None:
    loan = a_loan_of_last_month()
    send(sam, a_scan(loan.item, "receive", who(sam), ago=-86_400))
    assert abs(loan.ended_at - now()) < timedelta(minutes=1)


def test_what_is_older_than_a_fortnight_goes_to_a_person(sam: FlaskClient) -> None:
    loan = a_loan_of_last_month()
    (told,) = send(sam, a_scan(loan.item, "receive", who(sam), ago=15 * 86_400))
    assert told["outcome"] == "refused"
    assert "more than 14 days ago" in told["sentence"]
    assert loan.item.status is Status.ON_LOAN
    assert count(Scan, Scan.to_settle) == 1


# What a person settles


def unsettled(sam: FlaskClient) -> tuple[Any, Scan]:
    loan = a_loan_of_last_month()
    send(sam, a_scan(loan.item, "receive", who(sam), ago=15 * 86_400))
    return loan, db.session.scalars(select(Scan)).one()


def test_a_conflict_is_done_on_a_persons_word(sam: FlaskClient) -> None:
    loan, scan = unsettled(sam)
    page = sam.get("/scanning/conflicts").text
    assert loan.item.code in page
    assert who(sam).name in page
    assert "more than 14 days ago" in page
    answer = sam.post(f"/scanning/conflicts/{scan.uid.hex}/do")
    assert answer.status_code == 303
    assert loan.item.status is Status.QUARANTINE
    assert (scan.outcome, scan.to_settle, scan.settled_by_id) == (
        Outcome.DONE,
        False,
        who(sam).id,
    )
    assert "Nothing waits to be settled" in sam.get("/scanning/conflicts").text
    assert sam.post(f"/scanning/conflicts/{scan.uid.hex}/do").status_code == 404


def test_a_conflict_that_still_cannot_be_done_stays_and_says_why(sam: FlaskClient) -> None:
    send(sam, a_scan(builders.an_item(), "receive", who(sam)))
    scan = db.session.scalars(select(Scan)).one()
    answer = sam.post(f"/scanning/conflicts/{scan.uid.hex}/do")
    assert answer.status_code == 409
    assert "stands on the shelf as available" in answer.text
    assert scan.to_settle


def test_a_conflict_is_set_aside_with_a_reason(sam: FlaskClient) -> None:
    loan, scan = unsettled(sam)
    address = f"/scanning/conflicts/{scan.uid.hex}/set-aside"
    assert sam.post(address, data={"because": " "}).status_code == 422
    assert sam.post(address, data={"because": "Scanned twice"}).status_code == 303
    assert (scan.settled_because, scan.to_settle) == ("Scanned twice", False)
    assert loan.item.status is Status.ON_LOAN


def test_what_waits_to_be_settled_is_counted_on_the_start_page(sam: FlaskClient) -> None:
    unsettled(sam)
    assert "Scans to settle" in sam.get("/").text


def test_only_who_moves_stock_settles(as_: Callable[..., FlaskClient]) -> None:
    for role in (Role.DRIVER, Role.SCHEDULER, Role.BOARD):
        assert as_(role).get("/scanning/conflicts").status_code == 403


# What is sent


def spoilt(by: Staff) -> list[Any]:
    one = a_scan("22222222", "receive", by)
    return [
        None, [], "x", 7, {}, {"device": str(uuid4())}, {"scans": []},
        batch([]), batch([one] * 2), batch([one], device="x"), {**batch([one]), "more": 1},
        batch([a_scan("2", "receive", by) for _ in range(501)]), batch([None]), batch([[]]),
        *(batch([{**one, "more": 1}]), batch([{k: v for k, v in one.items() if k != "at"}])),
        *(batch([{**one, "id": odd}]) for odd in (None, 1, "", "x" * 36, str(uuid4()) * 2, [])),
        *(
            batch([{**one, "at": odd}])
            for odd in (None, 0, "", "2026-01-01T00:00:00", "tomorrow", "0001-01-01T00:00:00+14:00",
                        "9999-12-31T23:59:59-14:00", "2026-02-30T00:00:00Z", {})
        ),
        *(batch([{**one, "mode": odd}]) for odd in (None, "", "drop table", 3, "not_yours")),
        *(batch([{**one, "place": odd}]) for odd in (1, "x" * 21, {})),
        *(batch([{**one, "scanned": odd}]) for odd in (None, 1, {}, [])),
        *(batch([{**one, "by": odd}]) for odd in (None, 1, "x" * 21)),
    ]  # fmt: skip


def test_what_is_not_of_the_right_shape_is_refused_with_a_sentence(sam: FlaskClient) -> None:
    for odd in spoilt(who(sam)):
        answer = sam.post("/scanning/scans", json=odd)
        assert answer.status_code == 422, odd
        assert answer.json["sentence"].endswith("."), odd
    for body in (b"", b"{", b"\xff\xfe", b"[" * 100_000, b"NaN", b'{"device":1e999}'):
        answer = sam.post("/scanning/scans", data=body, content_type="application/json")
        assert (answer.status_code, answer.mimetype) == (422, "application/json")
    assert count(Scan) == 0


def test_ten_megabytes_are_too_many(sam: FlaskClient) -> None:
    body = json.dumps(batch([a_scan("x" * 10_000_000, "receive", who(sam))]))
    answer = sam.post("/scanning/scans", data=body, content_type="application/json")
    assert answer.status_code == 413
    assert "too large" in answer.text


def test_whatever_was_scanned_keeps_no_other_scan_waiting(sam: FlaskClient) -> None:
    loan = a_loan_of_last_month()
    odd = [a_scan(one, "receive", who(sam)) for one in naughty()[:200]]
    told = send(sam, *odd, a_scan(loan.item, "receive", who(sam)))
    assert {one["outcome"] for one in told[:-1]} == {"refused"}
    assert told[-1]["outcome"] == "done"
    assert send(sam, *odd) == told[:-1]
    assert "<script>alert" not in sam.get("/scanning/conflicts").text


def test_a_place_nobody_knows_refuses_that_scan_only(sam: FlaskClient) -> None:
    (told,) = send(sam, a_scan(builders.an_item(), "move", who(sam), place="222222HH"))
    assert (told["outcome"], told["sentence"][:27]) == ("refused", "We do not know this place. ")


def test_another_sites_page_and_one_of_another_session_send_nothing(fresh_url: str) -> None:
    shop = an_app(fresh_url)
    shop.config["WTF_CSRF_ENABLED"] = True
    with shop.app_context():
        sam = builders.a_member_of_staff(Role.WAREHOUSE)
        code, session = sam.code, sam.get_id()
        db.session.commit()
        db.session.remove()
    browser = shop.test_client()
    with browser.session_transaction() as kept:
        kept["_user_id"], kept["_fresh"] = session, True
    mine = browser.get("/scanning/session").json
    assert mine["staff"] == code
    assert [one["mode"] for one in mine["modes"]][:2] == ["receive", "move"]
    one = {"device": str(uuid4()), "scans": [{
        "id": str(uuid4()), "at": now().isoformat(), "mode": "look-up", "place": None,
        "scanned": "x", "by": code,
    }]}  # fmt: skip
    assert browser.post("/scanning/scans", json=one).status_code == 400
    forged = browser.post("/scanning/scans", json=one, headers={"X-CSRFToken": "forged"})
    assert (forged.status_code, forged.mimetype) == (400, "application/json")
    good = {"X-CSRFToken": mine["csrf"]}
    assert browser.post("/scanning/scans", json=one, headers=good).status_code == 200
    elsewhere = {**good, "Sec-Fetch-Site": "cross-site"}
    assert browser.post("/scanning/scans", json=one, headers=elsewhere).status_code == 403
    with shop.app_context():
        db.engine.dispose()


def count(table: type, *where: Any) -> int:
    return db.session.scalar(select(func.count()).select_from(table).where(*where)) or 0
