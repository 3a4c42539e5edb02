"""Whole pence: splitting them without losing one, reading them and writing them."""

import re
from collections.abc import Hashable, Mapping, MutableMapping
from fractions import Fraction
from typing import NewType, TypeVar

from core.errors import Invalid

Pence = NewType("Pence", int)
K = TypeVar("K", bound=Hashable)

LARGEST = Pence(10**13)  # a hundred thousand million pounds: far above any pool, far inside bigint

_AMOUNT = re.compile(
    r"(?P<sign>[-\u2212]?)£?(?P<pounds>\d{1,3}(?:,\d{3})+|\d+)(?:\.(?P<pence>\d{2}))?", re.ASCII
)


def split(
    amount: Pence,
    weights: Mapping[K, int],
    carried: MutableMapping[K, int] | None = None,
) -> dict[K, Pence]:
    """Split whole pence by integer weights so that the parts sum to the amount exactly.

    Largest remainder: everyone gets the whole pence of the exact share, and the pence left over go
    to the largest remainders (ties: the larger weight, then the order given). A negative amount
    gives the exact negatives.

    `carried` holds what each key is still owed from earlier splits by the same weights (a fraction
    of a penny, as so many parts of the weights' sum), and is updated in place. With it no key ever
    stands a penny or more from its exact share, however many splits there are: every remainder is
    rounded to a neighbouring whole penny of what is owed so far, and what is owed sums to nothing.
    An amount that divides evenly falls exactly so, and leaves what is owed as it was.

    Raises ValueError when no weight is positive or one is negative.
    """
    whole = sum(weights.values())
    if whole <= 0 or min(weights.values()) < 0:
        raise ValueError("a split needs weights that are not negative and not all nought")
    if amount < 0 and (carried is None or divides(amount, weights)):
        return {key: Pence(-part) for key, part in split(Pence(-amount), weights).items()}
    if carried is None or divides(amount, weights):
        return _largest_remainder(amount, weights, whole)
    owed = {key: amount * weight + carried.get(key, 0) for key, weight in weights.items()}
    if sum(owed.values()) != amount * whole:
        raise ValueError("what is carried belongs to splits over other keys")
    parts = {key: Pence(exact // whole) for key, exact in owed.items()}
    left = amount - sum(parts.values())
    order = sorted(weights, key=lambda key: (parts[key] * whole - owed[key], -weights[key]))
    for key in order[:left]:
        parts[key] = Pence(parts[key] + 1)
    carried.update({key: owed[key] - parts[key] * whole for key in weights})
    return parts


def divides(amount: int, weights: Mapping[K, int]) -> bool:
    """Whether every exact share of an amount is whole pence."""
    whole = sum(weights.values())
    return all(amount * weight % whole == 0 for weight in weights.values())


def _largest_remainder(amount: Pence, weights: Mapping[K, int], whole: int) -> dict[K, Pence]:
    """The split of a positive amount with nothing carried, in integers alone."""
    parts: dict[K, Pence] = {}
    remainders: dict[K, int] = {}
    for key, weight in weights.items():
        share, remainders[key] = divmod(amount * weight, whole)
        parts[key] = Pence(share)
    left = amount - sum(parts.values())
    for key in sorted(weights, key=lambda key: (-remainders[key], -weights[key]))[:left]:
        parts[key] = Pence(parts[key] + 1)
    return parts


def pounds(amount: int) -> str:
    """Write pence as people do: 123450 is £1,234.50, and less than nothing is −£0.05."""
    whole, pence = divmod(abs(amount), 100)
    return f"{'−' if amount < 0 else ''}£{whole:,}.{pence:02d}"


def read_pounds(text: str) -> Pence:
    """Read an amount as people write it (£1,234.50, 1234.50, 1234) into pence.

    Raises Invalid with a sentence for anything else, tenths and thousandths of a pound included.
    """
    match = _AMOUNT.fullmatch(text.strip().replace(" ", ""))
    if match is None:
        raise Invalid("Write the amount in pounds and pence, like 1,234.50 or 1234.")
    amount = int(match["pounds"].replace(",", "")) * 100 + int(match["pence"] or 0)
    if amount > LARGEST:
        raise Invalid("That amount is larger than any this fund could hold.")
    return Pence(-amount if match["sign"] else amount)


def percent(part: int, whole: int) -> str:
    """Write part of whole as a percentage with two decimals, or a dash where there is no whole."""
    if whole == 0:
        return "–"
    hundredths = Fraction(part * 10000, whole)
    rounded = (2 * hundredths.numerator + hundredths.denominator) // (2 * hundredths.denominator)
    sign = "−" if rounded < 0 else ""
    return f"{sign}{abs(rounded) // 100}.{abs(rounded) % 100:02d}%"


def share_of(amount: int, parts: int, whole: int = 100) -> Pence:
    """So many parts of a whole (per cent) of an amount; half a penny rounds away from nought."""
    twice, sign = 2 * abs(amount) * parts + whole, -1 if amount < 0 else 1
    return Pence(sign * (twice // (2 * whole)))
