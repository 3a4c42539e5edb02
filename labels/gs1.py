"""GS1 codes as scanners give them: Digital Links and element strings, read strictly.

biip reads them; what it lets pass and the standard does not is refused here: check digits that do
not fit, an identifier said twice or in the wrong part of the address, a scheme half in capitals,
days that no month has.
"""

import re
from collections.abc import Iterable
from urllib.parse import parse_qsl, urlsplit

from biip import ParseError
from biip.gs1_digital_link_uris import GS1DigitalLinkURI
from biip.gs1_element_strings import GS1ElementString
from biip.gs1_messages import GS1Message

from equipment.checks import gs1_check_digit

SSCC, GTIN, SERIAL, GLN, PLACE, GIAI = "00", "01", "21", "414", "254", "8004"
GTIN_DIGITS = 14
GTIN_LENGTHS = (8, 12, 13, 14)

# How many digits stand before and with the check digit in these.
_CHECKED = {
    SSCC: 18,
    GTIN: 14,
    "02": 14,
    "03": 14,
    "8003": 14,
    "8006": 14,
    "8026": 14,
    **dict.fromkeys(("253", "255", *(str(ai) for ai in range(410, 418))), 13),
    "402": 17,
    "8017": 18,
    "8018": 18,
}
_WHOLE_DAYS = ("4326", "7003", "7006", "7007", "7011", "8008")  # where a day of 00 means nothing
_ONLY_IN_THE_PATH = {GTIN: {"22", "10", SERIAL, "235"}, GLN: {PLACE, "7040"}}
# What the standard's first version still let people write.
_WORDS = {"gtin": GTIN, "sscc": SSCC, "gln": GLN, "giai": GIAI, "ser": SERIAL}

_LINK = re.compile(r"(?:https?|HTTPS?)(?P<rest>://[^\s<>\\]+)")
_WORD = re.compile(rf"(?<=/)({'|'.join(_WORDS)})(?=/)")
_SHORT_GTIN = re.compile(r"((?:/|[?&])01[/=])(\d{8}|\d{12,13})(?=[/?&#]|$)", re.ASCII)


class NotGS1(ValueError):
    """This is no GS1 code, or one with something wrong in it."""


def elements(text: str) -> dict[str, str]:
    """The application identifiers of an element string and what each holds. Raises NotGS1.

    With brackets or without; then FNC1 stands between as scanners send it, `\\x1d`.
    """
    try:
        held = GS1Message.parse_hri(text) if text.startswith("(") else GS1Message.parse(text)
    except (ParseError, ValueError) as why:
        raise NotGS1(str(why)) from None
    return _checked(held.element_strings)


def digital_link(uri: str, *, early: bool = False) -> dict[str, str]:
    """The application identifiers of a Digital Link on any host and what each holds.

    `early`: written as the standard's first version allowed, too: words for identifiers, GTINs
    without their leading noughts. Raises NotGS1.
    """
    link = _LINK.fullmatch(uri)
    if link is None:
        raise NotGS1("no web address")
    uri = "https" + link["rest"]
    if early:
        uri = _WORD.sub(lambda word: _WORDS[word[1]], uri)
        uri = _SHORT_GTIN.sub(lambda gtin: gtin[1] + gtin[2].zfill(GTIN_DIGITS), uri)
    try:
        parts = urlsplit(uri)
        path = parts.path.removesuffix("/")
        held = GS1DigitalLinkURI.parse(parts._replace(path=path).geturl()).element_strings
    except (ParseError, ValueError) as why:
        raise NotGS1(str(why)) from None
    key, value = held[0].ai.ai, held[0].value
    if key == GTIN and f"/{GTIN}/{value}" not in path:  # biip fills it up
        raise NotGS1("the GTIN is too short")
    _refuse_query(key, parts.query, {one.ai.ai for one in held})
    return _checked(held)


def is_gtin(text: str) -> bool:
    """Whether these are the digits of a GTIN of any length, and the last fits the others."""
    return _digits(text) and len(text) in GTIN_LENGTHS and checks_out(text)


def checks_out(digits: str) -> bool:
    """Whether the last digit is the GS1 check digit of those before it."""
    return len(digits) > 1 and _digits(digits) and gs1_check_digit(digits[:-1]) == int(digits[-1])


def _digits(text: str) -> bool:
    return text.isascii() and text.isdigit()


def _refuse_query(key: str, query: str, known: set[str]) -> None:
    said = [name for name, _ in parse_qsl(query) if _digits(name)]
    if len(said) > len(set(said)) or set(said) - known:
        raise NotGS1("an identifier is there twice, or is none")
    if _ONLY_IN_THE_PATH.get(key, set()) & set(said):
        raise NotGS1("an identifier belongs into the path")


def _checked(held: Iterable[GS1ElementString]) -> dict[str, str]:
    found: dict[str, str] = {}
    for one in held:
        ai, value = one.ai.ai, one.value
        if found.setdefault(ai, value) != value:
            raise NotGS1("an identifier is there twice")
        if (length := _CHECKED.get(ai)) and not checks_out(value[:length]):
            raise NotGS1("a check digit does not fit")
        if ai in _WHOLE_DAYS and value[4:6] == "00":
            raise NotGS1("a date has no day")
    if not found:
        raise NotGS1("nothing is there")
    return found
