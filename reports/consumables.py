"""The identity of consumables: what there was, came in, was issued, and what counts put right."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import BigInteger, ColumnElement, Select, and_, cast, func, or_, select

from core.db import db
from core.errors import NotFound
from core.money import Pence
from equipment.models import ConsumableMove, Product, Store
from reports.periods import Period
from reports.rules import Tally
from reports.stock import NO_TERM
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


def _terms(period: Period) -> dict[str, ColumnElement[bool]]:
    """Which moves each term counts, in the order of the identity."""
    move = ConsumableMove
    within = and_(move.at >= period.begins, move.at < period.ends)
    counted = move.because.in_(select(StockCount.code))
    return {
        "opening": move.at < period.begins,
        "came in": and_(within, ~counted, move.quantity > 0),
        "issued": and_(within, ~counted, move.quantity < 0),
        "put right": and_(within, counted),
        "closing": move.at < period.ends,
    }


def consumables(period: Period) -> Consumables:
    """What there was of consumables, came and went in a period: one statement over their moves."""
    sums = [
        func.coalesce(func.sum(column).filter(term), 0)
        for term in _terms(period).values()
        for column in (ConsumableMove.quantity, ConsumableMove.value)
    ]
    row = [int(total) for total in db.session.execute(select(*sums)).one()]
    opening, came_in, issued, put_right, closing = (
        Tally(row[n], Pence(row[n + 1])) for n in range(0, 10, 2)
    )
    gone = Tally(-issued.count, Pence(-issued.pence))
    return Consumables(opening, came_in, gone, put_right, closing)


def term_rows(period: Period, term: str) -> Select[*tuple[Any, ...]]:
    """The rows a term counts: what lay in each store, or the moves, newest first.

    Pieces and worth have the sign of the term: what was issued is told as so much issued. Raises
    NotFound where there is no such term.
    """
    counted = _terms(period).get(term)
    if counted is None:
        raise NotFound(NO_TERM)
    move = ConsumableMove
    whole = term in ("opening", "closing")
    named = (Product.name.label("product"), Product.group.label("group"), Store.name.label("store"))
    found = (_lying(named) if whole else _moved(named, -1 if term == "issued" else 1)).where(
        counted
    )
    return (
        found.select_from(move)
        .join(Product, Product.id == move.product_id)
        .join(Store, Store.id == move.store_id)
    )


def _lying(named: Sequence[Any]) -> Select[Any]:
    numbers = (ConsumableMove.quantity, ConsumableMove.value)
    pieces, pence = (cast(func.sum(number), BigInteger) for number in numbers)
    columns = [*named, pieces.label("pieces"), pence.label("pence")]
    some = or_(pieces != 0, pence != 0)
    return select(*columns).group_by(Product.id, Store.id).having(some).order_by(*named)


def _moved(named: Sequence[Any], sign: int) -> Select[Any]:
    move = ConsumableMove
    pieces, pence = (sign * column for column in (move.quantity, move.value))
    columns = [*named, move.at.label("at"), pieces.label("pieces"), pence.label("pence")]
    return select(*columns).order_by(move.at.desc(), move.id.desc())
