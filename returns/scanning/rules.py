"""What a scan may ask for, who may, what comes of it, and how old one may be. No database here."""

from datetime import datetime, timedelta
from enum import StrEnum

from equipment.rules import IN_WORKSHOP, Side, Status
from people.rules import May


class Mode(StrEnum):
    """What the next scans mean, until somebody says otherwise."""

    RECEIVE = "receive"
    MOVE = "move"
    PUT_AWAY = "put-away"
    PICK = "pick"
    LOAD = "load"
    CLEAN = "clean"
    TEST = "test"
    COUNT = "count"
    LOOK_UP = "look-up"

    @property
    def spoken(self) -> str:
        """The mode as its button says it."""
        return self.value.replace("-", " ").capitalize()


class Outcome(StrEnum):
    """What came of a scan."""

    DONE = "done"
    REFUSED = "refused"
    WAITING = "waiting"  # for an earlier scan of the same item that has not arrived
    NOT_YOURS = "not_yours"  # made by somebody else on this device: never stored


# Any one of these rights lets somebody scan in a mode.
NEEDED: dict[Mode, frozenset[May]] = {
    Mode.RECEIVE: frozenset({May.RECEIVE_RETURNS}),
    Mode.MOVE: frozenset({May.MOVE_STOCK}),
    Mode.PUT_AWAY: frozenset({May.WORKSHOP}),
    Mode.PICK: frozenset({May.PICK}),
    Mode.LOAD: frozenset({May.PICK, May.DO_VISITS}),
    Mode.CLEAN: frozenset({May.WORKSHOP}),
    Mode.TEST: frozenset({May.WORKSHOP}),
    Mode.COUNT: frozenset({May.COUNT}),
    Mode.LOOK_UP: frozenset({May.SEE_ITEMS}),
}

# What each mode does to every scan that follows, in a sentence.
MEANS: dict[Mode, str] = {
    Mode.RECEIVE: "What you scan has come back: its loan ends and it waits to be inspected.",
    Mode.MOVE: "What you scan now stands at the place you have set.",
    Mode.PUT_AWAY: "What you scan goes on the clean shelf you have set and may be lent again.",
    Mode.PICK: "What you scan is taken off its shelf for the order it is set aside for.",
    Mode.LOAD: "What you scan is on the van for its delivery.",
    Mode.CLEAN: "What you scan was cleaned in the usual way for its product.",
    Mode.TEST: "What you scan has passed every test it needs. Record a failed test at the bench.",
    Mode.COUNT: "What you scan is counted in the count of the place you have set.",
    Mode.LOOK_UP: "Says what it is and what happens to it next. Nothing is changed.",
}

# Modes that have a place, and its side where only one will do.
PLACES: dict[Mode, frozenset[Side]] = {
    Mode.MOVE: frozenset(Side),
    Mode.PUT_AWAY: frozenset({Side.CLEAN}),
    Mode.LOAD: frozenset({Side.CLEAN}),  # of a van
    Mode.COUNT: frozenset(Side),
}
# Of these, those that cannot do without one; putting away has a usual place, and any van will do.
MUST_HAVE_PLACE = frozenset({Mode.MOVE, Mode.COUNT})

# Where an item stands once a mode has done its work: the same scan again asks for nothing more.
_ON_ITS_WAY = frozenset({Status.PICKED, Status.OUT_FOR_DELIVERY})
REACHED: dict[Mode, frozenset[Status]] = {
    Mode.RECEIVE: IN_WORKSHOP,
    Mode.PICK: _ON_ITS_WAY,
    Mode.LOAD: frozenset({Status.OUT_FOR_DELIVERY}),
    Mode.CLEAN: frozenset({Status.DECONTAMINATED, Status.REPAIRED, Status.TESTED}),
    Mode.TEST: frozenset({Status.TESTED}),
    Mode.PUT_AWAY: frozenset({Status.AVAILABLE, Status.ALLOCATED}) | _ON_ITS_WAY,
}
# Where an item must still stand for a mode's scan to be taken back.
LEFT: dict[Mode, frozenset[Status]] = {
    Mode.PICK: frozenset({Status.PICKED}),
    Mode.LOAD: frozenset({Status.OUT_FOR_DELIVERY}),
}

# Why what a mode did stays done, and what to do instead.
FINAL: dict[Mode, str] = {
    Mode.RECEIVE: "Its loan has ended and its collection is charged, so this cannot be taken back "
    "by scanning. If it is the wrong item, tell the office today.",
    Mode.PUT_AWAY: "It has been credited and may be promised to somebody by now, so this cannot be "
    "taken back. If it should not be lent, put it on hold.",
    Mode.CLEAN: "The record of its cleaning stays. If it is not clean, put it on hold.",
    Mode.TEST: "The record of its test stays. If it did not pass, put it on hold.",
    Mode.COUNT: "A count is corrected on the count's own page.",
    Mode.LOOK_UP: "Looking something up changes nothing, so there is nothing to take back.",
}

# What happens to an item next, where the workshop's lanes do not say it.
NEXT: dict[Status, str] = {
    Status.ORDERED: "It has not been taken in yet.",
    Status.AVAILABLE: "It is ready to be lent.",
    Status.ALLOCATED: "It is set aside for an order and waits to be picked.",
    Status.PICKED: "Take it to the van’s bay. It waits to be loaded.",
    Status.OUT_FOR_DELIVERY: "It is on the van, on its way to a client.",
    Status.ON_LOAN: "It is lent. If it is here, receive it.",
    Status.COLLECTION_BOOKED: "Somebody is to collect it. If it is here, receive it.",
    Status.COLLECTED: "It was collected and waits to be received.",
    Status.ON_HOLD: "Leave it where held things stand.",
    Status.SCRAPPED: "It has left the stock. Show it to the workshop.",
    Status.STRIPPED: "It was taken apart. Show it to the workshop.",
    Status.LOST: "It was given up as lost. If it is here, receive it.",
    Status.WRITTEN_OFF: "It was written off. If it is here, receive it.",
    Status.RETURNED_TO_OWNER: "It belongs to somebody else and was handed back.",
}

AT_ONCE = timedelta(minutes=1)  # the person still stands before it: told no, and nothing waits
DOUBLE_READ = timedelta(seconds=3)  # a trigger pressed once and read twice is no second thought
TAKEN_BACK_WITHIN = timedelta(hours=12)
OLDEST = timedelta(days=14)
MOST_AT_ONCE = 500
MOST_TO_KEEP = 300  # characters of what was scanned; no label of anybody's holds more


def read_mode(text: str) -> Mode | None:
    """The mode of this name, however it is written; none where there is no such one."""
    try:
        return Mode(text.strip().lower().replace("_", "-").replace(" ", "-"))
    except ValueError:
        return None


def tidy_scan(text: str) -> str:
    """What was scanned as it can be kept: no sign that the database cannot hold, not too long.

    One character more than any label has stays, so that too long a text is still told apart.
    """
    kept = "".join(sign for sign in text if sign.isprintable() or sign in "\t\x1d")
    return kept.strip()[: MOST_TO_KEEP + 1]


def is_at_once(at: datetime, received_at: datetime) -> bool:
    """Whether a scan arrived while the person who made it still stands before the item."""
    return received_at - at <= AT_ONCE


MOST_GUESSED = 6
FEWEST_TYPED = 3


def may_be_an_ending(typed: str) -> bool:
    """Whether this may be the last characters of a code: fewer than all, and no more than that."""
    tidy = "".join(typed.split()).replace("-", "")
    return FEWEST_TYPED <= len(tidy) < 8 and tidy.isascii() and tidy.isalnum()
