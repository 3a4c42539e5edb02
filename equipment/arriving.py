"""Many lent items that arrive back at once: what `move_item` does to one, in two statements."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import text

from core.db import db, write
from core.errors import TakenByAnother
from core.money import Pence
from equipment.models import ItemMove, Place
from equipment.rules import LIFE, Event, Status
from people import audit
from people.models import Staff


@dataclass(frozen=True)
class Arriving:
    """A lent item as it arrives: which, when, its worth, and the code of its return."""

    item_id: int
    code: str
    at: datetime
    value: Pence
    recycled: bool
    because: str


# No gate stands before these two events; the table says what they lead to.
_COLLECTED = LIFE.after(Status.ON_LOAN, Event.COLLECT)
_ARRIVED = LIFE.after(_COLLECTED, Event.BOOK_IN)
_ARRIVE = text("""
update item set status = :status, since = arriving.at, place_id = :place_id, hold_reason = null,
  needs_cleaning = true, version = item.version + 1
from unnest(cast(:ids as bigint[]), cast(:ats as timestamptz[])) as arriving (id, at)
where item.id = arriving.id and item.status = :was
""")


def arrive_all(arriving: Sequence[Arriving], *, place: Place, by: Staff) -> None:
    """Book lent items in at a place of the dirty side; each leaves the rows that one alone leaves.

    The items were found locked. Raises TakenByAnother where one of them is not lent any more.
    """
    said = {"status": _ARRIVED.value, "was": Status.ON_LOAN.value, "place_id": place.id}
    given = {"ids": [one.item_id for one in arriving], "ats": [one.at for one in arriving]}
    with db.session.no_autoflush:
        done = db.session.execute(_ARRIVE, {**said, **given})
    if done.rowcount != len(arriving):  # type: ignore[attr-defined]
        raise TakenByAnother
    for one in arriving:
        audit.note("item", one.code)
    steps = (
        (Event.COLLECT, Status.ON_LOAN, _COLLECTED),
        (Event.BOOK_IN, _COLLECTED, _ARRIVED),
    )
    write(
        ItemMove,
        *(
            {
                "item_id": one.item_id,
                "event": event,
                "was": was,
                "became": became,
                "by_id": by.id,
                "at": one.at,
                "place_id": place.id,
                "value": one.value,
                "recycled": one.recycled,
                "because": one.because,
            }
            for one in arriving
            for event, was, became in steps
        ),
    )
