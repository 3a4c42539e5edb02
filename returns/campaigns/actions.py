"""Start a campaign, say that it asked, write down what was answered, end it."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import select, update

from core.clock import london_day
from core.db import add, db, one_at_a_time, write
from core.errors import Invalid, NotAllowed
from core.money import Pence
from core.status import move
from loans import actions as lending
from loans.models import Client, Loan
from loans.rules import BackReason
from people.models import Staff
from returns.campaigns.models import Campaign, CampaignLoan
from returns.campaigns.queries import lines_to_write_to
from returns.campaigns.rules import (
    MOST_LOANS,
    WRITES,
    AskEvent,
    AskStatus,
    CampaignEvent,
    CampaignStatus,
    Kind,
    Plan,
    Worth,
    held_out,
)

NOTHING_LEFT = "None of these loans is left to ask for. Look at the list again."


def start(plan: Plan, chosen: Sequence[Worth], *, by: Staff, at: datetime) -> Campaign:
    """Start a campaign for some loans: whom it asks, and whom it holds out, is fixed now.

    What ended or was asked back meanwhile is left out; where the campaign writes to people, so is
    everything of those who have died. Raises Invalid, and NotAllowed where another campaign was
    first.
    """
    plan.check(london_day(at))
    one_at_a_time("campaign")
    if db.session.scalar(select(Campaign.id).where(Campaign.name == plan.name.strip())) is not None:
        raise NotAllowed("There is a campaign of this name. Choose another one.", field="name")
    if len(chosen) > MOST_LOANS:
        raise Invalid(f"A campaign asks for at most {MOST_LOANS:,} loans.", field="most")
    worth = {one.loan_id: one for one in chosen}
    _refuse_what_runs(list(worth))
    loans = _still_out(list(worth), plan.kind)
    if not loans:
        raise NotAllowed(NOTHING_LEFT, field="most")
    campaign = add(_campaign(plan, by, at))
    not_asked = held_out(
        (code for _, code, died in loans if not died), plan.held_out, plan.seed.strip()
    )
    write(
        CampaignLoan,
        *(_line(campaign, loan, worth[loan.id], code in not_asked) for loan, code, _ in loans),
    )
    return campaign


def _campaign(plan: Plan, by: Staff, at: datetime) -> Campaign:
    return Campaign(
        name=plan.name.strip(),
        kind=plan.kind,
        status=CampaignStatus.RUNNING,
        covers=plan.covers,
        begun_at=at,
        begun_by=by,
        days=plan.days,
        held_out=plan.held_out,
        seed=plan.seed.strip(),
        cost=plan.cost,
        place=plan.place.strip(),
        day=plan.on,
    )


def _refuse_what_runs(loan_ids: Sequence[int]) -> None:
    """Nobody is asked twice: refuse loans that another campaign asks for now."""
    running = db.session.execute(
        select(Campaign.name, Staff.name)
        .join(CampaignLoan, CampaignLoan.campaign_id == Campaign.id)
        .join(Staff, Staff.id == Campaign.begun_by_id)
        .where(CampaignLoan.running, CampaignLoan.loan_id.in_(loan_ids))
        .order_by(Campaign.id)
    ).all()
    if running:
        name, who = running[-1]
        raise NotAllowed(
            f"{len(running):,} of these are in “{name}” already, which {who} has started. "
            "Look at the list again.",
            field="most",
        )


def _still_out(loan_ids: Sequence[int], kind: Kind) -> list[tuple[Loan, str, bool]]:
    """Those that are still out and not asked for: the loan, its client's code, whether they died.

    After a death nothing is written to the person, and nothing is held out from the family.
    """
    found = db.session.execute(
        select(Loan, Client.code, Client.died_on.is_not(None))
        .join(Loan.client)
        .where(Loan.id.in_(loan_ids), Loan.ended_at.is_(None), Loan.asked_back_at.is_(None))
        .order_by(Loan.id)
    )
    return [(loan, code, died) for loan, code, died in found if not (died and kind in WRITES)]


def _line(campaign: Campaign, loan: Loan, worth: Worth, held: bool) -> dict[str, Any]:
    return {
        "campaign_id": campaign.id,
        "loan_id": loan.id,
        "status": AskStatus.HELD_OUT if held else AskStatus.TO_ASK,
        "running": True,
        "value": loan.price,
        "score": worth.score,
        "because": worth.because,
        "version": 1,
    }


def say_sent(campaign: Campaign, *, by: Staff, at: datetime) -> int:
    """Say that the letters are posted or the texts sent: everything they ask for is asked.

    Says how many loans. Raises NotAllowed where nothing waits to be sent.
    """
    _check_running(campaign)
    waiting = [
        line for line in lines_to_write_to(campaign, viewer=by, on=london_day(at))
        if line.status is AskStatus.TO_ASK
    ]  # fmt: skip
    if not waiting:
        raise NotAllowed("Nothing of this campaign waits to be sent.")
    for line in waiting:
        move(line, AskEvent.ASK, by=by, at=at, because=None)
    return len(waiting)


def answer(
    line: CampaignLoan,
    event: AskEvent,
    *,
    reason: BackReason | None,
    note: str,
    by: Staff,
    at: datetime,
) -> None:
    """Write down what was answered about a loan; what may be collected is asked back at once.

    Raises NotAllowed where it came back or was asked back meanwhile.
    """
    _check_running(line.campaign)
    if line.loan.ended_at is not None:
        raise NotAllowed("It has come back already, so there is nothing to ask.", field="answer")
    if line.loan.asked_back_at is not None:
        raise NotAllowed("It was asked back already and waits to be collected.", field="answer")
    line.MOVES.after(line.status, event)
    if event is AskEvent.COLLECT:
        if reason is None:
            raise Invalid("Choose why it comes back.", field="reason")
        lending.ask_back(line.loan, reason, by=by, at=at)
    move(line, event, by=by, at=at, because=note.strip() or None)


def end(campaign: Campaign, *, cost: Pence, by: Staff, at: datetime) -> None:
    """End a campaign, with what it cost: nobody is asked by it any more, nor held out."""
    _check_running(campaign)
    if cost < 0:
        raise Invalid("A campaign costs nothing or more.", field="cost")
    campaign.cost, campaign.ended_at = cost, at
    move(campaign, CampaignEvent.END, by=by, at=at)
    lines = update(CampaignLoan).where(CampaignLoan.campaign_id == campaign.id)
    db.session.execute(lines.values(running=False))


def _check_running(campaign: Campaign) -> None:
    if campaign.status is not CampaignStatus.RUNNING:
        raise NotAllowed(f"“{campaign.name}” has ended, so nothing more is asked by it.")
