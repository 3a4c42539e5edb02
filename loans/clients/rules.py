"""How a client's numbers and address are read. No database here."""

import re

from nhs_number.validate import is_valid

from core.errors import Invalid

_NHS = re.compile(r"[0-9]{10}")
_POSTCODE = re.compile(r"([A-Z]{1,2}[0-9][0-9A-Z]?)([0-9][ABD-HJLNP-UW-Z]{2})")
_PART = re.compile(r"[A-Z]{1,2}[0-9][0-9A-Z]?(?:[0-9][A-Z]{0,2})?")


def _tidy(text: str) -> str:
    return "".join(text.split()).replace("-", "").upper()


def read_nhs_number(text: str) -> str | None:
    """The ten digits of an NHS number as typed, spaces allowed; none where nothing was typed.

    Raises Invalid where it is not ten digits or its check digit (modulus 11) is wrong.
    """
    digits = _tidy(text)
    if not digits:
        return None
    if _NHS.fullmatch(digits) is None:
        raise Invalid(
            "An NHS number has ten digits, like 999 123 4567. Look again.", field="nhs_number"
        )
    if not is_valid(digits):
        raise Invalid(
            "This is not an NHS number: its last digit does not fit the others. Look again.",
            field="nhs_number",
        )
    return digits


def spaced(number: str | None) -> str:
    """An NHS number as people read it aloud: 999 123 4567."""
    return "" if number is None else f"{number[:3]} {number[3:6]} {number[6:]}"


def read_postcode(text: str) -> str:
    """A postcode in capitals with one space, as the post writes it. Raises Invalid."""
    match = _POSTCODE.fullmatch(_tidy(text))
    if match is None:
        raise Invalid("Type a whole postcode, like NG1 5FS.", field="postcode")
    return f"{match[1]} {match[2]}"


def postcode_prefix(text: str) -> str | None:
    """The beginning of a postcode in a search, as stored; none where it cannot be one."""
    tidy = _tidy(text)
    if _POSTCODE.fullmatch(tidy):
        return read_postcode(tidy)
    return tidy if _PART.fullmatch(tidy) else None
