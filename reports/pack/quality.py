"""Whether a pack may be believed: stock identity, ledger, what is unsettled, what it leaves out."""

from collections.abc import Iterable, Iterator
from datetime import date

from sqlalchemy import func, select

from core.clock import month_of, months_later
from core.db import db
from core.money import pounds
from equipment.models import ItemMove
from funding.models import Entry, Fund
from funding.periods.queries import period_of
from funding.periods.rules import PeriodStatus
from reports import periods
from reports.board import Board, proved_months, signs
from reports.pack.measures import changing
from reports.pack.parts import (
    Block,
    Cell,
    Cells,
    Check,
    Heading,
    Listed,
    Part,
    Said,
    Table,
    pounds_of,
)
from reports.queries import by_place
from reports.rules import NONE, Counted, Tally
from reports.suppression.kinds import PlaceKind
from web.filters import counted, moment

STOCK_HEADS = ("Term", "Items", "Value")
PIECE_HEADS = ("Term", "Pieces", "Value")
ROW_HEADS = ("Rows", "How many", "Worth")


def stock_part(board: Board) -> Part:
    """The stock identity of the month and that of consumables, each with its check."""
    stock, loose = board.stock, board.consumables
    month = board.asked.chosen.period
    computed = f"{stock.computed.count:,} items worth {pounds(stock.computed.pence)}"
    blocks: list[Block] = [
        Said("Of the whole pool, whatever the other figures are narrowed to."),
        Table(f"Stock identity, {month}", STOCK_HEADS, tuple(_terms(board)), "Stock", True),
        Check(
            "Opening and what came and went make the closing stock, to the item and the penny.",
            f"Opening and what came and went make {computed}. These items' moves do not add up:",
            () if stock.holds else stock.faults or ("No single item differs, but the sum does.",),
        ),
        Table(
            f"Consumables, {month}",
            PIECE_HEADS,
            (
                _term("Opening", loose.opening),
                _term("Plus came in", loose.came_in),
                _term("Less issued", loose.issued),
                _term("Put right by counts of stores", loose.put_right),
                _term("Closing", loose.closing),
            ),
            "Consumables",
            total=True,
        ),
        Check(
            "What there was, came, went and was put right makes what there is, to the piece and"
            " the penny.",
            "These terms do not make the closing stock of:",
            () if loose.holds else ("consumables",),
        ),
    ]
    return Part("Stock", tuple(blocks))


def _terms(board: Board) -> Iterator[Cells]:
    stock = board.stock
    yield _term("Opening", stock.opening)
    for sign, flow in signs():
        yield _term(f"{'Plus' if sign == '+' else 'Less'} {flow.value}", stock.flows[flow])
        if flow in stock.counted:
            yield _term("of which put right by counts of stores", stock.counted[flow])
    yield _term("Closing", stock.closing)


def _term(name: str, term: Tally) -> Cells:
    return name, term.count, pounds_of(term.pence)


def quality_part(board: Board, fund: Fund | None) -> Part:
    """The checks, how many rows each figure counts, and what this pack does not tell."""
    month = board.asked.chosen.period.first
    blocks: list[Block] = [
        Heading("Checks computed for this pack"),
        *_checks(board),
        Heading("How far the figures go"),
        Listed(tuple(_how_far(board, fund))),
        Heading("What is unsettled or unknown"),
        Listed(tuple(_unsettled(board, fund, month))),
        Table("Rows counted in the month", ROW_HEADS, tuple(_rows(board)), "Rows counted"),
        Heading("What this pack does not tell"),
        Listed(tuple(_not_told(board))),
    ]
    return Part("Data quality", tuple(blocks))


def _checks(board: Board) -> Iterator[Block]:
    period = board.asked.chosen.period
    proved = periods.months(*proved_months(period, months_later(period.first, 1)))
    yield Check(
        f"Every entry of the ledger that counts in {proved} sums to nothing, and so do they"
        " together.",
        f"The ledger of {proved} does not add up:",
        tuple(board.ledger[:20]),
    )
    yield Check(
        "The stock identity holds to the item and the penny (see Stock).",
        "The stock identity does not hold (see Stock).",
        () if board.stock.holds and board.consumables.holds else ("See the part on stock.",),
    )
    yield Check(
        "Items stand where their last moves left them.",
        "These items do not stand where their last moves left them:",
        board.differing,
    )


def _how_far(board: Board, fund: Fund | None) -> Iterator[str]:
    """The last rows counted: a pack tells by itself what it is of, without a clock."""
    period = board.asked.chosen.period
    last = db.session.scalar(select(func.max(ItemMove.at)).where(ItemMove.at < period.ends))
    if last is None:
        yield "No item had moved by the end of the month."
    else:
        yield f"The last movement of an item that is counted was on {moment(last)}."
    if board.asked.chosen.within is None and fund is not None:
        entry = db.session.scalar(
            select(func.max(Entry.id)).where(
                Entry.fund_id == fund.id, Entry.month <= month_of(period.last)
            )
        )
        yield (
            f"The last entry of the ledger that is counted is number {entry}."
            if entry
            else ("Nothing had been posted by the end of the month.")
        )
    yield (
        "The same rows give the same pack, to the byte. Where a row of the month is put right"
        " later, the pack differs, and so does the sign on its cover."
    )


def _unsettled(board: Board, fund: Fund | None, month: date) -> Iterator[str]:
    standing = period_of(fund, month) if fund is not None else None
    closed = standing is not None and standing.status is PeriodStatus.CLOSED
    yield (
        f"The books of {month:%B %Y} are closed."
        if closed
        else f"The books of {month:%B %Y} are not closed, so entries may still be added to them."
    )
    yield from _practices(board)


def _practices(board: Board) -> Iterator[str]:
    """For how many loans no practice is known, where that may be told (decision 13)."""
    chosen = board.asked.chosen
    if chosen.partners is not None or chosen.parked or chosen.group is not None:
        return
    places = by_place(chosen, PlaceKind.PRACTICE)
    unknown = places.pop(None, {}).get(Counted.ISSUED, NONE).count
    known = sum(tallies.get(Counted.ISSUED, NONE).count for tallies in places.values())
    if unknown:
        yield f"{counted(unknown, 'loan')} of the month had no known GP practice."
    elif known == next(one.bottom.count for one in board.rates if one.measure.code == "R5"):
        yield "Every loan of the month had a known GP practice."
    else:
        yield "How many loans had no known GP practice is not told: practices are too small."


def _rows(board: Board) -> Iterator[Cells]:
    """Each set of rows a measure counts, once."""
    told: dict[Counted, Tally] = {Counted.LEFT_OUT: board.left_out}
    for one in board.rates:
        if one.measure not in changing():
            told.setdefault(one.measure.top, one.top)
            if one.measure.bottom is not None:
                told.setdefault(one.measure.bottom, one.bottom)
    for name in Counted:
        if name in told:
            worth: Cell = pounds_of(told[name].pence) if told[name].pence else None
            yield name.value.capitalize(), told[name].count, worth


def _not_told(board: Board) -> Iterable[str]:
    yield from (
        f"{one.code} {one.name}: a month's figure goes on changing, so it stands on the board's"
        " page alone."
        for one in changing()
    )
    yield "What waits in the workshop to be decided on: it is of today, so the page tells it."
    yield "Names of clients, addresses and NHS numbers: a pack holds none."
    if board.asked.chosen.within is not None:
        yield "Money and loans of partners that whoever asked for this pack may not see."
