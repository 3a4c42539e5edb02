"""The pages of what is ahead: what they say, whom they name, and that figures open their rows."""

import csv
import io
import re
from datetime import timedelta
from html import unescape

import pytest

from core.clock import london_day, month_of, months_later, now
from core.db import db
from people.rules import Role
from reports.ahead.demand import demand_of
from tests import builders
from tests.reports.story import Pool, noon

PAGES = (
    "/board/ahead",
    "/board/ahead/groups",
    "/board/ahead/scenario",
    "/board/ahead/scenario/recycling",
    "/board/ahead/buying",
)


def words(answer):
    return " ".join(unescape(re.sub(r"<[^>]+>", " ", answer.text)).split())


def this_month():
    return month_of(london_day(now()))


@pytest.fixture
def pool(app):
    return Pool()


def lend_and_reuse(pool, product, months, *, ends_with=1):
    """One of a product goes out on the 10th of each of so many months and is back on the 12th."""
    for back in range(months, ends_with - 1, -1):
        day = months_later(this_month(), -back).replace(day=10)
        pool.reuse(pool.lend(product, day), day + timedelta(days=2))


@pytest.fixture
def product(pool):
    """A frame of which one was bought; it goes out in each of eight months and comes back."""
    frame = builders.a_product(min_stock=0, max_stock=9)
    builders.an_item(frame, at=noon(months_later(this_month(), -9)))
    lend_and_reuse(pool, frame, 8)
    return frame


@pytest.fixture
def chair(product, as_):
    return as_(Role.BOARD)


@pytest.fixture
def board(app, as_):
    """A member of the board of a fund that has lent nothing yet."""
    builders.a_fund()
    return as_(Role.BOARD)


def table(answer):
    return list(csv.DictReader(io.StringIO(answer.text.removeprefix("\ufeff"))))


def test_demand_is_said_with_its_range_its_method_and_how_it_would_have_done(chair):
    said = words(chair.get("/board/ahead"))
    assert "About 12 loans are expected from" in said
    assert "Method: mean of the last months." in said
    assert "Too few months are known to try the method" in said


def test_the_first_month_of_all_is_left_out_as_it_may_not_be_whole(product):
    told = demand_of(None, None, london_day(now()))
    assert [*told.known.values()] == [1] * 7
    assert next(iter(told.known)) == months_later(this_month(), -7)
    assert next(iter(told.ahead)) == this_month()
    assert told.last_year is None


def test_two_years_and_more_are_fitted_and_tried_on_the_last(pool, as_):
    frame = builders.a_product()
    builders.an_item(frame, at=noon(months_later(this_month(), -27)))
    lend_and_reuse(pool, frame, 26)
    answer = as_(Role.BOARD).get("/board/ahead?group=toileting")
    said = words(answer)
    assert "level and seasons" in said
    assert "the twelve months before had 12" in said
    assert "A year ago the method (mean of the last months) would have been off by 0" in said
    year_ago = months_later(this_month(), -12)
    rows = re.search(rf'<a href="([^"]+first={year_ago:%Y-%m}[^"]*)">1</a>', answer.text)
    assert "1 row" in words(as_(Role.BOARD).get(unescape(rows[1])))


def test_a_group_of_which_nothing_is_lent_expects_nothing(chair):
    assert "About 0 loans are expected" in words(chair.get("/board/ahead?group=bathing"))


def test_an_empty_pool_says_so_on_every_page(board):
    assert "0 whole months are known" in words(board.get("/board/ahead"))
    assert "Nothing has been lent yet" in words(board.get("/board/ahead/groups"))
    assert "Nothing was issued" in words(board.get("/board/ahead/scenario"))
    assert "nothing was lent" in words(board.get("/board/ahead/buying"))


def test_the_groups_stand_side_by_side_and_lead_to_their_own(chair):
    answer = chair.get("/board/ahead/groups")
    assert "/board/ahead?group=toileting" in answer.text
    rows = table(chair.get("/board/ahead/groups?as=csv"))
    assert [row["Product group"] for row in rows] == ["toileting", "all product groups"]
    assert {row["Expected"] for row in rows} == {"12"}


def test_the_scenario_shows_its_formula_with_the_numbers_in_it(chair):
    """Eight loans of £60.00, seven of them from recycled stock: a point of £480.00 is £4.80."""
    said = words(chair.get("/board/ahead/scenario"))
    assert "£480.00 ÷ 100 = £4.80" in said
    assert "£4.80 ÷ £60.00, the mean price of a recycled issue = 0.1" in said
    assert "÷ 7 issues =" in said
    assert "a share of 87.5%" in said


def test_its_costs_are_the_sum_of_the_rows_they_open(chair):
    said = words(chair.get("/board/ahead/scenario"))
    cost = re.search(r"What recycling cost (£[\d.,]+) ÷", said)[1]
    assert f"worth {cost}" in words(chair.get("/board/ahead/scenario/recycling"))
    rows = table(chair.get("/board/ahead/scenario/recycling?as=csv"))
    pence = sum(int(row["Value in pence"]) for row in rows)
    assert f"£{pence // 100:,}.{pence % 100:02d}" == cost


def test_growth_and_share_are_what_was_typed(chair):
    rows = table(chair.get("/board/ahead/scenario?growth=10&share=100&years=2&as=csv"))
    assert [int(row["Issued (pence)"]) for row in rows] == [528_00, 580_80]
    assert [row["Bought at the chosen share (pence)"] for row in rows] == ["0", "0"]
    plain = table(chair.get("/board/ahead/scenario?as=csv"))
    assert len(plain) == 5
    assert plain[0]["Issued (pence)"] == "52800"


@pytest.mark.parametrize(
    "query",
    [
        "growth=ten", "growth=-200", "growth=1e9", "growth=1000000000", "growth=2.555",
        "growth=NaN", "share=101", "share=-1", "share=9" + "9" * 500, "years=0", "years=11",
        "years=x", "growth=١٠",
    ],
)  # fmt: skip
def test_what_cannot_be_reckoned_with_gets_a_sentence_beside_its_field(board, query):
    answer = board.get(f"/board/ahead/scenario?{query}")
    assert answer.status_code == 422
    field = query.split("=")[0]
    assert f'id="{field}-error"' in answer.text
    if query == "growth=ten":
        assert "Write a per cent between −50 and 100, like 10 or 2.5." in words(answer)
        assert 'value="ten"' in answer.text


@pytest.mark.parametrize("group", ["'; drop table item", "x" * 3000, "Toileting"])
def test_a_group_that_is_not_there_gets_a_sentence(board, group):
    answer = board.get("/board/ahead", query_string={"group": group})
    assert answer.status_code == 422
    assert "Choose one of the product groups in the list." in words(answer)


def test_what_the_shelf_covers_need_not_be_bought_and_opens_its_rows(chair, product):
    answer = chair.get("/board/ahead/buying")
    said = words(answer)
    assert "1 product is covered by the shelf and what comes back, 0 are short" in said
    assert "Refills itself" in said
    links = re.findall(
        rf'<a href="(/board/ahead/buying/{product.code}/\w+)">(\d+)</a>', answer.text
    )
    assert [address.rsplit("/")[-1] for address, _ in links] == ["shelf", "out", "back"]
    for address, count in links:
        assert f"{count} row" in words(chair.get(address))
        assert len(table(chair.get(f"{address}?as=csv"))) == int(count)


def test_what_is_short_says_how_many_and_what_they_cost(board):
    hoist = builders.a_hoist(price=90000, min_stock=2, max_stock=4)
    said = words(board.get("/board/ahead/buying"))
    assert "1 is short" in said
    assert "Short: £1,800.00 that will be missing" in said
    row = next(r for r in table(board.get("/board/ahead/buying?as=csv")) if r["Code"] == hoist.code)
    assert (row["Advice"], row["Missing"], row["Money (pence)"]) == ("short", "2", "180000")


def test_a_product_that_is_withdrawn_is_in_neither_list(chair, product):
    product.withdrawn_on = london_day(now())
    db.session.flush()
    assert table(chair.get("/board/ahead/buying?as=csv")) == []


@pytest.mark.parametrize("end", ["XXXXXXXX/shelf", "{code}/nothing", "{code}/SHELF"])
def test_what_is_not_there_is_not_found(chair, product, end):
    assert chair.get(f"/board/ahead/buying/{end.format(code=product.code)}").status_code == 404


def test_no_page_names_a_person(chair, pool, product):
    pages = (*PAGES, f"/board/ahead/buying/{product.code}/out")
    for address in (*pages, *(f"{page}?as=csv" for page in pages)):
        answer = chair.get(address)
        for person in (pool.client.family_name, pool.prescriber.name, pool.warehouse.name):
            assert person not in answer.text, address


@pytest.mark.parametrize("role", list(Role))
def test_only_who_may_see_the_board_sees_what_is_ahead(app, as_, role):
    builders.a_fund()
    client = as_(role)
    for address in PAGES:
        allowed = role in (Role.BOARD, Role.FINANCE)
        assert client.get(address).status_code == (200 if allowed else 403), address


def test_a_partners_finance_sees_its_own_part_of_the_money(product, pool, as_):
    """Of £480.00 the council bears 40 in a hundred."""
    said = words(as_(Role.FINANCE, organisation=pool.council).get("/board/ahead/scenario"))
    assert "the part that falls on your organisation" in said
    assert "£192.00 ÷ 100 = £1.92" in said


def test_the_board_leads_to_it(chair):
    assert "/board/ahead" in chair.get("/board").text
