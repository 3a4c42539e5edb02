"""Whom a person may lay a charge on, and how it names the entry it was parked by."""

import re
from collections.abc import Collection, Mapping

from core.errors import Invalid

_CAUSE = re.compile(r"laying of entry (\d+)", re.ASCII)


def cause_of_laying(number: int) -> str:
    """The cause of the entry that lays another on partners: there is only one of each."""
    return f"laying of entry {number}"


def laid_from(source: str) -> int | None:
    """The number of the entry that an entry of this cause lays on partners; none for others."""
    match = _CAUSE.fullmatch(source)
    return int(match[1]) if match else None


def may_be_laid(source: str, parked_because: str, reverses_id: int | None) -> bool:
    """Whether a person decides who pays: the charge is parked, or was laid by hand before."""
    decided = laid_from(source) is not None
    return reverses_id is None and (decided or bool(parked_because))


def check_shares(shares: Mapping[int, int], payers: Collection[int]) -> None:
    """Raise Invalid beside its field unless somebody pays, each a share, and all are payers."""
    if not shares or min(shares.values()) < 1:
        raise Invalid("Choose who pays, and write a share of 1 or more.", field="weight_1")
    if not all(who in payers for who in shares):
        raise Invalid("Only a partner of today can be asked to pay.", field="who_1")
