"""What a scanner or a person gives, and what it stands for: an item, a place, a command.

Also the maker's own code on a thing, where it names a product and a serial number.
"""

import re
from dataclasses import dataclass

from core.codes import LENGTH, is_code, read_code
from core.errors import Invalid
from labels.gs1 import (
    GIAI,
    GLN,
    GTIN,
    GTIN_DIGITS,
    PLACE,
    SERIAL,
    NotGS1,
    digital_link,
    elements,
    is_gtin,
)
from labels.rules import SCAN_OURS, Command, UnreadableLabel

MOST_TO_READ = 300  # characters; no label of anybody's holds more
MOST_TO_SHOW = 20  # of them; an address of ours ends in what tells it from others

_BLANKS = "".join(map(chr, range(33))) + "\x7f\ufeff\u200b\xa0"
_SYMBOLOGY = re.compile(r"\][A-Za-z][0-9A-Za-z]")
_RETAIL = "]E"  # EAN and UPC: a GTIN and nothing else, however it looks
_QUERY = re.compile(r"\?([^#\s]*)")
_COMMAND = re.compile(r"https?://[^/?#\s]+(?:/[^/?#\s]+)*/do/([a-z-]+)/?", re.IGNORECASE)
_ISSUE = re.compile(r"(?:^|&)l=([1-9]\d{0,3})(?:&|$)", re.IGNORECASE | re.ASCII)

MAKERS_BARCODE = f"That is a maker's barcode, not our label. {SCAN_OURS}"


@dataclass(frozen=True, slots=True)
class ItemLabel:
    """A label of an item of ours; no number where only the item is named."""

    code: str
    issue: int | None


@dataclass(frozen=True, slots=True)
class PlaceLabel:
    """A label of a store, or of the place in it whose code this is."""

    gln: str
    extension: str | None


@dataclass(frozen=True, slots=True)
class MakersCode:
    """A product by its maker's number of fourteen digits, and perhaps one thing of it."""

    gtin: str
    serial: str | None


@dataclass(frozen=True, slots=True)
class Line:
    """What was scanned or typed, and on which line, counted from one."""

    number: int
    text: str

    @property
    def name(self) -> str:
        """The line as a sentence names it, with no more of what stands there than tells it."""
        seen = "".join(sign for sign in self.text if sign.isprintable())
        cut = seen if len(seen) <= MOST_TO_SHOW else f"…{seen[1 - MOST_TO_SHOW :]}"
        return f"Line {self.number}, {cut}"


Scan = ItemLabel | PlaceLabel | Command | MakersCode


def read_scan(text: str, prefix: str) -> Scan:
    """What was scanned or typed, `prefix` being our GS1 company prefix.

    Reads Digital Links on any host, in small letters or capitals, element strings with or without
    brackets, the bare GIAI and the bare eight characters, whatever symbology identifier the scanner
    puts in front. Raises UnreadableLabel with a sentence that says what to do.
    """
    symbology, tidy = _tidied(text)
    if symbology.startswith(_RETAIL) and is_gtin(tidy):
        return MakersCode(tidy.zfill(GTIN_DIGITS), None)
    if "://" in tidy:
        return _from_link(tidy, prefix)
    if len(tidy) == len(prefix) + LENGTH and tidy.startswith(prefix):
        return ItemLabel(_code_in(tidy, prefix), None)
    if is_code(tidy.upper()) or not is_gtin(tidy):
        return _from_words(tidy, prefix)
    return MakersCode(tidy.zfill(GTIN_DIGITS), None)


def read_label(scanned: str, prefix: str) -> tuple[str, int | None]:
    """The item's code and which of its labels this is; no number where only the item is named.

    Raises UnreadableLabel for everything else, a label of a place or a maker's barcode, too.
    """
    match read_scan(scanned, prefix):
        case ItemLabel(code, issue):
            return code, issue
        case MakersCode():
            raise UnreadableLabel(MAKERS_BARCODE)
        case PlaceLabel():
            raise UnreadableLabel(f"That is the label of a place, not of an item. {SCAN_OURS}")
        case Command():
            raise UnreadableLabel(f"That is a command, not the label of an item. {SCAN_OURS}")


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


def _tidied(scanned: str) -> tuple[str, str]:
    """The symbology identifier, where there is one, and what stands behind it."""
    if len(scanned) > MOST_TO_READ:
        raise UnreadableLabel(f"That is far too long to be a label. {SCAN_OURS}")
    text = scanned.strip(_BLANKS)
    symbology = ""
    if _SYMBOLOGY.match(text):
        symbology, text = text[:3], text[3:]
    text = text.lstrip("\x1d ")
    if not text:
        raise UnreadableLabel(f"Nothing was scanned. {SCAN_OURS}")
    return symbology, text


def _from_link(link: str, prefix: str) -> Scan:
    if command := _COMMAND.fullmatch(link):
        return _command(command[1].lower())
    try:
        held = digital_link(link)
    except NotGS1:
        raise UnreadableLabel(_which_link(link)) from None
    query = _QUERY.search(link)
    return _meant(held, prefix, issue_in(query[1] if query else ""))


def _command(word: str) -> Command:
    try:
        return Command(word)
    except ValueError:
        raise UnreadableLabel(
            "That command is not one of ours. Print the commands anew from “Labels for the depot”."
        ) from None


def _from_words(text: str, prefix: str) -> Scan:
    """What an element string holds, or the item whose eight characters were typed."""
    typed = "".join(text.split()).replace("-", "")
    if len(typed) == LENGTH:
        return ItemLabel(_checked(typed), None)
    try:
        held = elements(text)
    except NotGS1:
        raise UnreadableLabel from None
    return _meant(held, prefix, None)


def _meant(held: dict[str, str], prefix: str, issue: int | None) -> Scan:
    """What the first application identifier stands for; the others only describe it."""
    key, value = next(iter(held.items()))
    if key == GIAI:
        return ItemLabel(_code_in(value, prefix), issue)
    if key == GTIN:
        return MakersCode(value, held.get(SERIAL))
    if key == GLN:
        return PlaceLabel(value, _place_code(held.get(PLACE)))
    raise UnreadableLabel(MAKERS_BARCODE if GTIN in held else UnreadableLabel().sentence)


def _place_code(extension: str | None) -> str | None:
    if extension is not None and not is_code(extension.upper()):
        raise UnreadableLabel(
            "That is the label of a place, but not of one of ours. Scan a place label of our own."
        )
    return extension and extension.upper()


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


def _which_link(link: str) -> str:
    """A sentence for an address that is no Digital Link as the standard now has them."""
    try:
        early = digital_link(link, early=True)
    except NotGS1:
        return f"That code leads somewhere else and is not our label. {SCAN_OURS}"
    return MAKERS_BARCODE if GTIN in early else UnreadableLabel().sentence
