"""Who pays: stock models, rules of attribution and the shapes of charges. No database here."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum
from math import gcd
from typing import Any, Self

from core.clock import in_force
from core.errors import Invalid
from core.money import Pence, split


class StockModel(StrEnum):
    """How a pool pays for the equipment itself."""

    RETAINED = "retained stock"  # the pool buys once and owns; partners pay activity only
    CREDIT = "credit"  # partners pay the price on issue and are credited when it is made reusable


class Basis(StrEnum):
    """Where a part of a charge falls."""

    FIXED = "fixed share"  # on a named organisation
    PRACTICE = "GP practice"  # on the NHS body of the client's practice
    ADDRESS = "home address"  # on the council of the client's address
    EMPLOYER = "prescriber's employer"  # on whoever employs the prescriber
    USAGE = "usage in the period"  # on every partner, by what each was charged


# The bases that find whom they fall on, as people say them. A fixed share names its organisation.
BASES_TOLD = {
    Basis.PRACTICE: "The NHS body of the client's GP practice",
    Basis.ADDRESS: "The council of the client's home address",
    Basis.EMPLOYER: "Whoever employs the prescriber",
    Basis.USAGE: "Every partner, by what it was charged in the month before",
}

# What products are for, as the catalogue says it and rules ask it.
CARE_CLASSES = ("health", "social care", "joint")

# What equipment may be needed for, as orders say it and rules ask it.
NEEDS = (
    "hospital discharge",
    "prevent an admission",
    "end of life",
    "skin integrity",
    "falls prevention",
    "stay independent at home",
    "continuing healthcare",
    "education",
)


class EntryKind(StrEnum):
    """Why money moves."""

    EQUIPMENT = "equipment"
    DELIVERY = "delivery"
    COLLECTION = "collection"
    CLEANING = "cleaning"
    REPAIR = "repair"
    TEST = "test"
    FITTING = "fitting"
    ADAPTATION = "minor adaptation"
    STORAGE = "storage"
    CREDIT = "credit"
    ACCRUAL = "accrual"  # what a month owes that has not been charged yet
    RELEASE = "release of an accrual"
    ADJUSTMENT = "adjustment"
    REVERSAL = "reversal"
    YEAR_END = "year end"  # an over- or underspend laid on the partners by the agreement's terms
    GAIN_SHARE = "gain share"  # what the provider has earned by recycling above its threshold


# The group of what closes a year: it settles that year and is no spending of the one it falls in.
SETTLING = "year end"


ACTIVITIES = (
    EntryKind.DELIVERY,
    EntryKind.COLLECTION,
    EntryKind.CLEANING,
    EntryKind.REPAIR,
    EntryKind.TEST,
    EntryKind.FITTING,
    EntryKind.ADAPTATION,
    EntryKind.STORAGE,
)


CHARGES = (
    EntryKind.EQUIPMENT,
    *ACTIVITIES,
    EntryKind.FITTING,
    EntryKind.ADAPTATION,
    EntryKind.STORAGE,
)


class AccountKind(StrEnum):
    """What an account of the ledger holds."""

    PARTNER = "partner"  # what a partner owes the pool
    POOL = "pool"  # what the pool has earned
    PARKED = "parked"  # charges no rule may lay on anybody: a person decides
    PROVIDER = "provider"  # what the pool owes whoever runs the store, beyond its invoices


# What stands against the partners' lines of an entry, where it is not the pool.
AGAINST = {EntryKind.GAIN_SHARE: AccountKind.PROVIDER}


@dataclass(frozen=True)
class RulePart:
    """One part of a rule: so much of the weight falls on this basis."""

    basis: Basis
    weight: int
    organisation_id: int | None = None  # for a fixed share


@dataclass(frozen=True)
class Facts:
    """What rules ask of a charge, as it was when the order was placed; by organisations' numbers.

    Kept on the entry with the day whose rules were asked, so that another set of rules can be tried
    on it for ever after. Without that day no rule was asked.
    """

    care_class: str | None = None
    need: str | None = None
    body_id: int | None = None
    council_id: int | None = None
    employer_id: int | None = None
    ruled_on: date | None = None

    def kept(self) -> dict[str, str | int]:
        """What is known of them, as the ledger keeps it."""
        known = {name: value for name, value in vars(self).items() if value is not None}
        return {k: v.isoformat() if isinstance(v, date) else v for k, v in known.items()}

    @classmethod
    def of(cls, kept: Mapping[str, Any]) -> Self:
        """The facts that the ledger keeps."""
        on = kept.get("ruled_on")
        return cls(**{**kept, "ruled_on": None if on is None else date.fromisoformat(on)})


@dataclass(frozen=True)
class WrittenRule:
    """A rule as the agreement has it, with its days: from the first until before the second."""

    id: int
    position: int
    care_class: str | None  # none: any product
    from_on: date
    to_on: date | None
    parts: tuple[RulePart, ...]
    need: str | None = None  # none: whatever the client needs it for

    def fits(self, facts: Facts, on: date) -> bool:
        """Whether the rule speaks of such a charge on this day."""
        holds = in_force(self.from_on, self.to_on, on)
        of_class = self.care_class in (None, facts.care_class)
        return holds and of_class and self.need in (None, facts.need)


@dataclass(frozen=True)
class Ruling:
    """What a rule made of a charge: shares by organisation, or parked with the reason why."""

    rule_id: int | None
    shares: Mapping[int, int]  # organisation id → weight; empty when parked
    parked_because: str | None = None
    facts: Facts = Facts()  # what the rule was asked, and of which day


@dataclass(frozen=True)
class Charge:
    """Money that one act causes. A negative amount is a credit to those who were charged.

    `shares` maps organisation ids to weights as they were snapshotted; whoever has since succeeded
    them pays. Empty shares park the charge. `source` and `kind` together are its only cause: the
    same charge cannot be posted twice. `subject` is what a reader opens (a loan's or order's code).
    """

    fund_id: int
    kind: EntryKind
    pence: Pence
    shares: Mapping[int, int]
    on: date
    source: str
    subject: str
    group: str
    memo: str
    rule_id: int | None = None
    arithmetic: str = ""  # how the amount came about, in words: "60% of £1,650.00"
    parked_because: str = ""  # why nobody could be charged, where nobody was
    facts: Facts = Facts()
    at: datetime | None = None  # when what it is for was done, where not as it is posted


class Outside(Exception):
    """A part of a rule points at nobody who pays into the fund."""


def check_parts(parts: Sequence[RulePart]) -> None:
    """Refuse parts that nobody could be charged by. Raises Invalid."""
    if not parts:
        raise Invalid("A rule needs at least one part that says who pays.", field="parts")
    for part in parts:
        if part.weight <= 0:
            raise Invalid("Every part of a rule weighs at least 1.", field="parts")
        if (part.basis is Basis.FIXED) != (part.organisation_id is not None):
            raise Invalid(
                "A fixed share names its organisation; the other kinds find it.", field="parts"
            )


def first_that_fits(rules: Sequence[WrittenRule], facts: Facts, on: date) -> WrittenRule | None:
    """The rule with the lowest position of those that speak of such a charge on this day."""
    fitting = [rule for rule in rules if rule.fits(facts, on)]
    return min(fitting, key=lambda rule: rule.position, default=None)


def compose(
    rule: WrittenRule | None,
    facts: Facts,
    partners: Collection[int],
    usage: Mapping[int, int],
    divided: Collection[int] = (),
) -> Ruling:
    """What a rule makes of a charge: everybody's weight, or parked with the reason.

    `partners` are those who pay into the fund on the day, `usage` what each was charged in the
    month before; `divided` has passed to several, and nobody can say to which. A part that points
    at nobody, or at somebody else, parks the whole: no neighbour pays for a place that is not
    theirs.
    """
    if rule is None:
        return Ruling(None, {}, "No rule of the agreement speaks of this on that day.", facts)
    try:
        parts = [
            (part.weight, _payers(part, facts, partners, usage, divided)) for part in rule.parts
        ]
    except Outside as why:
        return Ruling(rule.id, {}, str(why), facts)
    return Ruling(rule.id, _composed(parts), None, facts)


def _composed(parts: Sequence[tuple[int, Mapping[int, int]]]) -> dict[int, int]:
    """Parts side by side, each as heavy as it is whatever its own payers weigh together."""
    whole = 1
    for _, payers in parts:
        whole *= sum(payers.values())
    shares: dict[int, int] = {}
    for weight, payers in parts:
        times = weight * (whole // sum(payers.values()))
        for who, of_part in payers.items():
            shares[who] = shares.get(who, 0) + times * of_part
    return in_lowest_terms(shares) if whole > 1 else shares


def in_lowest_terms(shares: Mapping[int, int]) -> dict[int, int]:
    """The same shares in the smallest whole numbers: 60 and 40 are 3 and 2."""
    common = gcd(*shares.values()) or 1
    return {who: weight // common for who, weight in shares.items()}


_UNKNOWN = {
    Basis.FIXED: "The rule's fixed share names nobody.",
    Basis.PRACTICE: "The client's GP practice is not known, or belongs to no NHS body we know.",
    Basis.ADDRESS: "The client's home address lies in no council's area we know.",
    Basis.EMPLOYER: "The prescriber's employer is not known.",
}
_FOREIGN = {
    Basis.FIXED: "The organisation the rule names was not a partner of the fund on that day.",
    Basis.PRACTICE: "The NHS body of the client's GP practice is not a partner of the fund.",
    Basis.ADDRESS: "The council of the client's home address is not a partner of the fund.",
    Basis.EMPLOYER: "The prescriber's employer is not a partner of the fund.",
}
_DIVIDED = {
    Basis.PRACTICE: "The NHS body of the client's GP practice has passed to several, and the"
    " register does not say to which of them the practice belongs.",
    Basis.ADDRESS: "The council of the client's home address has passed to several, and the"
    " register does not say in whose area the postcode lies.",
    Basis.EMPLOYER: "The prescriber's employer has passed to several, and nothing says for which of"
    " them the prescriber works.",
}
_UNUSED = "No partner was charged anything in the month before, so there is no usage to go by."
HUNDREDTHS = Pence(10_000)  # usage is weighed in hundredths of a percent, which people can read


def _payers(
    part: RulePart,
    facts: Facts,
    partners: Collection[int],
    usage: Mapping[int, int],
    divided: Collection[int],
) -> dict[int, int]:
    """Whom a part falls on, and how much each bears of it. Raises Outside."""
    if part.basis is Basis.USAGE:
        return _by_usage(partners, usage)
    payer = {
        Basis.FIXED: part.organisation_id,
        Basis.PRACTICE: facts.body_id,
        Basis.ADDRESS: facts.council_id,
        Basis.EMPLOYER: facts.employer_id,
    }[part.basis]
    if payer is None:
        raise Outside(_UNKNOWN[part.basis])
    if payer in divided and part.basis in _DIVIDED:
        raise Outside(_DIVIDED[part.basis])
    if payer not in partners:
        raise Outside(_FOREIGN[part.basis])
    return {payer: 1}


def _by_usage(partners: Collection[int], usage: Mapping[int, int]) -> dict[int, int]:
    used = {who: pence for who, pence in sorted(usage.items()) if who in partners and pence > 0}
    if not used:
        raise Outside(_UNUSED)
    weights = split(HUNDREDTHS, used)
    return {who: int(weight) for who, weight in weights.items() if weight}


def share_key(shares: Mapping[int, int]) -> str:
    """A set of shares as one word, whoever is named first: "12:60,15:40"."""
    return ",".join(f"{who}:{weight}" for who, weight in sorted(shares.items()))


def told_late(on: date, month: date) -> str:
    """Why what happened on a day counts in a later month; nothing where it counts in its own."""
    if (on.year, on.month) == (month.year, month.month):
        return ""
    own, counted = (f"{on:%B}", f"{month:%B}")
    if on.year != month.year:
        own, counted = f"{on:%B %Y}", f"{month:%B %Y}"
    return f"of {own}, counted in {counted} because {own} was closed"
