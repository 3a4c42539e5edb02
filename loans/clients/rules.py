"""How a client's numbers are read, and what is typed to find them. No database here."""

import re

from nhs_number.validate import is_valid

from core.errors import Invalid

_NHS = re.compile(r"[0-9]{10}")
_PART = re.compile(r"[A-Z]{1,2}[0-9][0-9A-Z]?(?:[0-9][ABD-HJLNP-UW-Z]{0,2})?")


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


def postcode_prefix(text: str) -> str | None:
    """A postcode or the beginning of one, without its space; none where it cannot be one."""
    tidy = _tidy(text)
    return tidy if _PART.fullmatch(tidy) else None
