"""A month's pack, told from the board's own figures: nothing is counted anew."""

from collections.abc import Mapping
from dataclasses import replace
from datetime import date, datetime

from sqlalchemy import select
from werkzeug.datastructures import MultiDict

from core.clock import months_later
from core.db import db
from core.errors import Invalid
from funding.models import Fund
from people.models import Staff
from reports import periods
from reports.board import board
from reports.choices import Asked, asked
from reports.pack.exceptions import exceptions_part
from reports.pack.fairness import fairness_part
from reports.pack.measures import (
    charts_part,
    definitions_part,
    figures_part,
    figures_table,
)
from reports.pack.meetings import agenda_of, meetings_part, next_after
from reports.pack.money import disputed_of, money_part, parked_of
from reports.pack.parts import Pack
from reports.pack.quality import quality_part, stock_part
from reports.pack.summary import summary_part
from reports.suppression.kinds import PlaceKind
from web.filters import day

NARROWED_TO = ("partner", "group")


def asked_for(month: str, narrowed: Mapping[str, str], *, viewer: Staff, on: date) -> Asked:
    """What a pack is asked for: a month that is over, and what it is narrowed to.

    As on the first day after the month, so that a pack does not change with the day it is asked
    for. Raises Invalid for a month nobody can read or that is not over, and for a single place.
    """
    first = periods.read_month(month)
    after = months_later(first, 1)
    if after > on:
        raise Invalid(
            f"{first:%B %Y} is not over yet. The board's page shows how it stands; its pack can be"
            f" made from {after.day} {after:%B %Y} on.",
            field="month",
        )
    if any(narrowed.get(kind) for kind in PlaceKind):
        raise Invalid(
            "A pack is of the whole pool, a partner or a product group. The board's page tells of"
            " a team, practice or store by itself."
        )
    kept = {name: narrowed[name] for name in NARROWED_TO if name in narrowed}
    return asked(MultiDict(kept | {"first": month, "last": month}), viewer=viewer, on=after)


def pack(chosen: Asked, *, viewer: Staff, at: datetime) -> Pack:
    """The pack of a month: a function of its rows, and of what the viewer may see, alone."""
    month = chosen.chosen.period.first
    on = months_later(month, 1)
    fund = db.session.scalar(select(Fund).order_by(Fund.id).limit(1))
    coming = next_after(month)
    waiting = parked_of(month, viewer=viewer, on=on)
    disputed = disputed_of(month, viewer=viewer, on=on)
    told = replace(
        board(chosen, viewer=viewer, at=at, on=on),
        parked=waiting,
        disputes=len(disputed),
        motions=agenda_of(coming),
    )
    return Pack(
        fund=fund.name if fund else "Community equipment service",
        month=month,
        about=chosen.words,
        parts=(
            summary_part(told, viewer=viewer),
            figures_part(told),
            charts_part(told),
            money_part(told),
            fairness_part(told),
            stock_part(told),
            exceptions_part(told, disputed),
            meetings_part(coming, viewer=viewer, on=on),
            definitions_part(told),
            quality_part(told, fund),
        ),
        figures=figures_table(told),
        meeting=f"For the meeting of {day(coming.on)}" if coming else "",
    )
