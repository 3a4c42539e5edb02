"""What figures may be narrowed to beside a partner and a product group."""

from dataclasses import dataclass
from enum import StrEnum


class PlaceKind(StrEnum):
    """What places may be told apart by; the value is how it stands in an address."""

    EMPLOYER = "employer"
    PRACTICE = "practice"
    STORE = "store"

    @property
    def word(self) -> str:
        """One of them, in words."""
        return _WORDS[self]


_WORDS = {
    PlaceKind.EMPLOYER: "team",
    PlaceKind.PRACTICE: "GP practice",
    PlaceKind.STORE: "store",
}


@dataclass(frozen=True)
class Place:
    """One place that figures may be narrowed to."""

    kind: PlaceKind
    id: int
    name: str
