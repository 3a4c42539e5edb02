"""Reads of the agreement: what holds on a day, who signed, rules, prices, who may be named."""

from dataclasses import dataclass
from datetime import date, timedelta
from itertools import pairwise

from sqlalchemy import select
from sqlalchemy.orm import joinedload, selectinload

from core import kept
from core.clock import in_force
from core.db import db
from funding.agreements.rules import Terms
from funding.agreements.versions.models import AgreementVersion
from funding.agreements.versions.rules import HELD
from funding.models import ActivityPrice, Fund, Partner, Rule, RuleShare
from funding.rules import StockModel
from people.models import Organisation
from people.queries import during
from people.rules import Kind

COMMISSIONERS = (Kind.CCG, Kind.ICB, Kind.COUNCIL, Kind.TRUST, Kind.OTHER)


@dataclass(frozen=True)
class Held:
    """What a version says of every day from its first until before its last."""

    from_on: date
    to_on: date | None
    host_id: int
    stock_model: StockModel

    def on(self, day: date) -> bool:
        """Whether it holds on a day."""
        return in_force(self.from_on, self.to_on, day)


def _held(fund: Fund) -> tuple[Held, ...]:
    """Every version that held, holds or will, in order; read once a transaction."""
    return kept.once(("versions held", fund.id), lambda: _read_held(fund.id))


def _read_held(fund_id: int) -> tuple[Held, ...]:
    version = AgreementVersion
    asked = select(version.from_on, version.to_on, version.host_id, version.stock_model)
    asked = asked.where(version.fund_id == fund_id, version.status.in_(HELD))
    return tuple(Held(*row) for row in db.session.execute(asked.order_by(version.from_on)))


kept.watch(AgreementVersion)


def stock_model_on(fund: Fund, on: date) -> StockModel:
    """How equipment is paid for on a day: by the version that holds, else as the fund began."""
    return next((one.stock_model for one in _held(fund) if one.on(on)), fund.stock_model)


def host_on(fund: Fund, on: date) -> Organisation:
    """Who hosts the fund on a day: by the version that holds, else who did when it began."""
    host_id = next((one.host_id for one in _held(fund) if one.on(on)), fund.host_id)
    return db.session.get_one(Organisation, host_id)


def stretches(fund: Fund, first: date, last: date) -> list[tuple[date, date, StockModel]]:
    """Which stock model holds from which day to which, both within, over some days."""
    turns = {first, *(one.from_on for one in _held(fund) if first < one.from_on <= last)}
    found: list[tuple[date, date, StockModel]] = []
    for begins, ends in pairwise([*sorted(turns), last + timedelta(days=1)]):
        model = stock_model_on(fund, begins)
        if found and found[-1][2] is model:
            begins = found.pop()[0]
        found.append((begins, ends - timedelta(days=1), model))
    return found


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
