"""Pages of campaigns: how far each is, its letters and texts, and the answer about each loan."""

from datetime import date
from typing import Any

from flask import Blueprint, flash, redirect, url_for

from core.clock import london_day, now
from core.errors import NotFound, Refused
from labels.papers import pdf_answer
from people.access import needs, who
from people.audit import look
from people.rules import May
from returns.campaigns import actions, queries
from returns.campaigns.forms import AnswerForm, EndForm
from returns.campaigns.models import Campaign, CampaignLoan
from returns.campaigns.rules import HAS_LETTERS, CampaignStatus, Kind
from returns.campaigns.written import TEXT_HEADS, letters_of, texts_of
from web.csvs import csv_answer
from web.filters import counted
from web.forms import Form
from web.pages import page
from web.paging import paged
from web.writes import looks, writes

bp = Blueprint("campaigns", __name__)
READS = (May.PLAN_VISITS, May.ASK_BACK, May.SEE_BOARD)
ASKS = (May.PLAN_VISITS, May.ASK_BACK)


def today() -> date:
    """The day it is in London."""
    return london_day(now())


@bp.get("/campaigns")
@needs(*READS)
def campaigns() -> Any:
    """Every campaign and how far it is."""
    return page(
        "campaigns/list.html",
        campaigns=queries.campaigns(viewer=who(), on=today()),
        asks=_asks(),
    )


def _asks() -> bool:
    return any(who().may(one) for one in ASKS)


@bp.get("/campaigns/<code>")
@needs(*READS)
@looks
def campaign(code: str) -> Any:
    """One campaign: what it is, and whom it still has to ask."""
    return _campaign_page(queries.campaign_by_code(code))


def _campaign_page(campaign: Campaign, form: Form | None = None) -> str:
    lines = paged(queries.work_list(campaign, viewer=who(), on=today())) if _asks() else ()
    for line in lines:
        look("client", line.loan.client.code)
    return page(
        "campaigns/campaign.html",
        campaign=campaign,
        progress=queries.progress_of(campaign, viewer=who(), on=today()),
        lines=lines,
        form=form or EndForm(formdata=None),
        running=campaign.status is CampaignStatus.RUNNING,
        has_letters=campaign.kind in HAS_LETTERS,
        has_texts=campaign.kind is Kind.TEXTS,
        asks=_asks(),
    )


@bp.get("/campaigns/<code>/letters")
@needs(May.PLAN_VISITS)
def letters(code: str) -> Any:
    """How many letters there are to print, and to whom none is written."""
    return _sending_page(_with_letters(code))


@bp.get("/campaigns/<code>/texts")
@needs(May.PLAN_VISITS)
def texts(code: str) -> Any:
    """How many texts there are to send."""
    return _sending_page(_with_texts(code))


def _with_letters(code: str) -> Campaign:
    campaign = queries.campaign_by_code(code)
    if campaign.kind not in HAS_LETTERS:
        raise NotFound("This campaign writes no letters.")
    return campaign


def _with_texts(code: str) -> Campaign:
    campaign = queries.campaign_by_code(code)
    if campaign.kind is not Kind.TEXTS:
        raise NotFound("This campaign sends no texts.")
    return campaign


def _sending_page(campaign: Campaign, form: Form | None = None) -> str:
    lines = queries.lines_to_write_to(campaign, viewer=who(), on=today())
    return page(
        "campaigns/sending.html",
        campaign=campaign,
        form=form,
        lines=lines,
        clients=len(queries.clients_of(lines)),
        waiting=queries.waiting_to_be_sent(lines),
        progress=queries.progress_of(campaign, viewer=who(), on=today()),
        by_letter=campaign.kind in HAS_LETTERS,
    )


@bp.get("/campaigns/<code>/letters.pdf")
@needs(May.PLAN_VISITS)
@looks
def letters_pdf(code: str) -> Any:
    """The letters, to print."""
    campaign = _with_letters(code)
    paper = letters_of(campaign, viewer=who(), on=today())
    return pdf_answer(paper, f"letters-{campaign.code}.pdf")


@bp.get("/campaigns/<code>/texts.csv")
@needs(May.PLAN_VISITS)
@looks
def texts_csv(code: str) -> Any:
    """The texts, to hand to whoever sends them."""
    campaign = _with_texts(code)
    rows = texts_of(campaign, viewer=who(), on=today())
    return csv_answer(f"texts-{campaign.code}", TEXT_HEADS, rows)


@bp.post("/campaigns/<code>/letters")
@needs(May.PLAN_VISITS)
@writes
def say_posted(code: str) -> Any:
    """Say that the letters are posted."""
    return _say_sent(_with_letters(code))


@bp.post("/campaigns/<code>/texts")
@needs(May.PLAN_VISITS)
@writes
def say_sent(code: str) -> Any:
    """Say that the texts are sent."""
    return _say_sent(_with_texts(code))


def _say_sent(campaign: Campaign) -> Any:
    form = Form()
    try:
        count = actions.say_sent(campaign, by=who(), at=now())
    except Refused as why:
        return _sending_page(campaign, form.refused(why)), why.status
    flash(f"{counted(count, 'loan')} asked for.")
    return redirect(url_for(".campaign", code=campaign.code), 303)


@bp.post("/campaigns/<code>/end")
@needs(May.PLAN_VISITS)
@writes
def end(code: str) -> Any:
    """End a campaign."""
    campaign, form = queries.campaign_by_code(code), EndForm()
    if not form.validate():
        return _campaign_page(campaign, form), 422
    try:
        actions.end(campaign, cost=form.cost.data, by=who(), at=now())
    except Refused as why:
        return _campaign_page(campaign, form.refused(why)), why.status
    flash(f"“{campaign.name}” has ended.")
    return redirect(url_for(".campaign", code=campaign.code), 303)


def _asking_for(code: str) -> CampaignLoan:
    return queries.asking_for(code, viewer=who(), on=today())


@bp.get("/loans/<code>/asking")
@needs(*ASKS)
@looks
def asking(code: str) -> Any:
    """One loan that a campaign asks for: whom to ring, why, and what was answered."""
    line = _asking_for(code)
    return _asking_page(line, AnswerForm.about(line.status, line.loan.client))


def _asking_page(line: CampaignLoan, form: AnswerForm) -> str:
    look("client", line.loan.client.code)
    open_still = line.loan.ended_at is None and line.loan.asked_back_at is None
    return page("campaigns/asking.html", line=line, form=form, open_still=open_still)


@bp.post("/loans/<code>/asking")
@needs(*ASKS)
@writes
def answer(code: str) -> Any:
    """Write down what was answered about a loan."""
    line = _asking_for(code)
    form = AnswerForm.about(line.status, line.loan.client)
    if not form.validate():
        return _asking_page(line, form), 422
    event, reason = form.said
    note = form.note.data or ""
    try:
        actions.answer(line, event, reason=reason, note=note, by=who(), at=now())
    except Refused as why:
        return _asking_page(line, form.refused(why)), why.status
    flash(f"{line.loan.product.name}: {line.status.value.replace('_', ' ')}.")
    return redirect(url_for(".campaign", code=line.campaign.code), 303)
