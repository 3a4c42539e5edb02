"""Whose lines of a year somebody may see, who may sign it, its heads, and what was put forward."""

from datetime import date

from sqlalchemy import select
from sqlalchemy.orm import joinedload

from core.db import db
from core.errors import NotFound
from core.money import Pence, split
from funding.agreements.queries import host_on
from funding.models import Fund
from funding.purse import purse_of
from funding.year_end.models import Capitation, PreparedYear, YearPack
from funding.year_end.rules import NOBODY, Heads, Year
from people.models import Organisation, Staff
from people.queries import Scope, heirs_of, lineage_of, scope_of
from people.rules import May


def seen_by(fund: Fund, *, viewer: Staff, on: date) -> Scope:
    """Whose lines of a year a viewer may see: those of their purse, and whoever signs all of it."""
    purse = purse_of(viewer, on)
    return Scope(True, purse.organisation_ids) if may_sign(fund, viewer, on) else purse


def may_sign(fund: Fund, viewer: Staff, on: date) -> bool:
    """Whether somebody may sign a year off: finance of the host partner, or an administrator."""
    if not viewer.may(May.SIGN_YEAR):
        return False
    own = scope_of(viewer, on).organisation_ids
    return bool(own) and (
        viewer.may(May.KEEP_AGREEMENTS) or not own.isdisjoint(lineage_of(host_on(fund, on).id, on))
    )


def heads_of(fund: Fund, year: Year, on: date) -> dict[int, Heads]:
    """Everybody's weighted heads in a year; those of who was succeeded with their successor."""
    found: dict[int, Heads] = {}
    for row in capitations(fund, year):
        heirs = heirs_of(row.organisation_id, on)
        people = split(Pence(row.population), heirs)
        weighed = split(Pence(row.population * row.weight), heirs)
        for who in heirs:
            found[who] = found.get(who, NOBODY) + Heads(people[who], weighed[who])
    return found


def capitations(fund: Fund, year: Year) -> list[Capitation]:
    """The rows of a year's weighted heads, by the partners' names."""
    return list(
        db.session.scalars(
            select(Capitation)
            .join(Capitation.organisation)
            .where(Capitation.fund_id == fund.id, Capitation.year_from == year.first)
            .options(joinedload(Capitation.organisation))
            .order_by(Organisation.name, Organisation.id)
        )
    )


def pack_of(fund: Fund, year: Year) -> YearPack | None:
    """The signed pack of a year, if it has been signed off."""
    return db.session.scalar(
        select(YearPack)
        .where(YearPack.fund_id == fund.id, YearPack.year_from == year.first)
        .options(joinedload(YearPack.prepared_by), joinedload(YearPack.signed_by))
    )


def prepared_of(fund: Fund, year: Year) -> PreparedYear | None:
    """The latest figures somebody has put forward for a year."""
    return db.session.scalar(
        select(PreparedYear)
        .where(PreparedYear.fund_id == fund.id, PreparedYear.year_from == year.first)
        .options(joinedload(PreparedYear.by))
        .order_by(PreparedYear.id.desc())
        .limit(1)
    )


def signed_pack(fund: Fund, year: Year) -> YearPack:
    """The signed pack of a year. Raises NotFound while there is none."""
    pack = pack_of(fund, year)
    if pack is None:
        raise NotFound(f"The year {year} is not signed off yet, so it has no pack.")
    return pack


def packs(fund: Fund) -> dict[date, YearPack]:
    """Every signed pack by the first day of its year."""
    rows = db.session.scalars(
        select(YearPack)
        .where(YearPack.fund_id == fund.id)
        .options(joinedload(YearPack.prepared_by), joinedload(YearPack.signed_by))
    )
    return {row.year_from: row for row in rows}


def prepared_years(fund: Fund) -> set[date]:
    """The first day of every year whose figures somebody has put forward."""
    return set(
        db.session.scalars(select(PreparedYear.year_from).where(PreparedYear.fund_id == fund.id))
    )
