"""What an organisation is connected with: bodies before and after it, its practices, postcodes."""

from datetime import date
from typing import Any

from sqlalchemy import Select, func, select
from sqlalchemy.orm import joinedload

from core.db import db
from people.models import Organisation, PostcodeArea, PracticeMembership, Succession
from people.queries import during, lineage_of


def predecessions(organisation: Organisation) -> list[Succession]:
    """Whom an organisation has succeeded, by day."""
    return _successions_where(Succession.successor_id == organisation.id)


def succession_of(organisation: Organisation) -> Succession | None:
    """By whom an organisation is succeeded, if it is."""
    return next(iter(_successions_where(Succession.predecessor_id == organisation.id)), None)


def practices_of(organisation: Organisation, on: date) -> Select[PracticeMembership]:
    """The selection of practices that belong to a body or its predecessors on a day, by name."""
    practice = PracticeMembership.practice
    return (
        select(PracticeMembership)
        .join(practice)
        .where(PracticeMembership.body_id.in_(lineage_of(organisation.id, on)))
        .where(during(PracticeMembership, on))
        .options(joinedload(practice), joinedload(PracticeMembership.body))
        .order_by(Organisation.name, Organisation.id)
    )


def memberships_of(practice: Organisation) -> list[PracticeMembership]:
    """Which bodies a practice has belonged to, the latest first."""
    return list(
        db.session.scalars(
            select(PracticeMembership)
            .where(PracticeMembership.practice_id == practice.id)
            .options(joinedload(PracticeMembership.body))
            .order_by(PracticeMembership.from_on.desc())
        )
    )


def postcodes_of(council: Organisation) -> int:
    """How many beginnings of postcodes are placed in a council's area."""
    asked = select(func.count()).select_from(PostcodeArea)
    return db.session.scalar(asked.where(PostcodeArea.council_id == council.id)) or 0


def _successions_where(condition: Any) -> list[Succession]:
    return list(
        db.session.scalars(
            select(Succession)
            .where(condition)
            .options(joinedload(Succession.predecessor), joinedload(Succession.successor))
            .order_by(Succession.on, Succession.id)
        )
    )
