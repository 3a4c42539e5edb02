"""How `docs/measures.md` and the pages tell a measure: one definition, one figure everywhere."""

import csv
import io
import re
from datetime import date
from html import unescape

import pytest

from core.clock import months_later
from docs.measures import PAGE, written
from people.rules import Role
from reports.measures import MEASURES
from tests import builders
from tests.reports.story import Pool, noon

FIRST = date(2025, 4, 8)
PERIOD = "first=2025-04&last=2026-05"


def words(answer):
    return " ".join(unescape(re.sub(r"<[^>]+>", " ", answer.text)).split())


def table(answer):
    return list(csv.DictReader(io.StringIO(answer.text.removeprefix("\ufeff"))))


@pytest.fixture
def pool(app):
    """Fourteen months: one loan each comes back, but in the last of them three do."""
    pool = Pool()
    commode = builders.a_product()
    builders.some_items(20, commode, at=noon(date(2025, 4, 1)))
    kept = [pool.lend(commode, FIRST) for _ in range(2)]
    for month in range(14):
        day = months_later(FIRST, month)
        pool.back(pool.lend(commode, day), day.replace(day=12))
    for loan in kept:
        pool.back(loan, months_later(FIRST, 13).replace(day=20))
    return pool


@pytest.fixture
def chair(pool, as_):
    return as_(Role.BOARD)


def test_a_month_out_of_the_usual_and_a_target_never_met_are_told_in_words(chair):
    board = words(chair.get(f"/board?{PERIOD}"))
    told = "Return rate (items) stood at 300.00% in May 2026: above the upper limit of"
    assert board.count(told) == 1
    assert "Improvement (high)" in board
    page = chair.get(f"/board/R1?{PERIOD}")
    assert told in words(page)
    assert "Improvement: beyond a limit" in words(page)
    assert "<polygon" in page.text
    assert " style=" not in page.text
    said = words(chair.get(f"/board/R5?{PERIOD}"))
    assert "The target of 95.00% will not be met while nothing changes." in said
    assert "Consistently misses the target" in said
    assert "what the reference service reached" in said


def test_the_charts_file_has_the_figures_of_its_page_and_of_the_boards(chair):
    rows = table(chair.get(f"/board/R1?{PERIOD}&as=csv"))
    page, board = words(chair.get(f"/board/R1?{PERIOD}")), chair.get(f"/board.csv?{PERIOD}")
    months = {
        (row["Code"], row["First day"]): row["Result"]
        for row in table(board)
        if row["Basis"] == "items"
    }
    assert len(rows) == 14
    for row in rows:
        assert row["Result"] == months["R1", row["First day"]]
        assert row["Upper limit"] in page
        assert f"{date.fromisoformat(row['First day']):%B %Y} {row['Result']}" in page
        assert row["What it shows"] in page
    assert rows[-1]["What it shows"] == "Improvement: beyond a limit"
    assert "The same chart by value" in words(chair.get(f"/board/R4?{PERIOD}"))
    by_value = chair.get(f"/board/R4?{PERIOD}&basis=value")
    assert "Recovery and reuse (by value) stood at" in words(by_value)
    assert table(chair.get(f"/board/R4?{PERIOD}&basis=value&as=csv"))[0]["Basis"] == "value"
    assert chair.get(f"/board/R4?{PERIOD}&basis=nonsense").status_code == 200
    assert "The limits begin anew in May 2026." in words(
        chair.get(f"/board/R1?{PERIOD}&anew=2026-05")
    )
    refused = chair.get(f"/board/R1?{PERIOD}&anew=nonsense")
    assert refused.status_code == 422
    assert "Write a month as year and month" in words(refused)


@pytest.mark.parametrize("code", MEASURES)
def test_every_measure_has_its_page_its_file_and_its_rows(app, as_, code):
    measure, chair = MEASURES[code], as_(Role.BOARD)
    said = words(chair.get(f"/board/{code}?{PERIOD}"))
    for told in (measure.formula, measure.meaning, measure.owner, *measure.exclusions):
        assert told[1:] in said
    assert ("Limits begin anew in" in said) == measure.settled
    file = chair.get(f"/board/{code}?{PERIOD}&as=csv")
    assert file.mimetype == "text/csv"
    for part in ("above", "below"):
        assert chair.get(f"/board/{code}/rows?{PERIOD}&part={part}").status_code == 200
        assert chair.get(f"/board/{code}/rows?{PERIOD}&part={part}&as=csv").status_code == 200


def test_the_definitions_page_is_as_the_measures_are():
    assert PAGE.read_text() == written(), "run: python -m docs.measures"
