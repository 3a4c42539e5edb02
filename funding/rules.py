"""Who pays: stock models, rules of attribution and the shapes of charges. No database here."""

from collections.abc import Mapping
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


class EntryKind(StrEnum):
    """Why money moves."""

    EQUIPMENT = "equipment"
    DELIVERY = "delivery"
    COLLECTION = "collection"
    CLEANING = "cleaning"
    REPAIR = "repair"
    TEST = "test"
    CREDIT = "credit"
    ADJUSTMENT = "adjustment"
    REVERSAL = "reversal"


ACTIVITIES = (
    EntryKind.DELIVERY,
    EntryKind.COLLECTION,
    EntryKind.CLEANING,
    EntryKind.REPAIR,
    EntryKind.TEST,
)


class AccountKind(StrEnum):
    """What an account of the ledger holds."""

    PARTNER = "partner"  # what a partner owes the pool
    POOL = "pool"  # what the pool has earned
    PARKED = "parked"  # charges no rule may lay on anybody: a person decides


@dataclass(frozen=True)
class RulePart:
    """One part of a rule: so much of the weight falls on this basis."""

    basis: Basis
    weight: int
    organisation_id: int | None = None  # for a fixed share


@dataclass(frozen=True)
class Ruling:
    """What a rule made of one client: shares by organisation, or parked with the reason why."""

    rule_id: int | None
    shares: Mapping[int, int]  # organisation id → weight; empty when parked
    parked_because: str | None = None


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
