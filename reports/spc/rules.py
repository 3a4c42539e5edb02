"""The XmR chart of NHS *Making Data Count*: limits, the four rules, variation and assurance.

Everything is reckoned in fractions, so that a point on a line is on it and never a hair beside it.
The rules and their order are those of NHSRplotthedots, whose published figures are our vectors.
"""

from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass
from enum import StrEnum
from fractions import Fraction
from itertools import pairwise

from reports.units import Number

FEWEST = 12  # months before limits mean anything
TO_LIMITS = Fraction("2.66")  # times the mean moving range
SCREENED_ABOVE = Fraction("3.267")  # times the mean moving range
NEAR = Fraction(2, 3)  # of the way from the mean to a limit
RUN = 7


class Rule(StrEnum):
    """Why a point is not part of the usual variation."""

    BEYOND = "beyond a limit"
    SIDE = "seven in a row on one side of the average"
    TREND = "seven in a row going one way"
    NEAR = "two of three near a limit"


class Better(StrEnum):
    """Which way a measure ought to go."""

    HIGHER = "higher"
    LOWER = "lower"
    NEITHER = "neither way"


class Variation(StrEnum):
    """What a point says of change."""

    COMMON = "no significant change"
    IMPROVEMENT = "improvement"
    CONCERN = "concern"
    NEUTRAL = "change"


class Assurance(StrEnum):
    """Whether the measure, as it is, meets its target."""

    PASSES = "consistently meets the target"
    FAILS = "consistently misses the target"
    RANDOM = "meets the target in some months and misses it in others"


@dataclass(frozen=True)
class Limits:
    """The average of a stretch, and how far from it chance alone takes a point."""

    mean: Fraction
    reach: Fraction  # from the mean to either limit

    @property
    def lower(self) -> Fraction:
        """The lower process limit."""
        return self.mean - self.reach

    @property
    def upper(self) -> Fraction:
        """The upper process limit."""
        return self.mean + self.reach

    def side(self, value: Number) -> int:
        """1 above the average, -1 below it, 0 upon it."""
        return (value > self.mean) - (value < self.mean)


@dataclass(frozen=True)
class Point:
    """A value with the limits it is judged by and what they say of it."""

    value: Number
    limits: Limits
    rules: tuple[Rule, ...]
    variation: Variation

    @property
    def side(self) -> int:
        """1 above the average, -1 below it, 0 upon it."""
        return self.limits.side(self.value)


def limits_of(values: Sequence[Number], *, screened: bool = True) -> Limits:
    """The limits of a stretch of values. Raises ValueError for none.

    Moving ranges above 3.267 times their mean are screened out first, unless that is not wanted.
    """
    if not values:
        raise ValueError("limits need values")
    ranges = [max(later - earlier, earlier - later) for earlier, later in pairwise(values)]
    usual = _mean(ranges)
    if screened:
        usual = _mean([one for one in ranges if one <= SCREENED_ABOVE * usual])
    return Limits(_mean(values), TO_LIMITS * usual)


def xmr(
    values: Sequence[Number], better: Better = Better.HIGHER, *, anew: Collection[int] = ()
) -> list[Point]:
    """Every value as a point of a control chart; the limits begin anew at the places given."""
    return [point for stretch in _stretches(values, anew) for point in _judged(stretch, better)]


def assurance(limits: Limits, target: Number, better: Better) -> Assurance:
    """What may be expected of a target while nothing changes."""
    if better is Better.NEITHER or limits.lower <= target <= limits.upper:
        return Assurance.RANDOM
    above = limits.lower > target
    return Assurance.PASSES if above == (better is Better.HIGHER) else Assurance.FAILS


def sevens_on_a_side(sides: Sequence[int]) -> list[bool]:
    """Where a run of at least seven on one side of the average has its seventh point or a later."""
    return [
        place >= RUN - 1
        and side != 0
        and all(one == side for one in sides[place - RUN + 1 : place])
        for place, side in enumerate(sides)
    ]


def sevens_in_a_trend(values: Sequence[Number]) -> list[int]:
    """Where seven values have each been above (1) or below (-1) the one before; else 0."""
    ways = [0, *((b > a) - (b < a) for a, b in pairwise(values))]
    return [
        way if place >= RUN - 1 and all(one == way for one in ways[place - RUN + 2 : place]) else 0
        for place, way in enumerate(ways)
    ]


def twos_of_three(near: Sequence[bool], sides: Sequence[int]) -> list[bool]:
    """The points of any three on one side of the average of which two are near a limit."""
    found = [False] * len(near)
    for place in range(len(near) - 2):
        three = slice(place, place + 3)
        if abs(sum(sides[three])) == 3 and sum(near[three]) >= 2:
            found[three] = [True] * 3
    return found


def _stretches(values: Sequence[Number], anew: Collection[int]) -> Iterator[Sequence[Number]]:
    marks = sorted({0, *(place for place in anew if 0 < place < len(values)), len(values)})
    for begins, ends in pairwise(marks):
        yield values[begins:ends]


def _judged(values: Sequence[Number], better: Better) -> list[Point]:
    limits = limits_of(values)
    inner, outer = NEAR * limits.reach, limits.reach
    sides = [limits.side(value) for value in values]
    far = [(value - limits.mean) * side for value, side in zip(values, sides, strict=True)]
    near = [inner < distance <= outer for distance in far]
    runs = _and_before(sevens_on_a_side(sides))
    trends = _and_before([way != 0 for way in sevens_in_a_trend(values)])
    pairs = twos_of_three(near, sides)
    points = []
    for place, value in enumerate(values):
        told = {
            Rule.BEYOND: far[place] > outer,
            Rule.SIDE: runs[place],
            Rule.TREND: trends[place],
            Rule.NEAR: pairs[place] and near[place],
        }
        rules = tuple(rule for rule, breaks in told.items() if breaks)
        points.append(Point(value, limits, rules, _variation(rules, sides[place], better)))
    return points


def _and_before(ends: Sequence[bool]) -> list[bool]:
    """The whole runs of seven whose last points are given."""
    return [any(ends[place : place + RUN]) for place in range(len(ends))]


def _variation(rules: tuple[Rule, ...], side: int, better: Better) -> Variation:
    if not rules:
        return Variation.COMMON
    if better is Better.NEITHER:
        return Variation.NEUTRAL
    good = 1 if better is Better.HIGHER else -1
    return Variation.IMPROVEMENT if side == good else Variation.CONCERN


def _mean(values: Sequence[Number]) -> Fraction:
    return Fraction(sum(values)) / len(values) if values else Fraction(0)
