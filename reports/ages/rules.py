"""The life table of loans: of those that reached an age, how many came back at it.

A loan that is still out, or whose item was lost, is watched for as long as it lasted and counts for
half of the month in which it was last seen, as actuaries count. Exact, in fractions.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction

MONTH_DAYS = 30
LONGEST = 60  # months
FEWEST = 10  # loans that reached an age: fewer tell of themselves and not of loans


@dataclass(frozen=True)
class Ended:
    """So many loans that were last seen in one month of their age, and whether they came back."""

    age: int  # whole months of thirty days
    back: bool
    count: int


@dataclass(frozen=True)
class Age:
    """One month of loans' age."""

    age: int
    reached: int  # loans that were out when it began
    back: int  # of them came back in it
    so_far: Fraction  # the part of all that goes out that is back by its end

    @property
    def hundredths(self) -> int:
        """The part back by its end, in hundredths of a per cent, rounded half up."""
        return (2 * self.so_far.numerator * 10_000 + self.so_far.denominator) // (
            2 * self.so_far.denominator
        )


def life_table(ended: Sequence[Ended]) -> list[Age]:
    """Every month of age that enough loans have reached, the youngest first."""
    out = sum(one.count for one in ended)
    still = Fraction(1)
    table = []
    for age in range(LONGEST):
        if out < FEWEST:
            break
        here = [one for one in ended if one.age == age]
        back = sum(one.count for one in here if one.back)
        unseen = sum(one.count for one in here if not one.back)
        still *= 1 - back / (out - Fraction(unseen, 2))
        table.append(Age(age + 1, out, back, 1 - still))
        out -= back + unseen
    return table


def half_back(table: Sequence[Age]) -> int | None:
    """The age in months by which half is back; none where it never is."""
    return next((one.age for one in table if one.so_far * 2 >= 1), None)


def sentence(table: Sequence[Age]) -> str:
    """What the table shows."""
    if not table:
        return (
            f"Fewer than {FEWEST} loans began in this period: too few to say when they come back."
        )
    last, half = table[-1], half_back(table)
    told = f"{last.hundredths // 100}.{last.hundredths % 100:02d}% is back within {_months(last)}."
    if half is None:
        return f"Not half of what goes out comes back so far: {told}"
    when = "a month" if half == 1 else f"{half} months"
    return f"Half of what goes out is back within {when}, and {told}"


def _months(one: Age) -> str:
    return "a month" if one.age == 1 else f"{one.age} months"
