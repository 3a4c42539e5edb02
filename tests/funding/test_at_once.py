"""Several people at once: one entry a cause, no remainder lost."""

import threading
from collections.abc import Callable

import pytest
from flask import Flask

from core.db import db, transaction
from core.errors import NotAllowed
from core.money import Pence
from funding.actions import post
from funding.models import Account, Entry
from funding.queries import ledger_faults
from people.models import Staff
from tests.builders import NOON, a_charge, a_fund, a_member_of_staff, a_partner
from tests.conftest import an_app

MANY = 8


def at_once(app: Flask, act: Callable[[int], None]) -> list[str]:
    """Everybody does the act at the same moment; answers who was refused, and how."""
    ready, refusals = threading.Barrier(MANY), []

    def do(number: int) -> None:
        with app.app_context():
            ready.wait()
            try:
                with transaction("test"):
                    act(number)
            except NotAllowed as why:
                refusals.append(why.sentence)
            finally:
                db.session.remove()

    threads = [threading.Thread(target=do, args=(number,)) for number in range(MANY)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return refusals


@pytest.fixture
def busy(fresh_url: str):
    """An application on a database of its own."""
    app = an_app(fresh_url)
    yield app
    with app.app_context():
        db.engine.dispose()


def a_shared_fund(app: Flask) -> tuple[int, dict[int, int], int]:
    with app.app_context(), transaction("test"):
        fund = a_fund()
        shares = {a_partner(fund).organisation_id: weight for weight in (60, 40)}
        return fund.id, shares, a_member_of_staff().id


@pytest.mark.parametrize("pence", [10_01, 10_00], ids=["odd pence", "evenly divided"])
def test_one_cause_posted_by_many_at_once_is_one_entry(busy: Flask, pence: int) -> None:
    fund_id, shares, staff_id = a_shared_fund(busy)

    def act(_: int) -> None:
        charge = the_charge(fund_id, shares, "ONE", pence)
        post(charge, by=db.session.get_one(Staff, staff_id), at=NOON)

    refusals = at_once(busy, act)
    with busy.app_context():
        assert db.session.scalar(db.select(db.func.count(Entry.id))) == 1
        assert ledger_faults() == []
    assert len(refusals) == MANY - 1


def test_the_first_charges_of_new_shares_at_once_lose_no_remainder(busy: Flask) -> None:
    fund_id, shares, staff_id = a_shared_fund(busy)

    def act(number: int) -> None:
        charge = the_charge(fund_id, shares, f"CAUSE{number}")
        post(charge, by=db.session.get_one(Staff, staff_id), at=NOON)

    assert at_once(busy, act) == []
    with busy.app_context():
        assert db.session.scalar(db.select(db.func.count(Entry.id))) == MANY
        assert ledger_faults() == []


def test_an_account_opened_by_many_at_once_is_one_account(busy: Flask) -> None:
    fund_id, _, staff_id = a_shared_fund(busy)
    with busy.app_context(), transaction("test"):
        newcomer = a_partner_without_account()

    def act(number: int) -> None:
        charge = the_charge(fund_id, {newcomer: 1}, f"CAUSE{number}")
        post(charge, by=db.session.get_one(Staff, staff_id), at=NOON)

    assert at_once(busy, act) == []
    with busy.app_context():
        opened = db.select(db.func.count(Account.id)).where(Account.organisation_id == newcomer)
        assert db.session.scalar(opened) == 1


def the_charge(fund_id: int, shares: dict[int, int], cause: str, pence: int = 10_01):
    fund = type("A fund by its number", (), {"id": fund_id})()
    return a_charge(fund, shares, source=cause, subject=cause, pence=Pence(pence))


def a_partner_without_account() -> int:
    return a_member_of_staff().organisation_id
