"""Who sees which figures of the budget, that they add up, and that each opens its rows."""

import csv
import io
import re
from datetime import date, timedelta
from html import unescape

import pytest

from core.clock import financial_year, months_later
from core.db import db
from core.money import Pence, pounds
from equipment.actions import move_item
from equipment.rules import Event
from funding import actions as funding
from funding.agreements.versions import actions as versions
from funding.agreements.versions.rules import Figures
from funding.rules import SETTLING, EntryKind, StockModel
from funding.statements import statement
from loans import actions as lending
from loans.rules import Need, Speed
from people import actions as people
from people.rules import Role
from reports.budget.figures import figures
from reports.budget.queries import Year
from tests import builders
from tests.reports.story import Pool, a_year, noon

APRIL, MAY, JULY = date(2026, 4, 1), date(2026, 5, 1), date(2026, 7, 1)
TODAY = date(2026, 8, 15)


@pytest.fixture
def pool(app):
    return Pool()


@pytest.fixture
def board(pool):
    return builders.a_member_of_staff(Role.BOARD)


def words(answer):
    return " ".join(unescape(re.sub(r"<[^>]+>", " ", answer.text)).split())


def shown(pool, viewer, month=JULY, on=TODAY, **but):
    return figures(Year(pool.fund, month, on), noon(on), viewer=viewer, **but)


def line_of(found, organisation):
    return next(one for one in found.lines if one.payer.organisation.id == organisation.id)


def spend(pool, *pence, first=APRIL, shares=None):
    """So much in each month from the first on, laid on the pool's NHS body."""
    for place, amount in enumerate(pence):
        on = months_later(first, place) + timedelta(days=9)
        whose = shares or {pool.body.id: 1}
        builders.an_entry(pool.fund, whose, pence=Pence(amount), on=on, at=noon(on))


def agree(pool, organisation, pence):
    admin = builders.a_member_of_staff(Role.ADMINISTRATOR)
    funding.set_budget(
        pool.fund, organisation, Pence(pence), year_from=APRIL, by=admin, at=noon(APRIL)
    )


def test_spending_is_the_sum_of_the_statements_of_the_same_months(pool, board):
    a_year(pool)
    spend(pool, 10_01, 33_33, -5_05, shares={pool.body.id: 2, pool.council.id: 1})
    found = shown(pool, board, MAY)
    for organisation in (pool.body, pool.council):
        months = [statement(organisation, month, viewer=board) for month in (APRIL, MAY)]
        closing = sum(one.closing - one.opening for one in months)
        assert line_of(found, organisation).actual == closing != 0
    assert found.all.actual == sum(line.actual for line in found.lines)


def test_a_forecast_is_worked_out_from_the_whole_months(pool, board):
    """£100, £200, £300, then £150 of a month that runs: £2,400 from £1,200 to £3,600."""
    spend(pool, 100_00, 200_00, 300_00, 150_00)
    line = line_of(shown(pool, board, JULY, on=date(2026, 7, 20)), pool.body)
    assert line.actual == 750_00
    assert (line.outturn.outturn, line.outturn.low, line.outturn.high) == (
        2_400_00, 1_200_00, 3_600_00,
    )  # fmt: skip


def test_a_month_that_runs_is_never_forecast_below_what_it_has_come_to(pool, board, as_):
    """£600 in three months and £500 in one that runs: £300 more than they told of it."""
    spend(pool, 100_00, 200_00, 300_00, 500_00)
    found = shown(pool, board, JULY, on=date(2026, 7, 20))
    for line in (line_of(found, pool.body), found.all):
        assert (line.ahead[0].outturn, line.ahead[0].low) == (1_100_00, 1_100_00)
        assert line.outturn.outturn == 2_700_00


def test_no_partner_nor_all_together_is_forecast_below_what_is_spent(pool, board):
    """The one has spent more than July was expected to come to, the other less."""
    spend(pool, 100_00, 200_00, 300_00, 500_00)
    spend(pool, 50_00, 10_00, 90_00, 1_00, shares={pool.council.id: 1})
    found = shown(pool, board, JULY, on=date(2026, 7, 20))
    for line in (*found.lines, found.all):
        assert all(line.actual <= one.low <= one.outturn <= one.high for one in line.ahead)
    assert found.all.outturn.outturn == sum(line.outturn.outturn for line in found.lines)


def test_what_is_of_no_product_group_opens_its_rows_too(pool, as_):
    spend(pool, 600_00)
    for group, pence in (("", -78_37), ("toileting", 10_00)):
        builders.an_entry(
            pool.fund, {pool.body.id: 1}, group=group, pence=Pence(pence), on=APRIL, at=noon(APRIL)
        )
    browser = as_(Role.BOARD)
    page = browser.get("/budget?month=2026-04").text
    address = "/budget/spent?month=2026-04&amp;group=none"
    assert address in page
    rows = words(browser.get(address.replace("&amp;", "&")))
    assert "no product group: 1 row, −£78.37 in all" in rows


def test_what_settles_an_earlier_year_is_no_spending_of_this_one(pool, board, as_):
    """£600 spent in three months and £5,000 laid on it in May for last year: £2,400 is forecast."""
    spend(pool, 100_00, 200_00, 300_00)
    before = line_of(shown(pool, board, JULY, on=date(2026, 7, 20)), pool.body)
    builders.an_entry(
        pool.fund,
        {pool.body.id: 1},
        kind=EntryKind.YEAR_END,
        group=SETTLING,
        pence=Pence(5_000_00),
        on=date(2026, 5, 20),
        at=noon(date(2026, 5, 20)),
    )
    found = shown(pool, board, JULY, on=date(2026, 7, 20))
    line = line_of(found, pool.body)
    assert (line.actual, line.settled) == (600_00, 5_000_00)
    assert line.outturn == before.outturn
    assert all(group.name != SETTLING for group in found.groups)
    page = words(as_(Role.BOARD).get("/budget?month=2026-07"))
    assert "£5,000.00 settled earlier years" in page
    rows = words(as_(Role.BOARD).get("/budget/settled?month=2026-07"))
    assert "1 row, £5,000.00 in all" in rows
    assert "3 rows, £600.00 in all" in words(as_(Role.BOARD).get("/budget/spent?month=2026-07"))


def test_with_two_whole_months_the_page_says_it_cannot_be_said(pool, as_):
    spend(pool, 100_00, 200_00)
    said = words(as_(Role.BOARD).get("/budget?month=2026-05"))
    assert "cannot be said from fewer than 3 whole months" in said
    assert "Cannot be said yet" in said


def test_a_year_that_is_over_has_come_to_what_was_spent(pool, board):
    spend(pool, *[10_00] * 12, first=date(2025, 4, 1))
    line = line_of(shown(pool, board, date(2026, 3, 1)), pool.body)
    assert line.outturn.outturn == line.outturn.low == line.actual == 120_00
    assert "the year is over" in shown(pool, board, date(2026, 3, 1)).headline


def test_the_year_befores_seasons_are_the_whole_pools_for_everybody(pool, board):
    """Last year the pool spent £60 a summer month and £120 a winter month, all by the council."""
    spend(pool, *[60_00] * 6, *[120_00] * 6, first=date(2025, 4, 1), shares={pool.council.id: 1})
    spend(pool, 66_00, 66_00, 66_00)
    found = shown(pool, board, date(2026, 6, 1))
    assert found.seasonal
    assert line_of(found, pool.body).outturn.outturn == 1_188_00
    finance = builders.a_member_of_staff(Role.FINANCE, organisation=pool.body)
    own = shown(pool, finance, date(2026, 6, 1))
    assert line_of(own, pool.body).outturn == line_of(found, pool.body).outturn


def test_a_partner_who_joined_is_forecast_from_its_own_months(pool, board):
    late = builders.an_organisation()
    builders.a_partner(pool.fund, organisation=late, from_on=MAY)
    spend(pool, *[10_00] * 4)
    spend(pool, *[20_00] * 3, first=MAY, shares={late.id: 1})
    line = line_of(shown(pool, board), late)
    assert line.outturn.outturn == 60_00 + 8 * 20_00
    assert line_of(shown(pool, board, date(2026, 6, 1)), late).outturn is None


def test_forecasts_of_partners_add_up_to_the_whole(pool, board):
    spend(pool, 10_01, 20_03, 33_33, 7_77, shares={pool.body.id: 3, pool.council.id: 4})
    found = shown(pool, board)
    assert found.all.outturn.outturn == sum(
        line.outturn.outturn for line in found.lines if line.actual
    )


def test_what_is_ordered_is_what_its_delivery_charges(pool, board):
    commode = builders.a_product()
    builders.some_items(2, commode, at=noon(APRIL))
    day = date(2026, 7, 6)
    order = pool.order(commode, day)
    before = shown(pool, board, JULY, on=day + timedelta(days=1))
    assert before.all.ordered == 60_00 + 12_50
    assert line_of(before, pool.body).ordered == 36_00 + 7_50
    line = order.lines[0]
    for event in (Event.PICK, Event.LOAD):
        move_item(line.item, event, by=pool.warehouse, at=noon(day))
    lending.begin(line, by=pool.driver, at=noon(day))
    after = shown(pool, board, JULY, on=day + timedelta(days=1))
    assert after.all.ordered == 0
    assert after.all.actual - before.all.actual == before.all.ordered


def test_a_past_month_shows_what_was_ordered_when_it_ended(pool, board):
    commode = builders.a_product()
    builders.an_item(commode, at=noon(APRIL))
    order = pool.order(commode, date(2026, 6, 29))
    lending.cancel(order, because="", by=pool.prescriber, at=noon(date(2026, 7, 3)))
    assert shown(pool, board, MAY).all.ordered == 0
    assert shown(pool, board, date(2026, 6, 1)).all.ordered == 72_50
    assert shown(pool, board, JULY).all.ordered == 0
    assert shown(pool, board, JULY).all.committed == (0, 0, 72_50, 0)


def test_an_order_that_waits_is_committed_and_one_sent_back_or_in_draft_is_not(pool, board):
    dear = builders.a_product(price=Pence(20_000_00))
    day = date(2026, 7, 6)
    lending.start_order(
        pool.client, need=Need.FALLS, speed=Speed.SAME_DAY, by=pool.prescriber, at=noon(day)
    )
    order = lending.start_order(
        pool.client, need=Need.FALLS, speed=Speed.SAME_DAY, by=pool.prescriber, at=noon(day)
    )
    lending.add_line(order, dear, by=pool.prescriber, at=noon(day))
    assert shown(pool, board).all.ordered == 0
    lending.place(order, by=pool.prescriber, at=noon(day))
    assert order.status == "waiting_for_approval"
    assert shown(pool, board).all.ordered == 20_012_50
    judge = builders.a_member_of_staff(Role.AUTHORISER, organisation=pool.body)
    lending.send_back(order, because="why", by=judge, at=noon(day + timedelta(days=1)))
    assert shown(pool, board).all.ordered == 0


def test_under_retained_stock_only_the_delivery_is_committed(pool, board):
    pool.fund.stock_model = StockModel.RETAINED
    commode = builders.a_product()
    builders.an_item(commode, at=noon(APRIL))
    pool.order(commode, date(2026, 7, 6))
    assert shown(pool, board).all.ordered == 12_50


def test_what_no_rule_lays_on_anybody_stands_apart(pool, board, as_):
    stranger = builders.an_organisation(kind="practice")
    commode = builders.a_product()
    builders.an_item(commode, at=noon(APRIL))
    pool.client = pool.a_client(stranger)
    pool.order(commode, date(2026, 7, 6))
    builders.an_entry(pool.fund, {}, pence=Pence(9_99), on=date(2026, 7, 7), at=noon(JULY))
    found = shown(pool, board)
    assert (found.parked.ordered, found.parked.actual) == (72_50, 9_99)
    assert found.all.ordered == 0
    finance = builders.a_member_of_staff(Role.FINANCE, organisation=pool.body)
    own = shown(pool, finance)
    assert (own.parked.ordered, own.parked.actual) == (0, 0)


def test_savings_are_the_price_of_reissues_less_what_recycling_cost(pool, board):
    """Three came back and two were made reusable; one of these was issued again in May.

    Three collections, two cleanings and two tests at £12.50.
    """
    a_year(pool)
    found = shown(pool, board, MAY)
    assert found.saved.avoided == 60_00
    costs = db.session.execute(
        db.text("select sum(pence) from entry where kind in ('collection', 'cleaning', 'test')")
    ).scalar()
    assert found.saved.cost == costs > 0
    assert found.saved.net == 60_00 - costs
    body = {who: saving for (who, _), saving in found.recycling.items()}[pool.body.id]
    assert body.avoided == 36_00


def test_what_was_taken_back_of_recyclings_cost_costs_nothing(pool, board):
    entry = builders.an_entry(
        pool.fund,
        {pool.body.id: 1},
        kind=EntryKind.COLLECTION,
        pence=Pence(12_50),
        on=JULY,
        at=noon(JULY),
    )
    assert shown(pool, board).saved.cost == 12_50
    admin = builders.a_member_of_staff(Role.ADMINISTRATOR)
    funding.reverse(entry, because="wrong", by=admin, at=noon(JULY))
    assert shown(pool, board).saved.cost == 0


def test_accruals_count_until_they_are_released(pool, board, as_):
    on = date(2026, 6, 30)
    of = {"subject": "JUNE", "at": noon(on), "on": on}
    builders.an_entry(
        pool.fund, {pool.body.id: 1}, kind=EntryKind.ACCRUAL, pence=Pence(70_00), source="J", **of
    )
    builders.an_entry(
        pool.fund, {pool.body.id: 1}, kind=EntryKind.ACCRUAL, pence=Pence(5_00), source="K",
        **{**of, "subject": "K"},
    )  # fmt: skip
    of = {"subject": "JUNE", "at": noon(JULY), "on": JULY}
    builders.an_entry(
        pool.fund, {pool.body.id: 1}, kind=EntryKind.RELEASE, pence=Pence(-70_00),
        source="J", **of,
    )  # fmt: skip
    assert line_of(shown(pool, board, date(2026, 6, 1)), pool.body).accrued == 75_00
    assert line_of(shown(pool, board), pool.body).accrued == 5_00
    said = words(as_(Role.BOARD).get("/budget/accrued?month=2026-07"))
    assert "1 row , £5.00 in all" in said or "1 row, £5.00 in all" in said


def test_a_threshold_is_told_with_the_month_it_was_passed(pool, board, as_):
    agree(pool, pool.body, 1_000_00)
    spend(pool, 400_00, 450_00, 100_00, 10_00)
    alerts = shown(pool, board).alerts
    assert [(one.watched.value, one.percent, one.since) for one in alerts] == [
        ("spent", 95, date(2026, 6, 1)),
        ("forecast", 105, date(2026, 6, 1)),
    ]
    said = words(as_(Role.BOARD).get("/budget?month=2026-07"))
    assert f"{pool.body.name} has spent 96.00% of its budget: past 95%, since June 2026." in said


def test_the_start_page_tells_finance_and_the_board_and_nobody_else(pool, as_):
    """The start page looks at today, so this month's spending passes the threshold."""
    from core.clock import london_day, now

    today = london_day(now())
    admin = builders.a_member_of_staff(Role.ADMINISTRATOR)
    year_from = financial_year(today)[0]
    funding.set_budget(pool.fund, pool.body, Pence(100_00), year_from=year_from, by=admin, at=now())
    builders.an_entry(pool.fund, {pool.body.id: 1}, pence=Pence(85_00), on=today, at=now())
    what = "Budgets past a threshold"
    assert what in words(as_(Role.BOARD).get("/"))
    assert what in words(as_(Role.FINANCE, organisation=pool.body).get("/"))
    assert what not in words(as_(Role.FINANCE, organisation=pool.council).get("/"))
    for role in Role:
        if role not in (Role.BOARD, Role.FINANCE):
            assert what not in words(as_(role, organisation=pool.body).get("/")), role


def test_finance_sees_its_own_money_and_the_board_everybodys(pool, board):
    a_year(pool)
    finance = builders.a_member_of_staff(Role.FINANCE, organisation=pool.council)
    own, whole = shown(pool, finance, MAY), shown(pool, board, MAY)
    assert [line.payer.organisation.id for line in own.lines] == [pool.council.id]
    assert own.all.actual == line_of(whole, pool.council).actual
    assert {who for who, _ in own.recycling} == {pool.council.id}
    assert own.saved.avoided == 24_00
    nobody = builders.a_member_of_staff(Role.FINANCE, organisation=None)
    assert shown(pool, nobody, MAY).lines == ()


def test_finance_cannot_choose_another_partner_nor_what_is_parked(pool, as_):
    a_year(pool)
    client = as_(Role.FINANCE, organisation=pool.council)
    for partner in (pool.body.code, "none"):
        for address in ("/budget", "/budget/spent", "/budget/ordered", "/budget/reissued"):
            answer = client.get(f"{address}?month=2026-05&partner={partner}")
            assert answer.status_code == 422, address
            assert pool.body.name not in answer.text


def test_after_a_merger_the_new_body_stands_for_those_before_it(pool, board):
    spend(pool, 10_00, 10_00)
    agree(pool, pool.body, 500_00)
    one = builders.an_organisation()
    builders.a_partner(pool.fund, organisation=one, from_on=date(2026, 6, 1))
    builders.a_merger(pool.body.id, one, on=date(2026, 6, 1))
    spend(pool, 30_00, 30_00, first=date(2026, 6, 1))
    line = line_of(shown(pool, board), one)
    assert (line.actual, line.budget) == (80_00, 500_00)
    assert line.by_account == {one.id: 60_00, pool.body.id: 20_00}
    assert line.outturn is not None


def test_budgets_of_product_groups_stand_beside_what_was_spent_on_them(pool, as_):
    """By the version of the agreement in force, of those the viewer may see."""
    keeper, at = builders.a_member_of_staff(Role.ADMINISTRATOR), noon(MAY)
    version = versions.draft_version(pool.fund, from_on=MAY, by=keeper, at=at)
    for partner in (pool.body, pool.council):
        versions.set_contribution(version, partner, Figures(Pence(900_00)), by=keeper, at=at)
        versions.set_group_budget(version, partner, "toileting", Pence(70_00), by=keeper, at=at)
    for partner in (pool.body, pool.council):
        finance = builders.a_member_of_staff(Role.FINANCE, organisation=partner)
        versions.agree(version, revision=version.revision, by=finance, at=at)
    versions.put_in_force(version, revision=version.revision, by=keeper, at=at)
    spend(pool, 100_00, 200_00)
    whole = {one.name: one.budget for one in shown(pool, keeper, MAY).groups}
    assert whole == {"beds and rails": None, "toileting": 140_00}
    own = shown(pool, finance, MAY)
    assert {one.name: one.budget for one in own.groups} == {"toileting": 70_00}
    assert "Budget of the year" in words(as_(Role.BOARD).get("/budget?month=2026-05"))
    assert {one.budget for one in shown(pool, keeper, APRIL).groups} == {None}


def test_a_body_that_passed_to_several_is_a_line_of_its_own(pool, as_):
    spend(pool, 10_00)
    heirs = [builders.an_organisation() for _ in range(2)]
    for heir in heirs:
        builders.a_partner(pool.fund, organisation=heir, from_on=JULY)
    admin = builders.a_member_of_staff(Role.ADMINISTRATOR)
    people.pass_on(pool.body, [(heir, 1) for heir in heirs], on=JULY, by=admin, at=noon(JULY))
    spend(pool, 4_00, first=JULY, shares={heirs[0].id: 1})
    board = as_(Role.BOARD)
    for whom, figure in ((pool.body, "£10.00"), (heirs[0], "£4.00"), (heirs[1], "£0.00")):
        answer = board.get(f"/budget/spent?month=2026-07&partner={whom.code}")
        assert f"{figure} in all" in words(answer), whom.name


@pytest.mark.parametrize("role", list(Role))
def test_only_who_may_see_money_opens_it(pool, as_, role):
    allowed = role in (Role.BOARD, Role.FINANCE, Role.ADMINISTRATOR)
    client = as_(role)
    for address in ("/budget", "/budget.csv", "/budget/spent", "/budget/ordered"):
        assert client.get(address).status_code == (200 if allowed else 403), address


def test_every_figure_with_rows_opens_rows_that_come_to_it(pool, as_):
    a_year(pool)
    commode = builders.a_product()
    builders.an_item(commode, at=noon(APRIL))
    pool.order(commode, date(2026, 5, 20))
    for who in (as_(Role.BOARD), as_(Role.FINANCE, organisation=pool.body)):
        text = who.get("/budget?month=2026-05").text
        links = set(re.findall(r'<a href="(/budget/\w+\?[^"]+)"><span[^>]*>([^<]+)<', text))
        assert len(links) > 8
        for address, figure in links:
            opened = who.get(unescape(address))
            assert opened.status_code == 200
            assert f"{figure} in all" in words(opened), address
            rows = list(csv.reader(io.StringIO(who.get(unescape(address) + "&as=csv").text)))
            whole = sum(round(float(row[-1]) * 100) for row in rows[1:])
            assert pounds(whole) == figure, address


def test_no_page_of_the_budget_names_a_person(pool, as_):
    a_year(pool)
    pool.order(builders.a_product(), date(2026, 5, 20))
    client = as_(Role.BOARD)
    for address in ("", ".csv", "/ordered", "/spent", "/reissued", "/recycling", "/accrued"):
        answer = client.get(f"/budget{address}?month=2026-05")
        assert answer.status_code == 200
        for person in (pool.client.family_name, pool.prescriber.name, pool.warehouse.name):
            assert person not in answer.text, address


def test_the_file_has_the_months_of_the_page(pool, as_):
    spend(pool, 100_00, 200_00, 300_00)
    text = as_(Role.BOARD).get("/budget.csv?month=2026-06").text.removeprefix("\ufeff")
    rows = [row for row in csv.DictReader(io.StringIO(text)) if row["Partner"] == pool.body.name]
    assert [row["Spent to date (£)"] for row in rows[:3]] == ["100.00", "300.00", "600.00"]
    assert rows[-1]["Forecast to date (£)"] == "2400.00"
    assert (rows[-1]["From (£)"], rows[-1]["To (£)"]) == ("1200.00", "3600.00")


@pytest.mark.parametrize(
    ("query", "status"),
    [
        ("", 200),
        ("month=", 200),
        ("month=1980-01", 200),
        ("month=2149-01", 422),
        ("month=nonsense", 422),
        ("month=2026-13", 422),
        ("partner=XXXXXXXX", 422),
        ("group='; drop table entry", 200),
        ("page=-1", 200),
        ("page=99999999999999999999", 200),
        ("month=" + "9" * 300, 422),
    ],
)
def test_bad_filters_get_a_sentence_and_never_an_error(pool, as_, query, status):
    client = as_(Role.BOARD)
    for address in ("/budget", "/budget/ordered", "/budget/spent", "/budget.csv"):
        answer = client.get(f"{address}?{query}")
        if not address.endswith("csv"):
            assert answer.status_code == status, address
            assert (status == 422) == ("There is a problem" in answer.text)


def test_a_list_that_is_not_there_is_not_found(pool, as_):
    assert as_(Role.BOARD).get("/budget/nothing").status_code == 404


def test_an_empty_pool_has_an_empty_page(app, as_):
    builders.a_fund()
    assert "No partner's money is yours to see yet" in words(as_(Role.BOARD).get("/budget"))
