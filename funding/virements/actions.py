"""What is done about a virement: finance proposes it, the board's decision settles it."""

from datetime import date, datetime

from sqlalchemy import select

from core.clock import financial_year, london_day
from core.db import add, db, one_at_a_time
from core.errors import Forbidden, Invalid, NotAllowed
from core.money import Pence, pounds
from core.status import move
from funding.models import Fund
from funding.purse import purse_of
from funding.virements.models import BudgetTransfer, Virement
from funding.virements.queries import Place, budget_lines
from funding.virements.rules import VirementEvent, group_told
from people.models import Staff


def propose(
    fund: Fund,
    *,
    gives: Place,
    takes: Place,
    pence: Pence,
    because: str,
    by: Staff,
    at: datetime,
) -> Virement:
    """Propose to move budget of one's own partner to another line of this year's budget.

    Raises Forbidden for another partner's budget, Invalid for a line that is none or holds less.
    """
    on = london_day(at)
    purse = purse_of(by, on)
    if gives[0] not in purse.organisation_ids:
        raise Forbidden("Only a partner's own finance may offer to give up its budget.")
    _check_lines(fund, gives, takes, pence, on)
    return add(
        Virement(
            fund_id=fund.id,
            year_from=financial_year(on)[0],
            from_organisation_id=gives[0],
            from_group=gives[1],
            to_organisation_id=takes[0],
            to_group=takes[1],
            pence=pence,
            because=because,
            proposed_at=at,
            proposed_by_id=by.id,
        )
    )


def _check_lines(fund: Fund, gives: Place, takes: Place, pence: Pence, on: date) -> None:
    lines = budget_lines(fund, on)
    for place, field in ((gives, "gives"), (takes, "takes")):
        if place not in lines:
            raise Invalid("No budget is agreed for that line this year.", field=field)
    if gives == takes:
        raise Invalid("Choose another line than the one that gives.", field="takes")
    if pence <= 0:
        raise Invalid("Write an amount above nothing.", field="amount")
    present = lines[gives].present
    if pence > present:
        raise Invalid(
            f"The line “{group_told(gives[1]).lower()}” has {pounds(present)} left in its budget. "
            "Write no more than that.",
            field="amount",
        )


def approve(virement: Virement, *, decision: str, by: Staff, at: datetime) -> BudgetTransfer:
    """Move the budget from the day of the board's decision on, whose code is kept.

    Raises NotAllowed where its year is over, its month is closed, or the line holds less by now.
    """
    on = london_day(at)
    one_at_a_time(f"virements of fund {virement.fund_id}")
    virement.MOVES.after(virement.status, VirementEvent.APPROVE)
    _check_open(virement, on)
    gives = (virement.from_organisation_id, virement.from_group)
    takes = (virement.to_organisation_id, virement.to_group)
    try:
        _check_lines(virement.fund, gives, takes, virement.pence, on)
    except Invalid as why:
        raise NotAllowed(f"This virement cannot be made any more. {why.sentence}") from why
    virement.decision = decision
    move(virement, VirementEvent.APPROVE, by=by, at=at)
    return add(
        BudgetTransfer(
            fund_id=virement.fund_id,
            virement_id=virement.id,
            year_from=virement.year_from,
            on=on,
            from_organisation_id=gives[0],
            from_group=gives[1],
            to_organisation_id=takes[0],
            to_group=takes[1],
            pence=virement.pence,
        )
    )


def _check_open(virement: Virement, on: date) -> None:
    """That the budget may be moved on a day: never in a closed month, nor in another year."""
    if financial_year(on)[0] != virement.year_from:
        raise NotAllowed(
            f"The year from {virement.year_from:%-d %B %Y}, whose budget this virement moves, is "
            "over. Withdraw it and propose it for the new year."
        )
    open_from = db.session.scalar(
        select(Fund.open_from).where(Fund.id == virement.fund_id).with_for_update(read=True)
    )
    if open_from is not None and on < open_from:
        raise NotAllowed(
            f"{on:%B %Y} is closed, so no budget is moved in it. Decide from "
            f"{open_from:%-d %B %Y} on."
        )


def refuse(virement: Virement, *, decision: str, by: Staff, at: datetime) -> None:
    """Keep that the board decided against it."""
    virement.MOVES.after(virement.status, VirementEvent.REFUSE)
    virement.decision = decision
    move(virement, VirementEvent.REFUSE, by=by, at=at)


def withdraw(virement: Virement, *, by: Staff, at: datetime) -> None:
    """Take a proposal back before the board decides on it; the partner that gives may."""
    if virement.from_organisation_id not in purse_of(by, london_day(at)).organisation_ids:
        raise Forbidden("Only the partner that gives the budget up may take the proposal back.")
    move(virement, VirementEvent.WITHDRAW, by=by, at=at)
