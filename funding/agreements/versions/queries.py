"""Reads of the versions of an agreement: the list, one of them, who may agree for whom."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, timedelta

from sqlalchemy import ColumnElement, and_, or_, select
from sqlalchemy.orm import joinedload, selectinload

from core.codes import is_code
from core.db import db
from core.errors import NotFound
from core.money import Pence
from funding.agreements.queries import COMMISSIONERS
from funding.agreements.versions.models import (
    AgreedBudget,
    AgreementVersion,
    Consent,
    Contribution,
    VersionMove,
)
from funding.agreements.versions.rules import HELD, VersionEvent, VersionStatus, instalments
from funding.models import Partner, Rule
from funding.purse import purse_of
from people.models import Organisation, Staff
from people.queries import during, scope_of
from people.rules import May

NO_VERSION = "There is no such version of the agreement. Look for it in the list of versions."


def versions(fund_id: int, *, viewer: Staff, on: date) -> list[AgreementVersion]:
    """Every version of a fund's agreement, the newest first, for whoever may read them."""
    return list(
        db.session.scalars(
            select(AgreementVersion)
            .where(AgreementVersion.fund_id == fund_id, _may_read(viewer, on))
            .options(selectinload(AgreementVersion.contributions))
            .order_by(AgreementVersion.number.desc())
        )
    )


def version_by_code(code: str, *, viewer: Staff, on: date) -> AgreementVersion:
    """A version with everything it says, if the viewer may read it. Raises NotFound."""
    found = db.session.scalar(
        select(AgreementVersion)
        .where(
            AgreementVersion.code == (code if is_code(code) else None),
            _may_read(viewer, on),
        )
        .options(
            selectinload(AgreementVersion.contributions).joinedload(Contribution.organisation),
            selectinload(AgreementVersion.budgets).joinedload(AgreedBudget.organisation),
            selectinload(AgreementVersion.consents).joinedload(Consent.by),
            selectinload(AgreementVersion.history).joinedload(VersionMove.by),
            selectinload(AgreementVersion.instalments),
            selectinload(AgreementVersion.changes),
            joinedload(AgreementVersion.host),
        )
    )
    if found is None:
        raise NotFound(NO_VERSION)
    return found


def _may_read(viewer: Staff, on: date) -> ColumnElement[bool]:
    """Who sees all money reads every version; a partner reads the whole of its own agreement.

    What the others put in is part of what each partner agrees to.
    """
    purse = purse_of(viewer, on)
    if purse.every:
        return AgreementVersion.id.is_not(None)
    own = purse.organisation_ids
    return or_(
        AgreementVersion.id.in_(
            select(Contribution.version_id).where(Contribution.organisation_id.in_(own))
        ),
        AgreementVersion.fund_id.in_(
            select(Partner.fund_id).where(Partner.organisation_id.in_(own), during(Partner, on))
        ),
    )


def version_on(fund_id: int, on: date) -> AgreementVersion | None:
    """The version that holds on a day, where one does."""
    return db.session.scalar(
        select(AgreementVersion).where(
            AgreementVersion.fund_id == fund_id,
            AgreementVersion.status.in_(HELD),
            during(AgreementVersion, on),
        )
    )


def version_in_force(fund_id: int) -> AgreementVersion | None:
    """The newest version that was put in force; its day may be still to come."""
    return db.session.scalar(
        select(AgreementVersion).where(
            AgreementVersion.fund_id == fund_id,
            AgreementVersion.status == VersionStatus.IN_FORCE,
        )
    )


def version_before(version: AgreementVersion) -> AgreementVersion | None:
    """What a version changes: the one that holds until its day."""
    return version_on(version.fund_id, version.from_on - timedelta(days=1))


@dataclass(frozen=True)
class Place:
    """One partner's place in a version: what it puts in and pays when, and whether it agreed."""

    contribution: Contribution
    paid: Mapping[date, Pence]
    consent: Consent | None

    @property
    def organisation(self) -> Organisation:
        """Whose place it is."""
        return self.contribution.organisation


def places(version: AgreementVersion) -> list[Place]:
    """Every partner's place, by name; a consent to an older revision is none."""
    agreed = {
        one.organisation_id: one for one in version.consents if one.revision == version.revision
    }
    days = [one.due_on for one in version.instalments]
    return [
        Place(one, instalments(one.pence, days), agreed.get(one.organisation_id))
        for one in sorted(version.contributions, key=lambda one: one.organisation.name)
    ]


def own_places(version: AgreementVersion, *, viewer: Staff, on: date) -> list[int]:
    """For whom somebody may agree: their employer, and whoever it succeeded; by number."""
    if not viewer.may(May.AGREE):
        return []
    own = scope_of(viewer, on).organisation_ids
    return [one.organisation_id for one in version.contributions if one.organisation_id in own]


def events_for(version: AgreementVersion, *, viewer: Staff, on: date) -> set[VersionEvent]:
    """What somebody may do with a version now: its buttons, from the table of its life."""
    agreed = {one.organisation_id for one in version.consents if one.revision == version.revision}
    allowed = {
        VersionEvent.CHANGE: viewer.may(May.KEEP_AGREEMENTS),
        VersionEvent.PUT_IN_FORCE: viewer.may(May.KEEP_AGREEMENTS),
        VersionEvent.AGREE: bool(set(own_places(version, viewer=viewer, on=on)) - agreed),
    }
    return {event for event in version.MOVES.events_from(version.status) if allowed.get(event)}


def may_take_part(version: AgreementVersion) -> list[Organisation]:
    """Who may be given a place, host or lead: who has one, and commissioners open on its day."""
    there = {one.organisation_id for one in version.contributions} | {version.host_id}
    still_open = or_(Organisation.closed_on.is_(None), Organisation.closed_on > version.from_on)
    return list(
        db.session.scalars(
            select(Organisation)
            .where(
                or_(
                    Organisation.id.in_(there),
                    and_(Organisation.kind.in_(COMMISSIONERS), still_open),
                )
            )
            .order_by(Organisation.name, Organisation.id)
        )
    )


def rules_until(version: AgreementVersion) -> list[str]:
    """The names of the rules that hold until a version's day, in the order they are tried."""
    before = version.from_on - timedelta(days=1)
    return list(
        db.session.scalars(
            select(Rule.name)
            .where(Rule.fund_id == version.fund_id, during(Rule, before))
            .order_by(Rule.position)
        )
    )
