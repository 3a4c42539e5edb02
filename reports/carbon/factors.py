"""How much carbon making one new item causes, by product group: dated, versioned, and assumed.

These are starting assumptions, no measurements and nobody's published figures: a pool that has its
makers' declarations puts a later version below the last. A version never changes once it is used:
loans keep the version of the day they began.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

from equipment.rules import Group


@dataclass(frozen=True)
class Factors:
    """One version: grams of CO2e for making one item of each product group."""

    version: str
    from_on: date
    source: str
    grams: Mapping[Group, int]


VERSIONS = (
    Factors(
        version="1",
        from_on=date(2000, 1, 1),
        source="[default] assumed for each product group, not measured and not published",
        grams={
            Group.BEDS: 150_000,
            Group.PRESSURE: 60_000,
            Group.HOISTS: 90_000,
            Group.BATHING: 15_000,
            Group.TOILETING: 8_000,
            Group.SEATING: 35_000,
            Group.WALKING: 9_000,
            Group.DAILY_LIVING: 3_000,
            Group.SENSORY: 5_000,
            Group.RAMPS: 20_000,
            Group.CHILDREN: 30_000,
            Group.BARIATRIC: 120_000,
            Group.TELECARE: 4_000,
        },
    ),
)


def told(factors: Factors) -> str:
    """A version as it stands beside a figure."""
    return f"version {factors.version} from {factors.from_on:%-d %B %Y}: {factors.source}"


IN_USE = "; ".join(told(factors) for factors in VERSIONS)
