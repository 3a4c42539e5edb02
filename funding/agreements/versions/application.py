"""What a version changes in the live agreement on its day: partners, rules, prices, budgets."""

from datetime import datetime

from sqlalchemy import or_, select

from core.clock import financial_year
from core.db import db
from funding import actions
from funding.agreements.versions.models import AgreementVersion
from funding.agreements.versions.rules import DraftedEnd, DraftedPrice, DraftedRule
from funding.models import Rule
from funding.queries import partners
from people.models import Staff
from people.queries import successor_of


def apply(version: AgreementVersion, *, by: Staff, at: datetime) -> None:
    """Make every change a version says, from its day on, by the acts anybody would use."""
    _change_partners(version, by=by, at=at)
    _change_rules(version, by=by, at=at)
    for drafted in version.changes:
        if isinstance(change := drafted.change, DraftedPrice):
            actions.set_activity_price(
                version.fund, change.activity, change.pence,
                speed=change.speed, from_on=version.from_on, by=by, at=at,
            )  # fmt: skip
    year_from, _ = financial_year(version.from_on)
    for one in version.contributions:
        actions.set_budget(
            version.fund, one.organisation, one.pence, year_from=year_from, by=by, at=at
        )


def _change_partners(version: AgreementVersion, *, by: Staff, at: datetime) -> None:
    """Let in who has a place and does not pay yet, let go who pays and has none.

    Whoever stands in somebody's place has it: a successor neither joins nor leaves.
    """
    on = version.from_on
    wanted = {successor_of(one.organisation_id, on): one for one in version.contributions}
    paying = {successor_of(one.organisation_id, on) for one in partners(version.fund_id, on)}
    for partner in partners(version.fund_id, on):
        if successor_of(partner.organisation_id, on) not in wanted and partner.to_on is None:
            actions.end_partner(partner, to_on=on, by=by, at=at)
    for stands, one in wanted.items():
        if stands not in paying:
            actions.add_partner(version.fund, one.organisation, from_on=on, by=by, at=at)


def _change_rules(version: AgreementVersion, *, by: Staff, at: datetime) -> None:
    """End the older of every rule that changes before the newer begin: they may swap positions."""
    changes = [one.change for one in version.changes]
    names = {one.name for one in changes if isinstance(one, DraftedRule | DraftedEnd)}
    on = version.from_on
    older = db.session.scalars(
        select(Rule).where(
            Rule.fund_id == version.fund_id,
            Rule.name.in_(names),
            Rule.from_on < on,
            or_(Rule.to_on.is_(None), Rule.to_on > on),
        )
    )
    for rule in older:
        rule.to_on = None
        actions.end_rule(rule, to_on=on, by=by, at=at)
    for change in changes:
        if isinstance(change, DraftedRule):
            actions.add_rule(
                version.fund, position=change.position, name=change.name, parts=change.parts,
                care_class=change.care_class, need=change.need, from_on=on, by=by, at=at,
            )  # fmt: skip
