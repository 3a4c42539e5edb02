"""A visit as one viewer may see it: who sees where it is, and who its key safe and hazards."""

from dataclasses import dataclass
from datetime import date
from typing import cast

from equipment.models import Item
from loans.models import OrderLine
from logistics.models import Visit, VisitLine
from logistics.rules import OPEN, VisitStatus
from people.models import Staff
from people.rules import May


@dataclass(frozen=True)
class StopLine:
    """One thing to bring or to fetch, as a page names it."""

    number: int
    what: str
    item: Item | None
    done: bool | None
    gone: bool  # cancelled with its order, or back already: nothing to do any more

    @property
    def to_do(self) -> bool:
        """Whether somebody still has to bring or fetch it."""
        return self.done is None and not self.gone


@dataclass(frozen=True)
class Stop:
    """A visit as one viewer may see it; what they may not see is none."""

    visit: Visit
    lines: tuple[StopLine, ...]
    name: str | None
    address: str | None
    telephone: str | None
    crew_note: str | None  # key safe and hazards
    died: bool

    @property
    def open(self) -> bool:
        """Whether the visit is still to come or under way."""
        return self.visit.status in OPEN and not self.called_off

    @property
    def called_off(self) -> bool:
        """Whether nobody need go any more: all of it was cancelled before anybody set out."""
        return _called_off(self.visit, self.lines)

    @property
    def to_do(self) -> tuple[StopLine, ...]:
        """What is still to be brought or fetched."""
        return tuple(line for line in self.lines if line.to_do)


def _called_off(visit: Visit, lines: tuple[StopLine, ...]) -> bool:
    return visit.status is VisitStatus.PLANNED and not any(line.to_do for line in lines)


def stop_of(visit: Visit, *, viewer: Staff, on: date) -> Stop:
    """A visit with as much as the viewer may see.

    Whoever plans sees where it is. Its own driver sees that too, with key safe and hazards, and
    only on the day itself, while there is anything to go for.
    """
    lines = tuple(_stop_line(line) for line in visit.lines)
    own_today = (
        visit.driver_id == viewer.id and visit.due_on == on and not _called_off(visit, lines)
    )
    known = own_today or viewer.may(May.PLAN_VISITS)
    client = visit.client
    return Stop(
        visit=visit,
        lines=lines,
        name=client.name if known else None,
        address=f"{visit.address}\n{visit.postcode}" if known else None,
        telephone=client.telephone if known else None,
        crew_note=client.crew_note if own_today else None,
        died=client.died_on is not None,
    )


def _stop_line(line: VisitLine) -> StopLine:
    if line.loan is not None:
        what, item = line.loan.item.product.name, line.loan.item
        return StopLine(line.id, what, item, line.done, fell_away(line))
    wanted = cast(OrderLine, line.order_line)  # the table has one or the other
    many = "" if wanted.quantity == 1 else f"{wanted.quantity} × "
    what = many + wanted.product.name
    return StopLine(line.id, what, wanted.item, line.done, fell_away(line))


def fell_away(line: VisitLine) -> bool:
    """Whether a line needs nobody any more: cancelled with its order, brought, or back already."""
    if line.loan is not None:
        return line.loan.ended_at is not None
    wanted = line.order_line
    return wanted is None or bool(wanted.delivered_at or wanted.cancelled_at)
