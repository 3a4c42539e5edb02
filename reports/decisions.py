"""What the figures put before the board: reckoned anew at every look, kept nowhere."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from core.money import pounds
from people.models import Staff
from people.rules import May
from reports.board import Board
from reports.spc.rules import Assurance, Variation
from web.filters import counted


@dataclass(frozen=True)
class Raised:
    """Something the board has to decide on, in a sentence, and the page that shows it."""

    sentence: str
    endpoint: str = ""  # none where the page at hand shows it
    address: Mapping[str, Any] | None = None
    anchor: str = ""


def raised(board: Board, *, viewer: Staff) -> list[Raised]:
    """What needs a decision by the figures, what is wrong with the figures themselves first."""
    return [*_crosses(board), *_motions(board), *_measures(board), *_money(board, viewer)]


def _motions(board: Board) -> Iterator[Raised]:
    for motion in board.motions:
        meets = f"for the meeting of {motion.meeting.on:%-d %B %Y}"
        address = {"code": motion.code}
        yield Raised(f"To decide {meets}: {motion.title}", "board.motion", address)


def _crosses(board: Board) -> Iterator[Raised]:
    if not board.stock.holds:
        named = ", ".join(board.stock.faults) or "no single item"
        yield Raised(f"The stock identity does not hold: {named}.", anchor="stock")
    if board.differing:
        named = ", ".join(board.differing)
        yield Raised(
            f"Items do not stand where their last moves left them: {named}.", anchor="stock"
        )
    if not board.consumables.holds:
        yield Raised("The account of consumables does not hold.", anchor="stock")
    if board.ledger:
        yield Raised(f"The ledger does not add up. {board.ledger[0]}", anchor="ledger")


def _measures(board: Board) -> Iterator[Raised]:
    """The measures that got worse by more than chance, or always miss their target."""
    for one in board.charted:
        worse = one.control.variation is Variation.CONCERN
        if not worse and one.control.assurance is not Assurance.FAILS:
            continue
        address = {"code": one.measure.code, **board.asked.address}
        yield Raised(f"{one.measure.code} {one.sentence}", "reports.measure", address)


def _money(board: Board, viewer: Staff) -> Iterator[Raised]:
    for alert in board.alerts:
        address = {"partner": alert.line.code}
        since = f"since {alert.since:%B %Y}"
        yield Raised(f"{alert.sentence}, {since}.", "reports.budget", address)
    if board.parked.count and viewer.may(May.SEE_MONEY):
        charges, worth = counted(board.parked.count, "charge"), pounds(board.parked.pence)
        yield Raised(f"Nobody pays yet for {charges} of {worth} in all.", "funding.parked_charges")
    if board.disputes:
        open_ones = counted(board.disputes, "dispute is", "disputes are")
        yield Raised(f"{open_ones} open.", "funding.dispute_list")
