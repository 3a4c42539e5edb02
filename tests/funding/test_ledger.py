"""The ledger: balanced to the penny, never changed, nothing posted twice."""

from datetime import date, timedelta
from fractions import Fraction
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import text
from sqlalchemy.exc import DBAPIError

from core.clock import moment
from core.db import db, transaction
from core.errors import NotAllowed, NotFound
from core.money import Pence
from funding.actions import post, post_all, post_once, reverse
from funding.checks import balance_faults
from funding.models import Account, Entry, Posting, Remainder
from funding.queries import ledger_faults
from funding.rules import AccountKind, EntryKind
from people.models import Organisation
from tests.builders import (
    NOON,
    TODAY,
    a_charge,
    a_fund,
    a_member_of_staff,
    a_merger,
    a_partner,
    an_entry,
    an_organisation,
)
from tests.heard import statements


def on_accounts(entry: Entry) -> dict[int | str, int]:
    """What an entry posted, by organisation or by kind of account."""
    rows = db.session.execute(
        db.select(Account.organisation_id, Account.kind, db.func.sum(Posting.pence))
        .join(Posting.account)
        .where(Posting.entry_id == entry.id)
        .group_by(Account.id)
    )
    return {who or kind.value: int(pence) for who, kind, pence in rows}


def check_at_once() -> None:
    """Let the triggers that wait for the commit speak now."""
    db.session.execute(text("set constraints all immediate"))


def two_partners() -> tuple[Any, int, int]:
    fund = a_fund()
    return fund, a_partner(fund).organisation_id, a_partner(fund).organisation_id


def test_a_charge_debits_its_partners_and_credits_the_pool(app: Flask) -> None:
    fund, one, other = two_partners()
    entry = an_entry(fund, {one: 60, other: 40})
    assert on_accounts(entry) == {one: 6_01, other: 4_00, "pool": -10_01}
    check_at_once()
    assert ledger_faults() == []


def test_the_penny_left_over_goes_in_turn(app: Flask) -> None:
    fund, one, other = two_partners()
    entries = [an_entry(fund, {one: 1, other: 1}, pence=Pence(1)) for _ in range(4)]
    assert [on_accounts(entry)[one] for entry in entries] == [1, 0, 1, 0]


def test_one_partner_alone_keeps_no_remainder(app: Flask) -> None:
    fund, one, _ = two_partners()
    assert on_accounts(an_entry(fund, {one: 100})) == {one: 10_01, "pool": -10_01}
    assert db.session.scalar(db.select(db.func.count(Remainder.fund_id))) == 0


def test_what_divides_evenly_falls_so_and_leaves_the_remainders_alone(app: Flask) -> None:
    fund, one, other = two_partners()
    an_entry(fund, {one: 60, other: 40}, pence=Pence(1))
    owed = "select organisation_id, owed from remainder order by 1"
    before = db.session.execute(text(owed)).all()
    entry = an_entry(fund, {one: 60, other: 40}, pence=Pence(12_50))
    assert on_accounts(entry) == {one: 7_50, other: 5_00, "pool": -12_50}
    assert db.session.execute(text(owed)).all() == before
    carried = db.select(Posting.carried_in).where(Posting.entry_id == entry.id)
    assert set(db.session.scalars(carried)) == {None}
    an_entry(fund, {one: 60, other: 40}, pence=Pence(1))
    check_at_once()
    assert ledger_faults() == []


def test_hundreds_of_odd_pennies_leave_nobody_a_penny_from_the_exact_share(app: Flask) -> None:
    fund = a_fund()
    shares = {a_partner(fund).organisation_id: weight for weight in (9, 26, 14, 51, 17, 12, 12)}
    by = a_member_of_staff()
    spent = 0
    for number in range(300):
        spent += (pence := 2 * (number * 7919 % 5000) + 1)
        an_entry(fund, shares, pence=Pence(pence if number % 3 else -pence), by=by)
    check_at_once()
    assert ledger_faults() == []
    paid = dict(
        db.session.execute(
            db.select(Account.organisation_id, db.func.sum(Posting.pence))
            .join(Posting.account)
            .where(Account.organisation_id.is_not(None))
            .group_by(Account.organisation_id)
        ).all()
    )
    whole = int(sum(paid.values()))
    for who, weight in shares.items():
        assert abs(Fraction(whole * weight, 141) - int(paid[who])) < 1


def test_a_charge_that_nobody_may_be_asked_for_is_parked_with_the_reason(app: Flask) -> None:
    fund, _, _ = two_partners()
    entry = an_entry(fund, {}, parked_because="The practice lies outside the partners.")
    assert on_accounts(entry) == {"parked": 10_01, "pool": -10_01}
    assert entry.parked_because == "The practice lies outside the partners."
    check_at_once()
    assert ledger_faults() == []


@pytest.mark.parametrize("pence", [10_01, 10_00], ids=["odd pence", "evenly divided"])
def test_the_same_cause_is_posted_once(app: Flask, pence: int) -> None:
    fund, one, other = two_partners()
    shares, by = {one: 60, other: 40}, a_member_of_staff()
    charge = a_charge(fund, shares, subject="BED23456", pence=Pence(pence))
    post(charge, by=by, at=NOON)
    with pytest.raises(NotAllowed, match="equipment of BED23456 has already been posted"):
        post(charge, by=by, at=NOON)
    assert not post_once(charge, by=by, at=NOON)
    assert db.session.scalar(db.select(db.func.count(Entry.id))) == 1
    assert post_once(a_charge(fund, shares, pence=Pence(1)), by=by, at=NOON)
    check_at_once()
    assert ledger_faults() == []


def test_of_charges_posted_together_none_may_have_been_posted_before(app: Flask) -> None:
    fund, one, _ = two_partners()
    first, second = (a_charge(fund, {one: 1}, subject=f"BED2345{n}") for n in (6, 7))
    by = a_member_of_staff()
    with pytest.raises(NotAllowed, match="BED23457 has already"):
        post_all([first, second, second], by=by, at=NOON)
    assert db.session.scalar(db.select(db.func.count(Entry.id))) == 0
    post(second, by=by, at=NOON)
    db.session.commit()
    with pytest.raises(NotAllowed, match="BED23457 has already"), transaction("test"):
        post_all([first, second], by=by, at=NOON)
    assert db.session.scalar(db.select(db.func.count(Entry.id))) == 1


def test_a_charge_that_divides_evenly_is_one_statement(app: Flask) -> None:
    fund, one, other = two_partners()
    charges = [a_charge(fund, {one: 60, other: 40}, pence=Pence(10_00)) for _ in range(3)]
    by = a_member_of_staff()
    post_all(charges[:1], by=by, at=NOON)
    db.session.commit()
    db.session.refresh(by)
    with statements() as sent:
        post_all(charges[1:], by=by, at=NOON)
    written = [one.sql for one in sent if "reference_stamp" not in one.sql]
    assert len(written) == 1, written


def test_one_cause_may_have_charges_of_several_kinds(app: Flask) -> None:
    fund, one, _ = two_partners()
    for kind in (EntryKind.EQUIPMENT, EntryKind.DELIVERY):
        an_entry(fund, {one: 1}, source="LOAN", kind=kind)
    assert db.session.scalar(db.select(db.func.count(Entry.id))) == 2


def test_nothing_is_posted_to_a_fund_that_is_not_there(app: Flask) -> None:
    fund, one, _ = two_partners()
    charge = a_charge(fund, {one: 1})
    object.__setattr__(charge, "fund_id", 10**6)
    with pytest.raises(NotFound):
        post(charge, by=a_member_of_staff(), at=NOON)


def test_a_reversal_turns_every_line_and_never_splits_again(app: Flask) -> None:
    fund, one, other = two_partners()
    entry = an_entry(fund, {one: 1, other: 1})
    back = reverse(entry, because="Wrong bed", by=a_member_of_staff(), at=NOON)
    assert on_accounts(back) == {key: -pence for key, pence in on_accounts(entry).items()}
    assert (back.kind, back.reverses_id, back.subject) == (
        EntryKind.REVERSAL, entry.id, entry.subject,
    )  # fmt: skip
    check_at_once()
    assert ledger_faults() == []


def test_an_entry_is_taken_back_once(app: Flask) -> None:
    fund, one, _ = two_partners()
    entry, by = an_entry(fund, {one: 1}), a_member_of_staff()
    reverse(entry, because="Wrong bed", by=by, at=NOON)
    with pytest.raises(NotAllowed, match="already been reversed"):
        reverse(entry, because="Again", by=by, at=NOON)


def test_a_parked_charge_can_be_taken_back(app: Flask) -> None:
    fund, _, _ = two_partners()
    back = reverse(an_entry(fund, {}), because="Found out", by=a_member_of_staff(), at=NOON)
    assert on_accounts(back) == {"parked": -10_01, "pool": 10_01}
    assert ledger_faults() == []


def test_a_reversal_gives_the_rounding_back_to_the_next_split(app: Flask) -> None:
    """Take back every entry in which one partner bore the odd penny: the next ones make it even."""
    fund, one, other = two_partners()
    by = a_member_of_staff()
    entries = [an_entry(fund, {one: 1, other: 1}, pence=Pence(1), by=by) for _ in range(10)]
    for entry in entries:
        if on_accounts(entry)[one] == 1:
            reverse(entry, because="Not delivered", by=by, at=NOON)
    check_at_once()
    assert ledger_faults() == []
    an_entry(fund, {one: 1, other: 1}, pence=Pence(10_01), by=by)
    assert ledger_faults() == []
    stands = [
        int(db.session.scalar(db.select(db.func.sum(Posting.pence)).join(Posting.account).where(
            Account.organisation_id == who)) or 0)
        for who in (one, other)
    ]  # fmt: skip
    assert abs(stands[0] - stands[1]) <= 1


def test_whoever_stands_there_later_pays_and_is_credited_in_the_original_proportion(
    app: Flask,
) -> None:
    fund, old, council = two_partners()
    merged = an_organisation(ods_code="52R0")
    shares = {old: 60, council: 40}
    before = an_entry(fund, shares, pence=Pence(1650_01), on=TODAY - timedelta(days=40))
    a_merger(old, merged, on=TODAY)
    after = an_entry(fund, shares, kind=EntryKind.COLLECTION, pence=Pence(12_51))
    credit = an_entry(fund, shares, kind=EntryKind.CREDIT, pence=Pence(-990_01))
    assert on_accounts(before) == {old: 990_01, council: 660_00, "pool": -1650_01}
    assert on_accounts(after) == {merged.id: 7_51, council: 5_00, "pool": -12_51}
    assert on_accounts(credit) == {merged.id: -594_01, council: -396_00, "pool": 990_01}
    check_at_once()
    assert ledger_faults() == []


def test_two_sharers_who_merge_pay_together(app: Flask) -> None:
    fund, one, other = two_partners()
    merged = an_organisation()
    a_merger(one, merged, on=TODAY)
    a_merger(other, merged, on=TODAY)
    assert on_accounts(an_entry(fund, {one: 60, other: 40})) == {merged.id: 10_01, "pool": -10_01}
    assert ledger_faults() == []


def test_an_old_entry_is_taken_back_on_whoever_stands_there_now(app: Flask) -> None:
    fund, one, other = two_partners()
    third = a_partner(fund).organisation_id
    before = moment(TODAY - timedelta(days=30))
    entry = an_entry(fund, {one: 1, other: 1, third: 1}, on=TODAY - timedelta(days=30), at=before)
    merged = an_organisation()
    a_merger(one, merged, on=TODAY)
    a_merger(other, merged, on=TODAY)
    back = reverse(entry, because="Wrong bed", by=a_member_of_staff(), at=NOON)
    took = on_accounts(entry)
    assert on_accounts(back) == {
        merged.id: -took[one] - took[other], third: -took[third], "pool": 10_01,
    }  # fmt: skip
    check_at_once()
    assert ledger_faults() == []


@pytest.mark.parametrize("table", ["entry", "posting"])
@pytest.mark.parametrize(
    "change", ["update {} set id = id", "delete from {}", "truncate {} cascade"]
)
def test_the_ledger_is_never_changed(app: Flask, table: str, change: str) -> None:
    fund, one, _ = two_partners()
    an_entry(fund, {one: 1})
    check_at_once()
    with pytest.raises(DBAPIError, match="append-only"):
        db.session.execute(text(change.format(table)))
    db.session.rollback()


def test_the_database_refuses_an_entry_that_does_not_balance(app: Flask) -> None:
    fund, one, _ = two_partners()
    entry = an_entry(fund, {one: 1})
    account_id = db.session.scalar(db.select(Account.id).where(Account.organisation_id == one))
    db.session.add(Posting(entry_id=entry.id, account_id=account_id, pence=Pence(1)))
    db.session.flush()
    with pytest.raises(DBAPIError, match="does not balance"):
        check_at_once()
    db.session.rollback()


def test_there_is_one_account_of_each_kind(app: Flask) -> None:
    fund, _, _ = two_partners()
    db.session.add(Account(fund_id=fund.id, kind=AccountKind.POOL, organisation_id=None))
    with pytest.raises(DBAPIError, match="uq_account"):
        db.session.flush()
    db.session.rollback()


BREAKS = {
    "update posting set pence = pence + 1 where id = (select min(id) from posting)": (
        "does not balance: its lines sum to £0.01"
    ),
    "update posting set pence = 2 * pence": "but its lines lay £20.02",
    "update entry set pence = pence + 1 where reverses_id is null": "is of £10.02",
    "update remainder set owed = owed + 1": "the remainder kept is not what the entries leave",
    "update posting set carried_in = 3": "the remainder carried in is not what earlier",
    "update posting set weight = weight + 1": "the weights sum to",
    "update entry set source = 'x', kind = 'test'": "The test of x was posted twice",
    "delete from posting": "has no lines",
}


@pytest.mark.parametrize(("change", "sentence"), BREAKS.items())
def test_a_row_that_breaks_a_promise_is_named(app: Flask, change: str, sentence: str) -> None:
    fund, one, other = two_partners()
    entry = an_entry(fund, {one: 60, other: 40})
    an_entry(fund, {one: 60, other: 40})
    reverse(entry, because="Wrong bed", by=a_member_of_staff(), at=NOON)
    check_at_once()
    assert ledger_faults() == []
    tamper(change)
    faults = ledger_faults()
    assert any(sentence in fault for fault in faults), faults


def test_the_months_shown_are_proved_by_themselves(app: Flask) -> None:
    fund, one, other = two_partners()
    for month in (4, 5, 6):
        an_entry(fund, {one: 60, other: 40}, on=date(2026, month, 10))
    check_at_once()
    april, june = date(2026, 4, 1), date(2026, 6, 30)
    assert balance_faults(april, june) == []
    assert balance_faults(date(2019, 1, 1), date(2019, 2, 1)) == []
    tamper("update posting set pence = pence + 1 where id = (select max(id) from posting)")
    sentence = "does not balance: its lines sum to £0.01"
    assert sentence in balance_faults(june, june)[0]
    assert balance_faults(april, date(2026, 5, 1)) == []
    db.session.execute(text("delete from posting where entry_id = (select min(id) from entry)"))
    assert "has no lines" in balance_faults(april, april)[0]


def tamper(*changes: str) -> None:
    """Change the ledger as only somebody with the keys of the database could."""
    for table in ("entry", "posting"):
        db.session.execute(text(f"alter table {table} disable trigger user"))
        for constraint in ("uq_entry_cause",) if table == "entry" else ():
            db.session.execute(text(f"alter table {table} drop constraint {constraint}"))
    for change in changes:
        db.session.execute(text(change))


def test_a_partner_a_penny_from_its_exact_share_is_named(app: Flask) -> None:
    fund, one, other = two_partners()
    entry = an_entry(fund, {one: 60, other: 40})
    check_at_once()
    tamper(
        f"update posting set pence = pence + sign where id in "
        f"(select id from posting where entry_id = {entry.id} and weight is not null)".replace(
            "sign", "case when weight = 60 then 1 else -1 end"
        )
    )
    assert any("stands a penny or more from its exact share" in one for one in ledger_faults())


def test_a_reversal_that_does_not_negate_is_named(app: Flask) -> None:
    fund, one, other = two_partners()
    entry = an_entry(fund, {one: 60, other: 40})
    back = reverse(entry, because="Wrong bed", by=a_member_of_staff(), at=NOON)
    check_at_once()
    tamper(
        f"update posting set pence = pence + case when weight = 60 then 1 else -1 end "
        f"where entry_id = {back.id} and weight is not null"
    )
    named = f"Entry {back.id} does not negate what it reverses line by line."
    assert named in ledger_faults()


def test_a_reversal_that_gives_to_another_is_named(app: Flask) -> None:
    fund, one, other = two_partners()
    entry = an_entry(fund, {one: 1})
    back = reverse(entry, because="Wrong bed", by=a_member_of_staff(), at=NOON)
    check_at_once()
    tamper(
        f"update posting set account_id = (select id from account where organisation_id = {other}) "
        f"where entry_id = {back.id} and weight is not null"
    )
    named = f"Entry {back.id} gives to another partner than entry {entry.id} took."
    assert named in ledger_faults()


def test_a_successor_opens_its_account_with_its_first_charge(app: Flask) -> None:
    fund, one, _ = two_partners()
    merged = an_organisation(opened_on=date(2020, 4, 1))
    a_merger(one, merged, on=TODAY)
    an_entry(fund, {one: 1})
    named = db.session.scalars(
        db.select(Organisation.id).join(Account, Account.organisation_id == Organisation.id)
    )
    assert merged.id in set(named)
