"""Every charge of a loan keeps what the rules asked of it, and usage is what was charged before."""

from datetime import date, timedelta

from flask import Flask

import funding.actions
import returns.actions
from core.db import db
from core.money import Pence
from equipment.rules import CareClass, Cleaning
from funding.models import Entry
from funding.queries import ruling_for
from funding.rules import Basis, EntryKind, Facts, RulePart
from loans.models import Loan
from loans.rules import Need
from people.rules import Role
from returns.rules import Condition
from tests.builders import (
    NOON,
    TODAY,
    a_fund,
    a_loan,
    a_member_of_staff,
    a_merger,
    a_partner,
    a_pool,
    a_prescriber,
    a_product,
    a_return,
    a_rule,
    an_entry,
    an_item,
    an_order,
    an_organisation,
)

BY_USAGE = (RulePart(Basis.USAGE, 1),)


def facts_of(subject: str) -> dict[EntryKind, Facts]:
    found = db.session.query(Entry).filter_by(subject=subject).all()
    return {entry.kind: Facts.of(entry.facts) for entry in found}


def test_issue_collection_cleaning_and_credit_carry_the_same_facts(app: Flask) -> None:
    pool, by = a_pool(), a_prescriber()
    product = an_item(a_product(care_class=CareClass.HEALTH)).product
    loan = a_loan(by=by, products=[product], need=Need.END_OF_LIFE)
    later = NOON + timedelta(days=3)
    arrival, worker = a_return(loan, at=later), a_member_of_staff(Role.WAREHOUSE)
    returns.actions.inspect(arrival.item, condition=Condition.GOOD, note="", by=worker, at=later)
    returns.actions.clean(arrival.item, method=Cleaning.WIPE, by=worker, at=later)
    returns.actions.test(arrival.item, passed=True, note="", by=worker, at=later)
    returns.actions.put_away(arrival.item, by=worker, at=later)
    facts = facts_of(loan.code)
    kinds = {"equipment", "delivery", "collection", "cleaning", "credit"}
    assert {kind.value for kind in facts} == kinds
    assert set(facts.values()) == {
        Facts("health", "end of life", pool.body.id, pool.council.id, by.organisation_id, TODAY)
    }


def test_the_prescribers_employer_is_the_one_of_the_day_of_the_order(app: Flask) -> None:
    by = a_prescriber()
    employer = by.organisation_id
    order = an_order(by=by)
    by.organisation = an_organisation()
    db.session.flush()
    assert order.employer_id == employer


def test_a_reversal_keeps_the_facts_of_what_it_takes_back(app: Flask) -> None:
    entry = db.session.query(Entry).filter_by(source=a_loan().code).first()
    assert entry is not None
    by = a_member_of_staff(Role.ADMINISTRATOR)
    assert funding.actions.reverse(entry, because="Wrong", by=by, at=NOON).facts == entry.facts


def test_a_loan_goes_by_the_reason_the_order_gives(app: Flask) -> None:
    pool = a_pool()
    schooling = (RulePart(Basis.ADDRESS, 1),)
    rule = a_rule(pool.fund, position=0, need="education", parts=schooling)
    loan: Loan = a_loan(need=Need.EDUCATION)
    assert (loan.rule_id, loan.weights) == (rule.id, {pool.council.id: 1})
    assert a_loan(need=Need.FALLS).weights == {pool.body.id: 100}


def test_the_prescribers_employer_pays_where_the_rule_says_so(app: Flask) -> None:
    pool = a_pool()
    a_rule(pool.fund, position=0, parts=(RulePart(Basis.EMPLOYER, 1),))
    by = a_prescriber(organisation=pool.council)
    assert a_loan(by=by).weights == {pool.council.id: 1}


def test_usage_is_what_each_was_charged_in_the_month_before_less_credits(app: Flask) -> None:
    fund = a_fund()
    one, other, third = (a_partner(fund).organisation_id for _ in range(3))
    a_rule(fund, parts=BY_USAGE)
    may, april = date(2026, 5, 20), date(2026, 4, 30)
    an_entry(fund, {one: 1}, pence=Pence(500_00), on=may)
    an_entry(fund, {one: 1}, pence=Pence(-200_00), on=may, kind=EntryKind.CREDIT)
    an_entry(fund, {other: 1}, pence=Pence(100_00), on=may, kind=EntryKind.CLEANING)
    an_entry(fund, {other: 1}, pence=Pence(999_00), on=may, kind=EntryKind.ADJUSTMENT)
    an_entry(fund, {other: 1}, pence=Pence(999_00), on=april)
    an_entry(fund, {third: 1}, pence=Pence(-1_00), on=may, kind=EntryKind.CREDIT)
    assert ruling_for(fund.id, Facts(), TODAY).shares == {one: 3, other: 1}


def test_usage_follows_whoever_has_succeeded_the_partner_that_was_charged(app: Flask) -> None:
    fund = a_fund()
    old, other, merged = *(a_partner(fund).organisation_id for _ in range(2)), an_organisation()
    a_rule(fund, parts=BY_USAGE)
    for who, pence in ((old, 300), (other, 100)):
        an_entry(fund, {who: 1}, pence=Pence(pence), on=date(2026, 5, 20))
    a_merger(old, merged, on=TODAY)
    assert ruling_for(fund.id, Facts(), TODAY).shares == {merged.id: 3, other: 1}


def test_a_month_in_which_nobody_was_charged_parks_what_goes_by_usage(app: Flask) -> None:
    fund = a_fund()
    a_partner(fund)
    a_rule(fund, parts=BY_USAGE)
    ruling = ruling_for(fund.id, Facts(), TODAY)
    assert ruling.shares == {}
    assert "no usage to go by" in (ruling.parked_because or "")
