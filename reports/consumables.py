"""The identity of consumables: what there was, came in, was issued, and what counts put right."""

from dataclasses import dataclass

from sqlalchemy import and_, func, select

from core.db import db
from core.money import Pence
from equipment.models import ConsumableMove
from reports.periods import Period
from reports.rules import Tally
from returns.counting.models import StockCount


@dataclass(frozen=True)
class Consumables:
    """Consumables of the whole pool over a period, by number and value."""

    opening: Tally
    came_in: Tally
    issued: Tally
    put_right: Tally  # by counts; negative where more was missing than too much
    closing: Tally

    @property
    def holds(self) -> bool:
        """Whether opening and what came and went make the closing, to the piece and the penny."""
        terms = (self.opening, self.came_in, self.put_right)
        count = sum(term.count for term in terms) - self.issued.count
        pence = sum(term.pence for term in terms) - self.issued.pence
        return (count, pence) == (self.closing.count, self.closing.pence)


def consumables(period: Period) -> Consumables:
    """What there was of consumables, came and went in a period: one statement over their moves."""
    move = ConsumableMove
    within = and_(move.at >= period.begins, move.at < period.ends)
    counted = move.because.in_(select(StockCount.code))
    terms = (
        move.at < period.begins,
        and_(within, ~counted, move.quantity > 0),
        and_(within, ~counted, move.quantity < 0),
        and_(within, counted),
        move.at < period.ends,
    )
    sums = [
        func.coalesce(func.sum(column).filter(term), 0)
        for term in terms
        for column in (move.quantity, move.value)
    ]
    row = [int(total) for total in db.session.execute(select(*sums)).one()]
    opening, came_in, issued, put_right, closing = (
        Tally(row[n], Pence(row[n + 1])) for n in range(0, 10, 2)
    )
    gone = Tally(-issued.count, Pence(-issued.pence))
    return Consumables(opening, came_in, gone, put_right, closing)
