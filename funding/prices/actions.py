"""Agreeing what is credited when equipment is made reusable."""

from datetime import date, datetime

from sqlalchemy import select

from core.db import add, db
from core.errors import Invalid, NotAllowed
from funding.models import Fund
from funding.prices.models import CreditRate
from funding.prices.rules import CONDITIONS, PRODUCT_GROUPS
from people.models import Staff


def set_credit_rate(
    fund: Fund,
    group: str,
    percent: int,
    *,
    condition: str = "",
    from_on: date,
    by: Staff,
    at: datetime,
) -> CreditRate:
    """Agree how much of a group's price is credited on reuse from a day on, in one condition or
    any; the older rate of the same ends that day.
    """
    if group not in PRODUCT_GROUPS:
        raise Invalid("Choose a product group from the list.", field="group")
    if condition and condition not in CONDITIONS:
        raise Invalid("Choose a condition from the list, or any.", field="condition")
    if not 0 <= percent <= 100:
        raise Invalid("Credit between 0 and 100 per cent of the price.", field="percent")
    terms = {"fund_id": fund.id, "group": group, "condition": condition}
    _end_older(_newest(terms), from_on)
    return add(CreditRate(**terms, from_on=from_on, percent=percent))


def end_credit_rate(
    fund: Fund, group: str, *, condition: str = "", to_on: date, by: Staff, at: datetime
) -> CreditRate:
    """Let a rate hold until before a day: then the group's rate holds, or the product's own."""
    rate = _newest({"fund_id": fund.id, "group": group, "condition": condition})
    if rate is None or rate.to_on is not None:
        raise NotAllowed(
            f"No rate without an end is agreed for {group}, {condition or 'any condition'}.",
            field="group",
        )
    if to_on <= rate.from_on:
        raise Invalid("A rate ends after the day it begins.", field="to_on")
    rate.to_on = to_on
    db.session.flush()
    return rate


def _newest(terms: dict[str, object]) -> CreditRate | None:
    asked = select(CreditRate).filter_by(**terms).order_by(CreditRate.from_on.desc()).limit(1)
    return db.session.scalar(asked)


def _end_older(older: CreditRate | None, on: date) -> None:
    if older is None:
        return
    if older.from_on >= on:
        raise Invalid(
            f"There is already a rate from {older.from_on:%-d %B %Y}. Choose a later day.",
            field="from_on",
        )
    if older.to_on is None or older.to_on > on:
        older.to_on = on
        db.session.flush()
