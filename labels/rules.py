"""An item's GS1 identity, and what a scanner or a person may make of it.

An item's GIAI is the company prefix and its eight characters. The QR holds a GS1 Digital Link,
`{base}/8004/{giai}`, and from the second label on the number of the label, `?l=2`, so that one
label can be voided and the item keeps its identity.
"""

import re
from enum import StrEnum

from biip import ParseError, parse

from core.codes import LENGTH, read_code
from core.errors import Invalid, Refused

MOST_TO_READ = 300  # characters; no label of anybody's holds more
MOST_LABELS = 500  # in one run
SHORTEST_GTIN = 8

_SYMBOLOGY = re.compile(r"\][A-Za-z][0-9A-Za-z]")
_LINK = re.compile(
    r"https?://[^/?#\s]+(?:/[^/?#\s]+)*/8004/(?P<giai>[^/?#\s]+)/?"
    r"(?:\?(?P<query>[^#\s]*))?(?:\#\S*)?",
    re.IGNORECASE,
)
_ELEMENT = re.compile(r"\(?8004\)? ?(?P<giai>[^\x1d(]+)(?:[\x1d(].*)?")
_ISSUE = re.compile(r"(?:^|&)l=([1-9]\d{0,3})(?:&|$)", re.IGNORECASE | re.ASCII)


class VoidReason(StrEnum):
    """Why a label must not be believed any more."""

    DAMAGED = "damaged or faded"
    CAME_OFF = "came off"
    WRONG_ITEM = "stuck on the wrong item"
    NEVER_STUCK = "printed but never stuck on"


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


def read_label(scanned: str, prefix: str) -> tuple[str, int | None]:
    """The item's code and which of its labels this is; no number where only the item is named.

    Reads our address on any host and in any case, element strings with or without brackets, a bare
    GIAI and the bare eight characters, whatever symbology identifier the scanner puts in front.
    Raises UnreadableLabel with a sentence that says what to do.
    """
    text = _tidied(scanned)
    if link := _LINK.fullmatch(text):
        return _code_in(link["giai"], prefix), issue_in(link["query"] or "")
    if element := _ELEMENT.fullmatch(text):
        return _code_in(element["giai"], prefix), None
    if len(text) == len(prefix) + LENGTH and text.startswith(prefix):
        return _code_in(text, prefix), None
    if "://" in text or len("".join(text.split()).replace("-", "")) != LENGTH:
        raise UnreadableLabel(_what_it_is(text))
    return _checked(text), None


def issue_in(query: str) -> int:
    """The number of the label in an address's query: the first where none is written.

    Raises UnreadableLabel where something else than a number is.
    """
    if not re.search(r"(?:^|&)l=", query, re.IGNORECASE):
        return 1
    written = _ISSUE.search(query)
    if written is None:
        raise UnreadableLabel
    return int(written[1])


def code_in(giai: str, prefix: str) -> str:
    """The item's code in a GIAI of ours, in any case. Raises UnreadableLabel for any other."""
    if len(giai) > MOST_TO_READ:
        raise UnreadableLabel
    return _code_in(giai, prefix)


def grouped(code: str) -> str:
    """The eight characters as they are printed and read aloud: four and four."""
    return f"{code[:4]} {code[4:]}"


def _tidied(scanned: str) -> str:
    if len(scanned) > MOST_TO_READ:
        raise UnreadableLabel(f"That is far too long to be a label. {SCAN_OURS}")
    text = scanned.strip("".join(map(chr, range(33))) + "\x7f\ufeff\u200b\xa0")
    if _SYMBOLOGY.match(text):
        text = text[3:]
    text = text.lstrip("\x1d ")
    if not text:
        raise UnreadableLabel(f"Nothing was scanned. {SCAN_OURS}")
    return text


def _code_in(giai: str, prefix: str) -> str:
    ours = giai.upper()
    if not ours.startswith(prefix):
        raise UnreadableLabel(
            "That label belongs to another organisation's equipment. "
            f"Set it aside for its owner, or look for our own label on it. {SCAN_OURS}"
        )
    if len(ours) != len(prefix) + LENGTH:
        raise UnreadableLabel
    return _checked(ours.removeprefix(prefix))


def _checked(text: str) -> str:
    try:
        return read_code(text)
    except Invalid as why:
        raise UnreadableLabel(why.sentence) from None


def _what_it_is(text: str) -> str:
    """A sentence for what is no label of ours: most often the maker's own barcode was scanned."""
    if _names_a_product(text):
        return f"That is a maker's barcode, not our label. {SCAN_OURS}"
    if "://" in text:
        return f"That code leads somewhere else and is not our label. {SCAN_OURS}"
    return f"That is not one of our labels. {SCAN_OURS}"


def _names_a_product(text: str) -> bool:
    """Whether this is a GTIN, or a GS1 code of any shape that holds one."""
    if len(text) < SHORTEST_GTIN:
        return False
    try:
        found = parse(text.replace("(", "").replace(")", ""))
    except (ParseError, ValueError):
        return False
    return found.gtin is not None or any(
        held is not None and held.element_strings.get(ai="01") is not None
        for held in (found.gs1_message, found.gs1_digital_link_uri)
    )
