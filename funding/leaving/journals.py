"""A month as journals: the CSV that the finance systems of councils and the NHS take in."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from itertools import chain
from typing import Any

from core.money import Pence
from funding.leaving.queries import (
    JournalLine,
    Ledgered,
    accounts_of,
    description,
    funds,
    month_lines,
)
from funding.spend import NOTHING
from funding.tables import plain
from people.queries import Scope

HEADS = (
    "Day",
    "Month",
    "Journal",
    "Fund",
    "Account",
    "Organisation",
    "Account name",
    "Debit (£)",
    "Credit (£)",
    "Description",
    "Kind",
    "Loan or order",
    "Source",
)


@dataclass
class Journals:
    """A month on its way out; counts its lines and what they come to on either side."""

    month: date  # its first day
    purse: Scope
    lines: int = 0
    debit: Pence = NOTHING
    credit: Pence = NOTHING

    def rows(self) -> Iterator[Sequence[Any]]:
        """Every posting that counts in the month, a row each, whatever day it happened on.

        A journal's number is its entry's, and each balances by itself. Raises NotFound for whoever
        does not see the whole.
        """
        for fund in funds(self.purse):
            lines = month_lines(fund, self.month)
            first = next(lines, None)
            accounts = accounts_of(fund)  # read after the lines: no line's account is missing
            for line in chain([first] if first else [], lines):
                self._count(line)
                yield (
                    line.counted_on,
                    f"{self.month:%Y-%m}",
                    line.entry,
                    fund.code,
                    *_booked(accounts[line.account], line),
                    line.kind,
                    line.subject,
                    line.source,
                )

    def _count(self, line: JournalLine) -> None:
        self.lines += 1
        if line.pence < 0:
            self.credit = Pence(self.credit - line.pence)
        else:
            self.debit = Pence(self.debit + line.pence)


def _booked(account: Ledgered, line: JournalLine) -> Sequence[Any]:
    return (
        account.code,
        account.official_code,
        account.name,
        plain(line.pence) if line.pence >= 0 else "",
        plain(-line.pence) if line.pence < 0 else "",
        description(line.kind, line.memo, line.reverses),
    )
