"""Many at the same moment, over HTTP: what there is once is given once and counted once."""

import threading
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import func, select

from core.clock import now
from core.db import db, transaction
from equipment.models import Item
from equipment.rules import Status
from funding.checks import ledger_faults
from funding.models import Entry
from funding.rules import EntryKind
from labels.models import PrintRun
from loans.models import Client, Loan, OrderLine
from people.rules import Role
from returns.campaigns.models import Campaign, CampaignLoan
from returns.models import Return
from tests import builders
from tests.attacks.world import browser_of
from tests.conftest import an_app

CROWDS = [2, 8, 32]
AppFor = Callable[[int], Flask]
Sent = tuple[str, str, dict[str, Any]]  # whose session, where, what


@pytest.fixture
def app_for(fresh_url: str) -> Iterator[AppFor]:
    """`app_for(n)`: the application on a database of its own, with room for n at once."""
    made: list[Flask] = []

    def make(people: int) -> Flask:
        made.append(an_app(fresh_url, SQLALCHEMY_ENGINE_OPTIONS={"pool_size": people}))
        return made[-1]

    yield make
    for app in made:
        with app.app_context():
            db.engine.dispose()


def made(app: Flask, build: Callable[[], Any]) -> Any:
    """What a builder makes, committed."""
    with app.app_context(), transaction("test"):
        return build()


def at_once(app: Flask, forms: list[Sent]) -> list[tuple[int, str]]:
    """Send all of these at the same moment, each from a browser of its own: status, location."""
    barrier = threading.Barrier(len(forms))

    def send(form: Sent) -> tuple[int, str]:
        session, address, fields = form
        browser = browser_of(app, session)
        assert browser.get("/account").status_code == 200  # signed in and connected
        barrier.wait()
        answer = browser.post(address, data=fields)
        return answer.status_code, answer.headers.get("Location", "")

    with ThreadPoolExecutor(len(forms)) as pool:
        return list(pool.map(send, forms))


def count(model: type[Any], *where: Any) -> int:
    return db.session.scalar(select(func.count()).select_from(model).where(*where)) or 0


@pytest.mark.parametrize("people", CROWDS)
def test_many_order_the_last_one_and_exactly_one_order_gets_it(
    app_for: AppFor, people: int
) -> None:
    app = app_for(people)

    def build() -> list[Sent]:
        item, by = builders.an_item(), builders.a_prescriber()
        orders = [
            builders.an_order(products=[item.product], placed=False, by=by) for _ in range(people)
        ]
        return [(by.get_id(), f"/orders/{order.code}/place", {}) for order in orders]

    answers = at_once(app, made(app, build))
    assert [status for status, _ in answers] == [303] * people
    with app.app_context():
        assert count(OrderLine, OrderLine.item_id.is_not(None)) == 1
        assert count(OrderLine, OrderLine.item_id.is_(None)) == people - 1
        assert db.session.scalars(select(Item.status)).all() == [Status.ALLOCATED]


@pytest.mark.parametrize("people", CROWDS)
def test_many_scan_one_return_and_it_is_booked_in_and_charged_once(
    app_for: AppFor, people: int
) -> None:
    app = app_for(people)

    def build() -> tuple[str, list[str]]:
        staff = [builders.a_member_of_staff(Role.WAREHOUSE) for _ in range(people)]
        return builders.a_loan().item.code, [one.get_id() for one in staff]

    code, sessions = made(app, build)
    form = {"mode": "receive", "scanned": code}
    answers = at_once(app, [(one, "/scanning", form) for one in sessions])
    assert sorted(status for status, _ in answers) == [303] + [409] * (people - 1)
    with app.app_context():
        assert count(Return) == 1
        assert count(Entry, Entry.kind == EntryKind.COLLECTION) == 1
        assert count(Loan, Loan.ended_at.is_not(None)) == 1
        assert ledger_faults() == []


@pytest.mark.parametrize("people", CROWDS)
def test_one_form_sent_many_times_is_done_once_and_answered_alike(
    app_for: AppFor, people: int
) -> None:
    app = app_for(people)

    def build() -> tuple[str, str]:
        return builders.a_member_of_staff(Role.WAREHOUSE).get_id(), builders.an_item().code

    session, code = made(app, build)
    form = {"items": code, "layout": "a4-24", "start": "1", "once": "b" * 32}
    answers = at_once(app, [(session, "/labels", form)] * people)
    assert len(set(answers)) == 1, "every sender is sent where the first was sent"
    assert answers[0][0] == 303
    with app.app_context():
        assert count(PrintRun) == 1


@pytest.mark.parametrize("people", CROWDS)
def test_one_person_is_registered_once_by_however_many(app_for: AppFor, people: int) -> None:
    app = app_for(people)
    session = made(app, lambda: builders.a_prescriber().get_id())
    form = {
        "nhs_number": builders.a_test_number(),
        "given_name": "Ada",
        "family_name": "Madeup",
        "born_on": "1941-05-17",
        "address": "1 Test Street",
        "postcode": "NG1 5FS",
    }
    answers = at_once(app, [(session, "/clients/new", form)] * people)
    refused = {status for status, _ in answers} - {303}
    assert [status for status, _ in answers].count(303) == 1
    assert refused <= {409, 422}
    with app.app_context():
        assert count(Client) == 1


@pytest.mark.parametrize("people", CROWDS[:2])
def test_many_start_a_campaign_for_the_same_loans_and_nobody_is_asked_twice(
    app_for: AppFor, people: int
) -> None:
    app = app_for(people)

    def build() -> list[str]:
        builders.a_loan(at=now() - timedelta(days=300))
        return [builders.a_member_of_staff(Role.SCHEDULER).get_id() for _ in range(people)]

    sessions = made(app, build)
    forms = [{"name": f"{n} letters", "kind": "letters", "days": "42"} for n in range(people)]
    sent = [(one, "/back/campaign", form) for one, form in zip(sessions, forms, strict=True)]
    answers = at_once(app, sent)
    assert sorted(status for status, _ in answers) == [303] + [409] * (people - 1)
    with app.app_context():
        assert count(Campaign) == 1
        assert count(CampaignLoan) == 1
