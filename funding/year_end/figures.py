"""The figures of a year as plain values: what its page shows, what is prepared and what is signed.

Written as JSON in one way only, so that the same figures always have the same checksum.
"""

import json
from collections.abc import Collection, Sequence
from dataclasses import asdict, dataclass, replace
from datetime import date
from hashlib import sha256
from itertools import groupby
from typing import Any

from core.money import Pence
from funding.year_end.rules import WEIGHT_ONE, Year

ELSEWHERE = "Whoever sees every partner's money sees what is wrong."


@dataclass(frozen=True)
class PartnerYear:
    """One partner's year, with everybody it has succeeded."""

    code: str
    official_code: str
    name: str
    contribution: Pence
    charges: Pence
    credits: Pence
    adjustments: Pence
    charged: Pence  # the three together
    share: Pence  # of what was left
    bears: Pence
    settles: Pence  # what settling adds to what it owes
    settled: Pence  # what has been posted to settle it
    gain: Pence  # its part of the provider's gain
    closing: Pence  # its account when the year ended
    heads: int
    weighed: int  # in ten-thousandths of a head
    by_heads: Pence | None  # what it would have been charged by weighted heads, if all are known

    @property
    def after(self) -> Pence:
        """Its account when the year ended, with what closes the year."""
        return Pence(self.closing + self.settled + self.gain)

    @property
    def weight(self) -> str:
        """What a head of it weighs, with four decimals."""
        whole, rest = divmod(self.weighed // max(self.heads, 1), WEIGHT_ONE)
        return f"{whole}.{rest:04d}"

    @property
    def difference(self) -> Pence | None:
        """What weighted heads would have asked of it beyond what it was charged."""
        return None if self.by_heads is None else Pence(self.by_heads - self.charged)


@dataclass(frozen=True)
class KindOfCharge:
    """What one partner was charged in the year for one kind and product group."""

    partner: str
    kind: str
    group: str
    entries: int
    pence: Pence

    def beside(self, other: "KindOfCharge | None") -> "KindOfCharge":
        """Both together, whoever was charged."""
        if other is None:
            return replace(self, partner="")
        together = Pence(self.pence + other.pence)
        return replace(other, entries=self.entries + other.entries, pence=together)


@dataclass(frozen=True)
class Gain:
    """What the provider has earned, how, and the entry that says so."""

    pence: Pence
    arithmetic: str
    entry: int


@dataclass(frozen=True)
class BilledMonth:
    """An invoice or credit note of a month of the year, as it was issued."""

    partner: str
    name: str
    official_code: str
    number: str  # as people cite it: "Invoice 000012"
    month: str  # as an address has it: "2026-03"
    net: Pence
    vat: Pence
    gross: Pence

    @property
    def of(self) -> date:
        """The month by its first day."""
        return date.fromisoformat(f"{self.month}-01")


@dataclass(frozen=True)
class Kept:
    """A promise about the year, and what breaks it."""

    name: str
    faults: list[str]

    @property
    def kept(self) -> bool:
        """Whether nothing breaks it."""
        return not self.faults

    @property
    def told(self) -> str:
        """What must be put right, in words, where it is broken."""
        return f"the check “{self.name}” is not kept. {' '.join(self.faults[:1])}"


@dataclass(frozen=True)
class Figures:
    """Every figure of a year."""

    fund: str
    host: str
    year: int
    terms: str
    brought: Pence
    contributed: Pence
    charged: Pence
    left: Pence
    carried: Pence
    parked: Pence
    partners: list[PartnerYear]
    lines: list[KindOfCharge]
    gain: Gain | None
    checks: list[Kept]
    bills: list[BilledMonth]  # by partner and number
    unbilled: list[str]  # months of the year that somebody was not billed for

    @property
    def broken(self) -> Kept | None:
        """The first check that is not kept; none where the year may be signed off."""
        return next((check for check in self.checks if not check.kept), None)

    @property
    def billed(self) -> list[tuple[BilledMonth, list[BilledMonth]]]:
        """What each partner was billed in all, with the bills of it."""
        by_partner = groupby(self.bills, key=lambda one: one.partner)
        return [(_in_all(bills := list(some)), bills) for _, some in by_partner]

    @property
    def when(self) -> Year:
        """The year they are of."""
        return Year(self.year)

    @property
    def weighed(self) -> bool:
        """Whether everybody's heads are known, so that they can be split by."""
        return bool(self.partners) and all(one.by_heads is not None for one in self.partners)

    @property
    def by_kind(self) -> list[KindOfCharge]:
        """The lines of everybody shown, added up by kind and product group."""
        sums: dict[tuple[str, str], KindOfCharge] = {}
        for line in self.lines:
            key = line.kind, line.group
            sums[key] = line.beside(sums.get(key))
        return [sums[key] for key in sorted(sums)]

    def seen(self, codes: Collection[str]) -> "Figures":
        """The same for who may see these partners' lines only, and no fault that names others."""
        return replace(
            self,
            partners=[one for one in self.partners if one.code in codes],
            lines=[one for one in self.lines if one.partner in codes],
            bills=[one for one in self.bills if one.partner in codes],
            checks=[one if one.kept else Kept(one.name, [ELSEWHERE]) for one in self.checks],
        )


def _in_all(bills: Sequence[BilledMonth]) -> BilledMonth:
    return replace(
        bills[0],
        number="In all",
        net=Pence(sum(one.net for one in bills)),
        vat=Pence(sum(one.vat for one in bills)),
        gross=Pence(sum(one.gross for one in bills)),
    )


def written(figures: Figures) -> tuple[bytes, str]:
    """Figures as the one JSON they have, and its SHA-256 in hexadecimal."""
    text = json.dumps(asdict(figures), ensure_ascii=False, indent=1, sort_keys=True)
    return (whole := f"{text}\n".encode()), sha256(whole).hexdigest()


def read(whole: bytes) -> Figures:
    """Figures as they were written."""
    told: dict[str, Any] = json.loads(whole)
    return Figures(
        **{
            **told,
            "partners": [PartnerYear(**one) for one in told["partners"]],
            "lines": [KindOfCharge(**one) for one in told["lines"]],
            "gain": Gain(**told["gain"]) if told["gain"] else None,
            "checks": [Kept(**one) for one in told["checks"]],
            # Packs signed before invoices stood in them say nothing of any.
            "bills": [BilledMonth(**one) for one in told.get("bills", [])],
            "unbilled": told.get("unbilled", []),
        }
    )
