"""What an item's own page calls each act, and what it says before it is done."""

from core.status import words
from equipment.rules import Event, Status

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


def not_here(code: str, status: Status, event: Event) -> str:
    """The sentence for what an item's page does not offer in its state."""
    return f"{code} is {words(status)}, so “{words(event)}” is not possible here now."
