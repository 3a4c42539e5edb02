"""What a month in the depot costs: a charge a product group, the same whenever it is asked."""

from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest
from flask import Flask

from core.db import db
from core.errors import NotAllowed
from core.money import Pence
from equipment.actions import move_item
from equipment.rules import Event, Group
from funding.actions import post_all, set_activity_price
from funding.checks import ledger_faults
from funding.models import Entry
from funding.rules import Basis, EntryKind, RulePart
from loans.storage.actions import charge_storage
from loans.storage.queries import items_stored, storage_charges
from people.rules import ROLES, May, Role
from tests.builders import (
    NOON,
    SPRING,
    TODAY,
    Pool,
    a_loan,
    a_member_of_staff,
    a_pool,
    a_product,
    a_rule,
    a_store,
    an_organisation,
    some_items,
)

JUNE = date(2026, 6, 1)


def priced(pence: int = 1_25) -> Pool:
    pool = a_pool(priced=False)
    by = a_member_of_staff(Role.ADMINISTRATOR)
    for kind in (EntryKind.DELIVERY, EntryKind.COLLECTION):
        set_activity_price(pool.fund, kind, Pence(5_00), from_on=SPRING, by=by, at=NOON)
    set_activity_price(pool.fund, EntryKind.STORAGE, Pence(pence), from_on=JUNE, by=by, at=NOON)
    return pool


def stock() -> None:
    """Three beds and two commodes; one of the beds goes to a client, another to a shelf."""
    bed = a_product(group=Group.BEDS)
    some_items(3, bed)
    some_items(2)
    a_loan(products=[bed])
    place = next(place for place in a_store().places if place.side == "clean")
    item = some_items(1, bed, place=place)[0]
    assert item.place_id == place.id


def test_what_stands_in_the_depot_at_the_end_of_the_month_is_charged(app: Flask) -> None:
    pool = priced()
    stock()
    found = storage_charges(pool.fund.id, JUNE)
    assert [(one.group, one.pence, one.arithmetic) for one in found] == [
        ("beds and rails", 2_50, "2 × £1.25"),
        ("toileting", 2_50, "2 × £1.25"),
    ]
    assert {one.on for one in found} == {date(2026, 6, 30)}
    assert len({(one.source, one.kind) for one in found}) == len(found)


def test_what_happens_later_changes_nothing(app: Flask) -> None:
    pool = priced()
    items = some_items(2)
    before = storage_charges(pool.fund.id, JUNE)
    july = datetime(2026, 7, 1, 0, 0, tzinfo=UTC)
    by = a_member_of_staff()
    move_item(items[0], Event.SCRAP, by=by, at=july, because="Rust")
    assert storage_charges(pool.fund.id, JUNE) == before
    assert items_stored(date(2026, 6, 30)) == {Group.TOILETING: 2}
    assert items_stored(date(2026, 7, 1)) == {Group.TOILETING: 1}
    assert items_stored(TODAY - timedelta(days=1)) == {}


def test_anothers_item_costs_the_pool_nothing(app: Flask) -> None:
    pool = priced()
    item = some_items(1)[0]
    item.owner_id = an_organisation().id
    db.session.flush()
    assert storage_charges(pool.fund.id, JUNE) == []


def test_without_a_price_storage_costs_nothing(app: Flask) -> None:
    pool = priced(0)
    some_items(1)
    assert storage_charges(pool.fund.id, JUNE) == []
    assert storage_charges(pool.fund.id, date(2026, 5, 1)) == []


def test_storage_falls_by_usage_where_a_rule_says_so(app: Flask) -> None:
    pool = priced()
    at = datetime(2026, 5, 4, 11, tzinfo=UTC)
    set_activity_price(
        pool.fund, EntryKind.FITTING, Pence(1), from_on=SPRING, by=a_member_of_staff(), at=at
    )
    bed = a_product(group=Group.BEDS)
    some_items(1, bed, at=at)
    a_loan(products=[bed], at=at)
    by_usage = (RulePart(Basis.USAGE, 1),)
    rule = a_rule(pool.fund, name="Usage", parts=by_usage, position=1, from_on=JUNE)
    some_items(1)
    charge = storage_charges(pool.fund.id, JUNE)[0]
    assert charge.rule_id == rule.id
    assert set(charge.shares) == {pool.body.id}
    numbers = post_all([charge], by=a_member_of_staff(), at=NOON)
    assert db.session.get_one(Entry, numbers[0]).pence == 1_25


def test_without_such_a_rule_storage_is_parked(app: Flask) -> None:
    pool = priced()
    some_items(1)
    charge = storage_charges(pool.fund.id, JUNE)[0]
    assert charge.shares == {}
    assert "GP practice is not known" in charge.parked_because


JULY = datetime(2026, 7, 2, 9, tzinfo=UTC)


def test_a_months_storage_is_charged_once_and_says_what_was_charged(app: Flask) -> None:
    pool, by = priced(), a_member_of_staff(Role.ADMINISTRATOR)
    stock()
    charged = charge_storage(pool.fund, JUNE, by=by, at=JULY)
    assert charged.told == (
        "£5.00 of storage is charged for June 2026, for 2 product groups. It is parked, because no "
        "rule says who pays: a person decides."
    )
    entries = db.session.query(Entry).filter_by(kind=EntryKind.STORAGE).all()
    assert [(one.pence, one.on, one.month) for one in entries] == [
        (2_50, date(2026, 6, 30), JUNE)
    ] * 2
    with pytest.raises(NotAllowed, match="storage of June 2026 has been charged already"):
        charge_storage(pool.fund, JUNE, by=by, at=JULY)
    assert db.session.query(Entry).filter_by(kind=EntryKind.STORAGE).count() == 2
    assert ledger_faults() == []


def test_storage_is_not_charged_before_the_month_ends_nor_after_it_is_closed(app: Flask) -> None:
    pool, by = priced(), a_member_of_staff(Role.ADMINISTRATOR)
    stock()
    with pytest.raises(NotAllowed, match="June 2026 has not ended yet"):
        charge_storage(pool.fund, JUNE, by=by, at=datetime(2026, 6, 30, 20, tzinfo=UTC))
    pool.fund.open_from = date(2026, 7, 1)
    db.session.flush()
    with pytest.raises(NotAllowed, match="June 2026 is closed"):
        charge_storage(pool.fund, JUNE, by=by, at=JULY)


def test_without_a_price_or_an_item_there_is_no_storage_to_charge(app: Flask) -> None:
    pool = priced()
    with pytest.raises(NotAllowed, match="There is nothing to charge for June 2026"):
        charge_storage(pool.fund, JUNE, by=a_member_of_staff(), at=JULY)


def test_storage_is_charged_on_its_page_which_the_month_leads_to(app: Flask, as_: Any) -> None:
    priced()
    stock()
    ada, page = as_(Role.ADMINISTRATOR), "/funding/months/2026-06/storage"
    assert f'href="{page}"' in ada.get("/funding/months/2026-06").get_data(as_text=True)
    assert "Charge £5.00 of storage" in ada.get(page).get_data(as_text=True)
    assert ada.post(page).status_code == 303
    assert "£5.00 of storage is charged for June 2026" in ada.get(page).get_data(as_text=True)
    again = ada.post(page)
    assert again.status_code == 409
    assert "has been charged already" in again.get_data(as_text=True)
    assert ada.get("/funding/months/nonsense/storage").status_code == 404
    assert "Nothing to charge" in ada.get("/funding/months/2026-01/storage").get_data(as_text=True)


@pytest.mark.parametrize("role", Role)
def test_only_who_keeps_agreements_charges_storage(app: Flask, as_: Any, role: Role) -> None:
    priced()
    client, page = as_(role), "/funding/months/2026-06/storage"
    keeps = May.KEEP_AGREEMENTS in ROLES[role]
    assert client.get(page).status_code == (200 if keeps else 403)
    assert client.post(page).status_code == (409 if keeps else 403)
    shown = client.get("/funding/months/2026-06")
    assert ("Storage of the month" in shown.get_data(as_text=True)) is keeps
