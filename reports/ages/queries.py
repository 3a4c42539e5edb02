"""How long the loans of a cohort were out, or have been so far: one statement."""

from collections.abc import Iterator
from datetime import datetime
from typing import Any

from sqlalchemy import func

from core.db import db
from equipment.models import Product
from equipment.rules import Group
from loans.models import Loan
from reports.ages.rules import MONTH_DAYS, Ended
from reports.queries import Chosen, conditions
from reports.rules import Counted
from reports.sources import source_of


def ended(chosen: Chosen, at: datetime) -> list[Ended]:
    """The loans begun in a period, counted as the board counts issues, by their age when last seen.

    A loan that ended after `at` is still out then. Nothing of one team, practice or store.
    """
    return [Ended(months, came, count) for months, came, count in _ages(chosen, at)]


def ended_by_group(chosen: Chosen, at: datetime) -> dict[Group, list[Ended]]:
    """The same by product group, in one statement."""
    found: dict[Group, list[Ended]] = {}
    for months, came, count, group in _ages(chosen, at, Product.group):
        found.setdefault(group, []).append(Ended(months, came, count))
    return found


def _ages(chosen: Chosen, at: datetime, *by: Any) -> Iterator[tuple[Any, ...]]:
    """Whole months, whether it came back and how many, by as many columns as are asked."""
    if chosen.place is not None:
        return iter(())
    source = source_of(Counted.BACK)
    over = Loan.ended_at <= at
    seen = func.least(func.coalesce(Loan.ended_at, at), at)
    days = func.extract("epoch", seen - Loan.began_at) / 86_400
    age = func.greatest(0, func.floor(days / MONTH_DAYS)).label("age")
    back = func.coalesce(over & ~Loan.lost, False).label("back")
    found = db.session.execute(
        source.select(age, back, func.count(), *by)
        .where(source.counted[Counted.ISSUED], *conditions(chosen, source), Loan.began_at <= at)
        .group_by(age, back, *by)
    )
    return ((int(months), came, *rest) for months, came, *rest in found)
