"""Fairness between partners: what each puts in, spends, is lent, gives back and is credited.

Only for who sees every partner's money, and of the whole pool: a part of it says nothing of shares.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from core.clock import financial_year
from core.money import Pence, percent
from funding.models import Entry
from funding.rules import EntryKind
from funding.spend import contributions, spend_by_partner
from people.models import Organisation
from people.queries import organisations_by_number, successor_of
from reports.amounts.queries import Looked, by_partner, month_until
from reports.budget.entries import spending
from reports.budget.recycling import laid, reissues
from reports.rules import Counted


class Kind(StrEnum):
    """What is laid beside each other."""

    CONTRIBUTIONS = "contributions"
    SPEND = "spend"
    ISSUED = "issued by value"
    RETURNED = "returned by value"
    CREDITED = "credited"

    @property
    def key(self) -> str:
        """How it stands in an address and in a figure's id."""
        return self.name.lower()


@dataclass(frozen=True)
class Fairness:
    """Each partner's part of every kind, in whole pence; parts of a kind make its whole."""

    partners: tuple[Organisation, ...]
    parts: Mapping[Kind, Mapping[int, Pence]]

    def part(self, kind: Kind, partner: Organisation) -> Pence:
        """What of a kind is a partner's."""
        return self.parts[kind].get(partner.id, Pence(0))

    def whole(self, kind: Kind) -> Pence:
        """All partners' together."""
        return Pence(sum(self.parts[kind].values()))

    def share(self, kind: Kind, partner: Organisation) -> str:
        """A partner's share, as written."""
        return percent(self.part(kind, partner), self.whole(kind))

    def gap(self, partner: Organisation) -> int | None:
        """How many hundredths of a point more of the spending than of the contributions it has."""
        paid, spent = self.whole(Kind.CONTRIBUTIONS), self.whole(Kind.SPEND)
        if paid <= 0 or spent <= 0:
            return None
        of_spend = self.part(Kind.SPEND, partner) * paid
        twice = 2 * 10_000 * (of_spend - self.part(Kind.CONTRIBUTIONS, partner) * spent)
        return (twice + paid * spent) // (2 * paid * spent)

    def gap_written(self, partner: Organisation) -> str:
        """The same in points, as written."""
        gap = self.gap(partner)
        if gap is None:
            return "–"
        sign = "+" if gap > 0 else "−" if gap < 0 else ""
        return f"{sign}{abs(gap) // 100}.{abs(gap) % 100:02d} points"

    @property
    def sentence(self) -> str:
        """Where contributions and spending are furthest apart."""
        gaps = [(abs(gap), one) for one in self.partners if (gap := self.gap(one)) is not None]
        if not gaps:
            return "Contributions and spending cannot be laid beside each other yet."
        _, one = max(gaps, key=lambda pair: pair[0])
        return (
            f"{one.name} is furthest from what it puts in: {self.share(Kind.CONTRIBUTIONS, one)} of"
            f" the contributions and {self.share(Kind.SPEND, one)} of the spending"
            f" ({self.gap_written(one)})."
        )


def fairness(looked: Looked) -> Fairness | None:
    """The parts of every partner; none where not all of them, or not the whole pool, is seen."""
    if not looked.everybodys or looked.group:
        return None
    year_from, _ = financial_year(month_until(looked.period, looked.on))
    spent = by_partner(looked, {Counted.SPENT})
    parts: dict[Kind, dict[int, Pence]] = {
        Kind.CONTRIBUTIONS: contributions(looked.fund.id, year_from, looked.on),
        Kind.SPEND: {who: one[Counted.SPENT].pence for who, one in spent.items() if who},
        Kind.ISSUED: _of_partners(laid(looked.months, Counted.ISSUED)),
        Kind.RETURNED: _of_partners(laid(looked.months, Counted.RETURNED)),
        Kind.CREDITED: _credited(looked),
    }
    ids = {who for of_kind in parts.values() for who, pence in of_kind.items() if pence}
    bodies = sorted(organisations_by_number(ids).values(), key=lambda one: (one.name, one.id))
    return Fairness(tuple(bodies), parts) if bodies else None


def _of_partners(found: Mapping[int | None, Pence]) -> dict[int, Pence]:
    return {who: pence for who, pence in found.items() if who is not None}


def _credited(looked: Looked) -> dict[int, Pence]:
    """What was credited: less than nothing, as in the ledger."""
    found: dict[int, Pence] = {}
    period = looked.period
    for one in spend_by_partner(period.first, period.last, viewer=looked.viewer, on=looked.on):
        who = successor_of(one.organisation.id, looked.on)
        found[who] = Pence(found.get(who, 0) + one.credited)
    return found


def rows_of(looked: Looked, kind: Kind) -> Any:
    """The rows behind a partner's part of what is issued, returned or credited."""
    if kind is Kind.CREDITED:
        return spending(looked.months, viewer=looked.viewer, whose=looked.whose).where(
            Entry.kind == EntryKind.CREDIT
        )
    counted = Counted.ISSUED if kind is Kind.ISSUED else Counted.RETURNED
    return reissues(looked.months, viewer=looked.viewer, whose=looked.whose, counted=counted)
