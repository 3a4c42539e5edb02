"""What the workshop costs and credits: whoever was charged, once a return."""

from datetime import UTC, date, datetime

import pytest
from flask import Flask
from sqlalchemy import select

import equipment.actions
from core.db import db
from core.money import Pence
from equipment.rules import Event
from funding.models import Account, Entry, Posting
from funding.rules import AccountKind, EntryKind, StockModel
from people import actions as people
from people.rules import Role
from returns.models import Return
from tests import builders
from tests.builders import NOON, TODAY
from tests.funding.agreeing import an_agreement
from tests.returns.test_gates import step, through


def charged(arrival: Return) -> dict[EntryKind, int]:
    of_return = select(Entry.kind, Entry.pence).where(Entry.source == arrival.code)
    return {kind: pence for kind, pence in db.session.execute(of_return)}  # noqa: C416 - a Row is no pair to mypy


def test_cleaning_repair_and_test_are_charged_and_the_credit_is_given(app: Flask) -> None:
    hoist = builders.a_hoist(price=Pence(333_33), credit_percent=50)
    builders.an_item(hoist)
    arrival = builders.a_return(builders.a_loan(products=[hoist]))
    item, by = arrival.item, arrival.received_by
    through(item, by, "inspect", "clean", "repair", "test", "put_away")
    assert charged(arrival) == {
        EntryKind.CLEANING: 12_50,
        EntryKind.REPAIR: 12_50,
        EntryKind.TEST: 12_50,
        EntryKind.CREDIT: -166_67,
    }


def test_a_second_test_of_the_same_return_is_not_charged_again(app: Flask) -> None:
    hoist = builders.a_hoist(price=Pence(300_00))
    builders.an_item(hoist)
    arrival = builders.a_return(builders.a_loan(products=[hoist]))
    item, by = arrival.item, arrival.received_by
    through(item, by, "inspect", "clean")
    step("test", item, by, passed=False)
    through(item, by, "repair", "test")
    assert charged(arrival)[EntryKind.TEST] == 12_50


def test_a_thing_without_tests_costs_no_test(app: Flask) -> None:
    arrival = builders.a_return()
    through(arrival.item, arrival.received_by, "inspect", "clean", "test", "put_away")
    assert EntryKind.TEST not in charged(arrival)


def test_the_retained_model_credits_nothing(app: Flask) -> None:
    builders.a_pool(stock_model=StockModel.RETAINED)
    arrival = builders.a_return()
    through(arrival.item, arrival.received_by, "inspect", "clean", "test", "put_away")
    assert set(charged(arrival)) == {EntryKind.CLEANING}


def test_only_what_was_paid_on_issue_is_credited_whichever_model_holds_later(app: Flask) -> None:
    pool, bed, may = builders.a_pool(), builders.a_product(), datetime(2026, 5, 4, 11, tzinfo=UTC)
    builders.some_items(2, bed, at=may)
    paid = builders.a_loan(products=[bed], at=may)
    an_agreement(pool.fund, TODAY, stock_model=StockModel.RETAINED)
    unpaid = builders.a_loan(products=[bed])
    issued = select(Entry.subject).where(Entry.kind == EntryKind.EQUIPMENT)
    assert db.session.scalars(issued).all() == [paid.code]
    for loan, credited in ((paid, True), (unpaid, False)):
        arrival = builders.a_return(loan)
        through(arrival.item, arrival.received_by, "inspect", "clean", "test", "put_away")
        assert (EntryKind.CREDIT in charged(arrival)) is credited


def test_what_was_put_on_hold_and_came_back_costs_nobody(app: Flask) -> None:
    item, by = builders.an_item(), builders.a_member_of_staff(Role.WAREHOUSE)
    equipment.actions.move_item(item, Event.HOLD, by=by, at=NOON, because="Recall")
    equipment.actions.move_item(item, Event.END_HOLD, by=by, at=NOON)
    through(item, by, "inspect", "clean", "test", "put_away")
    assert db.session.scalar(select(Entry.id)) is None


def test_after_a_merger_the_successor_is_credited(app: Flask) -> None:
    pool = builders.a_pool()
    arrival = builders.a_return()
    through(arrival.item, arrival.received_by, "inspect", "clean", "test")
    merged = builders.an_organisation()
    admin = builders.a_member_of_staff(Role.ADMINISTRATOR)
    people.succeed(pool.body, merged, on=date(2026, 6, 1), by=admin, at=NOON)
    step("put_away", arrival.item, arrival.received_by)
    given = (
        select(Account.organisation_id, Posting.pence)
        .select_from(Posting)
        .join(Posting.account)
        .join(Posting.entry)
        .where(Entry.kind == EntryKind.CREDIT, Account.kind == AccountKind.PARTNER)
    )
    assert db.session.execute(given).all() == [(merged.id, -36_00)]


@pytest.mark.parametrize("percent", [0, 100])
def test_nothing_is_posted_for_no_credit(app: Flask, percent: int) -> None:
    product = builders.a_product(credit_percent=percent)
    builders.an_item(product)
    arrival = builders.a_return(builders.a_loan(products=[product]))
    through(arrival.item, arrival.received_by, "inspect", "clean", "test", "put_away")
    assert charged(arrival).get(EntryKind.CREDIT, 0) == -60_00 * percent // 100
