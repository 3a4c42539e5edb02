"""What the page of a year shows somebody: how far it has got, and the lines they may see."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from typing import Any

from sqlalchemy import func, select

from core.db import db
from core.errors import Invalid, NotFound
from funding.models import Budget, Entry, Fund
from funding.rules import EntryKind
from funding.tables import plain
from funding.year_end.figures import Figures, read
from funding.year_end.models import PreparedYear, YearPack
from funding.year_end.queries import may_sign, pack_of, packs, prepared_of, prepared_years, seen_by
from funding.year_end.reckoning import is_closed, settled_years, standing
from funding.year_end.rules import Year, year_of
from funding.year_end.summing import figures_of
from people.models import Organisation, Staff
from people.queries import Scope

EARLIEST = 10  # years back that the list goes at most


class Stage(StrEnum):
    """How far the end of a year has got."""

    UNDER_WAY = "under way"  # its last month is open
    CLOSED = "closed"
    SETTLED = "settled"
    PREPARED = "prepared"
    SIGNED = "signed off"


@dataclass(frozen=True)
class YearRow:
    """A line of the list of years."""

    year: Year
    stage: Stage
    pack: YearPack | None


@dataclass(frozen=True)
class Shown:
    """A year as somebody sees it; `why` there are no figures, where there are none."""

    fund: Fund
    year: Year
    stage: Stage
    pack: YearPack | None
    prepared: PreparedYear | None
    found: Figures | None
    why: str
    whole: bool  # every partner's lines, not only one's own
    signs: bool
    settled_by: Sequence[int]  # the entries, for who sees all of them

    @property
    def figures(self) -> Figures:
        """The figures, where a file is asked for. Raises NotFound with why there are none."""
        if self.found is None:
            raise NotFound(self.why)
        return self.found


def years(fund: Fund, on: date) -> list[YearRow]:
    """The fund's years that anything is known of, the latest first."""
    first = db.session.scalar(select(func.min(Entry.month)).where(Entry.fund_id == fund.id))
    budget = db.session.scalar(select(func.min(Budget.year_from)).where(Budget.fund_id == fund.id))
    last = year_of(on).begins
    begins = min(year_of(one).begins for one in (first, budget, on) if one is not None)
    settled, prepared, signed = settled_years(fund), prepared_years(fund), packs(fund)
    return [
        YearRow(year, _stage(fund, year, settled, year.first in prepared, pack), pack)
        for year in map(Year, range(last, max(begins, last - EARLIEST) - 1, -1))
        for pack in [signed.get(year.first)]
    ]


def _stage(
    fund: Fund, year: Year, settled: set[int], prepared: bool, pack: YearPack | None
) -> Stage:
    if pack is not None:
        return Stage.SIGNED
    if not is_closed(fund, year):
        return Stage.UNDER_WAY
    if year.begins not in settled:
        return Stage.CLOSED
    return Stage.PREPARED if prepared else Stage.SETTLED


def shown(fund: Fund, year: Year, *, viewer: Staff, on: date) -> Shown:
    """A year as a viewer may see it: signed and prepared figures as they were, else as they are."""
    pack, prepared = pack_of(fund, year), prepared_of(fund, year)
    stage = _stage(fund, year, settled_years(fund), prepared is not None, pack)
    prepared = prepared if stage is Stage.PREPARED else None
    scope = seen_by(fund, viewer=viewer, on=on)
    found, why = _figures(fund, year, pack or prepared, on)
    return Shown(
        fund=fund,
        year=year,
        stage=stage,
        pack=pack,
        prepared=prepared,
        found=found and _within(found, scope),
        why=why,
        whole=scope.every,
        signs=may_sign(fund, viewer, on),
        settled_by=_entries(fund, year) if scope.every else (),
    )


def _figures(
    fund: Fund, year: Year, kept: YearPack | PreparedYear | None, on: date
) -> tuple[Figures | None, str]:
    if kept is not None:
        return read(kept.figures), ""
    try:
        return figures_of(fund, year, on, proved=False), ""
    except Invalid as why:
        return None, why.sentence


def _within(figures: Figures, scope: Scope) -> Figures:
    if scope.every:
        return figures
    codes = db.session.scalars(
        select(Organisation.code).where(Organisation.id.in_(scope.organisation_ids))
    )
    return figures.seen(set(codes))


def _entries(fund: Fund, year: Year) -> list[int]:
    return list(
        db.session.scalars(
            select(Entry.id)
            .where(
                standing(fund, EntryKind.YEAR_END),
                Entry.source.startswith(year.source, autoescape=True),
            )
            .order_by(Entry.id)
        )
    )


LINE_HEADS = ("Partner", "Code", "Kind", "Product group", "Entries", "Amount (£)")


def line_rows(figures: Figures) -> Iterator[Sequence[Any]]:
    """The lines of a year as rows of a file."""
    named = {one.code: one for one in figures.partners}
    for line in figures.lines:
        body = named[line.partner]
        amount = plain(line.pence)
        yield body.name, body.official_code, line.kind, line.group, line.entries, amount
