"""What waits for each person when they sign in."""

import re
from datetime import date, timedelta
from html import unescape

import pytest

from core.db import db
from equipment.actions import move_item
from equipment.rules import Event
from funding.disputes import actions as disputing
from funding.periods.actions import begin_closing, call_off
from funding.periods.models import Period
from loans import actions as lending
from loans.rules import BackReason, Need, Speed
from people.rules import May, Role
from reports.waiting import waiting_for
from tests import builders
from tests.reports.story import Pool, noon

DAY = date(2026, 6, 1)


@pytest.fixture
def pool(app):
    return Pool()


def waits(viewer, on=DAY):
    return {row.what: row for row in waiting_for(viewer, at=noon(on), on=on)}


def words(answer):
    return " ".join(unescape(re.sub(r"<[^>]+>", " ", answer.text)).split())


def test_an_authoriser_sees_how_many_orders_wait_and_since_when(pool):
    dear = builders.a_product(price=2_000_000)
    order = lending.start_order(
        pool.client, need=Need.FALLS, speed=Speed.SAME_DAY, by=pool.prescriber, at=noon(DAY)
    )
    lending.add_line(order, dear, by=pool.prescriber, at=noon(DAY))
    lending.place(order, by=pool.prescriber, at=noon(DAY))
    authoriser = builders.a_member_of_staff(Role.AUTHORISER, organisation=pool.body)
    row = waits(authoriser)["Orders to approve or send back"]
    assert (row.count, row.since) == (1, noon(DAY))
    stranger = builders.a_member_of_staff(Role.AUTHORISER)
    assert waits(stranger) == {}


def test_a_prescriber_sees_what_wants_stock_what_is_asked_back_and_drafts(pool, as_):
    commode = builders.a_product()
    builders.an_item(commode, at=noon(DAY))
    loan = pool.lend(commode, DAY)
    pool.order(commode, DAY)  # none left
    lending.start_order(
        pool.client, need=Need.FALLS, speed=Speed.SAME_DAY, by=pool.prescriber, at=noon(DAY)
    )
    lending.ask_back(loan, BackReason.NOT_NEEDED, by=pool.prescriber, at=noon(DAY))
    found = waits(pool.prescriber)
    assert {what: row.count for what, row in found.items()} == {
        "Your orders not placed yet": 1,
        "Your orders that wait for stock": 1,
        "Equipment asked back and not yet collected": 1,
    }
    client = as_(pool.prescriber)
    assert commode.name in words(client.get("/waiting/stock"))
    assert loan.code in words(client.get("/waiting/asked-back"))
    assert client.get("/waiting/else").status_code == 404


def test_the_warehouse_sees_what_to_pick_and_the_lanes_of_the_workshop(pool):
    commode = builders.a_product()
    builders.some_items(2, commode, at=noon(DAY))
    pool.back(pool.lend(commode, DAY), DAY)
    pool.order(commode, DAY)
    found = waits(pool.warehouse)
    assert found["Items to pick"].count == 1
    assert found["Returns to inspect"].count == 1
    assert found["Returns to inspect"].since is not None


def test_a_scheduler_sees_what_is_to_be_planned(pool):
    commode = builders.a_product()
    builders.some_items(2, commode, at=noon(DAY))
    lending.ask_back(pool.lend(commode, DAY), BackReason.MOVED, by=pool.prescriber, at=noon(DAY))
    pool.order(commode, DAY)
    found = waits(builders.a_member_of_staff(Role.SCHEDULER))
    assert found["Deliveries to plan"].count == 1
    assert found["Clients to collect from"].count == 1


@pytest.mark.parametrize("role", [Role.WAREHOUSE, Role.SCHEDULER])
def test_who_gives_out_new_goods_sees_how_many_orders_wait_for_them(pool, as_, role):
    commode = builders.a_product()
    client = as_(role)
    assert "Orders that wait for stock" not in waits(client.staff)
    pool.order(commode, DAY)
    later = pool.order(commode, DAY)
    row = waits(client.staff)["Orders that wait for stock"]
    assert (row.count, row.since) == (2, noon(DAY))
    assert ">Orders waiting for stock</a>" in " ".join(client.get("/").text.split())
    assert commode.name in words(client.get("/orders/short"))
    lending.cancel(later, because="", by=pool.prescriber, at=noon(DAY))
    assert waits(client.staff)["Orders that wait for stock"].count == 1


def test_each_line_leads_to_a_page_that_the_same_person_may_open(pool, as_):
    commode = builders.a_product()
    builders.some_items(3, commode, at=noon(DAY))
    pool.back(pool.lend(commode, DAY), DAY)
    pool.order(commode, DAY)
    for somebody in (pool.warehouse, Role.SCHEDULER):
        client = as_(somebody)
        links = re.findall(r'<th[^>]*><a href="([^"]+)"', client.get("/").text)
        assert links
        for link in links:
            assert client.get(unescape(link)).status_code == 200, link


@pytest.mark.parametrize("role", list(Role))
def test_every_page_in_a_menu_opens_for_its_role(pool, as_, role):
    client = as_(role)
    links = re.findall(r'nhsuk-header__navigation-link" href="([^"]+)"', client.get("/").text)
    assert len(links) >= 4
    for link in links:
        assert client.get(unescape(link)).status_code == 200, link


def test_every_role_finds_its_start_page(app, as_):
    for role in Role:
        answer = as_(role).get("/")
        assert answer.status_code == 200
        assert "What waits for you" in words(answer)


def test_who_has_nothing_to_do_is_told_so_kindly(app, as_):
    assert "Nothing waits for you just now" in words(as_(Role.WAREHOUSE).get("/"))


def test_without_an_organisation_nothing_waits_and_nothing_breaks(app, as_):
    for role in Role:
        client = as_(role, organisation=None)
        assert client.get("/").status_code == 200
        if not client.staff.may(May.WORKSHOP):
            assert not [w for w in waits(client.staff).values() if "Orders" in w.what]


def test_what_nobody_pays_for_waits_for_those_who_may_lay_it(app):
    fund = builders.a_fund()
    builders.an_entry(fund, {}, parked_because="Outside.")
    row = "Charges that nobody pays for yet"
    assert waits(builders.a_member_of_staff(Role.ADMINISTRATOR))[row].count == 1
    assert waits(builders.a_member_of_staff(Role.BOARD))[row].count == 1
    assert row not in waits(builders.a_member_of_staff(Role.FINANCE))


def test_a_dispute_waits_for_its_answer_and_then_for_the_partner(app):
    fund = builders.a_fund()
    one, other = (builders.a_partner(fund).organisation for _ in range(2))
    entry = builders.an_entry(fund, {one.id: 60, other.id: 40})
    keeper = builders.a_member_of_staff(Role.ADMINISTRATOR)
    officer = builders.a_member_of_staff(Role.FINANCE, organisation=one)
    stranger = builders.a_member_of_staff(Role.FINANCE, organisation=other)
    dispute = disputing.raise_dispute(entry, because="Never delivered", by=officer, at=noon(DAY))
    assert waits(keeper)["Disputes to answer"].since == noon(DAY)
    assert waits(officer) == {}
    disputing.answer(dispute, because="It was signed for", by=keeper, at=noon(DAY))
    assert "Disputes to answer" not in waits(keeper)
    assert waits(officer)["Disputes of yours that were answered"].count == 1
    assert waits(stranger) == {}


def test_a_month_begun_waits_for_somebody_else_to_close_it(app):
    fund = builders.a_fund()
    partner = builders.a_partner(fund).organisation
    builders.an_entry(fund, {partner.id: 1}, on=date(2026, 5, 2))
    ada = builders.a_member_of_staff(Role.ADMINISTRATOR)
    fay = builders.a_member_of_staff(Role.FINANCE, organisation=partner)
    begin_closing(fund, date(2026, 5, 1), by=ada, at=noon(DAY))
    row = "Months to close that somebody has begun"
    assert waits(fay)[row].since == noon(DAY)
    assert row not in waits(ada)
    period = db.session.scalars(db.select(Period)).one()
    call_off(period, by=ada, at=noon(DAY))
    assert row not in waits(fay)


def test_picking_is_late_once_its_day_has_passed(pool):
    commode = builders.a_product()
    builders.an_item(commode, at=noon(DAY))
    order = pool.order(commode, DAY)
    assert not waits(pool.warehouse)["Items to pick"].late
    after = order.promised_on + timedelta(days=1)
    assert waits(pool.warehouse, after)["Items to pick"].late


def test_what_is_on_the_van_is_no_longer_to_be_picked(pool):
    commode = builders.a_product()
    builders.an_item(commode, at=noon(DAY))
    line = pool.order(commode, DAY).lines[0]
    move_item(line.item, Event.PICK, by=pool.warehouse, at=noon(DAY))
    db.session.flush()
    assert "Items to pick" not in waits(pool.warehouse)
