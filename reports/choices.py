"""What may be chosen on the board's pages, and what was: the period, the partner, the group."""

from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass, replace
from datetime import date
from typing import Any

from sqlalchemy import func, select

from core.clock import london_day, month_of, months_later
from core.db import db
from core.errors import Refused
from equipment.models import ItemMove
from equipment.rules import Group
from funding.models import Partner
from people.models import Organisation, Staff
from people.queries import heirs_of, lineage_of, successor_of
from reports import periods
from reports.forms import EVERY, PARKED, BoardForm, listed
from reports.periods import Period
from reports.queries import Chosen, visible
from reports.suppression.choices import chosen_place, fill_places
from reports.suppression.kinds import PlaceKind


@dataclass(frozen=True)
class Asked:
    """The filled form, what it chooses, whom the figures may name, and its words for a heading."""

    form: BoardForm
    chosen: Chosen
    partners: Mapping[int, Organisation]
    status: int = 200

    @property
    def address(self) -> dict[str, str]:
        """The choice as it stands in an address."""
        return {**self.chosen.period.address, **self.form.narrowing}

    @property
    def anew(self) -> tuple[date, ...]:
        """The month a chart's limits begin anew in, if one is chosen."""
        return (periods.read_month(self.form.anew.data),) if self.form.anew.data else ()

    @property
    def words(self) -> str:
        """The choice as a heading says it."""
        named = [str(self.chosen.period)]
        if self.form.partner.data:
            named.append(listed(self.form.partner)[self.form.partner.data])
        if self.chosen.group:
            named.append(self.chosen.group.value)
        if self.chosen.place:
            named.append(self.chosen.place.name)
        return ", ".join(named)

    @property
    def partner(self) -> Organisation | None:
        """The partner chosen, if one is."""
        wanted = self.form.partner.data
        return next((one for one in self.partners.values() if one.code == wanted), None)

    def name_of(self, partner_id: int | None) -> str:
        """A partner's name, for a table."""
        if partner_id is None:
            return "Nobody yet (parked)"
        partner = self.partners.get(partner_id)
        return partner.name if partner else "Not a partner"

    def code_of(self, partner_id: int | None) -> str:
        """How a partner stands in an address."""
        partner = self.partners.get(partner_id) if partner_id is not None else None
        return partner.code if partner else PARKED


def asked(arguments: Any, *, viewer: Staff, on: date, by: PlaceKind | None = None) -> Asked:
    """What an address asks for; the last twelve months, and why not, where it cannot be read.

    Places of a kind that stand side by side are narrowed to nothing but months.
    """
    within = visible(viewer, on)
    partners = _partners(within, on)
    form = _form(arguments, partners, on)
    form.by = by
    usual = periods.last_twelve(on)
    everything = Chosen(periods.over_by(usual, on) if by else usual, within)
    if not form.validate():
        return Asked(_plain(form), everything, partners, status=422)
    try:
        period = periods.months(
            periods.read_month(form.first.data), periods.read_month(form.last.data)
        )
        if by or any(field.data for field in form.places):
            period = periods.over_by(period, on)
    except Refused as why:
        return Asked(_plain(form.refused(why)), everything, partners, status=422)
    return Asked(form, _choice(replace(everything, period=period), form, partners, on), partners)


def _choice(
    chosen: Chosen, form: BoardForm, partners: Mapping[int, Organisation], on: date
) -> Chosen:
    whose = next((o for o in partners.values() if o.code == form.partner.data), None)
    return replace(
        chosen,
        partners=lineage_of(whose.id, on) if whose else None,
        parked=form.partner.data == PARKED,
        group=Group(form.group.data) if form.group.data else None,
        place=chosen_place(form),
    )


def _plain(form: BoardForm) -> BoardForm:
    """The form with nothing narrowed, so that its page shows figures beside what was wrong."""
    form.partner.data = form.group.data = form.anew.data = EVERY
    for field in form.places:
        field.data = EVERY
    return form


def _form(arguments: Any, partners: Mapping[int, Organisation], on: date) -> BoardForm:
    """The filters with their lists, filled from an address; twelve months where it says none."""
    usual = periods.last_twelve(on).address
    form = BoardForm(arguments or None, data=usual)
    for field in (form.first, form.last):
        field.data = field.data or usual[field.name]
        field.choices = _months(field.data, on)
    form.anew.data = form.anew.data or EVERY
    form.anew.choices = [(EVERY, "No month"), *(form.first.choices or [])]
    form.partner.data = form.partner.data or EVERY
    form.group.data = form.group.data or EVERY
    names = [(partner.code, partner.name) for partner in partners.values()]
    form.partner.choices = [(EVERY, "Every partner"), *names, (PARKED, "Nobody yet (parked)")]
    form.group.choices = [(EVERY, "Every group"), *((g.value, g.value) for g in Group)]
    fill_places(form)
    return form


def _months(chosen: str, on: date) -> list[tuple[str, str]]:
    """The months there is anything to see in, newest first, and the one chosen."""
    begun = db.session.scalar(select(func.min(ItemMove.at)))
    first = month_of(london_day(begun)) if begun else month_of(on)
    first = max(min(first, months_later(month_of(on), -11)), months_later(month_of(on), -119))
    known = [f"{month:%Y-%m}" for month in Period(first, on).months()]
    if chosen not in known:
        with suppress(Refused):
            known.append(f"{periods.read_month(chosen):%Y-%m}")
    return [(text, f"{periods.read_month(text):%B %Y}") for text in sorted(known, reverse=True)]


def _partners(within: frozenset[int] | None, on: date) -> dict[int, Organisation]:
    """Whoever pays or has paid into the pool, as they stand today, by name: those one may see."""
    signed = set(db.session.scalars(select(Partner.organisation_id)))
    ids = {successor_of(who, on) for who in signed}
    ids |= {heir for who in signed for heir in heirs_of(who, on)}
    if within is not None:
        ids &= within
    found = db.session.scalars(
        select(Organisation).where(Organisation.id.in_(ids)).order_by(Organisation.name)
    )
    return {organisation.id: organisation for organisation in found}


def usual_periods(on: date) -> list[tuple[str, Period]]:
    """The periods people ask for most, by name."""
    last_month = months_later(month_of(on), -1)
    return [
        ("This month", periods.month(on)),
        ("Last month", periods.month(last_month)),
        ("This quarter", periods.quarter(on)),
        ("This financial year", periods.year(on)),
        ("Last financial year", periods.year(months_later(month_of(on), -12))),
        ("Last twelve months", periods.last_twelve(on)),
    ]
