"""A download never runs as a formula, and reading it back gives the text that went in."""

from datetime import UTC, date, datetime
from decimal import Decimal

import pytest
from flask.testing import FlaskClient
from hypothesis import given
from hypothesis import strategies as st

from core.money import Pence, pounds
from web.csvs import cell, read_back, text_of, written

ACTIVE = "=+-@\t\r"


@pytest.mark.parametrize("first", list(ACTIVE))
def test_text_that_would_run_gets_an_apostrophe(first: str) -> None:
    assert cell(f"{first}cmd|' /C calc'!A0").startswith("'")


@pytest.mark.parametrize("number", [-5, -5.25, Decimal("-1234.50"), "-1234.50", "-7", 0, "12"])
def test_numbers_stay_numbers(number: object) -> None:
    assert cell(number) == str(number)


@pytest.mark.parametrize("words", ["-", "--1", "-1+1", "-1,5", "+44 115 496 0000", "-1e5", "-01"])
def test_what_only_looks_like_a_number_is_text(words: str) -> None:
    assert cell(words) == "'" + words


def test_money_written_for_people_is_not_run() -> None:
    assert cell(pounds(Pence(-5))) == "−£0.05"


def test_days_and_moments_are_written_for_machines() -> None:
    assert cell(date(2026, 10, 3)) == "2026-10-03"
    assert cell(datetime(2026, 6, 1, 11, tzinfo=UTC)) == "2026-06-01T12:00:00+01:00"
    assert (cell(None), cell(True)) == ("", "yes")


text = st.text(st.characters(exclude_characters="\0", exclude_categories=["Cs"]))


@given(text)
def test_a_cell_gives_its_text_back(words: str) -> None:
    assert text_of(cell(words)) == words


@given(text)
def test_no_cell_begins_as_a_formula(words: str) -> None:
    made = cell(words)
    assert made[:1] not in tuple(ACTIVE) or not made or float(made) <= 0


@given(st.lists(st.lists(text, min_size=2, max_size=2), max_size=8))
def test_a_table_gives_its_rows_back(rows: list[list[str]]) -> None:
    assert read_back(written(["One", "Two"], rows)) == [["One", "Two"], *rows]


def test_a_download_has_a_tame_name_and_a_type(noter: FlaskClient) -> None:
    answer = noter.get("/notes.csv", query_string={"words": "=1+1"})
    assert answer.mimetype == "text/csv"
    assert answer.headers["Content-Disposition"] == "attachment; filename=a-name.csv"
    assert read_back(answer.data.decode()) == [["Words"], ["=1+1"]]
    assert "'=1+1" in answer.text
