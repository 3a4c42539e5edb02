"""Thresholds of a budget in whole per cent: how they are read and written. No database here."""

import re
from dataclasses import dataclass
from enum import StrEnum

from core.errors import Invalid

LARGEST, MOST = 500, 6
_LIST = re.compile(r"\d{1,3}(,\d{1,3})*", re.ASCII)


class Watched(StrEnum):
    """What of a budget is watched."""

    SPENT = "spent"  # what the ledger holds so far
    FORECAST = "forecast"  # what the whole year is expected to come to


@dataclass(frozen=True)
class Thresholds:
    """At how many per cent of a year's budget a partner's spending, or its forecast, is told."""

    spent: tuple[int, ...] = (80, 95, 100)
    forecast: tuple[int, ...] = (100, 105)

    def of(self, watched: Watched) -> tuple[int, ...]:
        """The thresholds of what is watched, lowest first."""
        return self.spent if watched is Watched.SPENT else self.forecast


def read_percents(text: str, *, field: str | None = None) -> tuple[int, ...]:
    """Percentages as people list them ("80, 95, 100%"), lowest first; none where nothing is said.

    Raises Invalid for anything else, beside the field.
    """
    tidy = re.sub(r"\s|%", "", text)
    if not tidy:
        return ()
    if not _LIST.fullmatch(tidy):
        raise Invalid(
            "Write whole numbers with commas between them, like 80, 95, 100.", field=field
        )
    found = sorted({int(part) for part in tidy.split(",")})
    if found[0] < 1 or found[-1] > LARGEST:
        raise Invalid(f"Write percentages from 1 to {LARGEST}.", field=field)
    if len(found) > MOST:
        raise Invalid(f"Write at most {MOST} percentages: more would not be read.", field=field)
    return tuple(found)


def written(percents: tuple[int, ...]) -> str:
    """Percentages as people list them."""
    return ", ".join(str(one) for one in percents)
