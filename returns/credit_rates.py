"""Which of the contract's credit rates holds for a return."""

from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlalchemy import ColumnElement, String, bindparam, cast, literal, or_, select

from core.db import db
from equipment.rules import Group
from funding.prices.models import CreditRate
from returns.models import Inspection


@dataclass(frozen=True)
class Rate:
    """A credit rate in force: for one condition, or for any where that is empty."""

    percent: int
    condition: str


def rates_for(
    fund_id: Any, group: Any, return_id: Any, on: Any
) -> tuple[list[ColumnElement[bool]], ColumnElement[str]]:
    """The conditions that keep the rates a return may be credited by, and their order: the one
    for what the inspector last saw before the one for anything.
    """
    seen = (
        select(cast(Inspection.condition, String))
        .where(Inspection.return_id == return_id)
        .order_by(Inspection.id.desc())
        .limit(1)
        .correlate_except(Inspection)
        .scalar_subquery()
    )
    kept = [
        CreditRate.fund_id == fund_id,
        CreditRate.group == group,
        CreditRate.condition.in_([literal(""), seen]),
        CreditRate.from_on <= on,
        or_(CreditRate.to_on.is_(None), CreditRate.to_on > on),
    ]
    return kept, CreditRate.condition.desc()


# Asked with everything that is put away, so it is put together once.
_KEPT, _FIRST = rates_for(*map(bindparam, ("fund_id", "group", "return_id", "on")))
_RATE = (
    select(CreditRate.percent, CreditRate.condition)
    .where(*_KEPT)
    .order_by(_FIRST)
    .limit(1)
    .execution_options(autoflush=False)
)


def credit_rate(fund_id: int, group: Group, return_id: int, on: date) -> Rate | None:
    """The rate a return is credited by on a day; none where only the product says one."""
    asked = {"fund_id": fund_id, "group": group.value, "return_id": return_id, "on": on}
    row = db.session.execute(_RATE, asked).one_or_none()
    return None if row is None else Rate(*row)
