"""What an organisation is connected with: bodies before and after it, its practices, postcodes."""

from collections.abc import Iterable
from datetime import date
from typing import Any

from sqlalchemy import Select, func, select
from sqlalchemy.orm import joinedload

from core.db import db
from people.models import Organisation, PostcodeArea, PracticeMembership, Succession
from people.queries import during, lineage_of, successor_of


def predecessions(organisation: Organisation) -> list[Succession]:
    """Whom an organisation has succeeded, by day."""
    return _successions_where(Succession.successor_id == organisation.id)


def successions_of(organisation: Organisation) -> list[Succession]:
    """By whom an organisation is succeeded: by nobody, by one, or by several on one day."""
    return _successions_where(Succession.predecessor_id == organisation.id)


def whole_of(rows: Iterable[Succession]) -> dict[int, int]:
    """What all the weights come to by which each predecessor of some successions was shared out."""
    asked = (
        select(Succession.predecessor_id, func.sum(Succession.weight))
        .where(Succession.predecessor_id.in_({row.predecessor_id for row in rows}))
        .group_by(Succession.predecessor_id)
    )
    return {who: int(weight) for who, weight in db.session.execute(asked)}


def practices_of(organisation: Organisation, on: date) -> Select[PracticeMembership]:
    """The selection of practices that belong to a body or its predecessors on a day, by name.

    Not those of a predecessor that others share: which of them has the practice, nobody has said.
    """
    practice = PracticeMembership.practice
    stands = successor_of(organisation.id, on)
    alone = [one for one in lineage_of(stands, on) if successor_of(one, on) == stands]
    return (
        select(PracticeMembership)
        .join(practice)
        .where(PracticeMembership.body_id.in_(alone))
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
