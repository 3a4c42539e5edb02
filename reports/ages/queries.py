"""How long the loans of a cohort were out, or have been so far: one statement."""

from datetime import datetime

from sqlalchemy import func

from core.db import db
from loans.models import Loan
from reports.ages.rules import MONTH_DAYS, Ended
from reports.queries import Chosen, conditions
from reports.rules import Counted
from reports.sources import source_of


def ended(chosen: Chosen, at: datetime) -> list[Ended]:
    """The loans begun in a period, counted as the board counts issues, by their age when last seen.

    A loan that ended after `at` is still out then.
    """
    source = source_of(Counted.BACK)
    over = Loan.ended_at <= at
    seen = func.least(func.coalesce(Loan.ended_at, at), at)
    days = func.extract("epoch", seen - Loan.began_at) / 86_400
    age = func.greatest(0, func.floor(days / MONTH_DAYS)).label("age")
    back = func.coalesce(over & ~Loan.lost, False).label("back")
    found = db.session.execute(
        source.select(age, back, func.count())
        .where(source.counted[Counted.ISSUED], *conditions(chosen, source), Loan.began_at <= at)
        .group_by(age, back)
    )
    return [Ended(int(months), came, count) for months, came, count in found]
