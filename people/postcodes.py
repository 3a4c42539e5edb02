"""Postcodes and the beginnings of postcodes, tidied and from the longest to the shortest."""

import re

from core.errors import Invalid

# The last two letters are never C, I, K, M, O or V, which are read for others in handwriting.
_WHOLE = re.compile(r"([A-Z]{1,2}[0-9][A-Z0-9]?)([0-9][ABD-HJLNP-UW-Z]{2})")
_SECTOR = re.compile(r"([A-Z]{1,2}[0-9][A-Z0-9]?) ([0-9])")
_OUTWARD = re.compile(r"[A-Z]{1,2}[0-9][A-Z0-9]?")


def read_postcode(text: str) -> str:
    """A whole postcode as the post writes it, "NG1 1AA", however it was typed. Raises Invalid."""
    match = _WHOLE.fullmatch("".join(text.split()).replace("-", "").upper())
    if match is None:
        raise Invalid("Type a whole postcode, like NG1 5FS.", field="postcode")
    return f"{match[1]} {match[2]}"


def read_beginning(text: str) -> str:
    """A whole postcode, a sector ("NG1 1") or an outward code ("NG1"), tidied. Raises Invalid.

    The space stays, because without it sector NG1 1 and outward code NG11 would be the same.
    """
    tidy = " ".join(text.upper().split())
    if _OUTWARD.fullmatch(tidy) or _SECTOR.fullmatch(tidy):
        return tidy
    try:
        return read_postcode(tidy)
    except Invalid:
        raise Invalid(
            f"“{text[:12]}” begins no postcode. Write it like NG1, NG1 1 or NG1 1AA.",
            field="postcode",
        ) from None


def beginnings(postcode: str) -> tuple[str, ...]:
    """What a postcode begins with, the longest first; nothing where it is no postcode."""
    try:
        whole = read_postcode(postcode)
    except Invalid:
        return ()
    outward, _, inward = whole.partition(" ")
    return whole, f"{outward} {inward[0]}", outward
