"""Agreements: dated, versioned, and what they say about a client on a day."""

from datetime import date, timedelta

import pytest
from flask import Flask

from core.errors import Invalid, NotAllowed
from core.money import Pence
from funding import actions
from funding.queries import activity_price, budgets, partners, ruling_for, the_fund
from funding.rules import Basis, EntryKind, Facts, RulePart
from people.rules import Kind, Role
from tests.builders import (
    NOON,
    TODAY,
    a_fund,
    a_member_of_staff,
    a_merger,
    a_partner,
    a_rule,
    an_organisation,
)

BY_AT = {"at": NOON}


def keeper():
    return a_member_of_staff(Role.ADMINISTRATOR)


def test_the_rule_in_force_on_the_day_decides(app: Flask) -> None:
    fund = a_fund()
    body = a_partner(fund).organisation_id
    old = a_rule(fund, name="By practice", from_on=date(2020, 4, 1), position=1)
    new = a_rule(fund, name="By practice", from_on=TODAY, position=1)
    assert (new.rule_version, old.to_on) == (2, TODAY)
    day_before = ruling_for(fund.id, Facts("health", body_id=body), TODAY - timedelta(days=1))
    assert day_before.rule_id == old.id
    assert ruling_for(fund.id, Facts("health", body_id=body), TODAY).rule_id == new.id


def test_a_version_cannot_begin_before_the_one_it_follows(app: Flask) -> None:
    fund = a_fund()
    a_rule(fund, name="By practice", from_on=TODAY)
    with pytest.raises(Invalid, match="already has a version from 1 June 2026") as why:
        a_rule(fund, name="By practice", from_on=TODAY)
    assert why.value.field == "from_on"


def test_two_rules_cannot_stand_at_one_position(app: Flask) -> None:
    fund = a_fund()
    a_rule(fund, name="First", position=1)
    with pytest.raises(Invalid, match="“First” stands at position 1 already"):
        a_rule(fund, name="Second", position=1)


@pytest.mark.parametrize(
    "parts",
    [
        (),
        (RulePart(Basis.PRACTICE, 0),),
        (RulePart(Basis.FIXED, 1),),
        (RulePart(Basis.ADDRESS, 1, 7),),
    ],
)
def test_a_rule_without_readable_parts_is_refused(app: Flask, parts: tuple[RulePart, ...]) -> None:
    with pytest.raises(Invalid):
        a_rule(a_fund(), parts=parts)


def test_a_client_whose_body_is_no_partner_is_flagged_not_billed_to_a_neighbour(
    app: Flask,
) -> None:
    fund = a_fund()
    a_partner(fund)
    a_rule(fund)
    ruling = ruling_for(fund.id, Facts("health", body_id=an_organisation().id), TODAY)
    assert ruling.shares == {}
    assert "not a partner" in (ruling.parked_because or "")


def test_a_partner_that_has_left_is_no_longer_billed(app: Flask) -> None:
    fund, partner = (fund := a_fund()), a_partner(fund)
    a_rule(fund)
    actions.end_partner(partner, to_on=TODAY, by=keeper(), at=NOON)
    body = partner.organisation_id
    assert ruling_for(fund.id, Facts("health", body_id=body), TODAY).shares == {}
    assert ruling_for(fund.id, Facts("health", body_id=body), TODAY - timedelta(days=1)).shares == {
        body: 100
    }


def test_a_successor_is_a_partner_because_the_older_body_was(app: Flask) -> None:
    fund = a_fund()
    old, merged = a_partner(fund).organisation_id, an_organisation()
    a_rule(fund)
    a_rule(fund, care_class="joint", parts=(RulePart(Basis.FIXED, 1, old),), position=1)
    a_merger(old, merged, on=TODAY)
    assert ruling_for(fund.id, Facts("health", body_id=old), TODAY).shares == {merged.id: 100}
    assert ruling_for(fund.id, Facts("health", body_id=merged.id), TODAY).shares == {merged.id: 100}
    assert ruling_for(fund.id, Facts("joint"), TODAY).shares == {merged.id: 1}
    day_before = TODAY - timedelta(days=1)
    assert ruling_for(fund.id, Facts("health", body_id=old), day_before).shares == {old: 100}
    assert ruling_for(fund.id, Facts("health", body_id=merged.id), day_before).shares == {}


def test_joint_equipment_is_shared_between_practice_and_address(app: Flask) -> None:
    fund = a_fund()
    body = a_partner(fund).organisation_id
    council = a_partner(fund, organisation=an_organisation(kind=Kind.COUNCIL)).organisation_id
    joint = (RulePart(Basis.PRACTICE, 60), RulePart(Basis.ADDRESS, 40))
    a_rule(fund, care_class="joint", parts=joint)
    assert ruling_for(fund.id, Facts("joint", body_id=body, council_id=council), TODAY).shares == {
        body: 60,
        council: 40,
    }


def test_an_organisation_joins_once(app: Flask) -> None:
    fund = a_fund()
    partner = a_partner(fund)
    with pytest.raises(NotAllowed, match="is a partner already"):
        a_partner(fund, organisation=partner.organisation)
    assert partners(fund.id, TODAY) == [partner]
    assert partners(fund.id, date(2013, 3, 31)) == []


def test_an_activity_costs_what_was_agreed_for_the_day_and_the_speed(app: Flask) -> None:
    fund = a_fund()
    for pence, from_on, speed in ((20_00, TODAY, ""), (48_00, TODAY, "4 hours")):
        actions.set_activity_price(
            fund,
            EntryKind.DELIVERY,
            Pence(pence),
            from_on=from_on,
            speed=speed,
            by=keeper(),
            at=NOON,
        )
    kind, before = EntryKind.DELIVERY, TODAY - timedelta(days=1)
    assert activity_price(fund.id, kind, before, "4 hours") == 12_50
    assert activity_price(fund.id, kind, TODAY, "4 hours") == 48_00
    assert activity_price(fund.id, kind, TODAY, "same day") == 20_00


def test_an_activity_without_a_price_cannot_be_charged(app: Flask) -> None:
    with pytest.raises(Invalid, match="no price for cleaning on that day"):
        activity_price(a_fund(priced=False).id, EntryKind.CLEANING, TODAY)


def test_equipment_is_priced_in_the_catalogue_only(app: Flask) -> None:
    with pytest.raises(Invalid, match="Only activities"):
        actions.set_activity_price(
            a_fund(), EntryKind.EQUIPMENT, Pence(1), from_on=TODAY, by=keeper(), at=NOON
        )


def test_a_budget_is_for_a_year_from_april_and_can_be_agreed_anew(app: Flask) -> None:
    fund = a_fund()
    partner = a_partner(fund).organisation
    year = date(2026, 4, 1)
    for pence in (100_00, 250_00):
        actions.set_budget(fund, partner, Pence(pence), year_from=year, by=keeper(), at=NOON)
    board = a_member_of_staff(Role.BOARD)
    assert [budget.pence for budget in budgets(year, viewer=board)] == [250_00]
    with pytest.raises(Invalid, match="1 April"):
        actions.set_budget(fund, partner, Pence(1), year_from=TODAY, by=keeper(), at=NOON)


def test_two_funds_do_not_share_a_name(app: Flask) -> None:
    fund = a_fund()
    assert the_fund() == fund
    with pytest.raises(NotAllowed, match="already a fund of that name"):
        a_fund(name=fund.name)
