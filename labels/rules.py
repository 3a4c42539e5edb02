"""The GS1 identity of items and places, and the addresses that their labels hold.

An item's GIAI is the company prefix and its eight characters. The QR holds a GS1 Digital Link,
`{base}/8004/{giai}`, and from the second label on the number of the label, `?l=2`, so that one
label can be voided and the item keeps its identity. A store is `{base}/414/{gln}`, a place in it
`{base}/414/{gln}/254/{code}`, and what a shift needs without a key `{base}/do/{command}`.
"""

from enum import StrEnum

from core.errors import Refused

MOST_LABELS = 500  # in one run


class VoidReason(StrEnum):
    """Why a label must not be believed any more."""

    DAMAGED = "damaged or faded"
    CAME_OFF = "came off"
    WRONG_ITEM = "stuck on the wrong item"
    NEVER_STUCK = "printed but never stuck on"


class Command(StrEnum):
    """What a shift says by scanning, without touching a key: a mode, or a word to the page."""

    RECEIVE = "receive"
    MOVE = "move"
    PUT_AWAY = "put-away"
    PICK = "pick"
    LOAD = "load"
    CLEAN = "clean"
    TEST = "test"
    COUNT = "count"
    LOOK_UP = "look-up"
    UNDO = "undo"
    DONE = "done"

    @property
    def words(self) -> str:
        """As it is printed large on its label."""
        return self.value.replace("-", " ").capitalize()

    @property
    def says(self) -> str:
        """What scanning it does."""
        return _DOES[self]


_DOES = {
    Command.RECEIVE: "Every item scanned from now on is booked in as returned.",
    Command.MOVE: "Every item scanned from now on is moved to the place scanned last.",
    Command.PUT_AWAY: "Every item scanned from now on is put away in the place scanned last.",
    Command.PICK: "Every item scanned from now on is picked for its order.",
    Command.LOAD: "Every item scanned from now on is loaded onto the van scanned last.",
    Command.CLEAN: "Every item scanned from now on is recorded as cleaned.",
    Command.TEST: "Every item scanned from now on is tested.",
    Command.COUNT: "Every item scanned from now on is counted in the place scanned last.",
    Command.LOOK_UP: "Every item scanned from now on is only looked up.",
    Command.UNDO: "The latest scan is undone.",
    Command.DONE: "The list of scans is closed.",
}


SCAN_OURS = "Scan the square code on our label, or type the eight characters beside it."


class UnreadableLabel(Refused):
    """What was scanned or typed is not one of our labels (422)."""

    def __init__(self, sentence: str = f"That is not one of our labels. {SCAN_OURS}") -> None:
        super().__init__(sentence, field="scanned")


def giai(prefix: str, code: str) -> str:
    """The Global Individual Asset Identifier of an item, GS1 application identifier 8004."""
    return prefix + code


def address(base_url: str, giai: str, issue: int = 1) -> str:
    """What the QR of an item's label holds: a GS1 Digital Link, and nothing about any person."""
    link = f"{base_url.rstrip('/')}/8004/{giai}"
    return link if issue == 1 else f"{link}?l={issue}"


def place_address(base_url: str, gln: str, place_code: str | None = None) -> str:
    """What the QR of a store's label holds, or of a place in it: a GS1 Digital Link."""
    link = f"{base_url.rstrip('/')}/414/{gln}"
    return link if place_code is None else f"{link}/254/{place_code}"


def command_address(base_url: str, command: Command) -> str:
    """What the QR of a command holds."""
    return f"{base_url.rstrip('/')}/do/{command}"


def grouped(code: str) -> str:
    """The eight characters as they are printed and read aloud: four and four."""
    return f"{code[:4]} {code[4:]}"
