"""Campaigns: started once, asked kindly, answered loan by loan, and ended."""

import csv
import io
import re
from datetime import datetime, timedelta
from html import unescape

import pypdf
import pytest
from sqlalchemy import select

from core.clock import now
from core.db import db
from core.errors import Invalid, NotAllowed, NotFound
from loans import actions as lending
from loans.rules import BackReason
from people.models import AuditRow
from people.rules import Role
from returns.campaigns import actions, queries
from returns.campaigns.models import Campaign, CampaignLoan
from returns.campaigns.rules import AskEvent, AskStatus, CampaignStatus, Kind, Plan, Worth
from tests import builders
from tests.labels.papers import squares

LONG_AGO = timedelta(days=300)
WHY = "Nothing was heard since: no visit, no order, no message."


def said(answer):
    return " ".join(unescape(re.sub(r"<[^>]+>", " ", answer.text)).split())


@pytest.fixture
def at(app) -> datetime:
    return now()


@pytest.fixture
def by(at):
    return builders.a_member_of_staff(Role.SCHEDULER)


def lent(at, **but):
    return builders.a_loan(builders.a_client(**{"at": at - LONG_AGO, **but}), at=at - LONG_AGO)


def a_campaign(loans, *, by, at, **but):
    facts = {"name": f"Campaign {len(loans)}", "kind": Kind.LETTERS, "covers": "all", **but}
    chosen = [Worth(loan.id, 10_80, WHY) for loan in loans]
    return actions.start(Plan(**facts), chosen, by=by, at=at)


def lines(campaign):
    found = db.session.scalars(select(CampaignLoan).where(CampaignLoan.campaign_id == campaign.id))
    return {line.loan.code: line for line in found}


def line_of(loan, by, at):
    return queries.asking_for(loan.code, viewer=by, on=at.date())


def test_a_campaign_fixes_whom_it_asks_when_it_starts(at, by):
    loan = lent(at)
    campaign = a_campaign([loan], by=by, at=at)
    line = lines(campaign)[loan.code]
    assert (line.status, line.value, line.score, line.because) == (
        AskStatus.TO_ASK, 60_00, 10_80, WHY,
    )  # fmt: skip


def test_what_ended_or_was_asked_back_meanwhile_drops_out(at, by):
    ended, asked, left = lent(at), lent(at), lent(at)
    builders.a_return(ended, at=at)
    lending.ask_back(asked, BackReason.NOT_NEEDED, by=by, at=at)
    assert set(lines(a_campaign([ended, asked, left], by=by, at=at))) == {left.code}
    with pytest.raises(NotAllowed, match="None of these loans is left"):
        a_campaign([ended, asked], by=by, at=at, name="Another")


@pytest.mark.parametrize(("kind", "asks"), [(Kind.LETTERS, 1), (Kind.TEXTS, 1),
                                            (Kind.TELEPHONE, 2)])  # fmt: skip
def test_nothing_is_written_to_who_has_died_but_the_family_may_be_rung(at, by, kind, asks):
    died, lives = lent(at), lent(at)
    lending.record_death(died.client, at.date(), by=by, at=at)
    campaign = a_campaign([died, lives], by=by, at=at, kind=kind, held_out=50, seed="x")
    assert len(lines(campaign)) == asks
    if asks == 2:
        assert lines(campaign)[died.code].status is AskStatus.TO_ASK, "a family is never held out"


def test_the_second_to_start_the_same_campaign_is_told_of_the_first(at, by):
    loan = lent(at)
    a_campaign([loan], by=by, at=at, name="Spring letters")
    with pytest.raises(NotAllowed, match="There is a campaign of this name"):
        a_campaign([lent(at)], by=by, at=at, name="Spring letters")
    with pytest.raises(NotAllowed, match=f"1 of these are in “Spring letters”.*{by.name}"):
        a_campaign([loan, lent(at)], by=by, at=at, name="Summer letters")


def test_no_campaign_asks_for_more_loans_than_people_can_ask_for(at, by, monkeypatch):
    monkeypatch.setattr(actions, "MOST_LOANS", 1)
    with pytest.raises(Invalid, match="at most 1 loans") as why:
        a_campaign([lent(at), lent(at)], by=by, at=at)
    assert why.value.field == "most"


def test_what_is_held_out_stands_on_no_list_and_gets_no_letter(at, by):
    loans = [lent(at) for _ in range(4)]
    campaign = a_campaign(loans, by=by, at=at, held_out=50, seed="spring")
    held = {code for code, line in lines(campaign).items() if line.status is AskStatus.HELD_OUT}
    assert len(held) == 2
    listed = db.session.scalars(queries.work_list(campaign, viewer=by, on=at.date())).all()
    assert {line.loan.code for line in listed} == {loan.code for loan in loans} - held
    assert actions.say_sent(campaign, by=by, at=at) == 2
    for loan in loans:
        if loan.code in held:
            with pytest.raises(NotFound):
                line_of(loan, by, at)


def answered(line, event, by, at, reason=BackReason.NOT_NEEDED):
    actions.answer(line, event, reason=reason, note=" Rang the daughter ", by=by, at=at)


def test_what_may_be_collected_is_asked_back_at_once(at, by):
    loan = lent(at)
    a_campaign([loan], by=by, at=at)
    line = line_of(loan, by, at)
    answered(line, AskEvent.COLLECT, by, at)
    assert (line.status, loan.back_reason) == (AskStatus.COLLECT, BackReason.NOT_NEEDED)
    db.session.expire_all()
    (row,) = line_of(loan, by, at).history
    assert (row.event, row.because, row.by) == (AskEvent.COLLECT, "Rang the daughter", by)


def test_after_a_death_the_reason_is_that(at, by):
    loan = lent(at)
    lending.record_death(loan.client, at.date(), by=by, at=at)
    a_campaign([loan], by=by, at=at, kind=Kind.TELEPHONE)
    answered(line_of(loan, by, at), AskEvent.COLLECT, by, at, BackReason.DIED)
    assert loan.back_reason is BackReason.DIED


def test_to_collect_asks_why(at, by):
    loan = lent(at)
    a_campaign([loan], by=by, at=at)
    with pytest.raises(Invalid, match="Choose why it comes back"):
        answered(line_of(loan, by, at), AskEvent.COLLECT, by, at, None)
    assert loan.asked_back_at is None


def test_what_came_back_or_is_asked_back_is_not_asked_for(at, by):
    back, booked = lent(at), lent(at)
    a_campaign([back, booked], by=by, at=at)
    builders.a_return(back, at=at)
    lending.ask_back(booked, BackReason.MOVED, by=by, at=at)
    with pytest.raises(NotAllowed, match="has come back already"):
        answered(line_of(back, by, at), AskEvent.STILL_NEEDED, by, at)
    with pytest.raises(NotAllowed, match="was asked back already"):
        answered(line_of(booked, by, at), AskEvent.STILL_NEEDED, by, at)


def test_a_campaign_that_has_ended_asks_nobody_and_frees_its_loans(at, by):
    loan = lent(at)
    campaign = a_campaign([loan], by=by, at=at)
    line = line_of(loan, by, at)
    with pytest.raises(Invalid, match="costs nothing or more"):
        actions.end(campaign, cost=-1, by=by, at=at)
    actions.end(campaign, cost=12_00, by=by, at=at)
    assert (campaign.status, campaign.cost) == (CampaignStatus.ENDED, 12_00)
    for act in (
        lambda: answered(line, AskEvent.STILL_NEEDED, by, at),
        lambda: actions.say_sent(campaign, by=by, at=at),
        lambda: actions.end(campaign, cost=0, by=by, at=at),
    ):
        with pytest.raises(NotAllowed, match="has ended"):
            act()
    a_campaign([loan], by=by, at=at, name="Next")


def test_letters_are_posted_once(at, by):
    campaign = a_campaign([lent(at)], by=by, at=at)
    assert actions.say_sent(campaign, by=by, at=at) == 1
    with pytest.raises(NotAllowed, match="Nothing of this campaign waits"):
        actions.say_sent(campaign, by=by, at=at)


def letters(browser, campaign):
    answer = browser.get(f"/campaigns/{campaign.code}/letters.pdf")
    assert answer.status_code == 200
    return answer.data


def test_each_client_gets_one_kind_letter_whose_squares_name_nobody(at, by, as_):
    client = builders.a_client(at=at - LONG_AGO, address="4 Long Row\nFloor 2\nNottingham")
    things = [builders.an_item(at=at - LONG_AGO).product for _ in range(2)]
    loans = [builders.a_loan(client, products=[one], at=at - LONG_AGO) for one in things]
    campaign = a_campaign([*loans, lent(at)], by=by, at=at)
    paper = letters(as_(by), campaign)
    pages = [page.extract_text() for page in pypdf.PdfReader(io.BytesIO(paper)).pages]
    first = next(text for text in pages if "4 Long Row" in text)
    assert "Dear Ada Madeup," in first
    assert all(one.name in first for one in things)
    assert sum("Dear " in text for text in pages) == 2
    read = squares(paper)
    assert len(read) == 3
    assert all(any(loan.item.giai in one for one in read) for loan in loans)
    assert not [one for one in read if "Madeup" in one or client.code in one]
    assert paper == letters(as_(by), campaign), "the same letters are the same bytes"


def test_a_letter_about_a_child_goes_to_whoever_cares_for_them(at, by, as_):
    loan = lent(at, born_on=(at - timedelta(days=3000)).date())
    paper = letters(as_(by), a_campaign([loan], by=by, at=at))
    text = pypdf.PdfReader(io.BytesIO(paper)).pages[0].extract_text()
    assert "Dear parent or carer of Ada Madeup" in text


def test_who_died_after_the_start_gets_no_letter(at, by, as_):
    died, lives = lent(at), lent(at)
    campaign = a_campaign([died, lives], by=by, at=at)
    lending.record_death(died.client, at.date(), by=by, at=at)
    db.session.flush()
    assert "1 letter about 1 loan" in said(as_(by).get(f"/campaigns/{campaign.code}/letters"))
    assert len(pypdf.PdfReader(io.BytesIO(letters(as_(by), campaign))).pages) == 1
    assert actions.say_sent(campaign, by=by, at=at) == 1
    assert lines(campaign)[died.code].status is AskStatus.TO_ASK


def test_every_client_who_is_written_to_is_in_the_trail(at, by, as_):
    loan = lent(at)
    campaign = a_campaign([loan], by=by, at=at)
    browser = as_(by)
    for address in ("letters.pdf", ""):
        browser.get(f"/campaigns/{campaign.code}/{address}".rstrip("/")).close()
        row = db.session.scalars(select(AuditRow).order_by(AuditRow.id.desc())).first()
        assert row.changes == {"client": [loan.client.code]}, address


def test_texts_are_a_file_of_numbers_and_words_that_name_nobody(at, by, as_):
    texted = lent(at, telephone="07700 900123")
    campaign = a_campaign([texted, lent(at, telephone="")], by=by, at=at, kind=Kind.TEXTS)
    browser = as_(by)
    assert "1 text about 1 loan" in said(browser.get(f"/campaigns/{campaign.code}/texts"))
    file = browser.get(f"/campaigns/{campaign.code}/texts.csv").text.removeprefix("\ufeff")
    (row,) = csv.DictReader(io.StringIO(file))
    assert row["Telephone"] == "07700900123"
    assert "Madeup" not in file
    answer = browser.post(f"/campaigns/{campaign.code}/texts")
    assert answer.status_code == 303
    assert lines(campaign)[texted.code].status is AskStatus.ASKED
    assert browser.post(f"/campaigns/{campaign.code}/texts").status_code == 409
    assert browser.get(f"/campaigns/{campaign.code}/letters").status_code == 404


def test_a_campaign_of_letters_sends_no_texts(at, by, as_):
    campaign = a_campaign([lent(at)], by=by, at=at)
    browser = as_(by)
    assert browser.get(f"/campaigns/{campaign.code}/texts").status_code == 404
    assert browser.get(f"/campaigns/{campaign.code}/texts.csv").status_code == 404
    assert browser.post(f"/campaigns/{campaign.code}/texts").status_code == 404
    assert browser.post(f"/campaigns/{campaign.code}/letters").status_code == 303


def test_an_answer_is_written_down_on_the_page_of_its_loan(at, by, as_):
    loan = lent(at, telephone="0115 496 0123")
    campaign = a_campaign([loan], by=by, at=at)
    browser, address = as_(by), f"/loans/{loan.code}/asking"
    page = said(browser.get(address))
    assert "Ada Madeup" in page
    assert "0115 496 0123" in page
    assert WHY in page
    refused = browser.post(address, data={})
    assert refused.status_code == 422
    assert "Choose the answer." in said(refused)
    refused = browser.post(address, data={"answer": "collect", "note": "Rang"})
    assert refused.status_code == 422
    assert "Choose why it comes back." in said(refused)
    assert 'value="Rang"' in refused.text, "what was typed stays"
    done = browser.post(address, data={"answer": "collect", "reason": "moved"})
    assert done.headers["Location"] == f"/campaigns/{campaign.code}"
    assert loan.back_reason is BackReason.MOVED
    assert "nothing more to ask" in said(browser.get(address))
    assert browser.post(address, data={"answer": "collect", "reason": "moved"}).status_code == 422


def test_after_a_death_the_page_has_words_for_the_family(at, by, as_):
    loan = lent(at)
    lending.record_death(loan.client, at.date(), by=by, at=at)
    a_campaign([loan], by=by, at=at, kind=Kind.TELEPHONE)
    page = said(as_(by).get(f"/loans/{loan.code}/asking"))
    assert "has died" in page
    assert "Say that we are sorry" in page
    assert "!" not in page.partition("has died")[2].partition("Keep the answer")[0]


def test_a_prescriber_finds_only_their_own_clients_in_a_campaign(at, by, as_):
    loan = lent(at)
    campaign = a_campaign([loan], by=by, at=at)
    own, stranger = as_(builders.a_prescriber()), as_(Role.PRESCRIBER)
    assert "1 Test Street" in said(own.get(f"/campaigns/{campaign.code}"))
    assert own.get(f"/loans/{loan.code}/asking").status_code == 200
    assert "Test Street" not in said(stranger.get(f"/campaigns/{campaign.code}"))
    assert stranger.get(f"/loans/{loan.code}/asking").status_code == 404
    chair = as_(Role.BOARD)
    assert "Test Street" not in said(chair.get(f"/campaigns/{campaign.code}"))
    assert "Campaign 1" in said(chair.get("/campaigns"))
    assert as_(Role.WAREHOUSE).get("/campaigns").status_code == 403


def test_what_is_to_be_asked_waits_on_the_start_page(at, by, as_):
    browser = as_(by)
    assert "No campaign" not in said(browser.get("/"))
    assert "There was no campaign yet" in said(browser.get("/campaigns"))
    campaign = a_campaign([lent(at), lent(at)], by=by, at=at)
    assert "Equipment to ask back 2" in said(browser.get("/"))
    actions.say_sent(campaign, by=by, at=at)
    assert "Equipment to ask back 2" not in said(browser.get("/"))


def test_a_campaign_is_ended_with_what_it_cost(at, by, as_):
    campaign = a_campaign([lent(at)], by=by, at=at)
    browser, address = as_(by), f"/campaigns/{campaign.code}/end"
    refused = browser.post(address, data={"cost": "a lot"})
    assert refused.status_code == 422
    assert "a lot" in refused.text
    assert browser.post(address, data={"cost": "-1"}).status_code == 422
    assert browser.post(address, data={"cost": "12.50"}).status_code == 303
    assert db.session.get(Campaign, campaign.id).cost == 12_50
    assert browser.post(address, data={"cost": "12.50"}).status_code == 409
