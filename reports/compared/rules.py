"""What each partner pays for a year under either stock model: pure, and exact to the penny."""

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from enum import StrEnum

from core.money import Pence, split

NOTHING = Pence(0)
Payer = int | None  # an organisation's number; none for what nobody pays for yet
Laid = Mapping[Payer, Pence]


class SharedBy(StrEnum):
    """How what a pool buys falls on its partners where it keeps its stock."""

    USAGE = "usage"  # by what each was charged for activity in the year
    CONTRIBUTION = "contribution"  # by what each agreed to put in for the year


@dataclass(frozen=True)
class Parts:
    """The parts of a year's bill by payer; activity is the same under both models."""

    activity: Laid  # deliveries to storage, adjustments: all but equipment and what it credits
    issued: Laid  # the catalogue price of what was issued
    credited: Laid  # what was credited when it was made reusable: less than nothing
    bought: Laid  # the payer's share of new stock


@dataclass(frozen=True)
class Bill:
    """What one payer pays for the year under either model."""

    payer: Payer
    activity: Pence
    issued: Pence
    credited: Pence
    bought: Pence

    @property
    def credit_model(self) -> Pence:
        """What it comes to where equipment is paid on issue and credited on reuse."""
        return Pence(self.activity + self.issued + self.credited)

    @property
    def retained_model(self) -> Pence:
        """What it comes to where the pool buys and keeps its stock."""
        return Pence(self.activity + self.bought)

    @property
    def difference(self) -> Pence:
        """How much more the retained model asks than the credit model."""
        return Pence(self.retained_model - self.credit_model)

    def __add__(self, other: "Bill") -> "Bill":
        """Both together, as nobody's own."""
        return Bill(
            None,
            Pence(self.activity + other.activity),
            Pence(self.issued + other.issued),
            Pence(self.credited + other.credited),
            Pence(self.bought + other.bought),
        )


def bills(parts: Parts) -> list[Bill]:
    """A bill for everybody who has a part in anything; those nobody pays for come last."""
    every = (parts.activity, parts.issued, parts.credited, parts.bought)
    payers = {payer for laid in every for payer, pence in laid.items() if pence}
    return [
        Bill(payer, *(laid.get(payer, NOTHING) for laid in every))
        for payer in sorted(payers, key=lambda payer: (payer is None, payer or 0))
    ]


def beside(one: Laid, other: Laid) -> dict[Payer, Pence]:
    """Both together, payer by payer."""
    payers = dict.fromkeys((*one, *other))
    return {who: Pence(one.get(who, NOTHING) + other.get(who, NOTHING)) for who in payers}


def laid_by_shares(amounts: Iterable[tuple[Mapping[int, int], int]]) -> dict[Payer, Pence]:
    """Amounts laid on those who share them, to the penny: amounts of the same shares are added up
    first and split once, so nobody is a penny from the exact share of any set. Without shares
    nobody pays.
    """
    together: defaultdict[tuple[tuple[int, int], ...], int] = defaultdict(int)
    for shares, pence in amounts:
        together[tuple(sorted(shares.items()))] += pence
    laid: defaultdict[Payer, int] = defaultdict(int)
    for shared, pence in sorted(together.items()):
        parts: Mapping[Payer, Pence]
        parts = split(Pence(pence), dict(shared)) if shared else {None: Pence(pence)}
        for payer, part in parts.items():
            laid[payer] += part
    return {payer: Pence(pence) for payer, pence in laid.items()}


def laid_by_weight(pence: Pence, weights: Mapping[int, int]) -> dict[Payer, Pence]:
    """One amount laid on everybody by weight; on nobody where nothing weighs. To the penny."""
    weighing = {who: weight for who, weight in sorted(weights.items()) if weight > 0}
    return laid_by_shares([(weighing, pence)])
