"""What the board sees, who sees it, and that every figure opens its rows."""

import csv
import io
import re
from datetime import date
from html import unescape

import pytest
from sqlalchemy import text

from core.db import db
from equipment.models import Item
from people.rules import Role
from tests import builders
from tests.reports.story import Pool, a_year, noon

MONTHS = "first=2026-04&last=2026-05"
PAGES = (
    "/board",
    "/board/R5",
    "/board/r1/rows",
    "/board/left-out",
    "/board/pending",
    "/board/stock/opening",
    "/board/stock/handed-back-to-owner",
    "/board.csv",
    "/board.json",
    "/board/M1",
    "/board/M4/rows",
    "/board/R5.json",
)


@pytest.fixture
def pool(app):
    return Pool()


@pytest.fixture
def chair(pool, as_):
    a_year(pool)
    return as_(Role.BOARD)


def words(answer):
    return " ".join(unescape(re.sub(r"<[^>]+>", " ", answer.text)).split())


def test_the_board_reads_a_sentence_a_chart_and_tables(chair):
    answer = chair.get(f"/board?{MONTHS}")
    assert answer.status_code == 200
    said = words(answer)
    assert "20.00% of what was issued in April 2026 to May 2026 came from recycled stock" in said
    assert "(1 of 5 loans)" in said
    assert "<polyline" in answer.text
    assert "viewBox" in answer.text
    assert " style=" not in answer.text


def test_all_checks_stand_on_the_page_and_are_computed(chair):
    said = words(chair.get(f"/board?{MONTHS}"))
    assert said.count("Holds") == 4
    assert "Does not hold" not in said


def test_a_row_broken_by_hand_becomes_a_cross_that_names_it(chair):
    item = db.session.query(Item).filter_by(status="scrapped").one()
    db.session.execute(text("alter table item_move disable trigger item_move_append_only"))
    db.session.execute(
        text("delete from item_move where item_id = :item and event = 'collect'"),
        {"item": item.id},
    )
    db.session.execute(text("alter table item_move enable trigger item_move_append_only"))
    said = words(chair.get(f"/board?{MONTHS}"))
    assert "Does not hold" in said
    assert item.code in said


def test_no_page_of_the_board_names_a_person(chair, pool):
    for address in PAGES:
        answer = chair.get(f"{address}?{MONTHS}")
        for person in (pool.client.family_name, pool.prescriber.name, pool.warehouse.name):
            assert person not in answer.text, address


@pytest.mark.parametrize("role", list(Role))
def test_only_who_may_see_the_board_does(pool, as_, role):
    allowed = role in (Role.BOARD, Role.FINANCE)
    client = as_(role)
    for address in PAGES:
        assert client.get(address).status_code == (200 if allowed else 403), address


def test_nobody_sees_it_without_signing_in(app):
    for address in ("/", *PAGES):
        assert app.test_client().get(address).status_code in (302, 303), address


@pytest.mark.parametrize(
    ("query", "status"),
    [
        ("first=&last=", 200),
        ("first=2026-05&last=2026-04", 422),
        ("first=nonsense&last=2026-04", 422),
        ("first=0000-00&last=9999-99", 422),
        ("partner=XXXXXXXX", 422),
        ("group='; drop table item", 422),
        ("page=-1", 200),
        ("page=99999999999999999999", 200),
        ("first=" + "9" * 300, 422),
    ],
)
def test_bad_filters_get_a_sentence_and_never_an_error(chair, query, status):
    for address in ("/board", "/board/R1", "/board/R1/rows"):
        answer = chair.get(f"{address}?{query}")
        assert answer.status_code == status, address
        if status == 422:
            assert "There is a problem" in answer.text


@pytest.mark.parametrize("address", ["/board/R9", "/board/R9/rows", "/board/stock/nothing"])
def test_what_is_not_there_is_not_found(chair, address):
    assert chair.get(address).status_code == 404


def test_a_measure_says_its_formula_and_splits_by_partner_and_group(chair, pool):
    said = words(chair.get(f"/board/R4?{MONTHS}"))
    assert "made reusable in the period ÷ loans begun in the period" in said
    assert "Specials, bought for one client." in said
    assert pool.body.name in said
    assert "Toileting" in said


def test_a_rate_by_items_and_by_value_are_two_figures(chair, pool):
    costly = builders.a_hoist(price=90000)
    builders.an_item(costly, at=noon(date(2026, 4, 1)))
    pool.lend(costly, date(2026, 5, 12))
    whole = chair.get(f"/board?{MONTHS}").text.split(">Recycling, ")[1]
    row = re.search(r"R5 Reissue share.*?</tr>", whole, re.DOTALL)
    assert re.findall(r"[\d.]+%", row.group()) == ["16.67%", "5.00%"]


def test_a_partner_narrows_the_figures(chair, pool):
    said = words(chair.get(f"/board?{MONTHS}&partner={pool.council.code}"))
    assert pool.council.name in said
    assert "(1 of 5 loans)" in said
    assert "Nothing was issued" in words(chair.get(f"/board?{MONTHS}&partner=none"))


def test_the_file_has_the_figures_of_the_page(chair):
    answer = chair.get(f"/board.csv?{MONTHS}")
    rows = list(csv.DictReader(io.StringIO(answer.text.removeprefix("\ufeff"))))
    whole = {(row["Code"], row["Basis"]): row["Result"] for row in rows[:8]}
    assert whole["R1", "items"] == "60.00%"
    assert whole["R5", "value"] == "20.00%"
    stock = [row for row in rows if row["Part"] == "Stock" and row["Basis"] == "items"]
    assert (stock[-1]["Figure"], stock[-1]["Above the line"]) == ("closing", "2")


def test_an_empty_pool_has_an_empty_board_without_an_error(app, as_):
    answer = as_(Role.BOARD).get("/board")
    assert answer.status_code == 200
    assert "Nothing was issued" in words(answer)


def test_today_has_a_month_in_the_list(chair):
    from core.clock import london_day, now

    today: date = london_day(now())
    assert f"{today:%B %Y}" in words(chair.get("/board"))
