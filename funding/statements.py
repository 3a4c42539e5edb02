"""A partner's month: what it opened with, charges, credits, adjustments, what it closed with."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date

from sqlalchemy import Date, Executable, cast, func, select

from core.clock import last_of_month, month_of
from core.db import db
from core.errors import NotFound
from core.money import Pence
from funding.models import Account, Entry, Posting, Rule
from funding.periods.balances import balance_before, is_closed
from funding.periods.models import ClosedLine
from funding.purse import purse_of
from funding.rules import CHARGES, EntryKind, told_late
from people.models import Organisation, Staff

NO_STATEMENT = (
    "There is no statement with this address. Choose a partner and a month from the list."
)
_ORDER = {kind: place for place, kind in enumerate(EntryKind)}


@dataclass(frozen=True)
class Line:
    """The entries of a month that one rule laid on a partner for one kind and product group."""

    kind: EntryKind
    rule: str | None
    rule_version: int | None
    group: str
    count: int
    pence: Pence
    number: int  # the first of the entries; the only one where the count is 1
    of: date  # the month they happened in, by its first day
    month: date  # the month they count in

    @property
    def ruled_by(self) -> str:
        """The rule as people cite it."""
        return f"{self.rule}, version {self.rule_version}" if self.rule else "No rule"

    def holds(self, entry: Entry) -> bool:
        """Whether an entry is one of them."""
        rule = (entry.rule.name, entry.rule.rule_version) if entry.rule else (None, None)
        theirs = (entry.kind, entry.group, *rule, month_of(entry.on), entry.month)
        return theirs == (
            self.kind, self.group, self.rule, self.rule_version, self.of, self.month,
        )  # fmt: skip

    @property
    def late(self) -> str:
        """Why they count in a later month than their own, where they do."""
        return told_late(self.of, self.month)


@dataclass(frozen=True)
class Statement:
    """What a partner owed the pool when a month began, what moved, and what it owed at its end."""

    organisation: Organisation
    month: date  # its first day
    opening: Pence
    lines: tuple[Line, ...]

    @property
    def charges(self) -> tuple[Line, ...]:
        """The lines of equipment and activities."""
        return self._lines(lambda line: line.kind in CHARGES)

    @property
    def credits(self) -> tuple[Line, ...]:
        """The lines of what came back to the partner."""
        return self._lines(lambda line: line.kind is EntryKind.CREDIT)

    @property
    def adjustments(self) -> tuple[Line, ...]:
        """The lines of whatever is neither: reversals, corrections, accruals, the year's end."""
        charged = (*CHARGES, EntryKind.CREDIT)
        return self._lines(lambda line: line.kind not in charged)

    @property
    def closing(self) -> Pence:
        """What the partner owed when the month ended."""
        return Pence(self.opening + total(self.lines))

    @property
    def sections(self) -> tuple[tuple[str, tuple[Line, ...]], ...]:
        """Charges, credits and adjustments under their headings, as every form of it shows them."""
        return (
            ("Charges", self.charges),
            ("Credits", self.credits),
            ("Adjustments", self.adjustments),
        )

    @property
    def last_day(self) -> date:
        """The last day of the month."""
        return last_of_month(self.month)

    def _lines(self, wanted: Callable[[Line], bool]) -> tuple[Line, ...]:
        return tuple(line for line in self.lines if wanted(line))


def total(lines: tuple[Line, ...]) -> Pence:
    """The sum of some lines."""
    return Pence(sum(line.pence for line in lines))


def statement(
    organisation: Organisation, month: date, *, viewer: Staff, on: date | None = None
) -> Statement:
    """A partner's statement of a month, of its own account alone.

    `on` is the day the viewer looks (the month's last day if it is not said). Raises NotFound alike
    where there is no such account and where the viewer may not see it.
    """
    first = month_of(month)
    account_id = _account_of(organisation, viewer, on or last_of_month(month))
    opening = balance_before(account_id, first)
    return Statement(organisation, first, opening, _lines(account_id, first))


def _account_of(organisation: Organisation, viewer: Staff, on: date) -> int:
    purse = purse_of(viewer, on)
    account_id = db.session.scalar(
        # The fund of the pages is the first there is: see `funding.queries.the_fund`.
        select(Account.id)
        .where(Account.organisation_id == organisation.id)
        .order_by(Account.fund_id)
        .limit(1)
    )
    if account_id is None or not (purse.every or organisation.id in purse.organisation_ids):
        raise NotFound(NO_STATEMENT)
    return account_id


def _lines(account_id: int, first: date) -> tuple[Line, ...]:
    """The lines of a month: as they were kept when it was closed, else as the entries say."""
    asked = _kept(account_id, first) if is_closed(account_id, first) else _open(account_id, first)
    lines = [
        Line(kind, rule, version, group, count, Pence(int(pence)), number, of, first)
        for kind, rule, version, group, count, pence, number, of in db.session.execute(asked)
    ]
    return tuple(sorted(lines, key=_reading_order))


def _kept(account_id: int, first: date) -> Executable:
    kept = select(
        ClosedLine.kind,
        Rule.name,
        Rule.rule_version,
        ClosedLine.group,
        ClosedLine.count,
        ClosedLine.pence,
        ClosedLine.number,
        ClosedLine.of,
    ).outerjoin(ClosedLine.rule)
    return kept.where(ClosedLine.account_id == account_id, ClosedLine.month == first)


def _open(account_id: int, first: date) -> Executable:
    happened = cast(func.date_trunc("month", Entry.on), Date)
    return (
        select(
            Entry.kind,
            Rule.name,
            Rule.rule_version,
            Entry.group,
            func.count(Entry.id.distinct()),
            func.sum(Posting.pence),
            func.min(Entry.id),
            happened,
        )
        .join(Posting.entry)
        .outerjoin(Entry.rule)
        .where(Posting.account_id == account_id, Entry.month == first)
        .group_by(Entry.kind, Rule.name, Rule.rule_version, Entry.group, happened)
    )


def _reading_order(line: Line) -> tuple[str, int, int, str, date]:
    return line.rule or "~", line.rule_version or 0, _ORDER[line.kind], line.group, line.of


@dataclass(frozen=True)
class Item:
    """One entry on a partner's account: the entry, and the partner's part of it."""

    entry: Entry
    pence: Pence
    weight: int | None
    of_weights: int | None


def items(
    organisation: Organisation, month: date, *, viewer: Staff, on: date | None = None
) -> list[Item]:
    """Every entry behind a statement, in the order they were posted."""
    first = month_of(month)
    account_id = _account_of(organisation, viewer, on or last_of_month(month))
    found = db.session.execute(
        select(Entry, Posting.pence, Posting.weight, Posting.of_weights)
        .join(Posting.entry)
        .where(Posting.account_id == account_id, Entry.month == first)
        .order_by(Entry.on, Entry.id, Posting.id)
    )
    return [Item(*row) for row in found]
