"""Statements: opening to closing, add up in every form, and never change once told."""

import io
from dataclasses import replace
from datetime import date, timedelta
from typing import Any

import pytest
from flask import Flask
from pypdf import PdfReader

from core.clock import moment
from core.db import db
from core.errors import NotFound
from core.lettering import printable
from core.money import Pence, read_pounds
from funding.actions import reverse
from funding.papers import drawn
from funding.queries import statement
from funding.rules import EntryKind
from funding.spend import standings
from funding.statements import items, total
from funding.tables import plain
from people.models import Organisation
from people.rules import Role
from tests.builders import (
    TODAY,
    a_fund,
    a_member_of_staff,
    a_merger,
    a_partner,
    a_rule,
    an_entry,
    an_organisation,
)
from web.csvs import read_back

MAY = date(2026, 5, 1)


def board():
    return a_member_of_staff(Role.BOARD)


class Year:
    """A fund with two partners and a spring of charges and credits."""

    def __init__(self) -> None:
        self.fund = a_fund()
        self.one = a_partner(self.fund).organisation
        self.other = a_partner(self.fund).organisation
        self.rule = a_rule(self.fund, name="Joint")
        self.shares = {self.one.id: 60, self.other.id: 40}
        self.entry(pence=Pence(100_01), on=date(2026, 4, 7))
        self.entry(pence=Pence(1650_00), on=MAY, rule_id=self.rule.id)
        self.entry(pence=Pence(35_03), on=date(2026, 5, 31), rule_id=self.rule.id)
        self.entry(kind=EntryKind.DELIVERY, pence=Pence(12_51), on=date(2026, 5, 20))
        self.entry(kind=EntryKind.CREDIT, pence=Pence(-990_01), on=date(2026, 5, 21))
        wrong = self.entry(pence=Pence(7_77), on=date(2026, 5, 22))
        reverse(wrong, because="=2+5 wrong bed", by=board(), at=moment(date(2026, 5, 23)))
        self.entry(pence=Pence(5_00), on=TODAY)

    def entry(self, **but: Any) -> Any:
        return an_entry(self.fund, self.shares, **but)


def test_a_statement_goes_from_opening_to_closing(app: Flask) -> None:
    year = Year()
    may = statement(year.one, MAY, viewer=board())
    assert may.opening == 60_01
    assert [(line.kind.value, line.ruled_by, line.count, line.pence) for line in may.charges] == [
        ("equipment", "Joint, version 1", 2, 1011_01),
        ("equipment", "No rule", 1, 4_67),
        ("delivery", "No rule", 1, 7_51),
    ]
    assert total(may.credits) == -594_01
    assert total(may.adjustments) == -4_67
    assert may.closing == may.opening + sum(total(lines) for _, lines in may.sections)
    assert statement(year.one, TODAY, viewer=board()).opening == may.closing


def test_a_month_without_anything_is_empty_and_carries_the_balance(app: Flask) -> None:
    year = Year()
    july = statement(year.one, date(2026, 7, 1), viewer=board())
    assert july.lines == ()
    assert july.opening == july.closing


def test_what_the_partners_owe_is_what_the_pool_has_earned(app: Flask) -> None:
    year = Year()
    closing = [statement(body, TODAY, viewer=board()).closing for body in (year.one, year.other)]
    assert sum(closing) == 100_01 + 1650_00 + 35_03 + 12_51 - 990_01 + 5_00


def test_the_file_adds_up_to_the_page_and_runs_no_formula(app: Flask, as_: Any) -> None:
    year = Year()
    may = statement(year.one, MAY, viewer=board())
    answer = as_(Role.BOARD).get(f"/funding/statements/{year.one.code}/2026-05.csv")
    raw = answer.get_data(as_text=True)
    heads, *rows = read_back(raw)
    amounts = [int(row[-1].replace(".", "")) for row in rows]
    assert (rows[0][0], rows[-1][0], heads[-1]) == ("Opening", "Closing", "Amount (£)")
    assert amounts[0] == may.opening
    assert sum(amounts[:-1]) == amounts[-1] == may.closing
    assert ",'=2+5 wrong bed," in raw


def text_of(paper: bytes) -> str:
    return "\n".join(page.extract_text() for page in PdfReader(io.BytesIO(paper)).pages)


def amounts_after(words: str, text: str) -> int:
    lines = text.splitlines()
    return read_pounds(lines[lines.index(words) + 1])


def test_the_paper_adds_up_to_the_page(app: Flask, as_: Any) -> None:
    year = Year()
    may = statement(year.one, MAY, viewer=board())
    answer = as_(Role.BOARD).get(f"/funding/statements/{year.one.code}/2026-05.pdf")
    assert answer.mimetype == "application/pdf"
    text = text_of(answer.data)
    parts = ["Opening balance", "Charges in all", "Credits in all", "Adjustments in all"]
    assert sum(amounts_after(part, text) for part in parts) == may.closing
    assert amounts_after("Closing balance", text) == may.closing
    assert "Page 1 of 1" in text


def test_every_page_of_a_long_statement_is_numbered_and_headed(app: Flask) -> None:
    year = Year()
    may = statement(year.one, MAY, viewer=board())
    rows = items(year.one, MAY, viewer=board()) * 150
    pages = PdfReader(io.BytesIO(drawn(may, rows, year.fund.name))).pages
    assert len(pages) >= 10  # so that the number of a page is at its widest
    for number, page in enumerate(pages, start=1):
        text = page.extract_text()
        assert f"Page {number} of {len(pages)}" in text
        assert f"Statement of {year.one.name}" in text
        assert "Amount" in text
        assert "A key of the rules follows the closing balance." in text  # the foot, whole


def test_a_name_is_printed_as_text_whatever_it_holds(app: Flask) -> None:
    year = Year()
    year.one.name = "<b>Łódź</b> & {{7*7}} \u202e中 " + "x" * 300
    paper = drawn(statement(year.one, MAY, viewer=board()), [], year.fund.name)
    assert "<b>" in text_of(paper)
    assert printable("a\nb\tŃ中") == "a b N◊"


def test_amounts_in_files_are_plain_numbers() -> None:
    told = [str(plain(pence)) for pence in (0, 5, -5, -1234_50)]
    assert told == ["0.00", "0.05", "-0.05", "-1234.50"]


def test_an_old_statement_does_not_change_when_partners_merge(app: Flask) -> None:
    year = Year()
    old, viewer = year.one, board()
    before = drawn(statement(old, MAY, viewer=viewer), items(old, MAY, viewer=viewer), "Pool")
    merged = an_organisation(name="Merged body", ods_code="52R0")
    a_merger(old.id, merged, on=TODAY + timedelta(days=10))
    later = TODAY + timedelta(days=20)
    year.entry(kind=EntryKind.COLLECTION, pence=Pence(12_50), on=later)
    year.entry(kind=EntryKind.CREDIT, pence=Pence(-990_00), on=later)
    after = drawn(statement(old, MAY, viewer=viewer), items(old, MAY, viewer=viewer), "Pool")
    assert after == before
    june = statement(merged, later, viewer=viewer)
    assert (june.opening, total(june.charges), total(june.credits)) == (0, 7_50, -594_00)
    assert statement(old, later, viewer=viewer).charges[0].pence == 3_00


def test_who_worked_for_a_merged_body_goes_on_seeing_its_statements(app: Flask) -> None:
    year = Year()
    merged = an_organisation()
    a_merger(year.one.id, merged, on=TODAY)
    year.entry(on=TODAY)
    officer = a_member_of_staff(Role.FINANCE, organisation=year.one)
    for body in (year.one, merged):
        assert statement(body, TODAY, viewer=officer, on=TODAY).organisation == body
    with pytest.raises(NotFound):
        statement(year.other, TODAY, viewer=officer, on=TODAY)


def test_a_viewer_without_an_organisation_sees_no_money(app: Flask) -> None:
    year = Year()
    for role in (Role.FINANCE, Role.BOARD, Role.ADMINISTRATOR):
        nobody = a_member_of_staff(role, organisation=None)
        with pytest.raises(NotFound):
            statement(year.one, MAY, viewer=nobody)
        assert standings(MAY, viewer=nobody, on=TODAY) == []


def test_the_months_of_a_merged_body_stand_together_against_the_budget(app: Flask) -> None:
    year = Year()
    merged = an_organisation(name="AAA first by name")
    a_merger(year.one.id, merged, on=TODAY)
    year.entry(pence=Pence(10_00), on=TODAY)
    first, second = standings(TODAY, viewer=board(), on=TODAY)
    assert (first.organisation, second.organisation) == (merged, year.other)
    named = [in_year.organisation for _, in_year in first.accounts]
    assert named == [merged, year.one]
    assert first.month == 6_00 + 3_00
    assert first.year + second.year == 812_54 + 10_00


def test_a_statement_needs_an_account(app: Flask) -> None:
    Year()
    stranger = an_organisation()
    with pytest.raises(NotFound, match="There is no statement with this address"):
        statement(stranger, MAY, viewer=board())
    assert db.session.get(Organisation, stranger.id) is not None


def test_a_rule_stands_in_full_in_a_key_and_by_its_number_on_every_line(app: Flask) -> None:
    year = Year()
    long = a_rule(year.fund, name="Storage: everybody by what they used in the month before")
    year.entry(kind=EntryKind.STORAGE, on=date(2026, 5, 31), rule_id=long.id)
    may, rows = statement(year.one, MAY, viewer=board()), items(year.one, MAY, viewer=board())
    lines = [line for _, some in may.sections for line in some if line.rule]
    cited = list(dict.fromkeys(line.ruled_by for line in lines))
    text = text_of(drawn(may, rows, year.fund.name)).splitlines()
    assert len(cited) > 1
    for number, rule in enumerate(cited, start=1):
        assert text[text.index(rule) - 1] == str(number)
        assert str(number) in text[: text.index("What it says")]
    assert not any("…" in line for line in text)


def test_an_entrys_day_and_share_stand_in_full_beside_its_subject(app: Flask) -> None:
    year = Year()
    may, rows = statement(year.one, MAY, viewer=board()), items(year.one, MAY, viewer=board())
    long = replace(rows[0], weight=3_477_931, of_weights=18_304_900)
    long.entry.subject = "STORAGE 2026-10"
    text = text_of(drawn(may, [long], year.fund.name)).splitlines()
    assert {"STORAGE 2026-10", "3477931 of 18304900", f"{long.entry.on:%-d %B %Y}"} <= set(text)
