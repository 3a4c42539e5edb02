"""Disputes: a partner's own lines only, answered or settled to the penny, and never twice."""

import io
from collections.abc import Callable
from datetime import date, timedelta
from typing import Any

import pytest
from flask import Flask
from openpyxl import load_workbook

from core.errors import Invalid, NotAllowed, NotFound
from core.money import Pence
from funding import actions as ledger
from funding.disputes import actions
from funding.disputes.models import Dispute
from funding.disputes.queries import by_line, dispute_by_code, disputed, disputes, waiting
from funding.disputes.rules import DisputeStatus
from funding.models import Entry
from funding.queries import ledger_faults, statement
from funding.rules import EntryKind, Facts
from people.models import Staff
from people.rules import Role
from tests.builders import (
    NOON,
    TODAY,
    a_fund,
    a_member_of_staff,
    a_merger,
    a_partner,
    an_entry,
    an_organisation,
)
from tests.conftest import EachRequestAlone
from tests.funding.test_statements import text_of
from web.csvs import read_back

As = Callable[..., EachRequestAlone]
LATER = NOON + timedelta(days=3)
JUNE = date(2026, 6, 1)


class Quarrel:
    """Three partners, one entry shared by two of them, an officer of each and a keeper."""

    def __init__(self) -> None:
        self.fund = a_fund()
        self.one, self.other, self.third = (a_partner(self.fund).organisation for _ in range(3))
        self.entry = an_entry(
            self.fund,
            {self.one.id: 60, self.other.id: 40},
            pence=Pence(100_01),
            subject="RJ4D8CXP",
            facts=Facts(care_class="joint", ruled_on=JUNE),
        )
        self.officer = a_member_of_staff(Role.FINANCE, organisation=self.one)
        self.keeper = a_member_of_staff(Role.ADMINISTRATOR)

    def raised(self, **but: Any) -> Dispute:
        facts: dict[str, Any] = {"because": "Never delivered", "by": self.officer, "at": NOON}
        return actions.raise_dispute(but.pop("entry", self.entry), **{**facts, **but})

    def answered(self) -> Dispute:
        return self.say(actions.answer, self.raised(), by=self.keeper)

    def settled(self, dispute: Dispute, laid_on: dict[int, int] | None = None) -> Dispute:
        return actions.settle(
            dispute, because="Right", laid_on=laid_on or {}, by=self.keeper, at=LATER
        )

    def say(self, act: Any, dispute: Dispute, by: Staff | None = None) -> Dispute:
        done: Dispute = act(dispute, because="So", by=by or self.officer, at=LATER)
        return done

    def closing(self, body: Any, month: date = JUNE) -> int:
        return statement(body, month, viewer=a_member_of_staff(Role.BOARD)).closing


def test_a_dispute_is_raised_answered_and_accepted_and_the_charge_stands(app: Flask) -> None:
    quarrel = Quarrel()
    done = quarrel.say(actions.accept, quarrel.answered())
    assert done.status is DisputeStatus.ACCEPTED
    kept = dispute_by_code(done.code, viewer=quarrel.officer, on=TODAY)
    assert [(step.was.value, step.became.value, step.by) for step in kept.history] == [
        ("raised", "answered", quarrel.keeper),
        ("answered", "accepted", quarrel.officer),
    ]
    assert quarrel.closing(quarrel.one) == 60_01


def test_an_answer_that_does_not_do_is_replied_to(app: Flask) -> None:
    quarrel = Quarrel()
    assert quarrel.say(actions.reply, quarrel.answered()).status is DisputeStatus.RAISED


def test_settling_takes_the_entry_back_and_is_linked(app: Flask) -> None:
    quarrel = Quarrel()
    settled = quarrel.settled(quarrel.raised())
    reversal = ledger.db.session.get_one(Entry, settled.reversal_id)
    assert reversal.reverses_id == quarrel.entry.id
    assert settled.code in reversal.memo
    assert settled.relaid_id is None
    assert (quarrel.closing(quarrel.one), quarrel.closing(quarrel.other)) == (0, 0)
    assert ledger_faults() == []


def test_settling_can_lay_the_same_amount_on_others(app: Flask) -> None:
    quarrel = Quarrel()
    settled = quarrel.settled(quarrel.answered(), {quarrel.other.id: 1, quarrel.third.id: 2})
    anew = ledger.db.session.get_one(Entry, settled.relaid_id)
    assert (anew.kind, anew.pence, anew.subject) == (EntryKind.ADJUSTMENT, 100_01, "RJ4D8CXP")
    assert anew.facts == {}  # a person has decided: no other rules are tried on it
    bodies = (quarrel.one, quarrel.other, quarrel.third)
    assert [quarrel.closing(body) for body in bodies] == [0, 33_34, 66_67]
    assert ledger_faults() == []


def test_an_entry_taken_back_meanwhile_is_not_taken_back_again(app: Flask) -> None:
    quarrel = Quarrel()
    dispute = quarrel.raised()
    back = ledger.reverse(quarrel.entry, because="Found out", by=quarrel.keeper, at=LATER)
    assert quarrel.settled(dispute).reversal_id == back.id
    assert quarrel.closing(quarrel.one) == 0


def test_a_line_is_disputed_once(app: Flask) -> None:
    quarrel = Quarrel()
    first = quarrel.raised()
    with pytest.raises(NotAllowed, match=f"disputed already: dispute {first.code} is still open"):
        quarrel.raised()
    quarrel.say(actions.accept, quarrel.say(actions.answer, first, by=quarrel.keeper))
    with pytest.raises(NotAllowed, match="has been accepted"):
        quarrel.raised()


def test_two_partners_may_each_dispute_their_part_of_one_entry(app: Flask) -> None:
    quarrel = Quarrel()
    theirs = a_member_of_staff(Role.FINANCE, organisation=quarrel.other)
    assert quarrel.raised().organisation == quarrel.one
    assert quarrel.raised(by=theirs).organisation == quarrel.other


def test_a_withdrawn_dispute_is_not_settled_but_may_be_raised_again(app: Flask) -> None:
    quarrel = Quarrel()
    gone = quarrel.say(actions.withdraw, quarrel.raised())
    for act in (actions.answer, actions.reply, actions.accept, actions.withdraw):
        with pytest.raises(NotAllowed, match="This is withdrawn"):
            quarrel.say(act, gone)
    with pytest.raises(NotAllowed, match="This is withdrawn"):
        quarrel.settled(gone)
    assert quarrel.raised().status is DisputeStatus.RAISED
    assert quarrel.closing(quarrel.one) == 60_01


def test_a_settled_dispute_is_not_settled_again(app: Flask) -> None:
    quarrel = Quarrel()
    settled = quarrel.settled(quarrel.raised())
    with pytest.raises(NotAllowed, match="This is settled"):
        quarrel.settled(settled)


def test_an_answer_is_accepted_only_where_there_is_one(app: Flask) -> None:
    quarrel = Quarrel()
    with pytest.raises(NotAllowed, match="This is raised"):
        quarrel.say(actions.accept, quarrel.raised())


def test_an_entry_that_was_taken_back_is_not_disputed(app: Flask) -> None:
    quarrel = Quarrel()
    back = ledger.reverse(quarrel.entry, because="Found out", by=quarrel.keeper, at=NOON)
    with pytest.raises(NotAllowed, match=f"taken back by entry {back.id}"):
        quarrel.raised()


def test_a_line_disputed_already_leads_to_its_dispute(app: Flask, as_: As) -> None:
    quarrel = Quarrel()
    page, form = (f"/funding/entries/{quarrel.entry.id}{end}" for end in ("", "/dispute"))
    offered = f'href="{form}"'
    assert offered in as_(quarrel.officer).get(page).text
    there = quarrel.raised()
    browser = as_(quarrel.officer)
    told = browser.get(page).text
    assert offered not in told
    assert f'href="/funding/disputes/{there.code}"' in told
    answer = browser.get(form)
    assert (answer.status_code, answer.location) == (302, f"/funding/disputes/{there.code}")
    quarrel.say(actions.withdraw, there)
    assert offered in as_(quarrel.officer).get(page).text


def test_no_dispute_is_offered_of_a_line_that_is_another_partners(app: Flask, as_: As) -> None:
    quarrel = Quarrel()
    keeper = as_(quarrel.keeper).get(f"/funding/entries/{quarrel.entry.id}")
    assert "Dispute this line" not in keeper.text


def test_another_partners_entry_is_not_found(app: Flask, as_: As) -> None:
    quarrel = Quarrel()
    foreign = an_entry(quarrel.fund, {quarrel.other.id: 1})
    with pytest.raises(NotFound):
        quarrel.raised(entry=foreign)
    officer = as_(quarrel.officer)
    address = f"/funding/entries/{foreign.id}/dispute"
    assert officer.get(address).status_code == 404
    assert officer.post(address, data={"because": "Mine"}).status_code == 404


def test_another_partners_dispute_is_not_found_and_not_acted_on(app: Flask, as_: As) -> None:
    quarrel = Quarrel()
    dispute = quarrel.answered()
    stranger = a_member_of_staff(Role.FINANCE, organisation=quarrel.third)
    browser = as_(stranger)
    assert browser.get(f"/funding/disputes/{dispute.code}").status_code == 404
    for event in ("reply", "accept", "withdraw"):
        data = {f"{event}-because": "Mine"}
        answer = browser.post(f"/funding/disputes/{dispute.code}/{event}", data=data)
        assert answer.status_code == 404, event
    for act in (actions.reply, actions.accept, actions.withdraw):
        with pytest.raises(NotFound):
            quarrel.say(act, dispute, by=stranger)
    assert dispute.code not in browser.get("/funding/disputes?which=all").get_data(as_text=True)


def test_nobody_is_charged_who_is_no_partner(app: Flask) -> None:
    quarrel = Quarrel()
    with pytest.raises(Invalid, match="Only a partner"):
        quarrel.settled(quarrel.raised(), {an_organisation().id: 1})
    with pytest.raises(Invalid, match="1 or more"):
        quarrel.settled(quarrel.raised(entry=an_entry(quarrel.fund, {quarrel.one.id: 1})),
                        {quarrel.third.id: 0})  # fmt: skip


def test_who_worked_for_a_merged_body_disputes_its_lines(app: Flask) -> None:
    quarrel = Quarrel()
    merged = an_organisation()
    a_merger(quarrel.one.id, merged, on=TODAY)
    officer = a_member_of_staff(Role.FINANCE, organisation=merged)
    assert quarrel.raised(by=officer).organisation == quarrel.one


def test_open_disputes_are_counted_with_their_age(app: Flask) -> None:
    quarrel = Quarrel()
    assert waiting(viewer=quarrel.officer, on=TODAY).count == 0
    quarrel.raised()
    gone = quarrel.raised(entry=an_entry(quarrel.fund, {quarrel.one.id: 1}), at=LATER)
    quarrel.say(actions.withdraw, gone)
    found = waiting(viewer=quarrel.officer, on=TODAY)
    assert (found.count, found.since) == (1, NOON)
    stranger = a_member_of_staff(Role.FINANCE, organisation=quarrel.third)
    assert waiting(viewer=stranger, on=TODAY).count == 0
    listed = ledger.db.session.execute(disputes(viewer=quarrel.officer, on=TODAY, ended=True)).all()
    assert [(row.Dispute.status.value, row.part) for row in listed] == [
        ("raised", 60_01),
        ("withdrawn", 10_01),
    ]


def test_a_disputed_line_says_so_on_the_statement_until_it_is_over(app: Flask) -> None:
    quarrel = Quarrel()
    dispute = quarrel.raised()
    june = statement(quarrel.one, JUNE, viewer=quarrel.officer, on=TODAY)
    found = disputed(june, viewer=quarrel.officer, on=TODAY)
    assert by_line(june, found) == {june.charges[0]: [dispute]}
    quarrel.settled(dispute)
    after = statement(quarrel.one, JUNE, viewer=quarrel.officer, on=TODAY)
    assert by_line(after, disputed(after, viewer=quarrel.officer, on=TODAY)) == {}


def test_every_form_of_a_statement_lists_what_is_disputed_its_state_and_amount(
    app: Flask, as_: As
) -> None:
    quarrel = Quarrel()
    settled = quarrel.settled(quarrel.raised())
    dearer = an_entry(quarrel.fund, {quarrel.one.id: 1}, pence=Pence(77_70))
    raised = quarrel.raised(entry=dearer)
    gone = quarrel.raised(entry=an_entry(quarrel.fund, {quarrel.one.id: 1}))
    quarrel.say(actions.withdraw, gone)
    reader, address = as_(Role.BOARD), statement_of(quarrel.one)
    page = reader.get(address).get_data(as_text=True).split("Disputed of this statement")[1]
    paper = text_of(reader.get(f"{address}.pdf").data).split("Disputed")[1].split("Share")[0]
    for told in (page, paper):
        for said in (raised.code, settled.code, "£60.01", "£77.70", "Raised", "Settled"):
            assert said in told
        assert gone.code not in told
        assert told.split("counted above")[1].strip().split("£")[1].startswith("77.70")
    heads, *rows = read_back(reader.get(f"{address}.csv").get_data(as_text=True))
    states = {row[heads.index("Entry")]: row[heads.index("Dispute")] for row in rows}
    assert states[str(dearer.id)] == f"{raised.code} raised"
    assert states[str(settled.entry_id)] == f"{settled.code} settled"
    book = load_workbook(io.BytesIO(reader.get(f"{address}.xlsx").data))
    sheet = [list(row) for row in book["Disputes"].iter_rows(values_only=True)]
    assert [(row[0], row[2], row[-1]) for row in sheet[1:]] == [
        (settled.code, "settled", 60.01),
        (raised.code, "raised", 77.7),
        ("In dispute, and counted above", None, 77.7),
    ]
    assert "Disputed" not in reader.get(statement_of(quarrel.third)).get_data(as_text=True)


def test_a_dispute_goes_through_its_pages(app: Flask, as_: As) -> None:
    quarrel = Quarrel()
    officer, keeper = as_(quarrel.officer), as_(quarrel.keeper)
    page = f"/funding/entries/{quarrel.entry.id}"
    assert f"{page}/dispute" in officer.get(page).get_data(as_text=True)
    assert f"{page}/dispute" not in keeper.get(page).get_data(as_text=True)
    empty = officer.post(f"{page}/dispute", data={"because": " "})
    assert empty.status_code == 422
    raised = officer.post(f"{page}/dispute", data={"because": "Never delivered"})
    assert raised.status_code == 303
    again = officer.post(f"{page}/dispute", data={"because": "Still not"})
    assert again.status_code == 409
    assert "Still not" in again.get_data(as_text=True)
    shown = keeper.get(raised.location).get_data(as_text=True)
    assert "Never delivered" in shown
    assert "Take the entry back" in shown
    assert "Accept the answer" not in shown
    code = raised.location.rsplit("/", 1)[-1]
    for address in ("/funding/", "/funding/disputes", page, statement_of(quarrel.one)):
        told = keeper.get(address).get_data(as_text=True)
        assert "Disputes (1, the oldest for" in told if address == "/funding/" else code in told
    answer = keeper.post(f"{raised.location}/answer", data={"answer-because": "It was signed for"})
    assert answer.status_code == 303
    told = officer.get(raised.location).get_data(as_text=True)
    assert "It was signed for" in told
    assert "Accept the answer" in told
    assert "Take the entry back" not in told
    half = keeper.post(
        f"{raised.location}/settle",
        data={"settle-because": "Right", "settle-who_1": quarrel.third.code},
    )
    assert half.status_code == 422
    assert "both who pays and a share" in half.get_data(as_text=True)
    twice = {"settle-because": "Right"}
    for place in (1, 2):
        twice |= {f"settle-who_{place}": quarrel.third.code, f"settle-weight_{place}": "1"}
    assert "each partner once" in keeper.post(f"{raised.location}/settle", data=twice).get_data(
        as_text=True
    )
    done = keeper.post(
        f"{raised.location}/settle",
        data={"settle-because": "Right", "settle-who_1": quarrel.third.code,
              "settle-weight_1": "1"},
    )  # fmt: skip
    assert done.status_code == 303
    ended = officer.get(raised.location).get_data(as_text=True)
    assert "by entry" in ended
    assert "on others" in ended, "their entry is not theirs to open"
    assert quarrel.third.name not in ended
    late = officer.post(f"{raised.location}/withdraw", data={"withdraw-because": "Oh"})
    assert late.status_code == 409
    assert quarrel.closing(quarrel.third, date(2099, 1, 1)) == 100_01


def statement_of(body: Any) -> str:
    return f"/funding/statements/{body.code}/2026-06"


@pytest.mark.parametrize("role", [role for role in Role if role is not Role.FINANCE])
def test_only_a_partners_finance_raises_a_dispute(app: Flask, as_: As, role: Role) -> None:
    quarrel = Quarrel()
    browser = as_(role, organisation=quarrel.one)
    address = f"/funding/entries/{quarrel.entry.id}/dispute"
    assert browser.post(address, data={"because": "No"}).status_code == 403


def test_a_finance_officer_neither_answers_nor_settles(app: Flask, as_: As) -> None:
    quarrel = Quarrel()
    code = quarrel.raised().code
    for event in ("answer", "settle"):
        answer = as_(quarrel.officer).post(f"/funding/disputes/{code}/{event}", data={})
        assert answer.status_code == 403
