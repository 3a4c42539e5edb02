"""Delivery, visits, waiting and uses: counted from the acts themselves."""

from dataclasses import replace
from datetime import date, timedelta

import pytest
from sqlalchemy import Date, column, select, values

from core.clock import add_working_days, london_day
from core.db import db
from core.money import Pence, percent
from equipment.actions import move_item
from equipment.rules import Event, Group
from loans import actions as lending
from loans.models import Loan
from loans.rules import BackReason, Speed
from logistics import actions as logistics
from logistics.rules import FailReason
from people.rules import Role
from reports import periods, rules
from reports.budget.rules import Saving
from reports.carbon.factors import VERSIONS
from reports.measures import MEASURES
from reports.queries import Chosen, by_group, by_month, by_partner, by_speed, rows, tally
from reports.rules import Basis, Counted, together
from reports.sources import SOURCES
from reports.working_days import within_working_days
from returns import actions as workshop
from returns.rules import Condition
from tests import builders
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


def a_failed_visit(pool, product, day):
    """The van sets out with one of a product and comes home with it."""
    order = pool.order(product, day)
    visit = builders.a_visit(order, at=noon(day), driver=pool.driver, out=True)
    logistics.fail(visit, reason=FailReason.NO_ACCESS, note="", by=pool.driver, at=noon(day))
    return order


def test_of_what_went_out_what_has_come_back_so_far_is_told(pool, commode):
    assert figure("C1").written(Basis.ITEMS) == "60.00%"  # three of five
    april = replace(EVERYTHING, period=periods.month(APRIL))
    assert figure("C1", april).written(Basis.ITEMS) == "75.00%"  # three of four
    late = pool.lend(commode, date(2026, 5, 20))
    pool.back(late, date(2026, 6, 20))  # after the period, and still counted in it
    assert figure("C1").written(Basis.ITEMS) == "66.67%"
    assert figure("R1").written(Basis.ITEMS) == "50.00%"


def test_each_purchase_has_so_many_uses(commode):
    assert figure("U1").written(Basis.ITEMS) == "1.25 times"  # five loans, four of them new
    assert figure("U1").written(Basis.VALUE) == "1.25 times"


def test_days_to_collect_and_to_be_available_are_counted_from_the_asking(pool, commode):
    loan = pool.lend(commode, date(2026, 5, 4))
    lending.ask_back(loan, BackReason.NOT_NEEDED, by=pool.prescriber, at=noon(date(2026, 5, 6)))
    pool.back(loan, date(2026, 5, 13))
    assert figure("S3").written(Basis.ITEMS) == "7.00 days"
    assert figure("S4").written(Basis.ITEMS) == "–"  # in quarantine: not available yet
    other = pool.lend(commode, date(2026, 5, 18))
    lending.ask_back(other, BackReason.NOT_NEEDED, by=pool.prescriber, at=noon(date(2026, 5, 20)))
    pool.reuse(other, date(2026, 5, 22))
    assert figure("S3").written(Basis.ITEMS) == "4.50 days"
    assert figure("S4").written(Basis.ITEMS) == "2.00 days"
    found = db.session.execute(rows(EVERYTHING, Counted.COLLECTED)).all()
    assert [row.days for row in found] == [2, 7]
    assert tally(rows(EVERYTHING, Counted.COLLECTED)).amount == 9


def test_on_time_is_by_the_day_promised_and_by_the_speed_asked_for(pool):
    commode = builders.a_product()
    builders.some_items(2, commode, at=noon(APRIL))
    monday = date(2026, 4, 13)
    pool.lend(commode, monday)
    late = pool.order(commode, monday).lines[0]
    for event in (Event.PICK, Event.LOAD):
        move_item(late.item, event, by=pool.warehouse, at=noon(monday))
    lending.begin(late, by=pool.driver, at=noon(monday + timedelta(days=7)))
    assert figure("S1").written(Basis.ITEMS) == "50.00%"
    assert {speed: told[Counted.ON_TIME].count for speed, told in by_speed(EVERYTHING).items()} == {
        Speed.NEXT_DAY: 1
    }


def test_seven_working_days_are_counted_from_the_order(pool):
    commode = builders.a_product()
    builders.some_items(2, commode, at=noon(APRIL))
    thursday = date(2026, 4, 2)  # before Easter: Good Friday and Easter Monday are free
    for delivered in (date(2026, 4, 15), date(2026, 4, 16)):  # the seventh and the eighth
        line = pool.order(commode, thursday).lines[0]
        for event in (Event.PICK, Event.LOAD):
            move_item(line.item, event, by=pool.warehouse, at=noon(delivered))
        lending.begin(line, by=pool.driver, at=noon(delivered))
    assert figure("S5").written(Basis.ITEMS) == "50.00%"
    row = db.session.execute(rows(EVERYTHING, Counted.IN_SEVEN)).one()
    assert london_day(row.at) == date(2026, 4, 15)


def test_the_database_counts_working_days_as_the_calendar_does(app):
    ordered, delivered = column("ordered", Date), column("delivered", Date)
    days = [date(2026, 12, 14) + timedelta(days=n) for n in range(14)]
    pairs = [(one, one + timedelta(days=n)) for one in days for n in range(20)]
    named = values(ordered, delivered, name="pairs").data(pairs)
    asked = select(
        named.c.ordered,
        named.c.delivered,
        within_working_days(7, named.c.ordered, named.c.delivered, named),
    )
    for one, other, within in db.session.execute(asked):
        assert within == (other <= last_day_within(one)), (one, other)


def last_day_within(ordered):
    """The day before the eighth working day after an order."""
    return add_working_days(ordered, 8) - timedelta(days=1)


def test_a_thing_had_so_many_uses_when_it_was_scrapped(pool, commode):
    assert figure("U2").written(Basis.ITEMS) == "1.00 times"  # the one of April had been lent once
    again = db.session.query(Loan).filter(Loan.recycled).one()
    pool.scrap(again, date(2026, 5, 28))
    assert figure("U2").written(Basis.ITEMS) == "1.50 times"  # three loans of two things
    assert figure("U2").top == tally(rows(EVERYTHING, Counted.LIVES))
    body = replace(EVERYTHING, within=frozenset({pool.body.id}))
    assert figure("U2", body).written(Basis.ITEMS) == "1.50 times"


def test_days_in_the_workshop_are_counted_from_coming_back(pool, commode):
    assert figure("S6").written(Basis.ITEMS) == "0.00 days"  # both were ready the same day
    loan = pool.lend(commode, date(2026, 5, 4))
    pool.back(loan, date(2026, 5, 6))
    who = {"by": pool.warehouse, "at": noon(date(2026, 5, 12))}
    workshop.inspect(loan.item, condition=Condition.GOOD, note="", **who)
    workshop.clean(loan.item, method=loan.product.cleaning, **who)
    workshop.test(loan.item, passed=True, note="", **who)
    workshop.put_away(loan.item, **who)
    assert figure("S6").written(Basis.ITEMS) == "2.00 days"  # six days over three returns


def test_carbon_avoided_is_that_of_what_was_not_made_new(pool, commode):
    one = VERSIONS[0].grams[Group.TOILETING]
    assert figure("K1").above(Basis.ITEMS) == one  # one loan of recycled stock
    assert figure("K1").below(Basis.ITEMS) is None
    assert figure("K1").written(Basis.ITEMS) == "8.00 kg CO2e"
    assert "version 1" in MEASURES["K1"].version
    assert "[default]" in MEASURES["K1"].version


def test_every_version_of_the_factors_knows_every_product_group():
    for version in VERSIONS:
        assert set(version.grams) == set(Group)
        assert all(isinstance(grams, int) for grams in version.grams.values())


def test_a_visit_that_failed_counts_among_those_made(pool):
    commode = builders.a_product()
    builders.some_items(2, commode, at=noon(APRIL))
    day = date(2026, 4, 14)
    a_failed_visit(pool, commode, day)
    assert figure("S2").written(Basis.ITEMS) == "100.00%"
    row = db.session.execute(rows(EVERYTHING, Counted.FAILED)).one()
    assert row._fields == ("visit", "kind", "status", "at")


def test_a_failed_visit_stands_with_whoever_pays_for_what_it_brought_in_the_end(pool):
    commode = builders.a_product()
    builders.some_items(2, commode, at=noon(APRIL))
    order = a_failed_visit(pool, commode, date(2026, 4, 14))
    assert set(by_partner(EVERYTHING, TODAY)) == {None}
    nobodys = replace(EVERYTHING, within=frozenset({pool.council.id}))
    assert figure("S2", nobodys).bottom.count == 0
    again = builders.a_visit(order, at=noon(date(2026, 4, 15)), driver=pool.driver, out=True)
    logistics.finish(
        again,
        done=[line.id for line in again.lines],
        received_by="Person",
        unsigned_because="",
        instructions_given=True,
        note="",
        by=pool.driver,
        at=noon(date(2026, 4, 15)),
    )
    assert figure("S2", nobodys).written(Basis.ITEMS) == "50.00%"
    found = by_partner(EVERYTHING, TODAY)
    assert {found[who][Counted.VISITED].count for who in (pool.body.id, pool.council.id)} == {2}
    for group, count in ((Group.TOILETING, 2), (Group.HOISTS, 0)):
        assert figure("S2", replace(EVERYTHING, group=group)).bottom.count == count
    assert all(Counted.VISITED not in told for told in by_group(EVERYTHING).values())


def test_a_group_and_a_partner_narrow_every_measure_to_its_own_rows(pool, commode):
    for chosen in (
        replace(EVERYTHING, group=Group.TOILETING, within=frozenset({pool.body.id})),
        replace(EVERYTHING, group=Group.HOISTS),
        replace(EVERYTHING, parked=True),
    ):
        whole = together(by_month(chosen).values())
        for counted in OF_ROWS:
            assert tally(rows(chosen, counted)) == whole.get(counted, rules.Tally())


def test_the_published_yield_comes_out():
    counts = {Counted.REUSABLE: rules.Tally(350), Counted.DECIDED: rules.Tally(450)}
    assert rules.figure(MEASURES["R3"], counts).written(Basis.ITEMS) == "77.78%"


def test_the_published_saving_comes_out():
    saved = Saving(avoided=Pence(4_200_000_00), cost=Pence(410_000_00))
    assert saved.net == 3_790_000_00
    assert percent(saved.cost, saved.avoided) == "9.76%"


def test_weight_is_told_in_kilograms_and_only_where_it_is_the_matter(pool, commode, as_):
    browser, period = as_(Role.BOARD), "first=2026-04&last=2026-05"
    carbon = browser.get(f"/board/K1/rows?part=above&{period}").text
    assert "8.00 kg CO2e in all" in carbon
    assert ">8.00<" in carbon
    assert "8000" not in carbon
    file = browser.get(f"/board/K1/rows?part=above&{period}&as=csv").text
    assert "kg CO2e" in file.splitlines()[0]
    assert file.splitlines()[1].split(",")[-2] == "8"
    rates = browser.get(f"/board/R5/rows?part=above&{period}").text
    assert "kg CO2e" not in rates
    assert "8000" not in rates
    assert "8.00 kg CO2e for" in browser.get(f"/board?{period}").text
