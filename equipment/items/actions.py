"""What happens to items besides the round: holds, losses, finds and write-offs."""

from datetime import datetime

from core.errors import NotAllowed
from equipment.actions import move_item
from equipment.items.rules import not_here
from equipment.models import Item, Place
from equipment.rules import Event, offered_here
from people.models import Staff


def act(
    item: Item,
    event: Event,
    *,
    because: str | None = None,
    place: Place | None = None,
    by: Staff,
    at: datetime,
) -> None:
    """Do to an item what its own page offers in its state. Raises NotAllowed for all else."""
    if event not in offered_here(item.status):
        raise NotAllowed(not_here(item.code, item.status, event))
    move_item(item, event, by=by, at=at, place=place, because=because or None)


def hold(item: Item, reason: str, *, by: Staff, at: datetime) -> None:
    """Stop an item from going anywhere, for a recall or a doubt; it stands on the dirty side."""
    move_item(item, Event.HOLD, by=by, at=at, because=reason)


def end_hold(item: Item, *, by: Staff, at: datetime, because: str | None = None) -> None:
    """Let an item go on: through the workshop, as if it had just come back."""
    move_item(item, Event.END_HOLD, by=by, at=at, because=because)


def lose(item: Item, because: str, *, by: Staff, at: datetime) -> None:
    """Write down that an item cannot be found, and where it was looked for."""
    move_item(item, Event.LOSE, by=by, at=at, because=because)


def find(item: Item, *, by: Staff, at: datetime, place: Place | None = None) -> None:
    """Take a lost item back in: to quarantine, whatever it looks like."""
    move_item(item, Event.FIND, by=by, at=at, place=place)


def write_off(item: Item, because: str, *, by: Staff, at: datetime) -> None:
    """Give up a lost item for good."""
    move_item(item, Event.WRITE_OFF, by=by, at=at, because=because)
