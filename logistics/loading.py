"""Loading the van item by item, and taking one off again before anybody has set out."""

from datetime import datetime

from sqlalchemy import select

from core.db import db
from core.errors import NotAllowed
from equipment.actions import move_item
from equipment.models import Item, Place
from equipment.queries import depot_place
from equipment.rules import Event, Side
from logistics.models import Visit, VisitLine
from logistics.picks import line_of_item
from logistics.rules import OPEN, VisitStatus
from people.models import Staff
from people.rules import May


def load(item: Item, *, van: Place | None = None, by: Staff, at: datetime) -> Visit:
    """Put a picked item on the van of the visit that is to bring it, and say which where known.

    A driver loads for their own visits. Raises NotAllowed where no visit brings it.
    """
    visit = _visit_bringing(item)
    if visit is None:
        raise NotAllowed(
            f"{item.code} ({item.product.name}) is on no visit yet. Leave it in the bay "
            "until its delivery is planned."
        )
    if not by.may(May.PICK) and visit.driver_id != by.id:
        raise NotAllowed(
            f"{item.code} ({item.product.name}) is for somebody else’s visit. Leave it in the bay."
        )
    move_item(item, Event.LOAD, place=van, by=by, at=at, because=visit.code)
    db.session.flush()
    return visit


def unload(item: Item, *, by: Staff, at: datetime) -> None:
    """Take an item off the van again. Raises NotAllowed once its visit has set out."""
    visit = _visit_bringing(item)
    if visit is not None and visit.status is VisitStatus.OUT:
        raise NotAllowed(
            f"Visit {visit.code} has set out. What is not delivered is recorded on the visit."
        )
    because, bay = visit.code if visit is not None else None, depot_place(Side.CLEAN)
    move_item(item, Event.BRING_BACK, place=bay, by=by, at=at, because=because)
    db.session.flush()


def _visit_bringing(item: Item) -> Visit | None:
    """The visit, planned or under way, that is to bring an item."""
    line = line_of_item(item)
    if line is None:
        return None
    bringing = (
        select(Visit)
        .join(Visit.lines)
        .where(
            VisitLine.order_line_id == line.id,
            VisitLine.done.is_(None),
            Visit.status.in_(OPEN),
        )
    )
    return db.session.scalar(bringing)
