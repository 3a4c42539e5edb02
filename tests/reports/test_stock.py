"""The stock identity holds, and names the item when somebody breaks a row by hand."""

import html
import re
from datetime import date

import pytest
from sqlalchemy import text

from core.db import db
from equipment.items import actions as incidents
from equipment.models import Item
from equipment.rules import Flow
from people.rules import Role
from reports import periods
from reports.consumables import consumables, term_rows
from reports.queries import tally
from reports.stock import (
    EVENTS_OF,
    INFLOWS,
    OUTFLOWS,
    differing_items,
    flow_rows,
    identity,
    stock_rows,
)
from returns.counting import actions as counting
from tests import builders
from tests.reports.story import Pool, a_year, noon
from tests.returns.counting.story import a_count, a_hand, a_shelf, approved, closed, later, pads

SPRING = periods.months(date(2026, 4, 1), date(2026, 5, 1))
MAY = periods.month(date(2026, 5, 1))


@pytest.fixture
def commode(app):
    return a_year(Pool())


def broken(statement, **values):
    """What somebody with the database's own password might do."""
    db.session.flush()
    db.session.execute(text("alter table item_move disable trigger item_move_append_only"))
    db.session.execute(text(statement), values)
    db.session.execute(text("alter table item_move enable trigger item_move_append_only"))
    db.session.expire_all()


def test_every_flow_has_its_events_and_its_side():
    assert set(INFLOWS) | set(OUTFLOWS) == set(Flow)
    assert all(EVENTS_OF[flow] for flow in Flow)


def test_the_story_adds_up_to_the_item_and_the_penny(commode):
    stock = identity(SPRING)
    counts = {flow: term.count for flow, term in stock.flows.items() if term.count}
    assert counts == {Flow.PURCHASED: 5, Flow.RETURNED: 3, Flow.ISSUED: 5, Flow.SCRAPPED: 1}
    assert stock.opening.count == 0
    assert stock.closing.count == 2
    assert stock.closing.pence == 2 * 6000
    assert stock.holds


def test_a_later_period_opens_where_the_one_before_closed(commode):
    april, may = identity(periods.month(date(2026, 4, 1))), identity(MAY)
    assert april.closing == may.opening
    assert april.holds
    assert may.holds
    assert may.flows[Flow.ISSUED].count == 1


def test_lost_and_found_stock_is_counted_both_ways(commode):
    item = builders.an_item(commode, at=noon(date(2026, 5, 2)))
    who = builders.a_member_of_staff(Role.WAREHOUSE)
    incidents.lose(item, because="not on its shelf", by=who, at=noon(date(2026, 5, 3)))
    incidents.find(item, by=who, at=noon(date(2026, 5, 4)))
    db.session.flush()
    stock = identity(MAY)
    assert (stock.flows[Flow.LOST].count, stock.flows[Flow.FOUND].count) == (1, 1)
    assert stock.holds
    assert differing_items(noon(date(2026, 6, 1))) == ()


def test_each_term_is_the_number_of_its_rows(commode):
    stock = identity(SPRING)
    for flow, term in stock.flows.items():
        assert tally(flow_rows(SPRING, flow)) == term
    assert tally(stock_rows(SPRING.begins)) == stock.opening
    assert tally(stock_rows(SPRING.ends)) == stock.closing


def test_a_move_changed_by_hand_names_its_item(commode):
    item = db.session.query(Item).filter_by(status="on_loan").first()
    broken(
        "update item_move set value = value + 1 where item_id = :item and event = 'deliver'"
        " and at >= :may",
        item=item.id,
        may=SPRING.begins,
    )
    stock = identity(SPRING)
    assert not stock.holds
    assert item.code in stock.faults


def test_a_move_taken_away_by_hand_names_its_item(commode):
    item = db.session.query(Item).filter_by(status="scrapped").one()
    broken("delete from item_move where item_id = :item and event = 'collect'", item=item.id)
    stock = identity(SPRING)
    assert not stock.holds
    assert stock.faults == (item.code,)


def test_two_wrongs_that_cancel_out_are_still_named(commode):
    one, other = db.session.query(Item).filter_by(status="on_loan").limit(2)
    for item, by in ((one, 100), (other, -100)):
        broken(
            "update item_move set value = value + :by where item_id = :item and event = 'receive'",
            item=item.id,
            by=by,
        )
    stock = identity(SPRING)
    assert stock.computed == stock.closing
    assert set(stock.faults) == {one.code, other.code}
    assert not stock.holds


def test_an_item_that_does_not_stand_where_its_last_move_left_it_is_named(commode):
    today = noon(date(2026, 6, 1))
    assert differing_items(today) == ()
    item = db.session.query(Item).filter_by(status="scrapped").one()
    broken("update item set status = 'lost' where id = :item", item=item.id)
    assert differing_items(today) == (item.code,)


def test_an_item_said_to_have_left_long_ago_with_no_move_that_says_so_is_named(commode):
    today = noon(date(2026, 6, 1))
    item = db.session.query(Item).filter(Item.status != "scrapped").first()
    moment = "since = '2020-01-01', place_id = null, hold_reason = null"
    broken(f"update item set status = 'scrapped', {moment} where id = :item", item=item.id)
    assert differing_items(today) == (item.code,)


def test_what_counts_of_stores_put_right_is_a_part_of_its_term(app):
    store, (gone, *rest) = a_shelf()
    (lost,) = a_shelf(1)[1]
    incidents.lose(lost, because="not on its shelf", by=a_hand(), at=builders.NOON)
    gloves, count = pads(store, 10), a_count(store)
    counting.count_quantity(count, gloves, 7, by=a_hand(), at=later(5))
    approved(closed(count, lost, *rest))
    june = periods.month(date(2026, 6, 1))
    stock, loose = identity(june), consumables(june)
    assert (stock.flows[Flow.LOST].count, stock.counted[Flow.LOST].count) == (2, 1)
    assert stock.counted[Flow.FOUND] == stock.flows[Flow.FOUND]
    assert stock.holds
    assert differing_items(later(60)) == ()
    assert (loose.came_in.count, loose.issued.count, loose.put_right.count) == (10, 0, -3)
    assert (loose.put_right.pence, loose.closing.count) == (-60, 7)
    assert loose.holds
    assert gone.code in [row.item for row in db.session.execute(flow_rows(june, Flow.LOST))]
    for flow, term in stock.counted.items():
        assert tally(flow_rows(june, flow, only_counts=True)) == term
    for name in ("opening", "came in", "issued", "put right", "closing"):
        term, rows = getattr(loose, name.replace(" ", "_")), tally(term_rows(june, name))
        assert (rows.amount, rows.pence) == (term.count, term.pence), name


def test_every_term_of_the_stock_opens_its_rows_with_a_real_minus(app, as_):
    store, (_, *rest) = a_shelf()
    gloves, count = pads(store, 10), a_count(store)
    counting.count_quantity(count, gloves, 7, by=a_hand(), at=later(5))
    approved(closed(count, *rest))
    browser = as_(Role.BOARD)
    period = "first=2026-06&last=2026-06"
    page = browser.get(f"/board?{period}").text
    terms = page.split('id="stock"')[1].split("data-figure")[0]
    told = re.findall(
        r'<td[^>]*><a href="([^"]+)" data-above="(\w+\.[\w-]+)\.items">([^<]+)<', terms
    )
    assert len(told) == len(re.findall(r"data-above=\"[^\"]+\.items\"", terms)) > 10
    assert ("stock.lost-by-counts", "1") in [one[1:] for one in told]
    assert ("consumables.put-right", "−3") in [one[1:] for one in told]
    for address, _, number in told:
        rows = browser.get(html.unescape(address))
        assert rows.status_code == 200, address
        assert number == "0" or "<tbody" in rows.text, address
    assert "−3 pieces in all" in browser.get(f"/board/stock/consumables-put-right?{period}").text


@pytest.mark.parametrize("term", ["consumables-none", "consumables-", "purchased-by-counts", "x"])
def test_a_term_there_is_not_is_not_found(app, as_, term):
    assert as_(Role.BOARD).get(f"/board/stock/{term}").status_code == 404
