"""Every figure from a story a person can count on their fingers."""

from dataclasses import replace
from datetime import date

import pytest
from sqlalchemy import func, select

from core.db import db
from equipment.rules import Group
from people import actions as people
from people.queries import lineage_of
from people.rules import Role
from reports import periods, rules
from reports.measures import MEASURES
from reports.queries import Chosen, by_group, by_month, by_partner, rows, tally, visible
from reports.rules import Basis, Counted, Tally, together
from reports.sources import SOURCES
from tests import builders
from tests.heard import statements
from tests.reports.story import Pool, a_year, noon

APRIL, MAY = date(2026, 4, 1), date(2026, 5, 1)
TODAY = date(2026, 6, 1)
OF_ROWS = [counted for source in SOURCES for counted in source.counted]
EVERYTHING = Chosen(periods.months(APRIL, MAY), None)


@pytest.fixture
def pool(app):
    return Pool()


@pytest.fixture
def commode(pool):
    return a_year(pool)


def figure(code, chosen=EVERYTHING):
    return rules.figure(MEASURES[code], together(by_month(chosen).values()))


@pytest.mark.parametrize(
    ("code", "items", "value"),
    [
        ("R1", "60.00%", "60.00%"),  # three back of five lent
        ("R3", "66.67%", "66.67%"),  # two of the three made reusable
        ("R4", "40.00%", "40.00%"),  # two reusable of five lent
        ("R5", "20.00%", "20.00%"),  # one of the five from recycled stock
    ],
)
def test_each_rate_is_what_the_story_says(commode, code, items, value):
    assert figure(code).written(Basis.ITEMS) == items
    assert figure(code).written(Basis.VALUE) == value


def test_values_are_the_prices_the_loans_were_issued_at(pool, commode):
    costly = builders.a_hoist(price=90000)
    builders.an_item(costly, at=noon(APRIL))
    pool.lend(costly, date(2026, 5, 12))
    assert figure("R2").top.pence == 3 * 6000
    assert figure("R2").bottom.pence == 5 * 6000 + 90000
    assert figure("R2").written(Basis.VALUE) == "15.00%"


def test_months_are_counted_where_things_happened(commode):
    months = by_month(EVERYTHING)
    assert months[APRIL][Counted.ISSUED].count == 4
    assert months[MAY][Counted.ISSUED].count == 1
    assert months[MAY][Counted.REISSUED].count == 1
    assert months[APRIL][Counted.RETURNED].count == 3
    assert Counted.RETURNED not in months[MAY]


def test_the_last_evening_of_a_london_month_belongs_to_it(pool):
    commode = builders.a_product()
    builders.an_item(commode, at=noon(APRIL))
    pool.lend(commode, date(2026, 4, 30))
    late = EVERYTHING.period.begins
    assert late.isoformat() == "2026-03-31T23:00:00+00:00"
    assert by_month(EVERYTHING)[APRIL][Counted.ISSUED].count == 1


def test_a_lost_item_is_not_a_return(pool, commode):
    from loans import actions as lending

    loan = pool.lend(commode, date(2026, 5, 20))
    before = figure("R1").top.count
    lending.end(loan, by=pool.warehouse, at=noon(date(2026, 5, 25)), lost=True)
    assert figure("R1").top.count == before


def test_what_waits_in_quarantine_is_returned_but_never_recycled(pool, commode):
    loan = pool.lend(commode, date(2026, 5, 20))
    before = figure("R4")
    pool.back(loan, date(2026, 5, 25))
    assert figure("R1").top.count == 4
    assert figure("R4").top.count == before.top.count
    assert figure("R3").bottom.count == 3


def test_specials_and_things_for_one_person_are_left_out_and_counted_as_left_out(pool):
    for but in ({"special": True}, {"single_patient": True}):
        product = builders.a_product(**but)
        builders.an_item(product, at=noon(APRIL))
        pool.lend(product, date(2026, 4, 20))
    whole = together(by_month(EVERYTHING).values())
    assert whole[Counted.ISSUED].count == 0
    assert whole[Counted.LEFT_OUT].count == 2


def test_a_shared_loan_counts_for_each_partner(pool, commode):
    found = by_partner(EVERYTHING, TODAY)
    assert set(found) == {pool.body.id, pool.council.id}
    assert {tallies[Counted.ISSUED].count for tallies in found.values()} == {5}


def test_after_a_merger_a_partner_stands_under_its_successor(pool, commode):
    heir = builders.an_organisation()
    admin = builders.a_member_of_staff(Role.ADMINISTRATOR)
    people.succeed(pool.body, heir, on=date(2026, 5, 15), by=admin, at=noon(MAY))
    found = by_partner(EVERYTHING, TODAY)
    assert found[heir.id][Counted.ISSUED].count == 5
    of_heir = replace(EVERYTHING, partners=lineage_of(heir.id, TODAY))
    assert set(by_partner(of_heir, TODAY)) == {heir.id}
    assert figure("R1", of_heir).top.count == 3


def test_a_group_is_told_apart(pool, commode):
    builders.an_item(hoist := builders.a_hoist(), at=noon(APRIL))
    pool.lend(hoist, date(2026, 5, 12))
    groups = by_group(EVERYTHING)
    assert groups[Group.HOISTS][Counted.ISSUED].count == 1
    assert groups[Group.TOILETING][Counted.ISSUED].count == 5
    assert figure("R5", replace(EVERYTHING, group=Group.HOISTS)).bottom.count == 1


def test_every_figure_is_the_number_of_its_rows(commode):
    whole = together(by_month(EVERYTHING).values())
    for counted in OF_ROWS:
        found = db.session.execute(rows(EVERYTHING, counted)).all()
        told = whole.get(counted, Tally())
        assert len(found) == told.count
        assert sum(getattr(row, "pence", 0) for row in found) == told.pence
        assert (
            sum(getattr(row, "days", 0) + getattr(row, "grams", 0) for row in found) == told.amount
        )
        assert tally(rows(EVERYTHING, counted)) == told


def test_a_row_gives_codes_and_never_a_name(pool, commode):
    for row in db.session.execute(rows(EVERYTHING, Counted.ISSUED)):
        assert pool.client.family_name not in str(row)
        assert len(row.item) == len(row.loan) == 8


def test_a_partner_sees_its_own_loans_and_nobody_without_one_sees_any(pool, commode):
    outsider = builders.a_member_of_staff(Role.FINANCE)
    insider = builders.a_member_of_staff(Role.FINANCE, organisation=pool.council)
    nobody = builders.a_member_of_staff(Role.BOARD, organisation=None)
    chair = builders.a_member_of_staff(Role.BOARD)
    counts = {
        viewer: figure("R1", replace(EVERYTHING, within=visible(viewer, TODAY))).bottom.count
        for viewer in (outsider, insider, nobody, chair)
    }
    assert list(counts.values()) == [0, 5, 0, 5]
    only_own = replace(EVERYTHING, within=visible(insider, TODAY))
    assert set(by_partner(only_own, TODAY)) == {pool.council.id}


def test_the_number_of_statements_does_not_grow_with_the_rows(pool, commode):
    with statements() as said:
        by_month(EVERYTHING)
    assert len(said) == len(SOURCES) + 1  # what is back by now is counted by itself
    assert db.session.scalar(select(func.count()).select_from(select(1).subquery())) == 1
