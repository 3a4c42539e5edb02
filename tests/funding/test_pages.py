"""The pages of money: who may open them, what they answer, and what they never show."""

from collections.abc import Callable
from datetime import date
from typing import Any

import pytest
from flask import Flask

from core.clock import london_day, now
from core.db import db
from core.money import Pence
from funding import actions
from funding.models import ActivityPrice, Budget, Entry, Partner, Rule
from funding.queries import ledger_faults
from funding.rules import SETTLING, EntryKind
from people.rules import ROLES, May, Role
from tests.builders import (
    TODAY,
    a_charge,
    a_fund,
    a_member_of_staff,
    a_partner,
    a_rule,
    an_entry,
    an_organisation,
)
from tests.conftest import EachRequestAlone
from tests.heard import statements
from web.csvs import read_back

SEES = {May.SEE_MONEY, May.SEE_ALL_MONEY, May.KEEP_AGREEMENTS}
As = Callable[..., EachRequestAlone]


class Story:
    """Two partners, a shared entry and one of each alone, and a parked one."""

    def __init__(self) -> None:
        self.fund = a_fund()
        self.one = a_partner(self.fund).organisation
        self.other = a_partner(self.fund).organisation
        self.rule = a_rule(self.fund, name="Joint", position=1)
        self.shared = self.entry({self.one.id: 60, self.other.id: 40}, rule_id=self.rule.id)
        self.own = self.entry({self.one.id: 1}, subject="RJ4D8CXP")
        self.foreign = self.entry({self.other.id: 1})
        self.parked = self.entry({}, parked_because="The practice lies outside.")

    def entry(self, shares: dict[int, int], **but: Any) -> Entry:
        return an_entry(self.fund, shares, **but)

    @property
    def addresses(self) -> list[str]:
        statement = f"/funding/statements/{self.one.code}/2026-06"
        return [
            "/funding/",
            statement,
            f"{statement}.csv",
            f"{statement}.pdf",
            f"{statement}.xlsx",
            "/funding/entries",
            "/funding/entries?download=csv",
            f"/funding/entries/{self.own.id}",
            "/funding/parked",
            "/funding/agreements",
        ]


FORMS = [
    "/funding/agreements/partners/new",
    "/funding/agreements/rules/new",
    "/funding/agreements/prices/new",
    "/funding/agreements/budgets/new",
]


@pytest.mark.parametrize("role", Role)
def test_a_role_opens_what_its_permissions_say(app: Flask, as_: As, role: Role) -> None:
    story = Story()
    client = as_(role, organisation=story.one)
    expected = 200 if ROLES[role] & SEES else 403
    assert {client.get(address).status_code for address in story.addresses} == {expected}
    keeps = May.KEEP_AGREEMENTS in ROLES[role]
    assert {client.get(form).status_code for form in FORMS} == {200 if keeps else 403}
    assert {client.post(form).status_code for form in FORMS} == {422 if keeps else 403}
    taking_back = client.post(f"/funding/entries/{story.own.id}/reverse", data={"because": "So"})
    assert taking_back.status_code == (303 if keeps else 403)


def test_whoever_has_not_signed_in_is_asked_to(app: Flask) -> None:
    story = Story()
    client = app.test_client()
    for address in [*story.addresses, *FORMS]:
        assert client.get(address).status_code in (302, 303), address


def test_a_partners_officer_sees_their_own_money_only(app: Flask, as_: As) -> None:
    story = Story()
    officer = as_(Role.FINANCE, organisation=story.one)
    unknown = officer.get("/funding/statements/ZZZZZZZZ/2026-06")
    foreign = officer.get(f"/funding/statements/{story.other.code}/2026-06")
    assert (unknown.status_code, foreign.status_code) == (404, 404)
    assert sentence(unknown) == sentence(foreign)
    for suffix in (".csv", ".pdf", ".xlsx"):
        address = f"/funding/statements/{story.other.code}/2026-06{suffix}"
        assert officer.get(address).status_code == 404
    for entry in (story.foreign, story.parked):
        assert officer.get(f"/funding/entries/{entry.id}").status_code == 404
    listed = officer.get("/funding/entries").get_data(as_text=True)
    assert story.other.name not in listed
    assert f"/funding/entries/{story.foreign.id}" not in listed
    assert f"/funding/entries/{story.shared.id}" in listed


def sentence(answer: Any) -> str:
    return answer.get_data(as_text=True).split("<main")[1]


def test_a_foreign_share_is_not_named_to_a_partner(app: Flask, as_: As) -> None:
    story = Story()
    shown = as_(Role.FINANCE, organisation=story.one).get(f"/funding/entries/{story.shared.id}")
    text = shown.get_data(as_text=True)
    assert "Other partners" in text
    assert story.other.name not in text
    assert "60 of 100" in text
    assert "40 of 100" not in text


def test_another_partner_in_the_address_finds_nothing(app: Flask, as_: As) -> None:
    story = Story()
    officer = as_(Role.FINANCE, organisation=story.one)
    assert officer.get(f"/funding/entries?partner={story.other.code}").status_code == 422
    rows = officer.get("/funding/entries?download=csv").get_data(as_text=True)
    assert {row[0] for row in read_back(rows)[1:]} == {str(story.shared.id), str(story.own.id)}


def test_every_figure_of_a_statement_leads_to_its_entries(app: Flask, as_: As) -> None:
    story = Story()
    story.entry({story.one.id: 1}, rule_id=story.rule.id)
    board = as_(Role.BOARD)
    found = board.get(
        "/funding/entries",
        query_string={
            "partner": story.one.code,
            "from_month": "2026-06",
            "to_month": "2026-06",
            "kind": "equipment",
            "group": "beds and rails",
            "rule": "Joint, version 1",
        },
    ).get_data(as_text=True)
    assert "2 entries" in found
    assert "£16.02" in found  # 60% of £10.01, and £10.01


@pytest.mark.parametrize(
    ("query", "count"),
    [
        ("subject=rj4d8cxp", "1 entry,"),
        ("kind=credit", None),
        ("rule=none", "3 entries,"),
        ("to_month=2026-05", None),
        ("group=beds%20and%20rails", "4 entries,"),
    ],
)
def test_entries_are_filtered(app: Flask, as_: As, query: str, count: str | None) -> None:
    Story()
    found = as_(Role.BOARD).get(f"/funding/entries?{query}").get_data(as_text=True)
    assert (count or "No entry fits") in found


@pytest.mark.parametrize(
    "query",
    [
        "kind=gold",
        "from_month=2026-13",
        "to_month=never",
        "rule=1;drop",
        "partner=1",
        "from_month=0001-01",
        f"subject={'x' * 999}",
        "group=" + "%27" * 200,
    ],
)
def test_a_filter_that_cannot_be_read_is_answered_with_a_sentence(
    app: Flask, as_: As, query: str
) -> None:
    Story()
    answer = as_(Role.BOARD).get(f"/funding/entries?{query}")
    assert answer.status_code == 422
    assert "There is a problem" in answer.get_data(as_text=True)


@pytest.mark.parametrize(
    "address",
    [
        "/funding/statements/{one}/2026-6",
        "/funding/statements/{one}/9999-99",
        "/funding/statements/{one}/0001-01",
        "/funding/statements/{one}/now",
        "/funding/statements/x/2026-06",
        "/funding/entries/0",
        "/funding/entries/99999999999999999999999999",
    ],
)
def test_an_address_that_names_nothing_is_not_found(app: Flask, as_: As, address: str) -> None:
    story = Story()
    assert as_(Role.BOARD).get(address.format(one=story.one.code)).status_code == 404


def test_a_month_nobody_can_read_keeps_the_page(app: Flask, as_: As) -> None:
    Story()
    answer = as_(Role.BOARD).get("/funding/?month=soon")
    assert answer.status_code == 422
    assert "Write a month as year and month" in answer.get_data(as_text=True)


def test_the_overview_fills_in_the_month_it_shows(app: Flask, as_: As) -> None:
    a_fund()
    browser, this_month = as_(Role.BOARD), f"{london_day(now()):%Y-%m}"
    for address, month in (("/funding/", this_month), ("/funding/?month=2026-05", "2026-05")):
        assert f'value="{month}"' in browser.get(address).text


def test_the_overview_computes_its_ticks_and_names_the_faults(app: Flask, as_: As) -> None:
    story = Story()
    seen = as_(Role.BOARD).get("/funding/").get_data(as_text=True)
    assert "The ledger balances to the penny" in seen
    assert "1 parked, £10.01 in all." in seen
    assert f"{story.one.name} has none." in seen
    assert "No rule for" not in seen


def test_the_whole_ledger_is_proved_on_a_page_for_who_sees_the_whole(app: Flask, as_: As) -> None:
    story = Story()
    proved = as_(Role.BOARD).get("/funding/proof").get_data(as_text=True)
    assert "Every promise of the ledger holds" in proved
    assert as_(Role.FINANCE, organisation=story.one).get("/funding/proof").status_code == 403


def test_why_this_penny_is_told_in_words(app: Flask, as_: As) -> None:
    story = Story()
    shown = as_(Role.BOARD).get(f"/funding/entries/{story.shared.id}").get_data(as_text=True)
    for told in (
        "60 of 100",
        "600 3/5 pence",
        "2/5 of a penny borne ahead",
        "2/5 of a penny still to bear",
        "Joint, version 1",
        "The pool",
    ):
        assert told in shown, told


def test_a_parked_charge_says_why(app: Flask, as_: As) -> None:
    story = Story()
    board = as_(Role.BOARD)
    assert "The practice lies outside." in board.get("/funding/parked").get_data(as_text=True)
    shown = board.get(f"/funding/entries/{story.parked.id}").get_data(as_text=True)
    assert "The practice lies outside." in shown


def test_a_parked_charge_taken_back_waits_no_longer(app: Flask, as_: As) -> None:
    story = Story()
    keeper = as_(Role.ADMINISTRATOR)
    keeper.post(f"/funding/entries/{story.parked.id}/reverse", data={"because": "Found out"})
    assert "Nothing is parked" in keeper.get("/funding/parked").get_data(as_text=True)


def test_an_entry_is_taken_back_with_a_reason(app: Flask, as_: As) -> None:
    story = Story()
    keeper = as_(Role.ADMINISTRATOR)
    address = f"/funding/entries/{story.own.id}"
    nameless = keeper.post(f"{address}/reverse", data={"because": " "})
    assert nameless.status_code == 422
    assert "Write why" in nameless.get_data(as_text=True)
    done = keeper.post(f"{address}/reverse", data={"because": "Never delivered"})
    assert done.status_code == 303
    shown = keeper.get(done.location).get_data(as_text=True)
    assert "Never delivered" in shown
    again = keeper.post(f"{address}/reverse", data={"because": "Once more"})
    assert again.status_code == 409
    assert "already been reversed" in again.get_data(as_text=True)
    assert ledger_faults() == []


def test_an_agreement_is_written_down_by_forms(app: Flask, as_: As) -> None:
    story = Story()
    newcomer = an_organisation(name="Newcomer")
    keeper = as_(Role.ADMINISTRATOR)
    joined = keeper.post(FORMS[0], data={"organisation": newcomer.code, "from_on": "2026-07-01"})
    ruled = keeper.post(
        FORMS[1],
        data={
            "name": "Joint",
            "position": story.rule.position,
            "care_class": "joint",
            "need": "end of life",
            "from_on": "2026-07-01",
            "who_1": "GP practice",
            "weight_1": "60",
            "who_2": newcomer.code,
            "weight_2": "40",
        },
    )
    priced = keeper.post(
        FORMS[2], data={"kind": "cleaning", "pence": "£1,234.50", "from_on": "2026-07-01"}
    )
    agreed = keeper.post(
        FORMS[3], data={"organisation": newcomer.code, "year": "2026", "pence": "7300000"}
    )
    for one in (joined, ruled, priced, agreed):
        assert one.status_code == 303, sentence(one)[:1500]
    assert db.session.scalar(db.select(Partner).where(Partner.organisation == newcomer))
    rule = db.session.scalars(db.select(Rule).where(Rule.rule_version == 2)).one()
    assert (rule.care_class, rule.need) == ("joint", "end of life")
    assert [(share.weight, share.organisation) for share in rule.shares] == [
        (60, None), (40, newcomer),
    ]  # fmt: skip
    assert db.session.scalar(db.select(ActivityPrice).where(ActivityPrice.pence == 1234_50))
    assert db.session.scalar(db.select(Budget).where(Budget.pence == 7_300_000_00))
    shown = keeper.get("/funding/agreements").get_data(as_text=True)
    assert "Joint, version 2" in shown
    assert "£7,300,000.00" in shown


@pytest.mark.parametrize(
    ("form", "data", "told"),
    [
        (0, {"organisation": "nobody", "from_on": "2026-07-01"}, "Not a valid choice"),
        (0, {"from_on": "31/02/2026"}, "Not a valid date"),
        (1, {"name": "x" * 200}, "at most 100 characters"),
        (1, {"position": "0"}, "Between 1 and 999"),
        (2, {"pence": "12.345"}, "Write the amount in pounds and pence"),
        (2, {"pence": "-5", "from_on": "2026-07-01", "kind": "test"}, "not less than nothing"),
        (2, {"pence": "5", "from_on": "0001-01-01", "kind": "test"}, "between 1950 and 2150"),
        (3, {"year": "20260"}, "Like 2026."),
    ],
)
def test_what_cannot_be_agreed_is_answered_beside_its_field_and_kept(
    app: Flask, as_: As, form: int, data: dict[str, str], told: str
) -> None:
    Story()
    answer = as_(Role.ADMINISTRATOR).post(FORMS[form], data=data)
    assert answer.status_code == 422
    assert told in answer.get_data(as_text=True)


def test_a_part_of_a_rule_needs_its_share(app: Flask, as_: As) -> None:
    Story()
    data = {"name": "New", "position": "77", "from_on": "2026-07-01", "weight_1": "1"}
    half = {**data, "who_1": "GP practice", "who_2": "home address"}
    answer = as_(Role.ADMINISTRATOR).post(FORMS[1], data=half)
    assert answer.status_code == 422
    assert "A part needs both who pays and a share." in answer.get_data(as_text=True)


def test_what_people_typed_is_shown_as_they_typed_it(app: Flask, as_: As) -> None:
    story = Story()
    nasty = '{{7*7}}"><img src=x>'
    entry = story.entry({story.one.id: 1}, memo=nasty)
    for address in (f"/funding/entries/{entry.id}", "/funding/entries"):
        shown = as_(Role.BOARD).get(address).get_data(as_text=True)
        assert "{{7*7}}" in shown
        assert "<img src=x>" not in shown


def test_a_page_asks_as_many_questions_for_many_rows_as_for_few(app: Flask, as_: As) -> None:
    story = Story()
    board = as_(Role.BOARD)
    addresses = ["/funding/entries", story.addresses[1], "/funding/", "/funding/agreements"]
    few = {address: questions(board, address) for address in addresses}
    for _ in range(30):
        by = a_member_of_staff()
        charge = a_charge(story.fund, {story.one.id: 1}, rule_id=story.rule.id)
        actions.post(charge, by=by, at=story.own.at)
    assert {address: questions(board, address) for address in addresses} == few


def questions(client: EachRequestAlone, address: str) -> int:
    client.get(address)  # reads what is kept for the next
    with statements() as asked:
        assert client.get(address).status_code == 200
    return len(asked)


def test_the_ledger_is_proved_from_the_command_line(app: Flask) -> None:
    story = Story()
    runner = app.test_cli_runner()
    assert runner.invoke(args=["ledger", "check"]).exit_code == 0
    db.session.execute(db.text("set constraints all immediate"))
    db.session.execute(db.text("alter table posting disable trigger user"))
    db.session.execute(
        db.text("update posting set pence = pence + 1 where entry_id = :number"),
        {"number": story.own.id},
    )
    told = runner.invoke(args=["ledger", "check"])
    assert told.exit_code == 1
    assert f"Entry {story.own.id} does not balance" in told.output


def test_the_year_so_far_leads_to_the_entries_since_april(app: Flask, as_: As) -> None:
    story = Story()
    story.entry({story.one.id: 1}, on=date(2026, 3, 31), pence=Pence(99_00))
    seen = as_(Role.BOARD).get("/funding/?month=2026-06").get_data(as_text=True)
    assert "from_month=2026-04" in seen
    assert "£99.00" not in seen
    assert EntryKind.EQUIPMENT.value == "equipment"
    assert TODAY.year == 2026


def test_what_settles_an_earlier_year_stands_beside_the_spending(app: Flask, as_: As) -> None:
    story = Story()
    settled = {"kind": EntryKind.YEAR_END, "group": SETTLING, "pence": Pence(77_00)}
    story.entry({story.one.id: 1}, on=TODAY, **settled)
    board = as_(Role.BOARD)
    seen = board.get(f"/funding/?month={TODAY:%Y-%m}").get_data(as_text=True)
    assert "Settled for earlier years" in seen
    whole = f"/funding/entries?partner={story.one.code}&from_month={TODAY:%Y-%m}"
    assert "£77.00" in board.get(whole).get_data(as_text=True)
    assert "£77.00" not in board.get(f"{whole}&kind=spending").get_data(as_text=True)
