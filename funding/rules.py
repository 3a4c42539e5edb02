"""Who pays: stock models, rules of attribution and the shapes of charges. No database here."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from core.money import Pence


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


# What products are for, as the catalogue says it and rules ask it.
CARE_CLASSES = ("health", "social care", "joint")


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


CHARGES = (EntryKind.EQUIPMENT, *ACTIVITIES)


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
class WrittenRule:
    """A rule as the agreement has it, with its days: from the first until before the second."""

    id: int
    position: int
    care_class: str | None  # none: any product
    from_on: date
    to_on: date | None
    parts: tuple[RulePart, ...]

    def fits(self, care_class: str, on: date) -> bool:
        """Whether the rule speaks of this class of care on this day."""
        in_force = self.from_on <= on and (self.to_on is None or on < self.to_on)
        return in_force and self.care_class in (None, care_class)


@dataclass(frozen=True)
class Ruling:
    """What a rule made of one client: shares by organisation, or parked with the reason why."""

    rule_id: int | None
    shares: Mapping[int, int]  # organisation id → weight; empty when parked
    parked_because: str | None = None


@dataclass(frozen=True)
class Facts:
    """What rules ask of a charge, as it was when the order was placed; by organisations' numbers.

    Kept on the entry, so that another set of rules can be tried on it for ever after.
    """

    care_class: str | None = None
    need: str | None = None
    body_id: int | None = None
    council_id: int | None = None
    employer_id: int | None = None

    def kept(self) -> dict[str, str | int]:
        """What is known of them, as the ledger keeps it."""
        return {name: value for name, value in vars(self).items() if value is not None}


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


class Outside(Exception):
    """A part of a rule points at nobody who pays into the fund."""


def first_that_fits(rules: Sequence[WrittenRule], care_class: str, on: date) -> WrittenRule | None:
    """The rule with the lowest position of those that speak of this class on this day."""
    fitting = [rule for rule in rules if rule.fits(care_class, on)]
    return min(fitting, key=lambda rule: rule.position, default=None)


def compose(
    rule: WrittenRule | None,
    body_id: int | None,
    council_id: int | None,
    partners: Collection[int],
) -> Ruling:
    """What a rule makes of a client: everybody's weight, or parked with the reason.

    `body_id` stands behind the client's GP practice and `council_id` behind the home address;
    `partners` are those who pay into the fund on the day. A part that points at nobody, or at
    somebody else, parks the whole: no neighbour pays for a place that is not theirs.
    """
    if rule is None:
        return Ruling(None, {}, "No rule of the agreement speaks of this on that day.")
    shares: dict[int, int] = {}
    try:
        for part in rule.parts:
            payer = _payer(part, body_id, council_id, partners)
            shares[payer] = shares.get(payer, 0) + part.weight
    except Outside as why:
        return Ruling(rule.id, {}, str(why))
    return Ruling(rule.id, shares)


_UNKNOWN = {
    Basis.FIXED: "The rule's fixed share names nobody.",
    Basis.PRACTICE: "The client's GP practice is not known, or belongs to no NHS body we know.",
    Basis.ADDRESS: "The client's home address lies in no council's area we know.",
}
_FOREIGN = {
    Basis.FIXED: "The organisation the rule names was not a partner of the fund on that day.",
    Basis.PRACTICE: "The NHS body of the client's GP practice is not a partner of the fund.",
    Basis.ADDRESS: "The council of the client's home address is not a partner of the fund.",
}


def _payer(
    part: RulePart, body_id: int | None, council_id: int | None, partners: Collection[int]
) -> int:
    payer = {
        Basis.FIXED: part.organisation_id,
        Basis.PRACTICE: body_id,
        Basis.ADDRESS: council_id,
    }[part.basis]
    if payer is None:
        raise Outside(_UNKNOWN[part.basis])
    if payer not in partners:
        raise Outside(_FOREIGN[part.basis])
    return payer


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
