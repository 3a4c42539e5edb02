"""Anybody reads the year, as often as they like, and it costs the database nothing."""

import csv
import io
import re
from collections.abc import Iterator
from datetime import date
from html import unescape

import pytest

from core.clock import financial_year, london_day, now
from reports.citizens import queries, rules
from tests import builders
from tests.heard import statements
from tests.reports.story import Pool
from tests.reports.suppression.test_views import lend_to_people


@pytest.fixture(autouse=True)
def anew() -> Iterator[None]:
    """Nothing counted before, and nothing kept after."""
    queries.forget()
    yield
    queries.forget()


@pytest.fixture
def lent(app, monkeypatch):
    """Twelve commodes lent in the first month of the last whole year; a dozen is enough here."""
    monkeypatch.setattr(rules, "LEAST", 10)
    begins = date(financial_year(london_day(now()))[0].year - 1, 4, 10)
    pool, commode = Pool(), builders.a_product()
    builders.some_items(12, commode, at=now().replace(year=begins.year, month=4, day=1))
    lend_to_people(pool, 12, begins, commode)
    return pool


@pytest.fixture
def anybody(app):
    """A browser that nobody has signed in with."""
    return app.test_client()


def said(answer):
    return " ".join(unescape(re.sub(r"<[^>]+>", " ", answer.text)).split())


def test_anybody_reads_the_last_whole_year(lent, anybody):
    answer = anybody.get("/our-year")
    assert answer.status_code == 200
    assert "about 10 pieces of equipment were lent" in said(answer)
    assert "Unmistakable" not in answer.text
    assert lent.body.name not in answer.text
    assert "Set-Cookie" not in answer.headers


def test_the_file_has_the_same_figures_and_says_how_they_may_be_used(lent, anybody):
    text = anybody.get("/our-year.csv").text.removeprefix("\ufeff")
    rows = list(csv.DictReader(io.StringIO(text)))
    assert (rows[0]["What"], rows[0]["Lent"], rows[0]["Used before"]) == (
        "Year",
        "10",
        "fewer than 10",
    )
    assert "Open Government Licence" in text


def test_a_year_with_too_little_is_not_told_but_how_to_give_back_is(app, anybody):
    answer = anybody.get("/our-year")
    assert "Too little was lent" in said(answer)
    assert "We collect it, and there is nothing to pay" in said(answer)
    assert "Too little was lent" in anybody.get("/our-year.csv").text


def test_however_often_it_is_asked_for_it_is_counted_once(lent, anybody):
    anybody.get("/our-year")
    with statements() as asked:
        for address in ("/our-year", "/our-year.csv", "/our-year?year=1999&store='--"):
            assert anybody.get(address).status_code == 200
    assert not [one for one in asked if "loan" in one.sql]


def test_whoever_signs_in_or_scans_a_label_finds_the_way(app, anybody):
    item = builders.an_item()
    for address in ("/sign-in", f"/8004/{item.giai}"):
        assert 'href="/our-year"' in anybody.get(address).text, address
