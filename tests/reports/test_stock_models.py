"""The two stock models on the same year: exact to the penny, and each payer sees its own."""

from collections.abc import Callable
from datetime import date
from typing import Any

import pytest
from flask import Flask
from hypothesis import given
from hypothesis import strategies as st

from core.db import db
from core.money import Pence
from equipment.actions import receive_goods
from equipment.models import Item
from equipment.queries import depot, place_for
from equipment.rules import Group, Side, Tracking
from funding.actions import reverse, set_budget
from funding.models import Entry
from funding.prices.actions import set_credit_rate
from funding.queries import spend_by_partner
from funding.rules import EntryKind, StockModel
from loans import actions as lending
from people.models import Staff
from people.rules import ROLES, May, Role
from reports import periods
from reports.compared.queries import Compared, compared, years
from reports.compared.rules import (
    Parts,
    SharedBy,
    bills,
    laid_by_shares,
    laid_by_weight,
)
from tests import builders
from tests.builders import SPRING
from tests.conftest import EachRequestAlone
from tests.funding.agreeing import an_agreement
from tests.reports.story import Pool, a_year, noon

As = Callable[..., EachRequestAlone]
YEAR = periods.year(date(2026, 4, 1))
SHARES = st.dictionaries(st.integers(1, 9), st.integers(1, 1000), max_size=5)
AMOUNTS = st.lists(st.tuples(SHARES, st.integers(-(10**7), 10**7)), max_size=30)


# Exact to the penny


@given(AMOUNTS)
def test_whatever_is_laid_on_payers_sums_to_the_whole(amounts: list[tuple[Any, int]]) -> None:
    laid = laid_by_shares(amounts)
    assert sum(laid.values()) == sum(pence for _, pence in amounts)
    assert laid.get(None, 0) == sum(pence for shares, pence in amounts if not shares)


@given(AMOUNTS, st.randoms())
def test_the_order_of_loans_changes_nothing(amounts: list[tuple[Any, int]], chance: Any) -> None:
    turned = list(amounts)
    chance.shuffle(turned)
    assert laid_by_shares(turned) == laid_by_shares(amounts)


@given(SHARES.filter(bool), st.lists(st.integers(0, 10**6), max_size=50))
def test_nobody_is_a_penny_from_the_exact_share(shares: dict[int, int], each: list[int]) -> None:
    laid, whole = laid_by_shares([(shares, pence) for pence in each]), sum(shares.values())
    for who, weight in shares.items():
        assert abs(laid.get(who, 0) * whole - sum(each) * weight) < whole


@given(st.integers(0, 10**9), st.dictionaries(st.integers(1, 9), st.integers(-5, 10**6)))
def test_new_stock_is_shared_to_the_penny_or_falls_on_nobody(
    pence: int, weights: dict[int, int]
) -> None:
    laid = laid_by_weight(Pence(pence), weights)
    assert sum(laid.values()) == pence
    assert all(who is None or weights[who] > 0 for who in laid)


LAID = st.dictionaries(st.none() | st.integers(1, 9), st.integers(-(10**7), 10**7).map(Pence))


@given(st.tuples(LAID, LAID, LAID, LAID))
def test_the_bills_hold_every_part_and_no_more(laid: Any) -> None:
    made = bills(Parts(*laid))
    activity, issued, credited, bought = (sum(one.values()) for one in laid)
    assert sum(bill.credit_model for bill in made) == activity + issued + credited
    assert sum(bill.retained_model for bill in made) == activity + bought
    assert sum(bill.difference for bill in made) == bought - issued - credited
    assert len({bill.payer for bill in made}) == len(made)


# The year


def board() -> Staff:
    return builders.a_member_of_staff(Role.BOARD)


def side_by_side(
    pool: Pool, by: SharedBy = SharedBy.USAGE, viewer: Staff | None = None
) -> Compared:
    on = date(2027, 3, 31)
    return compared(pool.fund, YEAR, by, viewer=viewer or board(), on=on)


def test_the_model_in_force_is_what_the_ledger_says(app: Flask) -> None:
    pool = Pool()
    a_year(pool)
    found, viewer = side_by_side(pool), board()
    assert found.whole is not None
    spent = spend_by_partner(YEAR.first, YEAR.last, viewer=viewer)
    told = {body.id: bill.credit_model for body, bill in found.rows if body}
    assert told == {one.organisation.id: one.net for one in spend_of(spent)}
    paid = db.session.query(Item).all()
    assert found.whole.bought == sum(item.paid for item in paid)
    assert found.whole.retained_model == found.whole.activity + found.whole.bought


def spend_of(spent: Any) -> list[Any]:
    return [one for one in spent if one.net]


def test_new_stock_falls_by_usage_or_by_contribution(app: Flask) -> None:
    pool = Pool()
    a_year(pool)
    whole = side_by_side(pool).whole
    assert whole is not None
    by_usage = {body.id: bill.bought for body, bill in side_by_side(pool).rows if body}
    assert by_usage == {
        pool.body.id: whole.bought * 60 // 100,
        pool.council.id: whole.bought * 40 // 100,
    }
    unshared = side_by_side(pool, SharedBy.CONTRIBUTION)
    assert unshared.bought_by_nobody
    assert unshared.rows[-1][0] is None
    keeper = builders.a_member_of_staff(Role.ADMINISTRATOR)
    for body, pence in ((pool.body, 1_00), (pool.council, 3_00)):
        set_budget(
            pool.fund, body, Pence(pence), year_from=YEAR.first, by=keeper, at=noon(YEAR.first)
        )
    shared = side_by_side(pool, SharedBy.CONTRIBUTION)
    told = {body.id: bill.bought for body, bill in shared.rows if body}
    assert told[pool.council.id] == 3 * told[pool.body.id]
    assert sum(told.values()) == whole.bought


@pytest.mark.parametrize("rated", [False, True])
def test_what_the_credit_model_would_have_asked_is_what_it_asks(app: Flask, rated: bool) -> None:
    """The same year lived under both models: what one computes is what the other posted."""
    pool = Pool()
    if rated:
        by, at = builders.a_member_of_staff(Role.ADMINISTRATOR), noon(SPRING)
        for condition, percent in (("", 33), ("good", 77)):
            set_credit_rate(
                pool.fund, "toileting", percent, condition=condition, from_on=SPRING, by=by, at=at
            )
    a_year(pool)
    a_consumable(pool)
    posted = side_by_side(pool).whole
    # As if it had always kept its stock: what that computes stands beside what was posted.
    pool.fund.stock_model = StockModel.RETAINED
    db.session.flush()
    both = side_by_side(pool).whole
    assert posted is not None
    assert both is not None
    assert (both.issued, both.credited) == (2 * posted.issued, 2 * posted.credited)
    assert both.activity == posted.activity
    assert posted.credited < 0


def test_a_year_that_turns_to_the_other_model_is_told_whole_under_both(app: Flask) -> None:
    """What is posted until the day and computed from it is what one model would have posted."""
    around = db.session.begin_nested()
    pool = Pool()
    a_year(pool)
    posted = side_by_side(pool).whole
    around.rollback()
    pool = Pool()
    an_agreement(pool.fund, date(2026, 5, 1), stock_model=StockModel.RETAINED)
    a_year(pool)
    mixed = side_by_side(pool).whole
    assert posted is not None
    assert mixed is not None
    assert (mixed.issued, mixed.credited) == (posted.issued, posted.credited)
    only_april = db.session.query(Entry).filter_by(kind=EntryKind.EQUIPMENT).all()
    assert sum(one.pence for one in only_april) == posted.issued - 60_00


def test_what_a_predecessor_was_charged_stands_with_its_successor(app: Flask) -> None:
    pool = Pool()
    a_year(pool)
    before = side_by_side(pool)
    merged = builders.an_organisation(name="Merged")
    builders.a_merger(pool.body.id, merged, on=date(2026, 6, 1))
    after = side_by_side(pool)
    assert after.whole == before.whole
    assert {body.id for body, _ in after.rows if body} == {merged.id, pool.council.id}
    was = {body.id: bill.credit_model for body, bill in before.rows if body}
    now = {body.id: bill.credit_model for body, bill in after.rows if body}
    assert now[merged.id] == was[pool.body.id]
    officer = builders.a_member_of_staff(Role.FINANCE, organisation=merged)
    own = side_by_side(pool, viewer=officer)
    assert [body.id if body else None for body, _ in own.rows] == [merged.id]


def a_consumable(pool: Pool) -> None:
    pads = builders.a_product(
        tracking=Tracking.CONSUMABLE, group=Group.TOILETING, price=Pence(3_33)
    )
    day = date(2026, 6, 2)
    who = {"by": pool.warehouse, "at": noon(day)}
    receive_goods(pads, 10, place=place_for(depot(), Side.CLEAN), **who)
    order = pool.order(pads, day)
    lending.hand_over(order.lines, by=pool.driver, at=noon(day))


def test_a_reversal_counts_with_what_it_took_back(app: Flask) -> None:
    pool = Pool()
    a_year(pool)
    entry = db.session.query(Entry).filter_by(kind=EntryKind.EQUIPMENT).first()
    before = side_by_side(pool).whole
    assert entry is not None
    assert before is not None
    reverse(entry, because="Wrong client", by=pool.warehouse, at=noon(date(2026, 8, 3)))
    after = side_by_side(pool).whole
    assert after is not None
    assert after.issued == before.issued - entry.pence
    assert after.activity == before.activity


def test_a_partners_officer_reads_their_own_bill_and_no_totals(app: Flask, as_: As) -> None:
    pool = Pool()
    a_year(pool)
    officer = builders.a_member_of_staff(Role.FINANCE, organisation=pool.council)
    own = side_by_side(pool, viewer=officer)
    assert [body.id if body else None for body, _ in own.rows] == [pool.council.id]
    assert own.whole is None
    everything = {body.id: bill for body, bill in side_by_side(pool).rows if body}
    assert own.rows[0][1] == everything[pool.council.id]
    text = as_(Role.FINANCE, organisation=pool.council).get("/funding/models").get_data(True)
    assert pool.body.name not in text
    assert "All together" not in text


def test_the_years_begin_with_the_first_entry(app: Flask) -> None:
    pool = Pool()
    assert years(pool.fund, date(2026, 6, 1)) == [date(2026, 4, 1)]
    a_year(pool)
    assert years(pool.fund, date(2027, 6, 1)) == [date(2027, 4, 1), date(2026, 4, 1)]


@pytest.mark.parametrize("role", Role)
def test_who_sees_money_opens_the_comparison(app: Flask, as_: As, role: Role) -> None:
    builders.a_pool()
    sees = bool(ROLES[role] & {May.SEE_MONEY, May.SEE_ALL_MONEY, May.KEEP_AGREEMENTS})
    assert as_(role).get("/funding/models").status_code == (200 if sees else 403)


@pytest.mark.parametrize("asked", ["year=1066", "by=luck", "year=x&by="])
def test_a_choice_that_is_not_offered_gets_a_sentence(app: Flask, as_: As, asked: str) -> None:
    builders.a_pool()
    answer = as_(Role.BOARD).get(f"/funding/models?{asked}")
    assert answer.status_code == 422
    assert "There is a problem" in answer.get_data(as_text=True)


def test_either_model_in_force_is_told_on_the_page(app: Flask, as_: As) -> None:
    pool = Pool()
    pool.fund.stock_model = StockModel.RETAINED
    a_year(pool)
    a_consumable(pool)
    text = as_(Role.BOARD).get("/funding/models?year=2026&by=usage").get_data(as_text=True)
    assert "The retained stock model is in force" in text
    assert "All together" in text
