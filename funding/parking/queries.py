"""Who may be asked to pay, and which entry laid another on partners."""

from datetime import date

from sqlalchemy import select

from core.db import db
from funding.models import Entry
from funding.parking.rules import cause_of_laying
from funding.queries import book_of
from people.models import Organisation


def payers(fund_id: int, on: date) -> list[Organisation]:
    """Who pays into a fund on a day, by name."""
    paying = Organisation.id.in_(book_of(fund_id).payers(on))
    ordered = select(Organisation).where(paying).order_by(Organisation.name, Organisation.id)
    return list(db.session.scalars(ordered))


def laid_by(entry: Entry) -> int | None:
    """The number of the entry that laid this one on partners; for whoever may see this one."""
    return db.session.scalar(
        select(Entry.id).where(
            Entry.fund_id == entry.fund_id,
            Entry.source == cause_of_laying(entry.id),
            Entry.kind == entry.kind,
        )
    )
