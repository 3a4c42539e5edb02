"""Expected demand: which method for which history, its range, and how it would have done.

Pure: months are counts of loans, oldest first, and nothing here knows what they are counts of.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from enum import StrEnum
from math import ceil, floor, sqrt

AHEAD = 12  # months
FEWEST, YEARLY, GROWING = 6, 24, 36  # months known from which something can be said, and how
FOUR_IN_FIVE = 1.2816  # standard deviations either way that hold four months in five
# The same for a deviation that is itself reckoned from so few months: Student's t, n less one.
_STUDENT = {5: 1.476, 6: 1.440, 7: 1.415, 8: 1.397, 9: 1.383, 10: 1.372, 11: 1.363}


class Method(StrEnum):
    """How what is to be expected was reckoned."""

    MEAN = "mean of the last months"
    SEASONS = "level and seasons"
    GROWTH = "level, growth and seasons"


EXPLAINED = {
    Method.MEAN: (
        "The mean of the last whole months, twelve at most, for every month to come. Months differ "
        "from it by as much as those months did among themselves, and never by less than chance "
        "alone would have it."
    ),
    Method.SEASONS: (
        "A structural time series (UnobservedComponents of statsmodels): a level that may drift "
        "from month to month, and a yearly wave, both fitted to the whole months known."
    ),
    Method.GROWTH: (
        "A structural time series (UnobservedComponents of statsmodels): a level that may drift "
        "from month to month, a steady growth, and a yearly wave, all fitted to the whole months "
        "known."
    ),
}
RANGE = (
    "The range is made so that four months in five end inside it, if what is to come is like what "
    "has been. It is never narrower than chance alone would have it."
)


@dataclass(frozen=True)
class Between:
    """What is expected, and between what four in five end."""

    expected: int
    low: int
    high: int


@dataclass(frozen=True)
class Rough:
    """What a method says before it is rounded: mean and variance, of each month and of all."""

    means: Sequence[float]
    variances: Sequence[float]
    variance: float
    width: float = FOUR_IN_FIVE


@dataclass(frozen=True)
class Outlook:
    """What is expected of the months to come, one by one and together."""

    method: Method
    months: tuple[Between, ...]
    whole: Between


Fit = Callable[[Sequence[int], Method], Rough]


def method_for(history: Sequence[int]) -> Method | None:
    """The method that so many months bear; none where they are too few to say anything.

    Where most months have nothing there is no season to be seen in them.
    """
    if len(history) < FEWEST:
        return None
    recent = history[-YEARLY:]
    if len(recent) < YEARLY or 2 * sum(map(bool, recent)) < YEARLY:
        return Method.MEAN
    return Method.GROWTH if len(history) >= GROWING else Method.SEASONS


def outlook(history: Sequence[int], fit: Fit) -> Outlook | None:
    """What is expected of the next twelve months; none where too few are known."""
    method = method_for(history)
    if method is None:
        return None
    rough = mean_of(history) if method is Method.MEAN else fit(history, method)
    pairs = zip(rough.means, rough.variances, strict=True)
    months = tuple(_between(mean, variance, rough.width) for mean, variance in pairs)
    whole = _between(sum(one.expected for one in months), rough.variance, rough.width)
    return Outlook(method, months, whole)


def mean_of(history: Sequence[int]) -> Rough:
    """The mean of the last months, and how far from it a month, and all twelve, may end."""
    recent = history[-12:]
    count = len(recent)
    mean = sum(recent) / count
    variance = max(mean, sum((month - mean) ** 2 for month in recent) / (count - 1))
    return Rough(
        means=[mean] * AHEAD,
        variances=[variance * (1 + 1 / count)] * AHEAD,
        variance=variance * (AHEAD + AHEAD**2 / count),
        width=_STUDENT[count - 1],
    )


def _between(mean: float, variance: float, width: float) -> Between:
    expected = max(0, floor(mean + 0.5))
    spread = width * sqrt(max(variance, expected))
    return Between(expected, max(0, floor(mean - spread)), max(0, ceil(mean + spread)))


@dataclass(frozen=True)
class Tried:
    """What the method would have said some months ago, beside what came."""

    method: Method
    said: tuple[Between, ...]
    came: tuple[int, ...]
    before: tuple[int, ...]  # the same months a year earlier; empty where they are not known

    @property
    def off(self) -> int | None:
        """By how many loans in a hundred a month was off; none where nothing came."""
        return _off([one.expected for one in self.said], self.came)

    @property
    def off_by_last_year(self) -> int | None:
        """The same of simply saying what the month a year before had."""
        return _off(self.before, self.came) if self.before else None

    @property
    def inside(self) -> int:
        """How many of the months ended inside the range."""
        pairs = zip(self.said, self.came, strict=True)
        return sum(one.low <= came <= one.high for one, came in pairs)


def _off(said: Sequence[int], came: Sequence[int]) -> int | None:
    whole, wrong = sum(came), sum(abs(a - b) for a, b in zip(said, came, strict=True))
    return (200 * wrong + whole) // (2 * whole) if whole else None


def tried(history: Sequence[int], fit: Fit) -> Tried | None:
    """The method tried on a year ago, or on half a year ago where no more is known; or not."""
    for held in (AHEAD, AHEAD // 2):
        known, came = history[:-held], history[-held:]
        said = outlook(known, fit)
        if said:
            before = known[-12:][:held] if len(known) >= 12 else ()
            return Tried(said.method, said.months[:held], tuple(came), tuple(before))
    return None
