"""Every figure is the same on the page, in the file and for a program, and opens its own rows."""

import csv
import io
import re
from datetime import date
from html import unescape
from zipfile import ZipFile

import pytest
from openpyxl import load_workbook
from sqlalchemy import text as sql

from core.db import db
from core.money import Pence, read_pounds
from equipment.models import Item
from funding import actions as funding
from loans import actions as lending
from loans.rules import BackReason
from people.rules import Role
from reports.measures import MEASURES
from reports.rules import Part
from tests import builders
from tests.board.sitting import a_board, a_motion, a_sitting
from tests.reports.story import Pool, a_year, noon

MONTHS = "first=2026-04&last=2026-06"
APRIL, MAY, JUNE = date(2026, 4, 1), date(2026, 5, 1), date(2026, 6, 1)
SHOWN = re.compile(
    r"<(?P<tag>\w+)(?P<more>[^<>]*?) data-(?P<what>figure|above|below)=\"(?P<id>[^\"]+)\""
    r"(?P<rest>[^<>]*)>(?P<text>[^<]*)<"
)
NUMBER = re.compile(r"[−-]?£?[\d,]+(?:\.\d\d)?")


@pytest.fixture
def pool(app):
    return Pool()


@pytest.fixture
def chair(pool, as_):
    """Somebody who sees three months of everything: rates, visits, charges, credits and budgets."""
    commode = a_year(pool)
    builders.an_item(builders.a_hoist(price=90000), at=noon(APRIL))
    asked = pool.lend(commode, date(2026, 5, 4))
    lending.ask_back(asked, BackReason.NOT_NEEDED, by=pool.prescriber, at=noon(date(2026, 5, 6)))
    pool.reuse(asked, date(2026, 5, 13))
    pool.order(commode, date(2026, 5, 20))  # ordered and never delivered
    admin = builders.a_member_of_staff(Role.ADMINISTRATOR)
    for body, pence in ((pool.body, 1_000_00), (pool.council, 700_00)):
        funding.set_budget(pool.fund, body, Pence(pence), year_from=APRIL, by=admin, at=noon(APRIL))
    shares = {pool.body.id: 2, pool.council.id: 1}
    charged = ((date(2026, 4, 10), 100_01), (date(2026, 5, 9), 33_34), (MAY, -5_05), (JUNE, 51_00))
    for day, pence in charged:
        builders.an_entry(pool.fund, shares, pence=Pence(pence), on=day, at=noon(day))
    return as_(Role.BOARD)


def words(answer):
    return " ".join(unescape(re.sub(r"<[^>]+>", " ", answer.text)).split())


def number(text):
    """The number a text begins with: pence where it is money."""
    found = NUMBER.search(text)
    assert found, text
    written = found.group()
    return read_pounds(written) if "£" in written else int(written.replace(",", ""))


def shown(answer):
    """Every figure on a page: what it is of, its id, its text, and where it leads."""
    for one in SHOWN.finditer(answer.text):
        href = re.search(r'href="([^"]+)"', one["more"] + one["rest"])
        yield one["what"], one["id"], unescape(one["text"]).strip(), href and unescape(href[1])


def rows_of_file(answer):
    return list(csv.DictReader(io.StringIO(answer.text.removeprefix("\ufeff"))))


@pytest.mark.parametrize("but", ["", "partner", "group"])
def test_every_figure_is_the_same_on_the_page_in_the_file_and_for_a_program(chair, pool, but):
    query = MONTHS + {"partner": f"&partner={pool.council.code}", "group": "&group=toileting"}.get(
        but, ""
    )
    page, program = chair.get(f"/board?{query}"), chair.get(f"/board.json?{query}").json
    told = {one["id"]: one for one in program["figures"]}
    assert len(told) == len(program["figures"]), "an id stands twice"
    of_file = rows_of_file(chair.get(f"/board.csv?{query}"))
    assert [row["Figure id"] for row in of_file] == list(told)
    for row in of_file:
        one = told[row["Figure id"]]
        assert row["Result"] == (one["written"] or "").removeprefix("'")
        for head, key in (("Above the line", "above"), ("Below the line", "below")):
            assert row[head] == ("" if one[key] is None else str(one[key])), one
    on_page = list(shown(page))
    for what, name, text, _ in on_page:
        expected = told[name]["written" if what == "figure" else what]
        assert (text if what == "figure" else number(text)) == expected, (what, name)
    whole = {name for name in told if not re.search(r"\.\d{4}-\d\d$", name)}
    assert whole <= {name for _, name, _, _ in on_page}, "a figure of the file is not on the page"


@pytest.mark.parametrize("month", ["2026-04", "2026-05"])
def test_the_pack_of_a_month_holds_every_figure_as_page_file_and_program_do(chair, month):
    query = f"first={month}&last={month}"
    told = {one["id"]: one for one in chair.get(f"/board.json?{query}").json["figures"]}
    page = {
        name: text
        for what, name, text, _ in shown(chair.get(f"/board?{query}"))
        if what == "figure"
    }
    of_file = {row["Figure id"]: row for row in rows_of_file(chair.get(f"/board.csv?{query}"))}
    of_pack = {
        row["Figure id"]: row for row in figures_of_zip(chair.get(f"/board/pack/{month}.zip"))
    }
    of_book = {
        row["Figure id"]: row for row in figures_of_book(chair.get(f"/board/pack/{month}.xlsx"))
    }
    assert of_pack.keys() == of_book.keys()
    # What is told of today and not of the month has no place in a pack that stays as it was.
    today = {name for name in told if name.startswith(("C1", "pending"))}
    assert told.keys() - of_pack.keys() <= today
    assert len(of_pack.keys() & told.keys()) > 60
    for name in of_pack.keys() & (told.keys() - today):
        row, one = of_pack[name], told[name]
        assert row == of_file[name]
        assert row["Result"] == (one["written"] or "")
        assert page.get(name, row["Result"]) == row["Result"]
        for head, key in (("Above the line", "above"), ("Below the line", "below")):
            assert row[head] == ("" if one[key] is None else str(one[key]))
            assert str(of_book[name][head] or 0) == (row[head] or "0")
        assert of_book[name]["Result"] in (row["Result"], row["Result"] or None)


def figures_of_zip(answer):
    with ZipFile(io.BytesIO(answer.data)) as files:
        name = next(one for one in files.namelist() if one.endswith("-all-figures.csv"))
        return list(csv.DictReader(io.StringIO(files.read(name).decode("utf-8-sig"))))


def figures_of_book(answer):
    rows = load_workbook(io.BytesIO(answer.data))["All figures"].iter_rows(values_only=True)
    _, _, _, _, heads, *rest = rows
    return [dict(zip(heads, row, strict=True)) for row in rest]


def test_a_measures_page_and_its_program_say_the_same(chair):
    for code in MEASURES:
        page = chair.get(f"/board/{code}?{MONTHS}")
        program = chair.get(f"/board/{code}.json?{MONTHS}").json
        told = {one["id"]: one for one in program["figures"]}
        on_page = list(shown(page))
        assert {name for _, name, _, _ in on_page} == set(told), code
        for what, name, text, _ in on_page:
            expected = told[name]["written" if what == "figure" else what]
            assert (text if what == "figure" else number(text)) == expected, (what, name)
        board = {one["id"]: one for one in chair.get(f"/board.json?{MONTHS}").json["figures"]}
        for name in told.keys() & board.keys():
            assert told[name] == board[name]


def test_every_figure_of_the_page_opens_rows_that_count_to_it(chair):
    followed = set()
    for page in ("/board", *(f"/board/{code}" for code in MEASURES)):
        for what, name, text, address in shown(chair.get(f"{page}?{MONTHS}")):
            if address and address not in followed:
                followed.add(address)
                check_rows(chair, address, text, (what, name))
    assert len(followed) > 60


def check_rows(chair, address, text, about):
    opened = chair.get(address)
    assert opened.status_code == 200, address
    if address.startswith("/funding/entries"):
        assert text in words(opened), about
        return
    rows = rows_of_file(chair.get(f"{address}&as=csv"))
    if "£" not in text:
        assert len(rows) == number(text), about
        return
    pence = [
        int(row["Value in pence"]) if "Value in pence" in row else read_pounds(row["Part"])
        for row in rows
    ]
    assert sum(pence) == number(text), about


def test_the_figures_are_really_there(chair, pool):
    """What the story says, so that the comparisons do not compare nothing with nothing."""
    told = {one["id"]: one for one in chair.get(f"/board.json?{MONTHS}").json["figures"]}
    assert (told["M1.value"]["above"], told["M1.value"]["written"]) == (593_80, "£593.80")
    assert told["M1.value.2026-06"]["written"] == "£51.00"
    assert told["R5.items"]["written"] == "33.33%"  # two of six loans
    assert (told["M4.value"]["above"], told["M4.value"]["below"]) == (2 * 60_00, 87_50)
    assert told["M4.value"]["written"] == "£32.50"
    assert told["M2.value"]["above"] > 0
    assert told["M3.value"]["above"] > 593_80
    assert told["K1.items"]["hundredths"] == 16_00
    assert told["U3.items"]["written"] == "£98.97"  # £593.80 over six loans
    assert told["S1.items.next-day"]["below"] == 6
    assert told["spent"]["written"] == "34.93%"
    assert told["fairness.issued"]["above"] == 6 * 60_00
    assert told[f"fairness.issued.{pool.council.code}"]["written"] == "40.00%"
    assert told[f"fairness.returned.{pool.body.code}"]["above"] == 4 * 36_00
    assert told[f"fairness.contributions.{pool.body.code}"]["written"] == "58.82%"
    assert {one.part for one in MEASURES.values()} == set(Part)


def test_fairness_is_told_of_the_whole_pool_to_who_sees_every_partners_money(chair, pool, as_):
    said = words(chair.get(f"/board?{MONTHS}"))
    assert "is furthest from what it puts in" in said
    one = chair.get(f"/board.json?{MONTHS}&partner={pool.council.code}").json["figures"]
    own = as_(Role.FINANCE, organisation=pool.council).get(f"/board.json?{MONTHS}").json["figures"]
    for figures in (one, own):
        assert not [figure for figure in figures if figure["id"].startswith("fairness")]
    assert chair.get(f"/board/fairness/contributions?{MONTHS}").status_code == 404
    assert chair.get(f"/board/fairness/nonsense?{MONTHS}").status_code == 404


def test_an_entry_broken_by_hand_is_a_cross_that_names_it_and_asks_for_a_decision(chair):
    number_ = db.session.scalar(sql("select min(entry_id) from posting"))
    db.session.execute(sql("set constraints all immediate"))
    db.session.execute(sql("alter table posting disable trigger user"))
    changed = "select min(id) from posting where entry_id = :entry"
    db.session.execute(
        sql(f"update posting set pence = pence + 1 where id = ({changed})"),
        {"entry": number_},
    )
    page, program = chair.get(f"/board?{MONTHS}"), chair.get(f"/board.json?{MONTHS}").json
    assert not program["checks"]["ledger"]["holds"]
    assert f"Entry {number_} does not balance" in program["checks"]["ledger"]["faults"][0]
    said = words(page)
    assert "The ledger does not add up. Entry" in said
    assert f"Entry {number_} does not balance" in said
    assert said.count("Does not hold") == 1


def test_an_item_broken_by_hand_is_a_cross_that_names_it_and_asks_for_a_decision(chair):
    item = db.session.query(Item).filter_by(status="scrapped").one()
    db.session.execute(sql("alter table item_move disable trigger item_move_append_only"))
    db.session.execute(
        sql("update item_move set value = value + 1 where item_id = :item and event = 'collect'"),
        {"item": item.id},
    )
    db.session.execute(sql("alter table item_move enable trigger item_move_append_only"))
    program = chair.get(f"/board.json?{MONTHS}").json
    assert program["checks"]["stock"] == {"holds": False, "faults": [item.code]}
    decisions = words(chair.get(f"/board?{MONTHS}")).split("What needs a decision")[1]
    assert f"The stock identity does not hold: {item.code}." in decisions


def test_what_needs_a_decision_is_told_of_money_too(chair, pool):
    builders.an_entry(pool.fund, {pool.council.id: 1}, pence=Pence(690_00), on=JUNE, at=noon(JUNE))
    said = words(chair.get(f"/board?{MONTHS}"))
    assert f"{pool.council.name} has spent" in said.split("What needs a decision")[1]


def test_since_the_last_meeting_and_what_it_left_open(as_):
    people = a_board()
    met = a_sitting(people)
    motion = a_motion(people, met)
    page = words(as_(people.chair).get("/board"))
    assert "What has changed since the meeting of 1 June 2026" in page
    assert f"To decide for the meeting of 1 June 2026: {motion.title}" in page


def test_a_programs_answer_says_what_each_measure_is(chair):
    answer = chair.get(f"/board.json?{MONTHS}").json
    assert [one["code"] for one in answer["measures"]] == list(MEASURES)
    assert answer["asked"]["first"] == "2026-04"
    assert answer["checks"]["stock"] == {"holds": True, "faults": []}
    assert answer["format"] == 1
    refused = chair.get("/board.json?first=2026-05&last=2026-04")
    assert refused.status_code == 422
    assert refused.json["faults"] == [
        "The period ends before it begins. Choose a later last month."
    ]
    assert chair.get("/board/R9.json").status_code == 404


def test_a_group_is_told_no_forecast_and_a_speed_only_where_there_is_one(chair):
    of_group = chair.get(f"/board.json?{MONTHS}&group=toileting").json["figures"]
    expected = next(one for one in of_group if one["id"] == "M3.value")
    assert (expected["above"], expected["written"]) == (None, "–")
    for query in ("speed=nonsense", "speed=same+day"):
        address = f"/board/R1/rows?{MONTHS}&{query}"
        assert chair.get(address).status_code == 404
