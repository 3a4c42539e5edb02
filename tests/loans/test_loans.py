"""A loan begins at the door, is charged, asked back and ended; funders may merge meanwhile."""

from datetime import date, timedelta

import pytest
from flask import Flask
from sqlalchemy import select, text

from core.clock import moment
from core.db import db
from core.errors import Invalid, NotAllowed, NotFound
from core.money import Pence
from equipment import actions as equipment_actions
from equipment.rules import Event, Status
from funding.actions import set_activity_price
from funding.models import Account, Entry, Posting
from funding.rules import ACTIVITIES, AccountKind, EntryKind, StockModel
from loans import actions
from loans.lending.queries import loan_by_code, loans_asked_back, open_loan_of
from loans.rules import BackReason, OrderStatus, Speed
from people import actions as people_actions
from people.models import Organisation
from people.rules import Kind, Role
from tests.builders import (
    NOON,
    SPRING,
    TODAY,
    a_client,
    a_loan,
    a_member_of_staff,
    a_pool,
    a_prescriber,
    a_product,
    an_item,
    an_order,
    an_organisation,
)

LATER = NOON + timedelta(days=40)


def entries_of(source: str) -> dict[EntryKind, Entry]:
    rows = db.session.scalars(select(Entry).where(Entry.source == source))
    return {entry.kind: entry for entry in rows}


def paid_by(entry: Entry) -> dict[str, int]:
    rows = db.session.execute(
        select(Organisation.ods_code, Posting.pence)
        .join(Account, Posting.account_id == Account.id)
        .join(Organisation, Account.organisation_id == Organisation.id)
        .where(Posting.entry_id == entry.id, Account.kind == AccountKind.PARTNER)
    )
    return {row.ods_code: row.pence for row in rows}


def test_a_loan_begins_with_its_shares_and_charges_its_funders_once(app: Flask) -> None:
    loan = a_loan(speed=Speed.NEXT_DAY)
    pool = a_pool()
    assert loan.item.status is Status.ON_LOAN
    assert loan.line.order.status is OrderStatus.DELIVERED
    assert set(loan.weights) == {pool.body.id}
    assert (loan.price, loan.recycled, loan.began_at) == (60_00, False, NOON)
    charged = entries_of(loan.code)
    assert {kind: entry.pence for kind, entry in charged.items()} == {
        EntryKind.EQUIPMENT: 60_00,
        EntryKind.DELIVERY: 12_50,
    }
    assert paid_by(charged[EntryKind.EQUIPMENT]) == {"QNG": 60_00}
    assert all(entry.subject == loan.code for entry in charged.values())
    assert open_loan_of(loan.item) is loan
    db.session.execute(text("set constraints all immediate"))


def test_a_pool_that_keeps_its_stock_charges_the_activity_only(app: Flask) -> None:
    a_pool(stock_model=StockModel.RETAINED)
    assert set(entries_of(a_loan().code)) == {EntryKind.DELIVERY}


def test_a_loan_ends_once_and_its_collection_is_charged_once(app: Flask) -> None:
    loan, by = a_loan(), a_prescriber()
    actions.end(loan, by=by, at=LATER)
    assert open_loan_of(loan.item) is None
    assert entries_of(loan.code)[EntryKind.COLLECTION].pence == 12_50
    with pytest.raises(NotAllowed, match="ended already"):
        actions.end(loan, by=by, at=LATER)
    assert loan.item.status is Status.ON_LOAN  # the item is moved by whoever fetches it


def test_a_lost_item_ends_its_loan_without_a_collection(app: Flask) -> None:
    loan = a_loan()
    actions.end(loan, by=a_prescriber(), at=LATER, lost=True)
    assert loan.lost
    assert EntryKind.COLLECTION not in entries_of(loan.code)


def test_a_loan_does_not_end_before_it_began(app: Flask) -> None:
    with pytest.raises(NotAllowed, match="before it began"):
        actions.end(a_loan(), by=a_prescriber(), at=NOON - timedelta(seconds=1))


def test_one_line_begins_one_loan(app: Flask) -> None:
    loan = a_loan()
    with pytest.raises(NotAllowed, match="delivered already"):
        actions.begin(loan.line, by=a_prescriber(), at=NOON)


def test_what_is_not_set_aside_or_not_on_the_van_is_not_handed_over(app: Flask) -> None:
    by = a_prescriber()
    waiting = an_order(products=[a_loan().product], by=by)
    with pytest.raises(NotAllowed, match="set aside"):
        actions.begin(waiting.lines[0], by=by, at=NOON)
    with pytest.raises(NotAllowed):
        actions.begin(an_order(by=by).lines[0], by=by, at=NOON)
    draft = an_order(by=by, placed=False)
    with pytest.raises(NotAllowed, match="not approved"):
        actions.begin(draft.lines[0], by=by, at=NOON)


def test_a_client_outside_the_partners_is_billed_to_nobody(app: Flask) -> None:
    authoriser = a_member_of_staff(Role.AUTHORISER, organisation=a_pool().body)
    by, item = a_prescriber(), an_item()
    order = an_order(a_client(practice=None, by=by), products=[item.product], by=by)
    actions.approve(order, because="Visiting from elsewhere", by=authoriser, at=NOON)
    for event in (Event.PICK, Event.LOAD):
        equipment_actions.move_item(item, event, by=by, at=NOON)
    loan = actions.begin(order.lines[0], by=by, at=NOON)
    assert loan.weights == {}
    assert loan.parked_because
    charged = entries_of(loan.code)
    assert [paid_by(entry) for entry in charged.values()] == [{}, {}]
    actions.end(loan, by=by, at=LATER)
    assert paid_by(entries_of(loan.code)[EntryKind.COLLECTION]) == {}


def test_after_a_merger_the_successor_pays_for_what_happens_then(app: Flask) -> None:
    pool, loan = a_pool(), a_loan()
    before = entries_of(loan.code)
    admin = a_member_of_staff(Role.ADMINISTRATOR)
    merged = an_organisation(name="Merged body", kind=Kind.ICB, ods_code="QMERGED")
    on = date(2026, 7, 1)
    people_actions.succeed(pool.body, merged, on=on, by=admin, at=NOON)
    actions.end(loan, by=admin, at=moment(date(2026, 7, 11)))
    db.session.execute(text("set constraints all immediate"))
    assert paid_by(entries_of(loan.code)[EntryKind.COLLECTION]) == {"QMERGED": 12_50}
    assert [paid_by(entry) for entry in before.values()] == [{"QNG": 60_00}, {"QNG": 12_50}]
    assert set(loan.weights) == {pool.body.id}
    # Whoever worked for the old body still sees the client, and so does the new one.
    for employer in (pool.body, merged):
        viewer = a_member_of_staff(Role.PRESCRIBER, organisation=employer)
        assert loan_by_code(loan.code, viewer=viewer, on=date(2026, 7, 11)) is loan


def test_an_order_placed_before_a_merger_and_delivered_after_charges_the_successor(
    app: Flask,
) -> None:
    pool, order = a_pool(), an_order()
    admin = a_member_of_staff(Role.ADMINISTRATOR)
    merged = an_organisation(name="Merged body", kind=Kind.ICB, ods_code="QMERGED")
    people_actions.succeed(pool.body, merged, on=date(2026, 7, 1), by=admin, at=NOON)
    at = moment(date(2026, 7, 2))
    for event in (Event.PICK, Event.LOAD):
        equipment_actions.move_item(order.lines[0].item, event, by=admin, at=at)
    loan = actions.begin(order.lines[0], by=admin, at=at)
    assert order.body is pool.body
    assert paid_by(entries_of(loan.code)[EntryKind.EQUIPMENT]) == {"QMERGED": 60_00}


def test_equipment_is_asked_back_with_a_reason_until_a_collection_is_booked(app: Flask) -> None:
    loan, by = a_loan(), a_prescriber()
    actions.ask_back(loan, BackReason.NOT_NEEDED, by=by, at=LATER)
    assert loans_asked_back(viewer=by, on=TODAY) == [loan]
    with pytest.raises(NotAllowed, match="asked back already"):
        actions.ask_back(loan, BackReason.MOVED, by=by, at=LATER)
    actions.cancel_ask(loan, by=by, at=LATER)
    assert (loan.asked_back_at, loan.back_reason) == (None, None)
    with pytest.raises(NotAllowed, match="not asked back"):
        actions.cancel_ask(loan, by=by, at=LATER)
    actions.ask_back(loan, BackReason.NOT_NEEDED, by=by, at=LATER)
    equipment_actions.move_item(loan.item, Event.BOOK_COLLECTION, by=by, at=LATER)
    with pytest.raises(NotAllowed, match="collection is booked"):
        actions.cancel_ask(loan, by=by, at=LATER)
    actions.end(loan, by=by, at=LATER)
    assert loans_asked_back(viewer=by, on=TODAY) == []
    with pytest.raises(NotAllowed, match="ended already"):
        actions.ask_back(loan, BackReason.MOVED, by=by, at=LATER)


def test_after_a_death_equipment_comes_back_for_that_reason_only(app: Flask) -> None:
    loan, by = a_loan(), a_prescriber()
    with pytest.raises(Invalid, match="Record the death"):
        actions.ask_back(loan, BackReason.DIED, by=by, at=LATER)
    actions.record_death(loan.client, TODAY, by=by, at=LATER)
    actions.ask_back(loan, BackReason.NOT_NEEDED, by=by, at=LATER)
    assert loan.back_reason is BackReason.DIED


def test_a_free_speed_and_a_free_product_are_not_charged(app: Flask) -> None:
    a_pool(priced=False)
    for kind in ACTIVITIES:
        set_activity_price(
            a_pool().fund, kind, Pence(0), from_on=SPRING, by=a_prescriber(), at=NOON
        )
    item = an_item(a_product(price=Pence(0)))
    loan = a_loan(products=[item.product])
    actions.end(loan, by=a_prescriber(), at=LATER)
    assert entries_of(loan.code) == {}


def test_an_unknown_loan_and_somebody_elses_are_alike(app: Flask) -> None:
    loan, stranger = a_loan(), a_member_of_staff(Role.PRESCRIBER)
    told = []
    for code in (loan.code, "22222222", "nonsense", ""):
        with pytest.raises(NotFound) as why:
            loan_by_code(code, viewer=stranger, on=TODAY)
        told.append(why.value.sentence)
    assert len(set(told)) == 1
