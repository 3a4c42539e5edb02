"""Two people and more at the same thing at once, and what is left when one breaks off half-way."""

import threading
from collections.abc import Callable, Iterator

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import func, select

import loans.actions
import logistics.actions
import returns.actions
from core.db import db, transaction
from core.errors import Refused, TakenByAnother
from equipment.models import Item, ItemMove
from equipment.rules import Cleaning, Event, Status
from funding.models import Entry
from funding.queries import ledger_faults
from funding.rules import EntryKind
from loans.models import Loan
from loans.rules import BackReason
from logistics.models import Visit
from people.models import Staff
from people.rules import Role
from returns.models import Return
from returns.rules import Condition
from tests import builders
from tests.builders import NOON
from tests.conftest import an_app

PEOPLE = pytest.mark.parametrize("people", [2, 8, 32])


@pytest.fixture
def shop(fresh_url: str) -> Iterator[Flask]:
    """An application on a database of its own, where every transaction really commits."""
    app = an_app(fresh_url, SQLALCHEMY_ENGINE_OPTIONS={"pool_size": 32})
    yield app
    with app.app_context():
        db.session.remove()
        db.engine.dispose()


def in_the_shop(shop: Flask, act: Callable[[], object]) -> object:
    with shop.app_context(), transaction("test"):
        answer = act()
        db.session.flush()
    return answer


def lent_item(shop: Flask) -> str:
    return str(in_the_shop(shop, lambda: builders.a_loan().item.code))


def signed_in(shop: Flask, role: Role, count: int) -> list[FlaskClient]:
    def hire() -> list[str]:
        return [builders.a_member_of_staff(role).get_id() for _ in range(count)]

    clients = []
    for person in in_the_shop(shop, hire):  # type: ignore[attr-defined]
        client = shop.test_client()
        with client.session_transaction() as session:
            session["_user_id"], session["_fresh"] = person, True
        clients.append(client)
    return clients


def all_at_once(acts: list[Callable[[], int]]) -> list[int]:
    """What each act answers when all begin at the same moment."""
    gate, answers = threading.Barrier(len(acts)), [0] * len(acts)

    def run(place: int) -> None:
        gate.wait()
        answers[place] = acts[place]()

    threads = [threading.Thread(target=run, args=(place,)) for place in range(len(acts))]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(60)
    return answers


def posting(client: FlaskClient, address: str, **sent: str) -> Callable[[], int]:
    return lambda: client.post(address, data=sent).status_code


@PEOPLE
def test_one_scan_wins_and_the_others_are_told(shop: Flask, people: int) -> None:
    code = lent_item(shop)
    scanners = signed_in(shop, Role.WAREHOUSE, people)
    answers = all_at_once(
        [posting(one, "/scanning", mode="receive", scanned=code) for one in scanners]
    )
    assert sorted(answers) == [303] + [409] * (people - 1)
    with shop.app_context():
        assert count(Return) == 1
        assert count(Loan, Loan.ended_at.is_not(None)) == 1
        assert count(Entry, Entry.kind == EntryKind.COLLECTION) == 1
        assert count(ItemMove, ItemMove.event == Event.BOOK_IN) == 1
        assert ledger_faults() == []


@PEOPLE
def test_the_same_click_many_times_is_one_scan_and_all_are_sent_to_it(
    shop: Flask, people: int
) -> None:
    code = lent_item(shop)
    (scanner,) = signed_in(shop, Role.WAREHOUSE, 1)
    cookie = scanner.get_cookie("session")
    fingers = []
    for _ in range(people):
        finger = shop.test_client()
        finger.set_cookie("session", cookie.value)
        fingers.append(posting(finger, "/scanning", mode="receive", scanned=code, once="c" * 32))
    assert all_at_once(fingers) == [303] * people
    with shop.app_context():
        assert count(Return) == 1


@PEOPLE
def test_as_many_different_items_at_once_all_come_in(shop: Flask, people: int) -> None:
    codes = in_the_shop(shop, lambda: [builders.a_loan().item.code for _ in range(people)])
    scanners = signed_in(shop, Role.WAREHOUSE, people)
    acts = [
        posting(one, "/scanning", mode="receive", scanned=code)
        for one, code in zip(scanners, codes, strict=True)  # type: ignore[call-overload]
    ]
    assert all_at_once(acts) == [303] * people
    with shop.app_context():
        assert count(Return) == people
        assert ledger_faults() == []


def test_a_scan_while_the_driver_finishes_ends_the_loan_once(shop: Flask) -> None:
    def on_the_road() -> tuple[str, str, int, str]:
        visit = builders.a_visit(loan=builders.a_loan(), out=True)
        assert visit.driver is not None
        line = visit.lines[0]
        assert line.loan is not None
        return visit.code, line.loan.item.code, line.id, visit.driver.get_id()

    visit, item, line, driver = in_the_shop(shop, on_the_road)  # type: ignore[misc]
    (scanner,) = signed_in(shop, Role.WAREHOUSE, 1)
    van = shop.test_client()
    with van.session_transaction() as session:
        session["_user_id"], session["_fresh"] = driver, True
    answers = all_at_once(
        [
            posting(scanner, "/scanning", mode="receive", scanned=item),
            posting(van, f"/visits/{visit}/finish", done=str(line), received_by="May"),
        ]
    )
    assert answers[0] in (303, 409)
    assert answers[1] in (303, 409, 422)
    assert 303 in answers
    with shop.app_context():
        assert count(Loan, Loan.ended_at.is_not(None)) == 1
        assert count(Entry, Entry.kind == EntryKind.COLLECTION) == 1
        assert count(Visit, Visit.finished_at.is_not(None)) == 1


@PEOPLE
def test_an_order_planned_by_many_at_once_has_one_visit(shop: Flask, people: int) -> None:
    order = in_the_shop(shop, lambda: builders.an_order().code)
    schedulers = signed_in(shop, Role.SCHEDULER, people)
    sent = {"due_on": "2096-01-02", "due": str(order)}
    answers = all_at_once([posting(one, "/visits/", **sent) for one in schedulers])
    assert sorted(answers) == [303] + [409] * (people - 1)
    with shop.app_context():
        assert count(Visit) == 1


@pytest.mark.parametrize("people", [2, 8])
def test_an_item_put_away_by_many_at_once_is_credited_once(shop: Flask, people: int) -> None:
    def tested() -> str:
        arrival = builders.a_return()
        by: Staff = arrival.received_by
        step = {"by": by, "at": NOON}
        returns.actions.inspect(arrival.item, condition=Condition.GOOD, note="", **step)
        returns.actions.clean(arrival.item, method=Cleaning.WIPE, **step)
        returns.actions.test(arrival.item, passed=True, note="", **step)
        return f"{arrival.item.code} {builders.place_for(builders.a_depot(), 'clean').code}"

    item, place = str(in_the_shop(shop, tested)).split()
    benches = signed_in(shop, Role.WAREHOUSE, people)
    address = f"/returns/items/{item}/put-away"
    answers = all_at_once([posting(one, address, place=place) for one in benches])
    assert sorted(answers) == [303] + [409] * (people - 1)
    with shop.app_context():
        assert count(Entry, Entry.kind == EntryKind.CREDIT) == 1


class Killed(BaseException):
    """The program is stopped at the worst moment."""


def test_a_return_that_is_killed_half_way_leaves_nothing(shop: Flask) -> None:
    code = lent_item(shop)
    before = everything(shop)

    def broken_off() -> None:
        by = builders.a_member_of_staff(Role.WAREHOUSE)
        returns.actions.receive(code, by=by, at=NOON)
        db.session.flush()
        raise Killed

    with pytest.raises(Killed):
        in_the_shop(shop, broken_off)
    assert everything(shop) == before
    (scanner,) = signed_in(shop, Role.WAREHOUSE, 1)
    assert scanner.post("/scanning", data={"mode": "receive", "scanned": code}).status_code == 303


def test_a_visit_that_is_killed_half_way_leaves_nothing(shop: Flask) -> None:
    code = in_the_shop(shop, lambda: builders.a_visit(out=True).code)
    before = everything(shop)

    def broken_off() -> None:
        visit = db.session.scalars(select(Visit).where(Visit.code == code)).one()
        logistics.actions.finish(
            visit,
            done={visit.lines[0].id},
            received_by="May",
            unsigned_because="",
            instructions_given=True,
            note="",
            by=visit.driver,  # type: ignore[arg-type]
            at=NOON,
        )
        raise Killed

    with pytest.raises(Killed):
        in_the_shop(shop, broken_off)
    assert everything(shop) == before


def test_the_slower_of_two_is_told_that_somebody_was_first(shop: Flask) -> None:
    code = lent_item(shop)
    by = str(in_the_shop(shop, lambda: builders.a_member_of_staff(Role.WAREHOUSE).code))
    (scanner,) = signed_in(shop, Role.WAREHOUSE, 1)

    def ask_too_late() -> None:
        loan = db.session.scalars(select(Loan)).one()  # as it was before the scan
        staff = db.session.scalars(select(Staff).where(Staff.code == by)).one()
        thread = threading.Thread(
            target=lambda: scanner.post("/scanning", data={"mode": "receive", "scanned": code})
        )
        thread.start()
        thread.join(30)
        loans.actions.ask_back(loan, BackReason.MOVED, by=staff, at=NOON)

    with pytest.raises((TakenByAnother, Refused)):
        in_the_shop(shop, ask_too_late)
    with shop.app_context():
        item = db.session.scalars(select(Item).where(Item.code == code)).one()
        assert item.status is Status.QUARANTINE
        assert count(Loan, Loan.asked_back_at.is_not(None)) == 0


def count(table: type, *where: object) -> int:
    counted = select(func.count()).select_from(table)
    return db.session.scalar(counted.where(*where)) or 0  # type: ignore[arg-type]


def everything(shop: Flask) -> dict[str, int]:
    """How many rows every table has, and how far every versioned row has come."""
    with shop.app_context():
        rows = {}
        for table in db.metadata.sorted_tables:
            version = table.c.get("version")
            what = func.count() if version is None else func.count() + 1000 * func.sum(version)
            rows[table.name] = db.session.scalar(select(what).select_from(table)) or 0
        db.session.remove()
    return rows
