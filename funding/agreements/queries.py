"""Reads of the agreement: its terms, who signed, rules and prices, and who may be named."""

from datetime import date

from sqlalchemy import select
from sqlalchemy.orm import joinedload, selectinload

from core.db import db
from funding.agreements.rules import Terms
from funding.agreements.versions.models import AgreementVersion
from funding.agreements.versions.rules import HELD
from funding.models import ActivityPrice, Partner, Rule, RuleShare
from people.models import Organisation
from people.queries import during
from people.rules import Kind

COMMISSIONERS = (Kind.CCG, Kind.ICB, Kind.COUNCIL, Kind.TRUST, Kind.OTHER)


def terms_of(fund_id: int, on: date) -> Terms:
    """What the version that holds on a day says of the end of a year; the usual where none does."""
    version = db.session.scalar(
        select(AgreementVersion).where(
            AgreementVersion.fund_id == fund_id,
            AgreementVersion.status.in_(HELD),
            during(AgreementVersion, on),
        )
    )
    return Terms() if version is None else version.terms


def signed(fund_id: int) -> list[Partner]:
    """Everybody who has ever signed for a fund, by name."""
    return list(
        db.session.scalars(
            select(Partner)
            .join(Partner.organisation)
            .where(Partner.fund_id == fund_id)
            .options(joinedload(Partner.organisation))
            .order_by(Organisation.name, Organisation.id, Partner.from_on)
        )
    )


def rule_rows(fund_id: int) -> list[Rule]:
    """Every rule version with its parts, in the order they are tried, the newest first."""
    return list(
        db.session.scalars(
            select(Rule)
            .where(Rule.fund_id == fund_id)
            .options(selectinload(Rule.shares).joinedload(RuleShare.organisation))
            .order_by(Rule.position, Rule.from_on.desc())
        )
    )


def prices(fund_id: int) -> list[ActivityPrice]:
    """Every price of an activity, the newest of each first."""
    return list(
        db.session.scalars(
            select(ActivityPrice)
            .where(ActivityPrice.fund_id == fund_id)
            .order_by(ActivityPrice.kind, ActivityPrice.speed, ActivityPrice.from_on.desc())
        )
    )


def may_join(fund_id: int) -> list[Organisation]:
    """The open commissioners that pay into no part of the fund yet, by name."""
    paying = select(Partner.organisation_id).where(
        Partner.fund_id == fund_id, Partner.to_on.is_(None)
    )
    return list(
        db.session.scalars(
            select(Organisation)
            .where(
                Organisation.kind.in_(COMMISSIONERS),
                Organisation.closed_on.is_(None),
                Organisation.id.not_in(paying),
            )
            .order_by(Organisation.name, Organisation.id)
        )
    )


def may_be_named(fund_id: int) -> list[Organisation]:
    """Everybody who has signed for the fund, by name, once each."""
    paying = select(Partner.organisation_id).where(Partner.fund_id == fund_id)
    return list(
        db.session.scalars(
            select(Organisation)
            .where(Organisation.id.in_(paying))
            .order_by(Organisation.name, Organisation.id)
        )
    )
