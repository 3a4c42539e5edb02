"""How many loans began in each month of the years before, by product group: one statement."""

from collections.abc import Mapping
from datetime import date

from sqlalchemy import Date, cast, func

from core.clock import LONDON, last_of_month, month_of, months_later
from core.db import db
from equipment.models import Product
from equipment.rules import Group
from reports.periods import Period
from reports.queries import Chosen, conditions
from reports.rules import Counted
from reports.sources import source_of

LONGEST = 48  # months: three years to fit, and one to try the method on


def demand(within: frozenset[int] | None, on: date) -> tuple[date, Mapping[Group, list[int]]]:
    """Loans begun in each whole month, oldest first, as the board counts issues; and the first.

    The month in which the pool began to lend is left out, as it may not have been whole.
    """
    this = month_of(on)
    period = Period(months_later(this, -LONGEST), last_of_month(months_later(this, -1)))
    source = source_of(Counted.ISSUED)
    month = cast(func.date_trunc("month", func.timezone(LONDON.key, source.moment)), Date)
    found = db.session.execute(
        source.select(Product.group, month, func.count())
        .where(source.counted[Counted.ISSUED], *conditions(Chosen(period, within), source))
        .group_by(Product.group, month)
    ).all()
    counts = {(group, month): count for group, month, count in found}
    began = min((month for _, month in counts), default=this)
    first = began if began == period.first else min(months_later(began, 1), this)
    months = [month for month in period.months() if month >= first]
    return first, {group: [counts.get((group, month), 0) for month in months] for group in Group}
