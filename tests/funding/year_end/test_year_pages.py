"""The pages of a year's end: who sees whose lines, who may press what, and what is answered."""

import json
from collections.abc import Callable
from hashlib import sha256
from typing import Any

import pytest
from flask import Flask

from core.db import db
from funding.invoices.actions import issue_invoices
from funding.year_end.models import Capitation, YearPack
from people.rules import Role
from tests.builders import NOON
from tests.conftest import EachRequestAlone
from tests.funding.year_end.story import MARCH, YEAR, Story
from tests.labels.papers import text_of
from web.csvs import read_back

As = Callable[..., EachRequestAlone]
PAGE = "/funding/year-end/2025"


@pytest.fixture
def story(app: Flask, monkeypatch: pytest.MonkeyPatch) -> Story:
    return Story(monkeypatch)


def reads(answer: Any) -> str:
    text: str = answer.get_data(as_text=True)
    return text.split("<main")[1]


def test_a_year_is_settled_prepared_and_signed_by_pressing_buttons(story: Story, as_: As) -> None:
    ada, fay = as_(story.ada), as_(story.fay)
    assert "Settle the year 2025/26" in reads(ada.get(PAGE))
    assert "Settle the year 2025/26" not in reads(fay.get(PAGE))
    assert ada.post(f"{PAGE}/settle").status_code == 303
    assert ada.post(f"{PAGE}/prepare").status_code == 303
    shown = reads(ada.get(PAGE))
    assert "You prepared these figures, so somebody else signs them." in shown
    assert "Sign off the year" not in shown
    checksum = reads(fay.get(PAGE)).split('name="checksum"')[1].split('value="')[1].split('"')[0]
    assert fay.post(f"{PAGE}/sign", data={"checksum": checksum}).status_code == 303
    pack = db.session.query(YearPack).one()
    assert pack.checksum == checksum
    signed = reads(fay.get(PAGE))
    assert "signed off by Fay Linden" in signed
    assert checksum in signed
    assert "signed off by Fay Linden" not in reads(fay.get("/funding/year-end/2026"))


def test_a_button_that_cannot_be_pressed_says_why_and_leaves_nothing(story: Story, as_: As) -> None:
    ada = as_(story.ada)
    for way, status, says in (
        ("prepare", 409, "is not settled yet"),
        ("sign", 409, "Nobody has prepared"),
    ):
        answer = ada.post(f"{PAGE}/{way}")
        assert answer.status_code == status
        assert says in reads(answer)
    ada.post(f"{PAGE}/settle")
    again = ada.post(f"{PAGE}/settle")
    assert again.status_code == 409
    assert "has been settled already" in reads(again)
    ada.post(f"{PAGE}/prepare")
    own = ada.post(f"{PAGE}/sign", data={"checksum": "0" * 64})
    assert (own.status_code, db.session.query(YearPack).count()) == (409, 0)
    assert "somebody else signs them" in reads(own)


def test_a_broken_check_stands_where_the_button_to_sign_would(
    app: Flask, monkeypatch: pytest.MonkeyPatch, as_: As
) -> None:
    story = Story(monkeypatch, closed=False)
    story.charge({}, 7_00, parked_because="Nobody")
    story.close()
    story.settle()
    checksum = story.prepare().checksum
    fay = as_(story.fay)
    shown = reads(fay.get(PAGE))
    assert "It cannot be signed off yet" in shown
    assert "Sign off the year" not in shown
    answer = fay.post(f"{PAGE}/sign", data={"checksum": checksum})
    assert (answer.status_code, db.session.query(YearPack).count()) == (409, 0)
    assert "“Somebody pays for every charge of the year” is not kept" in reads(answer)


def test_what_was_billed_stands_on_the_page_and_in_the_pack(story: Story, as_: As) -> None:
    story.settle()
    issue_invoices(story.fund, MARCH, by=story.ada, at=NOON)
    story.prepare()
    story.sign()
    shown = reads(as_(story.fay).get(PAGE))
    assert "Billed for months of the year" in shown
    assert "Invoice 000002" in shown
    officer = as_(Role.FINANCE, organisation=story.one)
    own = reads(officer.get(PAGE))
    assert "Invoice 000001" in own
    assert "Invoice 000002" not in own
    paper = text_of(as_(story.fay).get(f"{PAGE}/pack.pdf").get_data())
    assert "Invoice 000003" in paper
    assert "Invoice 000002" not in text_of(officer.get(f"{PAGE}/pack.pdf").get_data())


def test_finance_of_another_partner_is_refused_a_signature(story: Story, as_: As) -> None:
    story.settle()
    story.prepare()
    officer = as_(Role.FINANCE, organisation=story.one)
    assert "Sign off the year" not in reads(officer.get(PAGE))
    answer = officer.post(f"{PAGE}/sign", data={"checksum": "x"})
    assert answer.status_code == 403
    assert "Finance of the host partner or an administrator" in reads(answer)


@pytest.mark.parametrize("signed", [False, True])
def test_a_partners_officer_sees_their_own_lines_only(story: Story, as_: As, signed: bool) -> None:
    story.settle()
    if signed:
        story.prepare()
        story.sign()
    officer = as_(Role.FINANCE, organisation=story.one)
    shown = reads(officer.get(PAGE))
    assert f"One ({story.one.official_code})" in shown
    assert story.two.official_code not in shown
    assert story.two.name + " (" not in shown
    rows = read_back(officer.get(f"{PAGE}/lines.csv").get_data(as_text=True))
    assert {row[0] for row in rows[1:]} == {"One"}
    assert officer.get(f"{PAGE}/pack.json").status_code == 404
    paper = officer.get(f"{PAGE}/pack.pdf")
    assert paper.status_code == (200 if signed else 404)


@pytest.mark.parametrize("role", [Role.BOARD, Role.ADMINISTRATOR, Role.FINANCE])
def test_the_board_the_administrator_and_the_hosts_finance_see_every_line(
    story: Story, as_: As, role: Role
) -> None:
    story.settle()
    story.prepare()
    pack = story.sign()
    client = as_(role, organisation=story.host)
    shown = reads(client.get(PAGE))
    assert all(body.official_code in shown for body in (story.lead, story.one, story.two))
    whole = client.get(f"{PAGE}/pack.json").get_data()
    assert sha256(whole).hexdigest() == pack.checksum
    assert json.loads(whole)["year"] == YEAR.begins
    assert client.get(f"{PAGE}/pack.pdf").get_data().startswith(b"%PDF")


def test_a_year_whose_terms_cannot_be_followed_says_so(story: Story, as_: As) -> None:
    board = as_(Role.BOARD, organisation=story.host)
    shown = board.get("/funding/year-end/2026")
    assert shown.status_code == 200
    assert "No contribution is agreed for this year." in reads(shown)
    assert board.get("/funding/year-end/2026/lines.csv").status_code == 404
    for nonsense in ("26", "abcd", "1066", "2025-26"):
        assert board.get(f"/funding/year-end/{nonsense}").status_code == 404


def test_the_entry_that_settles_a_year_leads_back_to_it_and_says_its_arithmetic(
    story: Story, as_: As
) -> None:
    (number, *_) = story.settle()
    shown = reads(as_(story.ada).get(f"/funding/entries/{number}"))
    assert 'href="/funding/year-end/2025"' in shown
    assert "(by contribution; it put in" in shown


def test_the_list_of_years_leads_to_each(story: Story, as_: As) -> None:
    shown = reads(as_(Role.BOARD, organisation=story.host).get("/funding/year-end"))
    assert 'href="/funding/year-end/2025"' in shown
    assert 'href="/funding/year-end/2026"' in shown


def test_weighted_heads_are_typed_as_people_write_them(story: Story, as_: As) -> None:
    ada = as_(story.ada)
    heads = {"organisation": story.one.code, "population": "331069", "weight": "1.035"}
    assert ada.post(f"{PAGE}/heads", data=heads).status_code == 303
    row = db.session.query(Capitation).one()
    assert (row.population, row.weight) == (331_069, 10_350)
    shown = reads(ada.get(f"{PAGE}/heads"))
    assert "331,069" in shown
    assert "1.0350" in shown


@pytest.mark.parametrize(
    "wrong",
    [
        {"weight": "0"},
        {"weight": "1.00001"},
        {"weight": "−1"},
        {"weight": ""},
        {"weight": "a lot"},
        {"population": "0"},
        {"population": "12.5"},
        {"population": "99999999999999999999"},
        {"organisation": ""},
        {"organisation": "222222HH"},
    ],
)
def test_heads_that_cannot_be_are_refused_and_what_was_typed_stays(
    story: Story, as_: As, wrong: dict[str, str]
) -> None:
    heads = {"organisation": story.one.code, "population": "1234", "weight": "1.5", **wrong}
    answer = as_(story.ada).post(f"{PAGE}/heads", data=heads)
    assert answer.status_code == 422
    assert "There is a problem" in reads(answer)
    assert ("1234" if "population" not in wrong else "1.5") in reads(answer)
    assert db.session.query(Capitation).count() == 0
