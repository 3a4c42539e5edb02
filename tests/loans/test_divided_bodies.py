"""A body passes to several while orders are on their way: the registers say to whom, or nobody."""

from datetime import timedelta

from flask import Flask

import people.actions
from equipment.actions import move_item
from equipment.rules import Event
from funding.actions import add_rule, end_rule
from funding.models import Rule
from funding.rules import Basis, RulePart
from loans.actions import begin
from loans.models import Loan, Order
from people.models import Organisation
from people.rules import Kind, Role
from tests.builders import (
    NOON,
    TODAY,
    a_member_of_staff,
    a_pool,
    an_order,
    an_organisation,
)

LATER = NOON + timedelta(days=10)


def delivered(order: Order) -> Loan:
    """The order's item, picked, loaded and handed over ten days later."""
    by, line = order.prescriber, order.lines[0]
    assert line.item is not None
    for event in (Event.PICK, Event.LOAD):
        move_item(line.item, event, by=by, at=LATER)
    return begin(line, by=by, at=LATER)


def divide(older: Organisation) -> tuple[Organisation, Organisation]:
    """Two bodies of the same kind that take the place of one after five days."""
    by = a_member_of_staff(Role.ADMINISTRATOR)
    codes = {"ods_code": None, "gss_code": None}
    one, other = (an_organisation(kind=older.kind, **codes) for _ in range(2))
    people.actions.pass_on(
        older, [(one, 2), (other, 1)], on=TODAY + timedelta(days=5), by=by, at=NOON
    )
    return one, other


def by_address() -> None:
    """Let the council of the client's home address pay."""
    pool, by = a_pool(), a_member_of_staff(Role.ADMINISTRATOR)
    for rule in Rule.query.all():
        end_rule(rule, to_on=TODAY, by=by, at=NOON)
    parts = (RulePart(Basis.ADDRESS, 1),)
    add_rule(pool.fund, position=500, name="Home", parts=parts, from_on=TODAY, by=by, at=NOON)


def shares(loan: Loan) -> set[int]:
    return {share.organisation_id for share in loan.shares}


def test_the_practices_next_body_pays_for_an_order_of_before(app: Flask) -> None:
    pool, order = a_pool(), an_order()
    one, _ = divide(pool.body)
    by = a_member_of_staff(Role.ADMINISTRATOR)
    day = TODAY + timedelta(days=30)
    people.actions.join_practice(pool.practice, one, from_on=day, by=by, at=NOON)
    assert order.body is pool.body
    assert shares(delivered(order)) == {one.id}


def test_where_nothing_says_whose_the_practice_is_the_charge_is_parked(app: Flask) -> None:
    pool, order = a_pool(), an_order()
    divide(pool.body)
    loan = delivered(order)
    assert shares(loan) == set()
    assert "to which of them the practice belongs" in (loan.parked_because or "")


def test_the_council_that_has_the_postcode_now_pays_for_an_order_of_before(app: Flask) -> None:
    pool, order = a_pool(), an_order()
    by_address()
    _, other = divide(pool.council)
    by = a_member_of_staff(Role.ADMINISTRATOR)
    people.actions.place_postcodes({"NG1": other}, by=by, at=NOON)
    assert order.council is pool.council
    assert shares(delivered(order)) == {other.id}


def test_where_the_postcode_is_still_the_old_councils_the_charge_is_parked(app: Flask) -> None:
    pool, order = a_pool(), an_order()
    by_address()
    assert pool.council.kind is Kind.COUNCIL
    divide(pool.council)
    loan = delivered(order)
    assert shares(loan) == set()
    assert "in whose area the postcode lies" in (loan.parked_because or "")
