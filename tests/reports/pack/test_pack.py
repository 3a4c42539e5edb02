"""A month's pack on paper, as a spreadsheet and as files: the page's figures, always the same."""

import csv
import hashlib
import io
import os
import re
import subprocess
import sys
from datetime import date
from decimal import Decimal
from html import unescape
from zipfile import ZipFile

import pypdfium2
import pytest
from openpyxl import load_workbook
from pypdf import PdfReader

from core.db import db
from equipment.actions import move_item
from equipment.rules import Event
from loans import actions as lending
from people.rules import Kind, Role
from reports.pack.files import spread, zipped
from reports.pack.paper import on_paper
from reports.pack.parts import Check, Heading, Listed, Pack, Part, Said, Table
from tests import builders
from tests.reports.story import Pool, a_year, noon

APRIL, MAY = "/board/pack/2026-04", "/board/pack/2026-05"


@pytest.fixture
def pool(app):
    return Pool()


@pytest.fixture
def chair(pool, as_):
    a_year(pool)
    return as_(Role.BOARD)


def text_of(paper: bytes) -> str:
    pages = PdfReader(io.BytesIO(paper)).pages
    return " ".join(" ".join(page.extract_text() for page in pages).split())


def tables_of(bundle: bytes) -> dict[str, list[dict[str, str]]]:
    """The rows of each file of a bundle, by its name without its number."""
    found = {}
    with ZipFile(io.BytesIO(bundle)) as files:
        for name in files.namelist():
            text = files.read(name).decode("utf-8-sig")
            key = name.removesuffix(".csv").split("-", 1)[1]
            found[key] = list(csv.DictReader(io.StringIO(text)))
    return found


def words(answer) -> str:
    return " ".join(unescape(re.sub(r"<[^>]+>", " ", answer.text)).split())


@pytest.mark.parametrize("ending", ["pdf", "xlsx", "zip"])
def test_the_same_month_gives_the_same_bytes_to_whoever_sees_the_same(chair, as_, ending):
    first = chair.get(f"{APRIL}.{ending}")
    again = as_(Role.BOARD).get(f"{APRIL}.{ending}")
    assert first.status_code == 200
    assert first.data == again.data


def test_what_happens_after_the_month_leaves_its_pack_as_it_was(pool, chair):
    commode = builders.a_product(name="Another commode")
    builders.some_items(3, commode, at=noon(date(2026, 4, 1)))
    waiting = pool.order(commode, date(2026, 4, 28)).lines[0]
    before = {ending: chair.get(f"{APRIL}.{ending}").data for ending in ("pdf", "xlsx", "zip")}
    for event in (Event.PICK, Event.LOAD):
        move_item(waiting.item, event, by=pool.warehouse, at=noon(date(2026, 6, 2)))
    lending.begin(waiting, by=pool.driver, at=noon(date(2026, 6, 2)))
    pool.reuse(pool.lend(commode, date(2026, 6, 3)), date(2026, 7, 1))
    for ending, made in before.items():
        assert chair.get(f"{APRIL}.{ending}").data == made, ending


def test_a_row_of_the_month_put_in_later_changes_the_sign_on_its_cover(pool, chair):
    def sign() -> str:
        found = re.search(
            r"Figures ([0-9A-F]{4} [0-9A-F]{4})", text_of(chair.get(f"{MAY}.pdf").data)
        )
        assert found
        return found[1]

    before = sign()
    builders.some_items(1, builders.a_product(name="A late one"), at=noon(date(2026, 5, 30)))
    assert sign() != before


def a_small_pack() -> Pack:
    table = Table("Figures", ("Name", "So many"), (("One", 1), ("Two", 2)), "Figures")
    return Pack("A fund", date(2026, 4, 1), "April 2026", (Part("Part", (Said("Good."), table)),))


SMALL = """
import hashlib
from reports.pack.files import spread, zipped
from reports.pack.files import spread, zipped
from reports.pack.paper import on_paper
from tests.reports.pack.test_pack import a_small_pack
pack = a_small_pack()
print(hashlib.sha256(on_paper(pack) + spread(pack) + zipped(pack)).hexdigest())
"""


def test_another_process_writes_the_same_bytes():
    """Whatever order a process keeps its sets in."""
    told = subprocess.run(
        [sys.executable, "-W", "ignore", "-c", SMALL],
        env={**os.environ, "PYTHONHASHSEED": "1"},
        capture_output=True,
        text=True,
        check=True,
    ).stdout
    pack = a_small_pack()
    made = on_paper(pack) + spread(pack) + zipped(pack)
    assert told.strip() == hashlib.sha256(made).hexdigest()


def test_page_paper_spreadsheet_and_files_say_the_same_figures(chair):
    page = words(chair.get("/board?first=2026-04&last=2026-04"))
    paper = text_of(chair.get(f"{APRIL}.pdf").data)
    files = tables_of(chair.get(f"{APRIL}.zip").data)
    book = load_workbook(io.BytesIO(chair.get(f"{APRIL}.xlsx").data))
    heads, *rows = list(book["Measures"].iter_rows(values_only=True))[4:]
    assert heads == ("Measure", "By", "Unit", "Counted", "Of", "The month", "Twelve months")
    assert len(rows) == len(files["measures"]) > 10
    for row, line in zip(rows, files["measures"], strict=True):
        assert (row[0], row[1]) == (line["Measure"], line["By"])
        assert row[2] == line["Unit"]
        told = [str(Decimal(line[head] or 0)) for head in ("Counted", "Of")]
        assert [str(row[3]), str(row[4] or 0)] == [one.removesuffix(".00") for one in told]
        if line["The month"].endswith("%"):
            assert f"{Decimal(str(row[5])) * 100:.2f}%" == line["The month"]
        assert line["Measure"] in paper
        assert line["The month"] in paper
        assert line["The month"] in page
    ids = {line["Figure id"]: line["Result"] for line in files["all-figures"]}
    whole = chair.get("/board.csv?first=2026-04&last=2026-04").text.removeprefix("\ufeff")
    for line in csv.DictReader(io.StringIO(whole)):
        if not line["Figure id"].startswith(("C1", "pending")):
            assert ids[line["Figure id"]] == line["Result"], line
    stock = {line["Term"]: line for line in files["stock"]}
    assert stock["Closing"]["Items"] == "3"
    assert stock["Closing"]["Value"] in paper.replace(",", "")
    assert "Holds. Opening and what came and went make the closing stock" in paper


def test_the_paper_is_numbered_named_and_can_be_leafed_through(chair):
    read = PdfReader(io.BytesIO(chair.get(f"{MAY}.pdf").data))
    assert read.metadata.title.endswith("Board pack, May 2026")
    assert read.trailer["/Root"]["/Lang"] == "en-GB"
    count = len(read.pages)
    for number, one in enumerate(read.pages, 1):
        if number > 1:
            assert f"Page {number} of {count}" in one.extract_text()
        assert (round(one.mediabox.width), round(one.mediabox.height)) == (595, 842)
    parts = [one.title for one in read.outline if not isinstance(one, list)]
    assert parts[:3] == ["Summary", "Figures of the month", "Control charts"]
    assert parts[-2:] == ["Definitions", "Data quality"]
    contents = read.pages[0].extract_text()
    for one in read.outline:
        if not isinstance(one, list):
            page = read.get_destination_page_number(one) + 1
            assert re.search(rf"{one.title}\s+{page}\b", contents), one.title


def test_a_pack_names_no_person(pool, chair):
    for ending in ("pdf", "xlsx", "zip"):
        made = chair.get(f"{MAY}.{ending}").data
        said = text_of(made) if ending == "pdf" else ""
        if ending != "pdf":
            with ZipFile(io.BytesIO(made)) as parts:
                said = " ".join(parts.read(name).decode() for name in parts.namelist())
        for secret in (
            "Unmistakable",
            "NG1 1AA",
            "Any Street",
            pool.prescriber.name,
            chair.staff.name,
        ):
            assert secret not in said, (ending, secret)


def test_a_name_is_written_as_it_is_and_never_read_as_markup(pool, as_):
    a_year(pool)
    pool.council.name = 'Łódź & <b>Sons</b> <img src="http://127.0.0.1:1/x"> =SUM(A1)'
    builders.an_entry(pool.fund, {pool.council.id: 1}, on=date(2026, 5, 4), by=pool.warehouse)
    db.session.flush()
    chair = as_(Role.BOARD)
    assert '& <b>Sons</b> <img src="http://127.0.0.1:1/x"> =SUM(A1)' in text_of(
        chair.get(f"{MAY}.pdf").data
    )
    assert any(
        row["Partner"] == pool.council.name
        for row in tables_of(chair.get(f"{MAY}.zip").data)["money"]
    )
    book = load_workbook(io.BytesIO(chair.get(f"{MAY}.xlsx").data))
    cells = [cell for row in book["Money"].iter_rows() for cell in row]
    named = [cell for cell in cells if cell.value == pool.council.name]
    assert named
    assert all(cell.data_type == "s" for cell in named)


def test_one_partners_pack_tells_nothing_of_anothers_money(pool, as_):
    a_year(pool)
    stranger = builders.an_organisation(kind=Kind.COUNCIL, ods_code=None, name="Far Away Council")
    builders.a_partner(pool.fund, organisation=stranger)
    builders.an_entry(
        pool.fund, {stranger.id: 1}, pence=987_654_32, on=date(2026, 5, 4), by=pool.warehouse
    )
    officer = as_(builders.a_member_of_staff(Role.FINANCE, organisation=pool.council))
    for ending in ("pdf", "xlsx", "zip"):
        made = officer.get(f"{MAY}.{ending}").data
        said = text_of(made) if ending == "pdf" else str(tables_of(made)) if ending == "zip" else ""
        if ending == "xlsx":
            with ZipFile(io.BytesIO(made)) as parts:
                said = " ".join(parts.read(name).decode() for name in parts.namelist())
        for secret in ("Far Away", "987654.32", "987,654.32"):
            assert secret not in said, (ending, secret)
    assert "for who sees every partner's money" in text_of(officer.get(f"{MAY}.pdf").data)
    asked = officer.get(f"{MAY}.pdf?partner={stranger.code}")
    unknown = officer.get(f"{MAY}.pdf?partner=222222HH")
    assert asked.status_code == unknown.status_code == 422


def test_a_pack_may_be_narrowed_to_a_partner_as_the_page_is(pool, chair):
    made = text_of(chair.get(f"{MAY}.pdf?partner={pool.council.code}").data)
    assert f"Board pack, May 2026, {pool.council.name}" in made


def test_an_empty_service_has_a_kind_pack(app, as_):
    chair = as_(Role.BOARD)
    made = text_of(chair.get(f"{APRIL}.pdf").data)
    assert "Nothing was issued in April 2026." in made
    assert "Nothing in these figures asks for a decision." in made
    for ending in ("xlsx", "zip"):
        assert chair.get(f"{APRIL}.{ending}").status_code == 200


@pytest.mark.parametrize(
    ("asked", "said"),
    [
        ("2999-01", "Write a month as year and month"),
        ("2100-01", "January 2100 is not over yet"),
        ("nonsense", "Write a month as year and month"),
    ],
)
def test_a_month_that_cannot_be_told_is_refused_with_a_sentence(chair, asked, said):
    answer = chair.get(f"/board/pack/{asked}.pdf")
    assert answer.status_code == 422
    assert said in words(answer)
    page = chair.get(f"/board/pack?month={asked}")
    assert page.status_code == 422
    assert said in words(page)
    assert "There is a problem" in page.text
    if asked == "2100-01":
        assert f'<option selected value="{asked}">' in page.text


def test_the_page_leads_to_every_form_of_the_pack(pool, chair):
    page = chair.get(f"/board/pack?month=2026-05&partner={pool.council.code}")
    assert page.status_code == 200
    links = re.findall(r'href="(/board/pack/[^"]+)"', page.text)
    assert len(links) == 3
    for link in links:
        assert chair.get(unescape(link)).status_code == 200
    assert "/board/pack" in chair.get("/board").text


@pytest.mark.parametrize("role", Role)
def test_whoever_sees_the_board_sees_its_pack_and_nobody_else(chair, as_, role):
    allowed = role in (Role.BOARD, Role.FINANCE)
    client = as_(role)
    assert client.get("/board/pack").status_code == (200 if allowed else 403)
    if not allowed:
        for ending in ("pdf", "xlsx", "zip"):
            assert client.get(f"{MAY}.{ending}").status_code == 403


WORD = "x" * 90
LONG = "A name of an organisation that goes on and on for longer than any line of any page is wide"


def test_long_names_and_long_tables_stay_on_the_paper():
    rows = tuple((f"{LONG} {number} {WORD}", number, "–") for number in range(120))
    table = Table("Long", ("Name", "So many", "Nothing"), rows, "Long", total=True)
    blocks = (
        Heading(LONG * 2),
        Said(LONG * 60),
        Listed((LONG * 3,)),
        Check("Good.", "Bad.", (LONG * 2,)),
        table,
    )
    paper = on_paper(Pack(LONG, date(2026, 4, 1), f"April 2026, {LONG}", (Part("Part", blocks),)))
    opened = pypdfium2.PdfDocument(paper)
    try:
        assert len(opened) > 5
        for number, page in enumerate(opened):
            text = page.get_textpage()
            assert number == 0 or text.get_text_bounded().count("Nothing") <= 1
            for place in range(text.count_rects()):
                left, foot, right, head = text.get_rect(place)
                assert (left >= 49, right <= 547, foot >= 30, head <= 842) == (True,) * 4
    finally:
        opened.close()
