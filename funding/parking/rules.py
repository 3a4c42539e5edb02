"""How a charge that a person laid on partners names the entry it was parked by."""

import re

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
