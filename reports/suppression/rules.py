"""The one rule for small numbers of people: which cells are not told, and which others with them.

A cell is what was counted at one team, practice or store in one month. Every figure of a team is a
sum of such cells and nothing finer is ever told of it, so the difference of two views is a sum of
told cells too. Those of a month are hidden so that its whole, which is known, gives none of them
away: never one alone, and beside those that are small always one that is not.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from hashlib import sha256
from typing import TypeVar

from core.money import Pence
from reports.rules import Counted, Tallies, Tally

FEWEST = 5  # people: of fewer nothing is told
COARSE = 100_00  # pence: what a few people had cannot be told from their sum to the nearest £100
COARSE_GRAMS = 100_000  # nor from the carbon, which goes by product group

# Who a count describes. What became of loans (recycled, late) is told of everybody it is counted
# among; it is not people of its own. Counts of one family stand in one figure, so they are told
# together or not at all.
_AMONG = {
    Counted.REISSUED: Counted.ISSUED,
    Counted.NEW: Counted.ISSUED,
    Counted.BACK: Counted.ISSUED,
    Counted.REUSABLE: Counted.DECIDED,
    Counted.SCRAPPED: Counted.DECIDED,
    Counted.ON_TIME: Counted.PROMISED,
    Counted.IN_SEVEN: Counted.PLACED,
    Counted.FAILED: Counted.VISITED,
}
_FAMILY = (Counted.ISSUED, Counted.RETURNED, Counted.DECIDED)
# Others count some of those same people. Where theirs are hidden these are, or they would tell what
# those are; and more of these may be.
_SOME_OF_THEM = frozenset({Counted.PROMISED, Counted.PLACED, Counted.COLLECTED, Counted.READY})
# Sums of others: less what is issued it would give away what the rates leave out.
_NEVER = frozenset({Counted.LENT})

K = TypeVar("K")


def small(count: int) -> bool:
    """Whether so many people are too few to tell of; nobody is nobody."""
    return 0 < count < FEWEST


def hidden(
    cells: Mapping[K, Sequence[int]], turn: str = "", already: frozenset[K] = frozenset()
) -> frozenset[K]:
    """The cells of one known whole that are not told; each cell has one count or several.

    Those with a small count, and others beside them so that they cannot be worked out. Which
    others does not hang on their counts, or it would tell of them: they are taken in turn.
    """
    few = {key for key, counts in cells.items() if any(small(count) for count in counts)}
    gone = few | already
    columns = range(max((len(counts) for counts in cells.values()), default=0))
    order = sorted(cells, key=lambda key: sha256(f"{turn} {key}".encode()).digest())
    while True:
        more = [_beside(cells, order, gone, column) for column in columns]
        found = {key for key in more if key is not None}
        if not found:
            return frozenset(gone)
        gone |= found


def _beside(
    cells: Mapping[K, Sequence[int]], order: Sequence[K], gone: set[K], column: int
) -> K | None:
    """The cell to hide next so that a column's hidden counts stay unknown, if one is needed.

    Never one alone, nor small ones alone: four and four are all that eight can be made of. And of
    six, with one of them five at least, the other would be one.
    """
    unknown = [cells[key][column] for key in gone if cells[key][column]]
    hides = len(unknown) > 1 and max(unknown) >= FEWEST and sum(unknown) >= 2 * FEWEST
    if not unknown or hides:
        return None
    return next((key for key in order if key not in gone and cells[key][column]), None)


@dataclass(frozen=True)
class Seen:
    """What was counted, and how many people it is about: one of them may have had many things."""

    tally: Tally
    people: int


def told(cells: Mapping[K, Mapping[Counted, Seen]], turn: str = "") -> dict[K, Tallies]:
    """What may be told of each cell of one month: counts, days, coarse money and carbon."""
    every = {counted for cell in cells.values() for counted in cell} - _NEVER
    kept: dict[K, Tallies] = {key: {} for key in cells}
    of_loans = hidden(_people(cells, _FAMILY), turn)
    for family in {_family(counted) for counted in every}:
        already = of_loans if family == _FAMILY or family[0] in _SOME_OF_THEM else frozenset()
        gone = hidden(_people(cells, family), turn, already)
        for key in cells.keys() - gone:
            mine = [who for who in cells[key] if who in every and _family(who) == family]
            kept[key].update({who: coarse(who, cells[key][who].tally) for who in mine})
    return kept


def _people(
    cells: Mapping[K, Mapping[Counted, Seen]], family: Sequence[Counted]
) -> dict[K, list[int]]:
    return {
        key: [cell[who].people if who in cell else 0 for who in family]
        for key, cell in cells.items()
    }


def _family(counted: Counted) -> tuple[Counted, ...]:
    crowd = _AMONG.get(counted, counted)
    return _FAMILY if crowd in _FAMILY else (crowd,)


def coarse(counted: Counted, tally: Tally) -> Tally:
    """The same with its money, and what it weighs in carbon, to the nearest hundred, half up."""
    grams = counted is Counted.REISSUED
    return Tally(
        tally.count,
        Pence(_nearest(tally.pence, COARSE)),
        _nearest(tally.amount, COARSE_GRAMS) if grams else tally.amount,
    )


def _nearest(number: int, step: int) -> int:
    return (2 * number + step) // (2 * step) * step
