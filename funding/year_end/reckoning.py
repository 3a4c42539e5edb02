"""What a year comes to by the ledger and the agreement, before and after it is settled."""

import re
from dataclasses import replace
from datetime import date
from typing import Any

from sqlalchemy import ColumnElement, exists, func, select
from sqlalchemy.orm import aliased

from core.db import db
from core.money import Pence
from funding.agreements.queries import terms_of
from funding.agreements.rules import Terms
from funding.heirs import pence_passed
from funding.models import Account, Entry, Fund, Posting
from funding.rules import AccountKind, EntryKind
from funding.spend import contributions
from funding.year_end.rules import CLOSING_KINDS, Settlement, Year, settlement
from people.models import Organisation
from people.queries import successor_of


def is_closed(fund: Fund, year: Year) -> bool:
    """Whether the last month of a year is closed, so that what it was charged stays."""
    return fund.open_from is not None and fund.open_from >= year.after


def terms_of_year(fund: Fund, year: Year) -> Terms:
    """What the agreement in force on the last day of a year says of its end."""
    return terms_of(fund.id, year.last)


def charged(fund: Fund, year: Year, on: date) -> dict[int, Pence]:
    """What everybody was charged in a year, net of credits, under whoever stands there on a day."""
    return gathered(((who, pence) for who, _, _, _, pence in charged_for(fund, year)), on)


def charged_for(fund: Fund, year: Year) -> list[tuple[int, EntryKind, str, int, Pence]]:
    """What every account was charged in a year: whose, for which kind and group, entries, pence.

    Every figure of the year is added up from these, so that they agree to the penny also where an
    account has passed to several.
    """
    rows = db.session.execute(
        select(
            Organisation.id,
            Entry.kind,
            Entry.group,
            func.count(Entry.id.distinct()),
            func.sum(Posting.pence),
        )
        .join(Account, Account.organisation_id == Organisation.id)
        .join(Posting, Posting.account_id == Account.id)
        .join(Posting.entry)
        .where(Account.fund_id == fund.id, *of_the_year(year))
        .group_by(Organisation.id, Entry.kind, Entry.group)
        .order_by(Organisation.name, Organisation.id, Entry.kind, Entry.group)
    )
    return [(who, kind, group, count, Pence(int(pence))) for who, kind, group, count, pence in rows]


def of_the_year(year: Year) -> tuple[ColumnElement[bool], ...]:
    """The conditions that an entry counts in a year and does not itself close one."""
    taken_back = aliased(Entry)
    closes = (
        select(taken_back.id)
        .where(taken_back.id == Entry.reverses_id, taken_back.kind.in_(CLOSING_KINDS))
        .correlate(Entry)
    )
    return (
        Entry.month.between(year.first, year.last),
        Entry.kind.not_in(CLOSING_KINDS),
        ~exists(closes),
    )


def gathered(rows: Any, on: date) -> dict[int, Pence]:
    """Sums by organisation, added up under whoever stands in each place on a day."""
    return pence_passed(((who, pence) for who, pence in rows), on)


def parked_in(fund: Fund, year: Year) -> Pence:
    """What of a year nobody has been charged for until now, whatever month that was decided in."""
    found = db.session.scalar(
        select(func.sum(Posting.pence))
        .join(Posting.account)
        .join(Posting.entry)
        .where(
            Account.fund_id == fund.id,
            Account.kind == AccountKind.PARKED,
            Entry.reverses_id.is_(None),
            never_taken_back(),
            *of_the_year(year),
        )
    )
    return Pence(int(found or 0))


def standing(fund: Fund, kind: EntryKind) -> ColumnElement[bool]:
    """The condition that an entry of a kind stands: nobody has taken it back."""
    return (Entry.fund_id == fund.id) & (Entry.kind == kind) & never_taken_back()


def never_taken_back() -> ColumnElement[bool]:
    """The condition that no entry reverses an entry."""
    back = aliased(Entry)
    return ~exists(select(back.id).where(back.reverses_id == Entry.id).correlate(Entry))


def brought_into(fund: Fund, year: Year) -> Pence:
    """What earlier years carried forward: what the pool has kept of their settlements."""
    kept = db.session.execute(
        select(Entry.source, -Posting.pence)
        .join(Posting.entry)
        .join(Posting.account)
        .where(Account.kind == AccountKind.POOL, standing(fund, EntryKind.YEAR_END))
    )
    years = ((_begins(source), pence) for source, pence in kept)
    return Pence(
        sum(pence for begins, pence in years if begins is not None and begins < year.begins)
    )


def settled_years(fund: Fund) -> set[int]:
    """The years whose settlement stands, by the year they begin in."""
    sources = db.session.scalars(select(Entry.source).where(standing(fund, EntryKind.YEAR_END)))
    return {begins for source in sources if (begins := _begins(source)) is not None}


def _begins(source: str) -> int | None:
    """The year that a cause of a closing entry names: "year 2026/…"; none in other causes."""
    named = _YEAR.match(source)
    return int(named[1]) if named else None


_YEAR = re.compile(r"year (\d{4})/", re.ASCII)


def posted_for(fund: Fund, kind: EntryKind, year: Year, on: date) -> dict[int, Pence]:
    """What the standing entries that close a year laid on everybody."""
    rows = db.session.execute(
        select(Account.organisation_id, func.sum(Posting.pence))
        .join(Posting.account)
        .join(Posting.entry)
        .where(
            Account.kind == AccountKind.PARTNER,
            standing(fund, kind),
            Entry.source.startswith(year.source, autoescape=True),
        )
        .group_by(Account.organisation_id)
        .order_by(Account.organisation_id)
    )
    return gathered(rows, on)


def sources_of(fund: Fund, kind: EntryKind, year: Year) -> set[str]:
    """Every cause that entries closing a year were ever posted for, taken back or not."""
    return set(
        db.session.scalars(
            select(Entry.source).where(
                Entry.fund_id == fund.id,
                Entry.kind == kind,
                Entry.source.startswith(year.source, autoescape=True),
            )
        )
    )


def settlement_of(fund: Fund, year: Year, on: date) -> Settlement:
    """A year as its terms settle it. Raises Invalid where they cannot be followed."""
    return settlement(
        contributions(fund.id, year.first, on),
        charged(fund, year, on),
        up_to(terms_of_year(fund, year), on),
        brought_into(fund, year),
    )


def up_to(terms: Terms, on: date) -> Terms:
    """The same terms with the lead partner replaced by whoever stands there on a day."""
    if terms.lead_id is None:
        return terms
    return replace(terms, lead_id=successor_of(terms.lead_id, on))
