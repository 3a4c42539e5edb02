"""The way out: the ledger as a Beancount file that proves itself, a month as journals."""

import subprocess
import sys
from collections.abc import Callable
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import pytest
from flask import Flask

from core.clock import moment
from core.db import db
from core.errors import NotFound
from core.money import Pence
from funding.actions import reverse
from funding.leaving.beancount import Book
from funding.leaving.journals import HEADS, Journals
from funding.leaving.queries import WHOLE
from funding.models import Account, Entry, Posting
from funding.rules import EntryKind
from people.queries import NOTHING
from people.rules import ROLES, May, Role
from tests.builders import (
    NOON,
    TODAY,
    a_fund,
    a_member_of_staff,
    a_partner,
    a_rule,
    an_entry,
    an_organisation,
)
from tests.conftest import EachRequestAlone
from web.csvs import read_back

As = Callable[..., EachRequestAlone]
MAY, JUNE = date(2026, 5, 1), date(2026, 6, 1)


class Story:
    """May closed, a late charge of it counted in June, one taken back, one parked."""

    def __init__(self) -> None:
        self.fund = a_fund(name="Pool of “Quotes” \\ and\nlines")
        self.one = a_partner(self.fund).organisation
        self.other = a_partner(self.fund).organisation
        rule = a_rule(self.fund, name='Joint "60:40"', position=1)
        shares = {self.one.id: 60, self.other.id: 40}
        self.may = self.entry(shares, on=MAY + timedelta(days=9), rule_id=rule.id)
        self.fund.open_from = JUNE
        db.session.flush()
        self.late = self.entry(shares, on=MAY + timedelta(days=20), rule_id=rule.id)
        self.credit = self.entry(shares, kind=EntryKind.CREDIT, pence=Pence(-7_77))
        self.parked = self.entry({}, parked_because="The practice lies outside.")
        self.back = reverse(
            self.may, because="Mrs Madeup had died", by=a_member_of_staff(), at=NOON
        )

    def entry(self, shares: dict[int, int], **but: Any) -> Entry:
        return an_entry(self.fund, shares, **but)


def checked(text: str, where: Path) -> tuple[int, str]:
    """What bean-check says of a file: its exit status, and its words."""
    file = where / "ledger.beancount"
    file.write_text(text, encoding="utf-8")
    told = subprocess.run(
        [sys.executable, "-m", "beancount.scripts.check", "--no-cache", str(file)],
        capture_output=True, text=True, check=False,
    )  # fmt: skip
    return told.returncode, told.stdout + told.stderr


def whole() -> str:
    return "".join(Book(WHOLE).text())


def balances(text: str) -> dict[tuple[str, str], str]:
    """What a file says every account holds, by day and account."""
    said = [line.split() for line in text.splitlines() if " balance " in line]
    return {(day, account): amount for day, _, account, amount, *_ in said}


def test_the_whole_ledger_is_a_beancount_file_that_its_own_program_accepts(
    app: Flask, tmp_path: Path
) -> None:
    story = Story()
    text = whole()
    assert checked(text, tmp_path) == (0, "")
    assert f"^entry-{story.back.id} ^entry-{story.may.id}" in text
    assert 'rule: "Joint \\"60:40\\""' in text
    assert f'source: "{story.late.source}"' in text


def test_its_balances_are_ours_at_the_end_and_after_each_closed_month(app: Flask) -> None:
    story = Story()
    said = balances(whole())
    for until, day in ((MAY, "2026-06-01"), (JUNE, "2026-06-02")):
        ours = db.session.execute(
            db.select(Account, db.func.sum(Posting.pence))
            .join(Posting.account).join(Posting.entry)
            .where(Entry.month <= until).group_by(Account.id)
        )  # fmt: skip
        for account, pence in ours:
            ending = account.organisation.official_code if account.organisation else account.kind
            named = [
                amount for (on, name), amount in said.items()
                if on == day and name.lower().endswith(ending.lower())
            ]  # fmt: skip
            assert [int(amount.replace(".", "")) for amount in named] == [pence]
    accounts = db.session.scalar(db.select(db.func.count(Account.id)))
    assert len(said) == 2 * (accounts or 0)
    assert story.late.month == JUNE


def test_a_late_event_stands_on_the_day_it_counts_and_says_when_it_happened(app: Flask) -> None:
    story = Story()
    _, _, after = whole().partition(f"^entry-{story.late.id}\n")
    assert after.splitlines()[2] == "  happened: 2026-05-21"


@pytest.mark.parametrize("both", [True, False], ids=["balanced", "unbalanced"])
def test_a_penny_changed_on_the_way_is_refused(app: Flask, tmp_path: Path, both: bool) -> None:
    Story()
    text = whole()
    first, _, rest = text.partition("  6.01 GBP")
    tampered = f"{first}  6.02 GBP{rest}"
    if both:
        tampered = tampered.replace("  4.00 GBP", "  3.99 GBP", 1)
    status, said = checked(tampered, tmp_path)
    assert status == 1
    assert ("Balance failed" if both else "does not balance") in said


def test_a_ledger_without_entries_is_accepted_too(app: Flask, tmp_path: Path) -> None:
    a_partner(a_fund())
    assert checked(whole(), tmp_path) == (0, "")


def test_an_account_of_any_name_can_be_written(app: Flask, tmp_path: Path) -> None:
    """One body's ODS code may be another's GSS code, and neither may swallow the other's money."""
    fund = a_fund()
    one = a_partner(fund, organisation=an_organisation(ods_code="E06999998")).organisation
    other = an_organisation(ods_code=None, gss_code="E06999998")
    third = an_organisation(ods_code=None)
    for body in (other, third):
        a_partner(fund, organisation=body)
    an_entry(fund, {one.id: 1, other.id: 1, third.id: 1})
    text = whole()
    assert checked(text, tmp_path) == (0, "")
    assert f"PARTNER-E06999998-{one.code}" in text
    assert f"PARTNER-{third.code}" in text


def test_nothing_that_somebody_typed_leaves(app: Flask) -> None:
    story = Story()
    story.entry({story.one.id: 1}, kind=EntryKind.ACCRUAL, memo="Mrs Madeup's hoist")
    rows = Journals(JUNE, WHOLE).rows()
    for text in (whole(), "\n".join(str(row) for row in rows)):
        assert "Madeup" not in text
        assert f"Reversal of entry {story.may.id}" in text


def test_every_journal_balances_and_the_month_too(app: Flask) -> None:
    Story()
    wanted = Journals(JUNE, WHOLE)
    rows = [dict(zip(HEADS, row, strict=True)) for row in wanted.rows()]
    assert wanted.debit == wanted.credit > 0
    assert wanted.lines == len(rows)
    by_journal: dict[int, int] = {}
    for row in rows:
        sides = [int(str(row[side] or 0).replace(".", "")) for side in ("Debit (£)", "Credit (£)")]
        by_journal[row["Journal"]] = by_journal.get(row["Journal"], 0) + sides[0] - sides[1]
    assert set(by_journal.values()) == {0}
    assert len(by_journal) == 4


def test_a_late_event_is_in_the_journals_of_the_month_it_counts_in(app: Flask) -> None:
    story = Story()
    of_may = {row[2] for row in Journals(MAY, WHOLE).rows()}
    of_june = {row[2] for row in Journals(JUNE, WHOLE).rows()}
    assert of_may == {story.may.id}
    assert story.late.id in of_june


def test_whoever_does_not_see_the_whole_gets_no_file(app: Flask) -> None:
    Story()
    for pieces in (Book(NOTHING).text(), Journals(JUNE, NOTHING).rows()):
        with pytest.raises(NotFound):
            list(pieces)


@pytest.mark.parametrize("role", Role)
def test_the_journals_are_for_those_who_see_all_money(app: Flask, as_: As, role: Role) -> None:
    story = Story()
    client = as_(role, organisation=story.one)
    sees = bool(ROLES[role] & {May.SEE_ALL_MONEY, May.KEEP_AGREEMENTS})
    answer = client.get("/funding/journals/2026-06.csv")
    assert answer.status_code == (200 if sees else 403)
    if ROLES[role] & {May.SEE_MONEY, May.KEEP_AGREEMENTS}:
        page = client.get("/funding/?month=2026-06").get_data(as_text=True)
        assert ("/funding/journals/2026-06.csv" in page) == sees


def test_nobody_without_an_organisation_gets_the_journals(app: Flask, as_: As) -> None:
    Story()
    client = as_(Role.BOARD, organisation=None)
    assert client.get("/funding/journals/2026-06.csv").status_code == 404


@pytest.mark.parametrize("month", ["2026-13", "june", "2026-6"])
def test_a_month_that_is_none_is_not_found(app: Flask, as_: As, month: str) -> None:
    a_fund()
    assert as_(Role.BOARD).get(f"/funding/journals/{month}.csv").status_code == 404


def test_no_cell_of_a_journal_is_run_as_a_formula(app: Flask, as_: As) -> None:
    story = Story()
    story.entry({story.one.id: 1}, memo="=HYPERLINK(1)", subject="@SUM(1)")
    text = as_(Role.BOARD).get("/funding/journals/2026-06.csv").get_data(as_text=True)
    assert "'=HYPERLINK(1)" in text
    assert ",=" not in text
    assert ",@" not in text
    assert any("=HYPERLINK(1)" in row for row in read_back(text))


def test_the_command_line_writes_both_and_says_how_fast(app: Flask, tmp_path: Path) -> None:
    story = Story()
    run = app.test_cli_runner().invoke
    file = tmp_path / "out.beancount"
    told = run(args=["ledger", "beancount", "--to", str(file)])
    assert (told.exit_code, told.output[:13]) == (0, "5 entries in ")
    assert file.read_text(encoding="utf-8") == whole()
    shown = run(args=["ledger", "journals", "2026-06"])
    assert shown.exit_code == 0
    assert "debits £" in shown.output
    assert story.credit.source in shown.output
    refused = run(args=["ledger", "journals", "June"])
    assert refused.exit_code == 1
    assert "Write a month as year and month" in refused.output


def test_an_entry_of_long_ago_is_no_hindrance(app: Flask, tmp_path: Path) -> None:
    fund = a_fund()
    long_ago = date(2013, 4, 30)
    an_entry(fund, {a_partner(fund).organisation_id: 1}, on=long_ago, at=moment(long_ago))
    an_entry(fund, {a_partner(fund).organisation_id: 1}, on=TODAY)
    assert checked(whole(), tmp_path) == (0, "")
