"""What happens to items besides the round: holds, losses, finds and write-offs."""

from datetime import datetime

from core.errors import NotAllowed
from core.status import words
from equipment.actions import move_item
from equipment.models import Item, ItemMove, Place
from equipment.rules import Event, offered_here
from people.models import Staff

# What an item's page calls each act, and what it says before it is done.
ACTS = {
    Event.MOVE: "Move to another place",
    Event.HOLD: "Put on hold",
    Event.END_HOLD: "End the hold",
    Event.LOSE: "Report as lost",
    Event.FIND: "Report as found",
    Event.WRITE_OFF: "Write off",
    Event.HAND_TO_OWNER: "Hand back to its owner",
    Event.SCRAP: "Scrap",
}
CONSEQUENCES = {
    Event.MOVE: "It stays in its state and on its side.",
    Event.HOLD: "It stands on the dirty side and is not lent until the hold ends.",
    Event.END_HOLD: "It goes to quarantine and through the workshop before it is lent again.",
    Event.LOSE: "Say where you have looked. It leaves the stock and may be found again.",
    Event.FIND: "It goes to quarantine and through the workshop before it is lent again.",
    Event.WRITE_OFF: "Say who agreed. It leaves the books; it may still be found one day.",
    Event.HAND_TO_OWNER: "Say who took it. It leaves the stock for good.",
    Event.SCRAP: "It leaves the stock for good. This cannot be undone.",
}
FINAL = frozenset({Event.WRITE_OFF, Event.HAND_TO_OWNER, Event.SCRAP})


def act(
    item: Item,
    event: Event,
    *,
    because: str | None = None,
    place: Place | None = None,
    by: Staff,
    at: datetime,
) -> ItemMove:
    """Do to an item what its own page offers in its state. Raises NotAllowed for all else."""
    if event not in offered_here(item.status):
        raise NotAllowed(not_here(item, event))
    return move_item(item, event, by=by, at=at, place=place, because=because or None)


def not_here(item: Item, event: Event) -> str:
    """The sentence for what an item's page does not offer in its state."""
    return f"{item.code} is {words(item.status)}, so “{words(event)}” is not possible here now."


def hold(item: Item, reason: str, *, by: Staff, at: datetime) -> ItemMove:
    """Stop an item from going anywhere, for a recall or a doubt; it stands on the dirty side."""
    return move_item(item, Event.HOLD, by=by, at=at, because=reason)


def end_hold(item: Item, *, by: Staff, at: datetime, because: str | None = None) -> ItemMove:
    """Let an item go on: through the workshop, as if it had just come back."""
    return move_item(item, Event.END_HOLD, by=by, at=at, because=because)


def lose(item: Item, because: str, *, by: Staff, at: datetime) -> ItemMove:
    """Write down that an item cannot be found, and where it was looked for."""
    return move_item(item, Event.LOSE, by=by, at=at, because=because)


def find(item: Item, *, by: Staff, at: datetime, place: Place | None = None) -> ItemMove:
    """Take a lost item back in: to quarantine, whatever it looks like."""
    return move_item(item, Event.FIND, by=by, at=at, place=place)


def write_off(item: Item, because: str, *, by: Staff, at: datetime) -> ItemMove:
    """Give up a lost item for good."""
    return move_item(item, Event.WRITE_OFF, by=by, at=at, because=because)
