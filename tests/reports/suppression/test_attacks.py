"""The classes of attack that board pages, files and extracts must not know (see SECURITY.md)."""

import io
import socket
import zipfile
from itertools import cycle

import pytest

from core.money import Pence
from people.rules import Kind, Role
from reports.suppression import rules
from tests import builders
from tests.heard import statements
from tests.reports.story import Pool, noon
from tests.reports.suppression.test_views import APRIL, lend_to_people

NASTY = (
    '=HYPERLINK("http://127.0.0.1:1/")',
    '"><img src=x onerror=alert(1)>',
    '<image href="file:///etc/passwd"/>{{7*7}}',
)
PROBES = (
    "' or pg_sleep(9)--",
    "1;select pg_sleep(9)",
    "%27%20union%20select%20null--",
    "../x",
)
FILTERS = (
    "first",
    "last",
    "partner",
    "group",
    "employer",
    "practice",
    "store",
    "anew",
    "by",
    "part",
)
ADDRESSES = ("/board", "/board.csv", "/board/R5", "/board/R5/rows", "/board/R5/rows?as=csv",
             "/board/R5/places", "/board/R5/places?as=csv", "/board/left-out")  # fmt: skip
MONTHS = "first=2026-04&last=2026-04"


@pytest.fixture
def pool(app, monkeypatch):
    """Three teams whose names are attacks, each of which lent to somebody."""
    monkeypatch.setattr(rules, "FEWEST", 1)
    pool = Pool()
    commode = builders.a_product()
    builders.some_items(3, commode, at=noon(APRIL.replace(day=1)))
    pool.teams = [builders.an_organisation(name=name, kind=Kind.TRUST) for name in NASTY]
    for team in pool.teams:
        pool.prescriber = builders.a_member_of_staff(
            Role.PRESCRIBER, organisation=team, order_limit=Pence(10_000_00)
        )
        lend_to_people(pool, 1, APRIL, commode)
    return pool


def joined(address, asked):
    return f"{address}{'&' if '?' in address else '?'}{asked}"


def test_names_are_text_on_every_page_and_run_in_no_spreadsheet(pool, as_):
    chair = as_(Role.BOARD)
    for address in ADDRESSES:
        answer = chair.get(joined(address, MONTHS))
        text = answer.text
        if answer.mimetype == "text/html":  # a file is no page: it is text, and downloaded
            assert "<img src=x" not in text
            assert "<image href" not in text
        assert "\n=HYPERLINK" not in text
        assert ",=HYPERLINK" not in text
    places = chair.get(f"/board/R5/places?{MONTHS}&as=csv").text
    assert "'=HYPERLINK" in places
    assert "&lt;image href" in chair.get(f"/board/R5/places?{MONTHS}").text
    for team in pool.teams:
        text = chair.get(f"/board?{MONTHS}&employer={team.code}").text
        assert "<img src=x" not in text
        assert "49" not in text.split("<h1")[1].split("</p>")[0]


def test_nothing_is_fetched_to_make_a_page_a_file_or_an_extract(pool, as_, monkeypatch):
    chair = as_(Role.BOARD)

    def refused(*about, **more):
        raise AssertionError("a page opened a socket")

    monkeypatch.setattr(socket.socket, "connect", refused)
    for address in (*ADDRESSES, "/our-year", "/our-year.csv", "/board/extracts"):
        assert chair.get(joined(address, MONTHS)).status_code == 200, address
    taken = chair.post("/board/extracts", data={"first": "2026", "last": "2026"})
    names = zipfile.ZipFile(io.BytesIO(taken.data)).namelist()
    taken.close()
    assert names == ["person-years-2026-2026.csv", "codebook.csv", "SHA256SUMS"]


def test_no_filter_reaches_the_statement_as_text(pool, as_):
    chair = as_(Role.BOARD)
    with statements() as asked:
        for address in ("/board/R5/rows", "/board/R5/places", "/board.csv"):
            for name, probe in zip(FILTERS, cycle(PROBES), strict=False):
                answer = chair.get(address, query_string={name: probe})
                assert answer.status_code in (200, 422), (address, name, probe)
    said = [one.sql.lower() for one in asked]
    assert not [one for one in said if "pg_sleep" in one or "union select null" in one]


def test_years_of_an_extract_are_an_allow_list_too(app, as_):
    for probe in PROBES:
        asked = {"first": probe, "last": "2026"}
        assert as_(Role.BOARD).post("/board/extracts", data=asked).status_code == 422


def test_how_many_statements_a_view_takes_does_not_hang_on_how_many_rows_there_are(pool, as_):
    chair = as_(Role.BOARD)

    def asked(address):
        with statements() as seen:
            chair.get(address)
        return len(seen)

    watched = [f"/board?{MONTHS}&employer={pool.teams[0].code}", f"/board/R5/places?{MONTHS}",
               f"/board/R5/rows?{MONTHS}&employer={pool.teams[0].code}"]  # fmt: skip
    before = [asked(address) for address in watched]
    lend_to_people(pool, 3, APRIL, _more(3))
    assert [asked(address) for address in watched] == before


def _more(count):
    product = builders.a_product()
    builders.some_items(count, product, at=noon(APRIL.replace(day=1)))
    return product
