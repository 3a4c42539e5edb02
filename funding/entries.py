"""The list of entries: the rows behind every figure of a statement, and what they come to."""

from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlalchemy import ColumnElement, Select, func, select, true
from sqlalchemy.orm import joinedload

from core.clock import last_of_month
from core.db import db
from core.money import Pence
from funding.models import Account, Entry, Fund, Posting, Rule
from funding.purse import purse_of, within
from funding.rules import SETTLING, AccountKind, EntryKind
from people.models import Organisation, Staff
from people.queries import Scope


@dataclass(frozen=True)
class Sought:
    """Which entries somebody looks for; what is left out does not narrow."""

    partner: Organisation | None = None
    from_month: date | None = None  # the first day of the first month they count in
    to_month: date | None = None  # the first day of the last month they count in
    of_month: date | None = None  # the first day of the month they happened in
    kind: EntryKind | None = None
    group: str = ""
    rule_id: int | None = None
    unruled: bool = False  # entries no rule had a part in
    subject: str = ""
    parked: bool = False
    spending: bool = False  # without what closes an earlier year


@dataclass(frozen=True)
class Found:
    """What the entries sought come to on the accounts looked at."""

    count: int
    pence: Pence


def entries(sought: Sought, *, viewer: Staff, on: date) -> Select[Any]:
    """The selection of entries sought with their part on the accounts looked at, latest first.

    The part is the partner's where one is chosen, the viewer's own where the viewer sees no more,
    and otherwise all that the entry laid on anybody.
    """
    # Asked entry by entry, so that a page of fifty reads fifty however many there are.
    lines = (
        select(func.sum(Posting.pence))
        .join(Posting.account)
        .where(Posting.entry_id == Entry.id, _accounts(sought, purse_of(viewer, on)))
        .correlate(Entry)
    )
    return (
        select(Entry, lines.scalar_subquery().label("part"))
        .where(lines.with_only_columns(Posting.id).exists(), *_conditions(sought))
        .options(joinedload(Entry.rule))
        .order_by(Entry.id.desc())
    )


def found(sought: Sought, *, viewer: Staff, on: date) -> Found:
    """How many entries are sought, and what they come to on the accounts looked at."""
    return _found(sought, _accounts(sought, purse_of(viewer, on)))


def parked_in(fund: Fund, month: date) -> Found:
    """What of a month nobody pays for yet: no partner's money, so whoever closes it is told."""
    sought = Sought(parked=True, from_month=month, to_month=month)
    nobodys = Account.kind == AccountKind.PARKED
    return _found(sought, nobodys & (Account.fund_id == fund.id))


def _found(sought: Sought, accounts: ColumnElement[bool]) -> Found:
    count, pence = db.session.execute(
        select(func.count(Entry.id.distinct()), func.coalesce(func.sum(Posting.pence), 0))
        .join(Posting.entry)
        .join(Posting.account)
        .where(accounts, *_conditions(sought))
    ).one()
    return Found(count, Pence(int(pence)))


def parked(*, viewer: Staff, on: date) -> Found:
    """How many charges wait for somebody to say who pays, for those who see everybody's money."""
    return found(Sought(parked=True), viewer=viewer, on=on)


def rules_cited(fund_id: int) -> dict[str, int]:
    """Every rule version there has been, by the words people cite it with."""
    rows = db.session.execute(
        select(Rule.name, Rule.rule_version, Rule.id)
        .where(Rule.fund_id == fund_id)
        .order_by(Rule.name, Rule.rule_version)
    )
    return {f"{name}, version {version}": number for name, version, number in rows}


def _accounts(sought: Sought, purse: Scope) -> ColumnElement[bool]:
    if sought.parked:
        return Account.kind == AccountKind.PARKED if purse.every else Account.id.is_(None)
    if sought.partner is not None:
        return (Account.organisation_id == sought.partner.id) & within(
            purse, Account.organisation_id
        )
    if purse.every:
        return Account.kind.not_in((AccountKind.POOL, AccountKind.PROVIDER))
    return within(purse, Account.organisation_id)


def _in_time(sought: Sought) -> list[ColumnElement[bool]]:
    wanted: list[ColumnElement[bool]] = [true()]
    if sought.from_month is not None:
        wanted.append(Entry.month >= sought.from_month)
    if sought.to_month is not None:
        wanted.append(Entry.month <= sought.to_month)
    if sought.of_month is not None:
        wanted.append(Entry.on.between(sought.of_month, last_of_month(sought.of_month)))
    return wanted


def _conditions(sought: Sought) -> list[ColumnElement[bool]]:
    wanted = _in_time(sought)
    if sought.kind is not None:
        wanted.append(Entry.kind == sought.kind)
    if sought.group:
        wanted.append(Entry.group == sought.group)
    if sought.rule_id is not None:
        wanted.append(Entry.rule_id == sought.rule_id)
    if sought.unruled:
        wanted.append(Entry.rule_id.is_(None))
    if sought.subject:
        wanted.append(Entry.subject == sought.subject)
    if sought.parked:
        wanted.append(_still_parked())
    if sought.spending:
        wanted.append(Entry.group != SETTLING)
    return wanted


def _still_parked() -> ColumnElement[bool]:
    """Neither a reversal nor reversed: the charge still waits."""
    taken_back = select(Entry.reverses_id).where(Entry.reverses_id.is_not(None))
    return Entry.reverses_id.is_(None) & Entry.id.not_in(taken_back)


def groups_posted() -> list[str]:
    """The product groups entries have been posted for, found by leaping along them."""
    first = select(func.min(Entry.group).label("name")).cte("leap", recursive=True)
    after = select(func.min(Entry.group)).where(Entry.group > first.c.name).scalar_subquery()
    leaps = first.union_all(select(after).where(first.c.name.is_not(None)))
    return [name for name in db.session.scalars(select(leaps.c.name)) if name]
