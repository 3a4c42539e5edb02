"""How people are made strangers: pseudonyms, bands, and never fewer than five alike."""

import hmac
from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass
from hashlib import sha256
from typing import TypeVar

from core.errors import Invalid
from reports.suppression.rules import FEWEST, small

BANDS = ((0, "0 to 17"), (18, "18 to 64"), (65, "65 to 74"), (75, "75 to 84"), (85, "85 and over"))
NOT_TOLD = "not told"
STEP = 10_00  # pence: to the nearest £10, so that no sum is anybody's fingerprint
MOST_YEARS = 5
EARLIEST, LATEST = 1950, 2150

K = TypeVar("K")


@dataclass(frozen=True)
class Alike:
    """What a reader might know of somebody: people with the same are one class."""

    year: int
    partner: int | None  # by number; none where nobody pays yet
    band: str
    group: str


def pseudonym(key: bytes, year: int, client_id: int) -> str:
    """A person's name in one year of one extract. With the key gone, nobody's."""
    return hmac.new(key, f"{year}:{client_id}".encode(), sha256).hexdigest()[:20]


def nearest(pence: int) -> int:
    """Pence to the nearest £10, half of it up."""
    return (2 * pence + STEP) // (2 * STEP) * STEP


def read_years(first: str, last: str) -> range:
    """Financial years by the year each begins in. Raises Invalid for what is none, or too many."""
    years = []
    for field, text in (("first", first), ("last", last)):
        wellformed = len(text) == 4 and text.isascii() and text.isdigit()
        if not wellformed or not EARLIEST <= int(text) <= LATEST:
            raise Invalid("Write the year it begins in with four digits, like 2025.", field=field)
        years.append(int(text))
    if not 0 <= years[1] - years[0] < MOST_YEARS:
        raise Invalid(f"Choose one to {MOST_YEARS} years, the earlier first.", field="last")
    return range(years[0], years[1] + 1)


def told_as(people: Mapping[Alike, int]) -> dict[Alike, Alike | None]:
    """What each class is told as, so that at least five are alike; none where it is left out.

    Small groups of a band stand together first, then small bands of a partner. A partner with
    fewer than five people in a year is left out of it.
    """
    told: dict[Alike, Alike | None] = {}
    by_partner: dict[tuple[int, int | None], dict[str, list[Alike]]] = defaultdict(dict)
    for one in people:
        by_partner[one.year, one.partner].setdefault(one.band, []).append(one)
    for (year, partner), bands in by_partner.items():
        sizes = {band: sum(people[one] for one in ones) for band, ones in bands.items()}
        pooled = _pooled(sizes)
        whole = sum(sizes[band] for band in pooled)
        for band, ones in bands.items():
            if band in pooled:
                rest = None if small(whole) else Alike(year, partner, NOT_TOLD, NOT_TOLD)
                told.update(dict.fromkeys(ones, rest))
            else:
                together = _pooled({one: people[one] for one in ones})
                rest = Alike(year, partner, band, NOT_TOLD)
                told.update({one: rest if one in together else one for one in ones})
    return told


def _pooled(sizes: Mapping[K, int]) -> set[K]:
    """Those too small to stand alone, with the next smallest as long as they are too few."""
    ranked = sorted(sizes, key=lambda key: (sizes[key], str(key)))
    pooled = {key for key in ranked if small(sizes[key])}
    for key in ranked:
        if pooled and small(sum(sizes[one] for one in pooled)):
            pooled.add(key)
    return pooled


def few(count: int) -> str:
    """How many were left out, in words that do not tell of fewer than five."""
    return f"fewer than {FEWEST}, or none" if count < FEWEST else f"{count:,}"


COLUMNS = (
    ("pseudonym", "text", ("One person in one year of this extract. Drawn with a key that was made"
     " for this extract and forgotten with it: it links to nothing, not even another year.")),
    ("year", "year", "The financial year, by the year it begins in."),
    ("age_band", "text", "Age on the last day of the year, in five bands, or “not told”."),
    ("partner", "code", "Official code of the partner that bore most of the cost."),
    ("partner_name", "text", "Its name."),
    ("product_group", "text", "The group of most of what was lent, or “not told”."),
    ("loans_begun", "count", "Loans begun in the year."),
    ("loans_returned", "count", "Loans ended by a return in the year."),
    ("cost_pence", "pence", ("What was charged for the person less what was credited, of every"
     " partner whose money the reader may see, to the nearest £10.")),
)  # fmt: skip
HEADS = tuple(name for name, _, _ in COLUMNS)
