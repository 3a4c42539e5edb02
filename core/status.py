"""One table says what may happen to a thing in each state, and one function makes it happen."""

from collections.abc import Mapping
from datetime import datetime
from enum import StrEnum
from typing import Any, Generic, TypeVar

from core.db import change
from core.errors import NotAllowed

S = TypeVar("S", bound=StrEnum)
E = TypeVar("E", bound=StrEnum)


class Moves(Generic[S, E]):
    """A life cycle: {(status, event): the status that follows}."""

    def __init__(self, table: Mapping[tuple[S, E], S]) -> None:
        self.table = dict(table)

    def allows(self, status: S, event: E) -> bool:
        """Whether the event may happen in this status."""
        return (status, event) in self.table

    def after(self, status: S, event: E) -> S:
        """The status that follows. Raises NotAllowed where the table has no such move."""
        try:
            return self.table[status, event]
        except KeyError:
            raise NotAllowed(
                f"This is {words(status)}, so “{words(event)}” is not possible now."
            ) from None

    def events_from(self, status: S) -> tuple[E, ...]:
        """What may happen next, in the order of the table: the buttons of a page."""
        return tuple(event for was, event in self.table if was == status)

    def diagram(self) -> str:
        """The life cycle as a Mermaid state diagram."""
        lines = ["stateDiagram-v2"]
        lines += [
            f"    {was} --> {became}: {words(ev)}" for (was, ev), became in self.table.items()
        ]
        return "\n".join(lines) + "\n"


def words(member: StrEnum) -> str:
    """A status or event as a person reads it: out_for_delivery is “out for delivery”."""
    return member.value.replace("_", " ")


def step(thing: Any, event: StrEnum, *, by: Any, at: datetime, **facts: Any) -> dict[str, Any]:
    """The row that says a thing was carried through an event, by its columns. Raises NotAllowed."""
    was = thing.status
    became = thing.MOVES.after(was, event)
    row = {"event": event, "was": was, "became": became, "by_id": by.id, "at": at, **facts}
    return {f"{thing.HISTORY.OF}_id": thing.id, **row}


def move(thing: Any, event: StrEnum, *, by: Any, at: datetime, **facts: Any) -> None:
    """Carry a thing through an event and write, at once, the immutable row that says so.

    `thing` has its number, `status`, `MOVES` and `HISTORY`; the row takes what, from, to, who and
    when, and whatever more its table asks for in `facts`. Raises NotAllowed.
    """
    row = step(thing, event, by=by, at=at, **facts)
    change(thing, row, status=row["became"])
