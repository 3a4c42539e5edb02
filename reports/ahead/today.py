"""The twelve whole months a scenario starts from, as the board counts and the ledger charged."""

from datetime import date
from typing import Any

from sqlalchemy import Select, func

from core.clock import month_of, months_later
from core.db import db
from core.money import Pence
from funding.models import Entry, Fund, Posting
from people.models import Staff
from reports.ahead.scenario import Today
from reports.budget.entries import recycling_postings
from reports.budget.queries import EVERYTHING, Months
from reports.budget.recycling import issued_value
from reports.periods import Period, months


def last_twelve_whole(fund: Fund, on: date) -> Months:
    """The twelve months that are over."""
    last = months_later(month_of(on), -1)
    return Months(fund, months_later(last, -11), last, on)


def period_of(twelve: Months) -> Period:
    """The same as the board's pages are asked for it."""
    return months(twelve.first, twelve.last)


def today(twelve: Months, viewer: Staff) -> Today:
    """What was issued and reissued in twelve months, and what recycling cost: the viewer's part."""
    issued, reissued = issued_value(twelve, viewer=viewer)
    sums = func.coalesce(func.sum(Posting.pence), 0)
    cost = db.session.scalar(recycling_postings(twelve, viewer, EVERYTHING, "", sums))
    return Today(issued.pence, reissued.pence, reissued.count, Pence(int(cost or 0)))


def cost_rows(twelve: Months, viewer: Staff) -> Select[Any]:
    """The postings that recycling cost, latest first."""
    return recycling_postings(
        twelve,
        viewer,
        EVERYTHING,
        "",
        Entry.id.label("entry"),
        Entry.on.label("day"),
        Entry.kind.label("kind"),
        Entry.group.label("group"),
        Posting.pence.label("pence"),
    ).order_by(Entry.id.desc(), Posting.id)
