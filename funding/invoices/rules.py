"""VAT to the penny, and what an invoice says. No database here.

Rates and what is recoverable are the fund's own settings; nothing here knows any law.
"""

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from core.clock import in_force
from core.errors import Invalid
from core.money import Pence, share_of
from funding.rules import ACTIVITIES, EntryKind

WHOLE = 10_000  # basis points in the whole
_PERCENT = re.compile(r"(\d{1,3})(?:\.(\d{1,2}))? ?%?", re.ASCII)


class VatOn(StrEnum):
    """What VAT terms speak of."""

    EQUIPMENT = "equipment"  # what is charged on issue, and credited on return
    ACTIVITIES = "activities"


class InvoiceKind(StrEnum):
    """Which way the money of a bill goes."""

    INVOICE = "invoice"
    CREDIT_NOTE = "credit note"


def vat_on(kind: EntryKind) -> VatOn | None:
    """Which VAT terms a kind of entry falls under; none for what is no charge or credit.

    An accrual is no supply: VAT falls on the charge that follows it.
    """
    if kind in (EntryKind.EQUIPMENT, EntryKind.CREDIT):
        return VatOn.EQUIPMENT
    return VatOn.ACTIVITIES if kind in ACTIVITIES else None


@dataclass(frozen=True)
class Terms:
    """A partner's VAT on one kind of charge: from a day until before another."""

    rate: int  # basis points
    recoverable: bool
    from_on: date
    to_on: date | None

    def hold(self, on: date) -> bool:
        """Whether they hold on a day."""
        return in_force(self.from_on, self.to_on, on)


@dataclass(frozen=True)
class Part:
    """What a month laid on a partner, by the kind and day of what was first charged."""

    kind: EntryKind
    on: date
    pence: Pence


@dataclass(frozen=True)
class Sum:
    """The net amounts of one rate, and the VAT on them. Without a rate: outside VAT."""

    what: str
    rate: int | None
    recoverable: bool
    net: Pence
    vat: Pence


@dataclass(frozen=True)
class Bill:
    """The sums of one invoice and what they come to."""

    sums: tuple[Sum, ...]

    @property
    def net(self) -> Pence:
        """Without VAT: what the month laid on the partner."""
        return Pence(sum(one.net for one in self.sums))

    @property
    def vat(self) -> Pence:
        """The VAT of every rate."""
        return Pence(sum(one.vat for one in self.sums))

    @property
    def gross(self) -> Pence:
        """With VAT: what is to be paid."""
        return Pence(self.net + self.vat)

    @property
    def recoverable(self) -> Pence:
        """The VAT that the partner gets back."""
        return Pence(sum(one.vat for one in self.sums if one.recoverable))

    @property
    def kind(self) -> InvoiceKind:
        """A credit note where the partner gets money."""
        return InvoiceKind.CREDIT_NOTE if self.gross < 0 else InvoiceKind.INVOICE


def vat_of(net: int, rate: int) -> Pence:
    """The VAT on a net amount at a rate in basis points, half a penny rounding away from nought."""
    return share_of(net, rate, WHOLE)


def billed(parts: Iterable[Part], terms: Mapping[VatOn, Sequence[Terms]]) -> Bill:
    """The bill of a month: VAT worked out once for each rate, on the sum of its net amounts.

    The terms of the day of the first charge hold, also where it is taken back later. What no terms
    speak of is outside VAT.
    """
    net: dict[tuple[int | None, bool], int] = {}
    what: dict[tuple[int | None, bool], set[str]] = {}
    for part in parts:
        on = vat_on(part.kind)
        held = next((one for one in terms.get(on, ()) if one.hold(part.on)), None) if on else None
        key = (held.rate, held.recoverable) if held else (None, False)
        net[key] = net.get(key, 0) + part.pence
        what.setdefault(key, set()).add(on.value if on else "adjustments")
    return Bill(
        tuple(
            Sum(
                ", ".join(sorted(what[key])).capitalize(),
                key[0],
                key[1],
                Pence(net[key]),
                vat_of(net[key], key[0] or 0),
            )
            for key in sorted(net, key=lambda key: (key[0] is None, -(key[0] or 0), key[1]))
        )
    )


def percentage(rate: int) -> str:
    """A rate in basis points as people write it: 2000 is 20%, 1750 is 17.5%."""
    whole, rest = divmod(rate, 100)
    return f"{whole}.{rest:02d}".rstrip("0").rstrip(".") + "%"


def read_percentage(text: str) -> int:
    """A percentage as people write it (20, 17.5, 20%) in basis points. Raises Invalid."""
    match = _PERCENT.fullmatch(text.strip())
    if match is None:
        raise Invalid("Write a percentage with two decimals at most, like 20 or 17.5.")
    rate = int(match[1]) * 100 + int((match[2] or "").ljust(2, "0"))
    if rate > WHOLE:
        raise Invalid("A rate is not more than 100%.")
    return rate
