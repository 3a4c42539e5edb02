"""The list of equipment to ask back, its sums, and what the pool's past says of each group."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime
from typing import Any

from sqlalchemy import Select, exists, func, select

from core.clock import london_day, months_later
from core.db import db
from core.money import Pence
from equipment.models import Product
from equipment.rules import Group
from funding.models import Partner
from loans.clients.queries import visible as may_see
from loans.models import Client, Loan, LoanShare
from people.models import Organisation, Staff
from people.queries import lineage_of, organisations_by_number, successor_of
from people.rules import May
from reports.ages.queries import ended_by_group
from reports.ages.rules import half_back, life_table
from reports.back.candidates import Known, candidates
from reports.back.rules import FEWEST, FEWEST_DECIDED, WHOLE, Reason, sentence
from reports.periods import last_twelve, months
from reports.queries import Chosen, visible
from returns.campaigns.rules import Worth
from returns.models import Return
from returns.rules import Decision

COLUMNS = ("loan_id", "loan", "item", "product", "group", "began_at", "value", "chance", "share",
           "score", *(reason.value for reason in Reason))  # fmt: skip
PAST_MONTHS = 24  # of loans, from which the age by which half is back is told


@dataclass(frozen=True)
class Wanted:
    """What the list is narrowed to; nothing means everything."""

    partner: int | None = None
    group: Group | None = None
    team: int | None = None
    reason: Reason | None = None
    area: str = ""


@dataclass(frozen=True)
class Part:
    """Some of the list: how many, what they are worth, and what asking is expected to bring."""

    name: str
    count: int
    value: Pence
    score: Pence


@dataclass(frozen=True)
class List:
    """The list as somebody may see it, before it is sorted and paged."""

    rows: Any  # the subquery of candidates
    conditions: tuple[Any, ...]

    def select(self, *columns: Any) -> Select[Any]:
        """These columns of its rows."""
        return select(*columns).select_from(self.rows).where(*self.conditions)


def sees_homes(viewer: Staff) -> bool:
    """Whether somebody may see where equipment is, as on the pages of loans."""
    return viewer.may(May.SEE_CLIENTS) or viewer.may(May.SEE_EVERY_CLIENT)


def to_ask_back(*, viewer: Staff, at: datetime) -> List:
    """What is worth asking for, of the clients or of the money that a viewer may see."""
    rows = candidates(known(at), at)
    return List(rows, (_in_scope(rows, viewer, london_day(at)),))


def narrow(listed: List, wanted: Wanted, on: date) -> List:
    """The part of the list that somebody wants to see."""
    rows = listed.rows
    conditions: list[Any] = []
    if wanted.partner is not None:
        conditions.append(_paid_by(rows, lineage_of(wanted.partner, on)))
    if wanted.group is not None:
        conditions.append(rows.c.group == wanted.group)
    if wanted.team is not None:
        conditions.append(rows.c.employer_id == wanted.team)
    if wanted.reason is not None:
        conditions.append(rows.c[wanted.reason.value])
    if wanted.area:
        conditions.append(rows.c.area == wanted.area)
    return replace(listed, conditions=(*listed.conditions, *conditions))


def _in_scope(rows: Any, viewer: Staff, on: date) -> Any:
    if sees_homes(viewer):
        return rows.c.client_id.in_(select(Client.id).where(may_see(viewer, on)))
    within = visible(viewer, on)
    return rows.c.loan_id.is_not(None) if within is None else _paid_by(rows, within)


def _paid_by(rows: Any, organisations: frozenset[int]) -> Any:
    return exists().where(
        LoanShare.loan_id == rows.c.loan_id, LoanShare.organisation_id.in_(organisations)
    )


def known(at: datetime) -> Known:
    """What the pool's own past says of each product group."""
    on = london_day(at)
    past, period = months(months_later(on, 1 - PAST_MONTHS), on), last_twelve(on)
    lives = ended_by_group(Chosen(past, None), at)
    halves = {group: half_back(life_table(one)) for group, one in lives.items()}
    return Known(
        {group: months for group, months in halves.items() if months is not None},
        _reusable(period.begins, period.ends),
    )


def _reusable(begins: datetime, ends: datetime) -> Mapping[Group, int]:
    """The share of each group's decided returns that was made reusable, where enough were."""
    made = func.count().filter(Return.decision == Decision.REUSABLE)
    found = db.session.execute(
        select(Product.group, made, func.count())
        .select_from(Return)
        .join(Loan, Loan.id == Return.loan_id)
        .join(Product, Product.id == Loan.product_id)
        .where(Return.decided_at >= begins, Return.decided_at < ends)
        .group_by(Product.group)
    )
    return {
        group: (2 * reusable * WHOLE + decided) // (2 * decided)
        for group, reusable, decided in found
        if decided >= FEWEST_DECIDED
    }


def in_all(listed: List) -> Part:
    """How many stand on the list, what they are worth and what asking is expected to bring."""
    rows = listed.rows
    sums = func.count(), func.sum(rows.c.value), func.sum(rows.c.score)
    count, value, score = db.session.execute(listed.select(*sums)).one()
    return Part("All", count, Pence(int(value or 0)), Pence(int(score or 0)))


def by_reason(listed: List) -> list[tuple[Reason, Part]]:
    """The list by what speaks for asking; what has several reasons stands under each."""
    rows = listed.rows
    asked = []
    for reason in Reason:
        of_it = rows.c[reason.value]
        asked += [func.count().filter(of_it)]
        asked += [func.sum(rows.c[name]).filter(of_it) for name in ("value", "score")]
    found = list(db.session.execute(listed.select(*asked)).one())
    parts = zip(found[::3], found[1::3], found[2::3], strict=True)
    return [
        (reason, Part(reason.value, count, Pence(int(value or 0)), Pence(int(score or 0))))
        for reason, (count, value, score) in zip(Reason, parts, strict=True)
        if count
    ]


def by_group(listed: List) -> list[tuple[Group, Part]]:
    """The list by product group, the most to be had first."""
    return _by(listed, "group")


def by_area(listed: List) -> list[Part]:
    """The list by the beginning of the postcode, the most to be had first."""
    return [part for _, part in _by(listed, "area")]


def areas(listed: List) -> list[str]:
    """The beginnings of postcodes that stand on the list."""
    return sorted(part.name for part in by_area(listed))


def teams(listed: List) -> list[Organisation]:
    """The prescribers' employers whose orders stand on the list, by name."""
    ids = [key for key, _ in _by(listed, "employer_id") if key is not None]
    return list(organisations_by_number(ids).values())


def _by(listed: List, name: str) -> list[tuple[Any, Part]]:
    column = listed.rows.c[name]
    score = func.sum(listed.rows.c.score)
    found = db.session.execute(
        listed.select(column, func.count(), func.sum(listed.rows.c.value), score)
        .group_by(column)
        .order_by(score.desc(), column)
    )
    return [
        (key, Part(str(key), count, Pence(int(value)), Pence(int(score))))
        for key, count, value, score in found
    ]


def small_together(parts: Sequence[Part]) -> list[Part]:
    """Parts with the small ones put together, never one alone: nobody is told from them."""
    ranked = sorted(parts, key=lambda one: one.count)
    small = sum(one.count < FEWEST for one in ranked)
    small = min(len(ranked), 2) if small == 1 else small
    hidden, shown = ranked[:small], ranked[small:]
    told = sorted(shown, key=lambda one: (-one.score, one.name))
    if hidden:
        sums = (sum(one.count for one in hidden), sum(one.value for one in hidden))
        name = f"{len(hidden)} with few each"
        told.append(Part(name, sums[0], Pence(sums[1]), Pence(sum(one.score for one in hidden))))
    return told


def payers(on: date) -> list[Organisation]:
    """Whoever pays into the pool or has paid, as they stand on a day, by name."""
    signed = db.session.scalars(select(Partner.organisation_id).distinct())
    standing = organisations_by_number({successor_of(one, on) for one in signed})
    return list(standing.values())


def shown(listed: List, *, by_street: bool) -> Select[Any]:
    """The rows of the list with where they are: the most to be had first, or street by street."""
    rows = listed.rows
    home = Client.code.label("client"), Client.address, Client.postcode
    asked = listed.select(*(rows.c[name] for name in COLUMNS), *home)
    asked = asked.join(Client, Client.id == rows.c.client_id)
    if by_street:
        return asked.order_by(Client.postcode, Client.address, rows.c.loan_id)
    return asked.order_by(rows.c.score.desc(), rows.c.loan_id)


def without_homes(listed: List) -> Select[Any]:
    """The rows for who sees no homes: nothing of them tells why, so that no death is told."""
    rows = listed.rows
    columns = [rows.c[name] for name in ("loan", "item", "product", "group", "began_at", "value")]
    return listed.select(*columns).order_by(rows.c.value.desc(), rows.c.loan_id)


def reasons_of(row: Any) -> list[Reason]:
    """What speaks for asking for a row of the list."""
    return [reason for reason in Reason if row._mapping[reason.value]]


def worth(listed: List, most: int) -> list[Worth]:
    """What a campaign is to ask for: so many of the list, those with the most to be had first."""
    rows = listed.rows
    asked = listed.select(*(rows.c[name] for name in COLUMNS))
    asked = asked.order_by(rows.c.score.desc(), rows.c.loan_id).limit(most)
    return [
        Worth(row.loan_id, Pence(row.score), sentence(reasons_of(row)))
        for row in db.session.execute(asked)
    ]
