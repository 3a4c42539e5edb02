"""Campaigns, how far each is, and the loans it asks for: only those the viewer may see."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlalchemy import Select, func, select
from sqlalchemy.orm import contains_eager, joinedload, selectinload

from core.codes import is_code
from core.db import db
from core.errors import NotFound
from loans.clients.queries import visible
from loans.lending.queries import NO_SUCH_LOAN
from loans.models import Client, Loan
from people.models import Staff
from returns.campaigns.models import Campaign, CampaignLoan, CampaignLoanMove
from returns.campaigns.rules import AskStatus, Kind, mobile

NO_CAMPAIGN = "There is no campaign with this code. Look at the list of campaigns."


@dataclass(frozen=True)
class Progress:
    """A campaign and how many of its loans stand where, of those a viewer may see."""

    campaign: Campaign
    counts: dict[AskStatus, int]
    to_ask: int  # still out and not asked back by anybody
    back: int


def campaign_by_code(code: str) -> Campaign:
    """The campaign of this code, with who started it. Raises NotFound."""
    found = None
    if is_code(code):
        asked = select(Campaign).where(Campaign.code == code)
        found = db.session.scalar(asked.options(joinedload(Campaign.begun_by)))
    if found is None:
        raise NotFound(NO_CAMPAIGN)
    return found


def _lines(viewer: Staff, on: date) -> Select[CampaignLoan]:
    """The loans of campaigns whose clients a viewer may see."""
    loan = contains_eager(CampaignLoan.loan)
    return (
        select(CampaignLoan)
        .join(CampaignLoan.loan)
        .join(Loan.client)
        .where(visible(viewer, on))
        .options(
            loan.contains_eager(Loan.client),
            loan.joinedload(Loan.item),
            loan.joinedload(Loan.product),
            joinedload(CampaignLoan.campaign),
        )
    )


def _waits() -> tuple[Any, ...]:
    """What makes a loan one that somebody still has to ask for."""
    return (
        CampaignLoan.status == AskStatus.TO_ASK,
        CampaignLoan.running,
        Loan.ended_at.is_(None),
        Loan.asked_back_at.is_(None),
    )


def campaigns(*, viewer: Staff, on: date) -> list[Progress]:
    """Every campaign, the latest first, with how far it is."""
    every = db.session.scalars(
        select(Campaign).options(joinedload(Campaign.begun_by)).order_by(Campaign.id.desc())
    ).all()
    return _progress(every, viewer, on)


def progress_of(campaign: Campaign, *, viewer: Staff, on: date) -> Progress:
    """How far one campaign is."""
    return _progress([campaign], viewer, on)[0]


def _progress(every: Sequence[Campaign], viewer: Staff, on: date) -> list[Progress]:
    back = Loan.ended_at.is_not(None) & ~Loan.lost
    found = db.session.execute(
        select(
            CampaignLoan.campaign_id,
            CampaignLoan.status,
            func.count(),
            func.count().filter(*_waits()),
            func.count().filter(back),
        )
        .join(CampaignLoan.loan)
        .join(Loan.client)
        .where(visible(viewer, on), CampaignLoan.campaign_id.in_([one.id for one in every]))
        .group_by(CampaignLoan.campaign_id, CampaignLoan.status)
    ).all()
    told = []
    for campaign in every:
        mine = [row for row in found if row[0] == campaign.id]
        counts = {status: count for _, status, count, _, _ in mine}
        told.append(
            Progress(campaign, counts, sum(row[3] for row in mine), sum(row[4] for row in mine))
        )
    return told


def to_ask(*, viewer: Staff, on: date) -> Select[Any]:
    """When each loan that somebody still has to ask for was put on a list."""
    return (
        select(Campaign.begun_at)
        .select_from(CampaignLoan)
        .join(CampaignLoan.campaign)
        .join(CampaignLoan.loan)
        .join(Loan.client)
        .where(visible(viewer, on), *_waits())
    )


def work_list(campaign: Campaign, *, viewer: Staff, on: date) -> Select[CampaignLoan]:
    """What a campaign asks for, what waits first, street by street. What is held out is not."""
    return (
        _lines(viewer, on)
        .where(CampaignLoan.campaign_id == campaign.id, CampaignLoan.status != AskStatus.HELD_OUT)
        .order_by(
            (CampaignLoan.status != AskStatus.TO_ASK),
            Client.postcode,
            Client.address,
            CampaignLoan.id,
        )
    )


def asking_for(code: str, *, viewer: Staff, on: date) -> CampaignLoan:
    """The running campaign's line of a loan, with its history. Raises NotFound as for any loan."""
    found = None
    if is_code(code):
        history = selectinload(CampaignLoan.history).joinedload(CampaignLoanMove.by)
        found = db.session.scalar(
            _lines(viewer, on)
            .where(
                Loan.code == code,
                CampaignLoan.running,
                CampaignLoan.status != AskStatus.HELD_OUT,
            )
            .options(history)
        )
    if found is None:
        raise NotFound(NO_SUCH_LOAN)
    return found


def lines_to_write_to(campaign: Campaign, *, viewer: Staff, on: date) -> list[CampaignLoan]:
    """What a campaign's letters or texts ask for: still out, not answered, and nobody has died.

    Texts go only to who has a mobile telephone.
    """
    lines = db.session.scalars(
        work_list(campaign, viewer=viewer, on=on).where(
            CampaignLoan.status.in_((AskStatus.TO_ASK, AskStatus.ASKED)),
            Client.died_on.is_(None),
            Loan.ended_at.is_(None),
            Loan.asked_back_at.is_(None),
        )
    ).all()
    texts = campaign.kind is Kind.TEXTS
    return [line for line in lines if not texts or mobile(line.loan.client.telephone)]


def clients_of(lines: Sequence[CampaignLoan]) -> list[tuple[Client, list[CampaignLoan]]]:
    """Lines put together by whom they are written to, in the order of their streets."""
    found: dict[int, list[CampaignLoan]] = {}
    for line in lines:
        found.setdefault(line.loan.client_id, []).append(line)
    return [(several[0].loan.client, several) for several in found.values()]


def waiting_to_be_sent(lines: Sequence[CampaignLoan]) -> int:
    """How many of these lines nobody has been asked for yet."""
    return sum(line.status is AskStatus.TO_ASK for line in lines)
