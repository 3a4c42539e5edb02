"""Money in a pack: what each partner spent and agreed, what waits for a payer, what is disputed."""

from collections.abc import Iterator
from datetime import date

from sqlalchemy import func, select
from sqlalchemy.orm import aliased

from core.clock import financial_year, london_day, months_later, start_of
from core.db import db
from core.money import Pence, percent, pounds
from funding.disputes.models import Dispute, DisputeMove
from funding.disputes.queries import disputes
from funding.disputes.rules import OPEN, DisputeStatus
from funding.models import Account, Entry, Posting
from funding.purse import purse_of
from funding.rules import AccountKind
from people.models import Staff
from reports.board import Board, accounts_behind
from reports.pack.measures import money_table
from reports.pack.parts import Block, Cells, Part, Rate, Said, Table, pounds_of
from reports.rules import NONE, Tally
from reports.units import Unit

SPEND_HEADS = ("Partner", "The month", "The year so far", "Budget", "Left", "Used")
DISPUTE_HEADS = ("Dispute", "Partner", "Raised", "Entry", "State at the month's end", "Amount")


def money_part(board: Board) -> Part:
    """What each partner the viewer may see spent, against its budget of the year."""
    month = board.asked.chosen.period.first
    first, _ = financial_year(month)
    name = f"Spend against budget, April {first.year} to {month:%B %Y}"
    if not board.standings:
        empty = Said("Nothing has been charged to anybody yet.")
        return Part("Money", (money_table(board), empty))
    rows = tuple(_rows(board))
    blocks: list[Block] = [
        Said(spend_sentence(board) or "No budget is agreed for the year."),
        money_table(board),
        Table(name, SPEND_HEADS, rows, "Money", total=len(board.standings) > 1),
    ]
    return Part("Money", tuple(blocks))


def _rows(board: Board) -> Iterator[Cells]:
    for one in board.standings:
        yield _row(one.organisation.name, one.month, one.year, one.budget)
        accounts = accounts_behind(one)
        if len(accounts) > 1:
            for account in accounts:
                name = f"of which {account.organisation.name}"
                yield (name, None, pounds_of(account.spent), None, None, None)
    if len(board.standings) > 1:
        month = sum(one.month for one in board.standings)
        year, budget = _sums(board)
        yield _row("All partners", Pence(month), year, budget)


def _row(name: str, month: Pence, year: Pence, budget: Pence) -> Cells:
    spent = (name, pounds_of(month), pounds_of(year))
    if not budget:
        return (*spent, None, None, None)
    used = Rate(Unit.PERCENT.of(year, budget), Unit.PERCENT)
    return (*spent, pounds_of(budget), pounds_of(budget - year), used)


def _sums(board: Board) -> tuple[Pence, Pence]:
    year = sum(one.year for one in board.standings)
    return Pence(year), Pence(sum(one.budget for one in board.standings))


def spend_sentence(board: Board) -> str:
    """How much of the year's money is spent, beside how much of the year is gone."""
    year, budget = _sums(board)
    if not budget:
        return ""
    month = board.asked.chosen.period.first
    gone = (month.month - 4) % 12 + 1
    return (
        f"By the end of {month:%B %Y} {pounds(year)} of {pounds(budget)} was spent"
        f" ({percent(year, budget)}), with {gone} of twelve months gone."
    )


def parked_of(month: date, *, viewer: Staff, on: date) -> Tally:
    """The charges nobody pays for yet at a month's end, for who sees everybody's money."""
    if not purse_of(viewer, on).every:
        return NONE
    back = aliased(Entry)
    taken_back = select(back.id).where(back.reverses_id == Entry.id, back.month <= month)
    count, pence = db.session.execute(
        select(func.count(Entry.id.distinct()), func.coalesce(func.sum(Posting.pence), 0))
        .join(Posting.entry)
        .join(Posting.account)
        .where(
            Account.kind == AccountKind.PARKED,
            Entry.month <= month,
            Entry.reverses_id.is_(None),
            ~taken_back.exists(),
        )
    ).one()
    return Tally(count, Pence(int(pence)))


def disputed_of(month: date, *, viewer: Staff, on: date) -> tuple[Cells, ...]:
    """The disputes that were open at a month's end, the oldest first."""
    ends = start_of(months_later(month, 1))
    stood = (
        select(DisputeMove.became)
        .where(DisputeMove.dispute_id == Dispute.id, DisputeMove.at < ends)
        .order_by(DisputeMove.id.desc())
        .limit(1)
        .correlate(Dispute)
        .scalar_subquery()
    )
    found = disputes(viewer=viewer, on=on, ended=True).add_columns(stood.label("stood"))
    rows = db.session.execute(
        found.where(Dispute.raised_at < ends).order_by(None).order_by(Dispute.raised_at, Dispute.id)
    )
    return tuple(
        _dispute(dispute, pence, stands or DisputeStatus.RAISED)
        for dispute, pence, stands in rows
        if stands is None or stands in OPEN
    )


def _dispute(dispute: Dispute, pence: int, stands: DisputeStatus) -> Cells:
    raised, who = london_day(dispute.raised_at), dispute.organisation.name
    told = (dispute.code, who, raised, str(dispute.entry_id), stands.value.capitalize())
    return (*told, pounds_of(pence))
