"""What leaves the building: a fund's accounts by their codes, its entries, a month line by line.

Free text that somebody typed stays here: it may name a person, and a file goes anywhere.
"""

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlalchemy import Date, Row, cast, func, select, text
from sqlalchemy.dialects.postgresql import aggregate_order_by
from sqlalchemy.orm import joinedload

from core.db import db
from core.errors import NotFound
from core.money import Pence
from funding.models import Account, Entry, Fund, Posting, Rule
from funding.rules import AccountKind, EntryKind
from people.queries import Scope

AT_ONCE = 2000  # rows held in memory while a file is written, however long it is
NOT_ALL = "There is no such file for your account. Whoever sees every partner's money has it."
WHOLE = Scope(every=True, organisation_ids=frozenset())  # for who keeps the machine itself
_TYPED = (EntryKind.REVERSAL, EntryKind.ADJUSTMENT, EntryKind.ACCRUAL, EntryKind.RELEASE)


@dataclass(frozen=True)
class Ledgered:
    """An account as other systems name it."""

    number: int
    kind: AccountKind
    code: str  # "PARTNER-52R", "POOL": one account of the fund, for ever
    official_code: str
    name: str


def funds(purse: Scope) -> list[Fund]:
    """Every fund, for who sees the whole of it. Raises NotFound for anybody else."""
    if not purse.every:
        raise NotFound(NOT_ALL)
    return list(db.session.scalars(select(Fund).order_by(Fund.id)))


def accounts_of(fund: Fund) -> dict[int, Ledgered]:
    """A fund's accounts by their numbers, in the order they were opened."""
    found = db.session.scalars(
        select(Account)
        .where(Account.fund_id == fund.id)
        .options(joinedload(Account.organisation))
        .order_by(Account.id)
    ).all()
    shared = Counter(one.organisation.official_code for one in found if one.organisation)
    return {one.id: _ledgered(one, shared) for one in found}


def _ledgered(account: Account, shared: Counter[str]) -> Ledgered:
    kind, body = account.kind.value.upper().replace(" ", "-"), account.organisation
    if body is None:
        return Ledgered(account.id, account.kind, kind, "", account.kind.value.capitalize())
    official = body.official_code
    # Two registers may give the same code to two bodies; ours they never share.
    code = official if shared[official] == 1 else f"{official}-{body.code}"
    return Ledgered(account.id, account.kind, f"{kind}-{code}", official, body.name)


def description(kind: EntryKind, memo: str, reverses: int | None) -> str:
    """What an entry is for, in the program's own words: never in what somebody typed."""
    if kind not in _TYPED:
        return memo
    name = kind.value.capitalize()
    if reverses is None:
        return name
    return f"{name} of entry {reverses}" if kind is EntryKind.REVERSAL else f"{name}: {reverses}"


_MONTH_ENDS = cast(Entry.month + text("interval '1 month - 1 day'"), Date)
# An event of a closed month counts in a later one, and a file by days must count it there too.
COUNTED_ON = func.least(func.greatest(Entry.on, Entry.month), _MONTH_ENDS)


def whole_entries(fund: Fund) -> Iterator[Row[Any]]:
    """Every entry of a fund with its lines as arrays, by the day it counts on: one snapshot."""

    def lines(column: Any) -> Any:
        return func.array_agg(aggregate_order_by(column, Posting.id))

    asked = (
        select(
            Entry.id, COUNTED_ON.label("counted_on"), Entry.on, Entry.month, Entry.kind,
            Entry.source, Entry.subject, Entry.group, Entry.memo, Entry.arithmetic,
            Entry.parked_because, Entry.reverses_id, Rule.name.label("rule"), Rule.rule_version,
            lines(Posting.account_id).label("accounts"), lines(Posting.pence).label("pence"),
            lines(Posting.weight).label("weights"), lines(Posting.of_weights).label("wholes"),
            lines(Posting.carried_in).label("carried"),
        )
        .join(Entry.postings)
        .outerjoin(Entry.rule)
        .where(Entry.fund_id == fund.id)
        .group_by(Entry.id, Rule.id)
        .order_by("counted_on", Entry.id)
    )  # fmt: skip
    yield from db.session.execute(asked.execution_options(yield_per=AT_ONCE))


@dataclass(frozen=True)
class JournalLine:
    """One posting of a month."""

    entry: int
    counted_on: date
    kind: EntryKind
    source: str
    subject: str
    memo: str
    reverses: int | None
    account: int
    pence: Pence


def month_lines(fund: Fund, month: date) -> Iterator[JournalLine]:
    """Every posting that counts in a month, by day and entry, one snapshot."""
    asked = (
        select(
            Entry.id, COUNTED_ON.label("counted_on"), Entry.kind, Entry.source, Entry.subject,
            Entry.memo, Entry.reverses_id, Posting.account_id, Posting.pence,
        )
        .join(Entry.postings)
        .where(Entry.fund_id == fund.id, Entry.month == month)
        .order_by("counted_on", Entry.id, Posting.id)
    )  # fmt: skip
    for row in db.session.execute(asked.execution_options(yield_per=AT_ONCE)):
        yield JournalLine(*row)
