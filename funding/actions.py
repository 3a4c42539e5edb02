"""What people and other rooms do to a fund: agree partners, rules, prices and budgets; post."""

from collections.abc import Sequence
from datetime import date, datetime

from sqlalchemy import select

from core.db import add, db
from core.errors import Invalid, NotAllowed
from core.money import Pence
from funding.books import open_account
from funding.ledger import post, post_all, post_once, reverse
from funding.models import ActivityPrice, Budget, Fund, Partner, Rule, RuleShare
from funding.rules import ACTIVITIES, AccountKind, EntryKind, RulePart, StockModel, check_parts
from people.models import Organisation, Staff

__all__ = [
    "add_fund",
    "add_partner",
    "add_rule",
    "end_partner",
    "end_rule",
    "post",
    "post_all",
    "post_once",
    "reverse",
    "set_activity_price",
    "set_budget",
]


def add_fund(
    *, name: str, host: Organisation, stock_model: StockModel, by: Staff, at: datetime
) -> Fund:
    """Begin a pooled fund with its host partner and the two accounts every fund has."""
    if db.session.scalar(select(Fund.id).where(Fund.name == name)):
        raise NotAllowed("There is already a fund of that name. Choose another.", field="name")
    fund = add(Fund(name=name, host=host, stock_model=stock_model))
    open_account(fund.id, None, AccountKind.POOL)
    open_account(fund.id, None, AccountKind.PARKED)
    return fund


def add_partner(
    fund: Fund, organisation: Organisation, *, from_on: date, by: Staff, at: datetime
) -> Partner:
    """Let an organisation pay into the fund from a day on, and open its account."""
    already = db.session.scalar(
        select(Partner).where(
            Partner.fund_id == fund.id,
            Partner.organisation_id == organisation.id,
            Partner.to_on.is_(None) | (Partner.to_on > from_on),
        )
    )
    if already is not None:
        raise NotAllowed(f"{organisation.name} is a partner already.", field="organisation")
    partner = add(Partner(fund=fund, organisation=organisation, from_on=from_on))
    open_account(fund.id, organisation.id)
    return partner


def end_partner(partner: Partner, *, to_on: date, by: Staff, at: datetime) -> Partner:
    """Let a partner leave: it pays until before this day."""
    if partner.to_on is not None:
        raise NotAllowed(f"{partner.organisation.name} has already left the fund.")
    if to_on <= partner.from_on:
        raise Invalid("A partner leaves after the day it joined.", field="to_on")
    partner.to_on = to_on
    db.session.flush()
    return partner


def add_rule(
    fund: Fund,
    *,
    position: int,
    name: str,
    parts: Sequence[RulePart],
    care_class: str | None = None,
    need: str | None = None,
    from_on: date,
    by: Staff,
    at: datetime,
) -> Rule:
    """Put a rule of attribution in force from a day on; the older of the same name ends that day.

    Raises Invalid where it has no parts, its position is taken, or a rule of that name has ended.
    """
    check_parts(parts)
    older = db.session.scalar(
        select(Rule)
        .where(Rule.fund_id == fund.id, Rule.name == name)
        .order_by(Rule.rule_version.desc())
        .limit(1)
    )
    _check_no_gap(older, from_on)
    _end_older_rule(older, from_on)
    _check_position(fund, position, from_on)
    rule = Rule(
        fund_id=fund.id,
        position=position,
        name=name,
        rule_version=1 if older is None else older.rule_version + 1,
        care_class=care_class or None,
        need=need or None,
        from_on=from_on,
        whole=sum(part.weight for part in parts),
    )
    rule.shares = [
        RuleShare(basis=part.basis, weight=part.weight, organisation_id=part.organisation_id)
        for part in parts
    ]
    add(rule)
    return rule


def end_rule(rule: Rule, *, to_on: date, by: Staff, at: datetime) -> Rule:
    """Let a rule hold until before a day, with none of its name after it."""
    if rule.to_on is not None:
        raise NotAllowed(f"“{rule.name}” has already ended.")
    _end_older_rule(rule, to_on)
    return rule


def _end_older_rule(older: Rule | None, on: date) -> None:
    if older is None:
        return
    if older.from_on >= on:
        raise Invalid(
            f"“{older.name}” already has a version from {older.from_on:%-d %B %Y}. "
            "Choose a later day.",
            field="from_on",
        )
    if older.to_on is None or older.to_on > on:
        older.to_on = on
        db.session.flush()


def _check_no_gap(older: Rule | None, from_on: date) -> None:
    if older is not None and older.to_on is not None and older.to_on < from_on:
        raise Invalid(
            f"“{older.name}” ended for good on {older.to_on:%-d %B %Y}. "
            "Give the new rule another name.",
            field="name",
        )


def _check_position(fund: Fund, position: int, from_on: date) -> None:
    taken = db.session.scalar(
        select(Rule.name).where(
            Rule.fund_id == fund.id,
            Rule.position == position,
            Rule.to_on.is_(None) | (Rule.to_on > from_on),
        )
    )
    if taken is not None:
        raise Invalid(f"“{taken}” stands at position {position} already.", field="position")


def set_activity_price(
    fund: Fund,
    kind: EntryKind,
    pence: Pence,
    *,
    from_on: date,
    speed: str = "",
    by: Staff,
    at: datetime,
) -> ActivityPrice:
    """Price an activity from a day on; the older price ends that day."""
    if kind not in ACTIVITIES:
        raise Invalid("Only activities have a price in the agreement.", field="kind")
    if speed and kind is not EntryKind.DELIVERY:
        raise Invalid("Only deliveries are priced by speed. Leave this empty.", field="speed")
    if pence < 0:
        raise Invalid("A price is not less than nothing.", field="pence")
    older = db.session.scalar(
        select(ActivityPrice)
        .where(
            ActivityPrice.fund_id == fund.id,
            ActivityPrice.kind == kind,
            ActivityPrice.speed == speed,
        )
        .order_by(ActivityPrice.from_on.desc())
        .limit(1)
    )
    if older is not None:
        if older.from_on >= from_on:
            raise Invalid(
                f"There is already a price from {older.from_on:%-d %B %Y}. Choose a later day.",
                field="from_on",
            )
        older.to_on = from_on
        db.session.flush()
    return add(ActivityPrice(fund_id=fund.id, kind=kind, speed=speed, from_on=from_on, pence=pence))


def set_budget(
    fund: Fund,
    organisation: Organisation,
    pence: Pence,
    *,
    year_from: date,
    by: Staff,
    at: datetime,
) -> Budget:
    """Write down what a partner has agreed to put in for the year from 1 April."""
    if (year_from.month, year_from.day) != (4, 1):
        raise Invalid("A financial year begins on 1 April.", field="year_from")
    if pence < 0:
        raise Invalid("A budget is not less than nothing.", field="pence")
    budget = db.session.scalar(
        select(Budget).filter_by(
            fund_id=fund.id, organisation_id=organisation.id, year_from=year_from
        )
    )
    if budget is None:
        place = {"fund_id": fund.id, "organisation_id": organisation.id, "year_from": year_from}
        return add(Budget(**place, pence=pence))
    budget.pence = pence
    db.session.flush()
    return budget
