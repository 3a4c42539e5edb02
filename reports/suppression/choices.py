"""Which teams, practices and stores may be chosen, and which one was."""

from typing import Any

from sqlalchemy import select

from core.codes import is_code
from core.db import db
from equipment.models import Store
from equipment.rules import StoreKind
from people.models import Organisation, Staff
from people.rules import Role
from reports.forms import EVERY, BoardForm
from reports.suppression.kinds import Place, PlaceKind

_ALL = {
    PlaceKind.EMPLOYER: "Every team",
    PlaceKind.PRACTICE: "Every practice",
    PlaceKind.STORE: "Every store",
}


def fill_places(form: BoardForm) -> None:
    """Fill the lists of places: whoever prescribes, and the stores that are no vans.

    Of the practices, which are many, only the one chosen: each is reached from its measure's plot.
    """
    for field in form.places:
        field.data = field.data or EVERY
        kind = PlaceKind(field.name)
        first = (EVERY, _ALL[kind])
        field.choices = [first, *((one.code, one.name) for one in _listed(kind, field.data))]


def _listed(kind: PlaceKind, chosen: str) -> list[Any]:
    if kind is PlaceKind.STORE:
        stores = select(Store).where(Store.kind != StoreKind.VAN).order_by(Store.name)
        return list(db.session.scalars(stores))
    # Also one that nobody prescribes for any more.
    wanted = Organisation.code == (chosen if is_code(chosen) else EVERY)
    if kind is PlaceKind.EMPLOYER:
        prescribers = Staff.role.in_((Role.PRESCRIBER, Role.AUTHORISER))
        wanted |= Organisation.id.in_(select(Staff.organisation_id).where(prescribers))
    return list(db.session.scalars(select(Organisation).where(wanted).order_by(Organisation.name)))


def chosen_place(form: BoardForm) -> Place | None:
    """The one place that a checked form narrows to, if any."""
    for field in form.places:
        if field.data:
            kind = PlaceKind(field.name)
            model: Any = Store if kind is PlaceKind.STORE else Organisation
            found = db.session.execute(
                select(model.id, model.name).where(model.code == field.data)
            ).one()
            return Place(kind, found.id, found.name)
    return None
