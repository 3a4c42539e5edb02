"""The ledger as a Beancount file (beancount.github.io), which proves itself when it is read.

Every account opened, a transaction an entry, and after each closed month and at the end what every
account must hold then. Not a penny of tolerance: a figure changed on the way is refused.
"""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta
from itertools import chain
from typing import Any

from sqlalchemy import func, select

from core.clock import months_later
from core.db import db
from funding.leaving.queries import Ledgered, accounts_of, description, funds, whole_entries
from funding.models import Entry, Fund
from funding.rules import AccountKind
from funding.tables import plain
from people.queries import Scope

CURRENCY = "GBP"
# What others owe the pool, and what it has earned; whatever else there is, it owes.
_ROOTS = {
    AccountKind.PARTNER: "Assets",
    AccountKind.PARKED: "Assets",
    AccountKind.POOL: "Income",
}
_HEAD = f"""\
; The ledger of a pooled fund, written by Commonstore. Prove it with: bean-check FILE
; Amounts are what partners owe the pool (more than nothing) against what the pool has earned.
option "title" "Pooled fund"
option "operating_currency" "{CURRENCY}"
"""
_NO_MONTH = date(2000, 1, 1)  # accounts of a fund without any entry are opened some day


@dataclass
class Book:
    """A ledger on its way out; counts the entries written so far."""

    purse: Scope
    entries: int = 0

    def text(self) -> Iterator[str]:
        """The file piece by piece, never the whole in memory. Raises NotFound, as `funds` does."""
        yield _HEAD
        for fund in funds(self.purse):
            yield from self._of_fund(fund)

    def _of_fund(self, fund: Fund) -> Iterator[str]:
        rows = whole_entries(fund)
        first = next(rows, None)  # the snapshot: what is posted from now on is not in the file
        names = _names(fund, accounts_of(fund).values())
        since = db.session.scalar(select(func.min(Entry.month)).where(Entry.fund_id == fund.id))
        yield f"\n; {_line(fund.name)}\n"
        for account, name in names.values():
            yield from _opened(account, name, since or _NO_MONTH)
        if first is not None:
            balances = _Balances(fund.open_from, names, since)
            yield from self._entries(chain([first], rows), balances)

    def _entries(self, rows: Iterable[Any], balances: "_Balances") -> Iterator[str]:
        for row in rows:
            yield from balances.until(row.month)
            yield _transaction(row, balances.names)
            balances.take(row)
            self.entries += 1
        yield from balances.at_the_end()


Names = dict[int, tuple[Ledgered, str]]


def _names(fund: Fund, accounts: Iterable[Ledgered]) -> Names:
    return {
        one.number: (one, f"{_ROOTS.get(one.kind, 'Liabilities')}:{fund.code}:{one.code}")
        for one in accounts
    }


def _opened(account: Ledgered, name: str, on: date) -> Iterator[str]:
    yield f"{on} open {name} {CURRENCY}\n"
    yield f"  name: {_quoted(account.name)}\n"
    if account.official_code:
        yield f"  organisation: {_quoted(account.official_code)}\n"


@dataclass
class _Balances:
    """What every account holds so far, said after each closed month and at the end."""

    open_from: date | None
    names: Names
    month: date | None
    last: date = _NO_MONTH
    held: dict[int, int] = field(default_factory=dict)

    def take(self, row: Any) -> None:
        for account, pence in zip(row.accounts, row.pence, strict=True):
            self.held[account] = self.held.get(account, 0) + pence
        self.last = row.counted_on

    def until(self, month: date) -> Iterator[str]:
        """The balances of every closed month before this one that has not been said."""
        while self.month is not None and self.month < month:
            after = months_later(self.month, 1)
            if self.open_from is not None and self.month < self.open_from:
                yield from self._said(after)
            self.month = after

    def at_the_end(self) -> Iterator[str]:
        if self.open_from is not None:
            yield from self.until(self.open_from)
        yield from self._said(self.last + timedelta(days=1))

    def _said(self, on: date) -> Iterator[str]:
        for number, (_, name) in self.names.items():
            yield f"{on} balance {name} {plain(self.held.get(number, 0))} ~ 0 {CURRENCY}\n"


def _transaction(row: Any, names: Names) -> str:
    """An entry as Beancount writes a transaction; what reverses another is linked to it."""
    links = f"^entry-{row.id}" + (f" ^entry-{row.reverses_id}" if row.reverses_id else "")
    flag = "!" if row.parked_because else "*"
    told = _quoted(description(row.kind, row.memo, row.reverses_id))
    lines = [f"\n{row.counted_on} {flag} {_quoted(row.kind.value)} {told} {links}"]
    lines += [f"  {key}: {value}" for key, value in _facts(row)]
    for place, account in enumerate(row.accounts):
        lines.append(f"  {names[account][1]}  {plain(row.pence[place])} {CURRENCY}")
        if row.weights[place] is not None:
            lines.append(f'    share: "{row.weights[place]}/{row.wholes[place]}"')
        if row.carried[place]:
            lines.append(f"    carried: {row.carried[place]}")
    return "\n".join(lines) + "\n"


def _facts(row: Any) -> Iterator[Sequence[Any]]:
    yield "entry", row.id
    yield "month", f'"{row.month:%Y-%m}"'
    if row.on != row.counted_on:
        yield "happened", row.on
    words = {
        "source": row.source,
        "subject": row.subject,
        "group": row.group,
        "arithmetic": row.arithmetic,
        "parked": row.parked_because,
        "rule": row.rule,
    }
    yield from ((key, _quoted(value)) for key, value in words.items() if value)
    if row.rule:
        yield "version", row.rule_version


def _line(words: str) -> str:
    """Words on one line, with no sign that has no shape."""
    return "".join(sign if sign.isprintable() else " " for sign in words)


def _quoted(words: str) -> str:
    return '"' + _line(words).replace("\\", "\\\\").replace('"', '\\"') + '"'
