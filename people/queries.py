"""Reads of organisations, who succeeds whom, what a viewer may see, staff and the audit trail."""

import json
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, NamedTuple, TypeVar

from sqlalchemy import ARRAY, Select, Text, and_, any_, bindparam, cast, func, or_, select
from sqlalchemy.dialects.postgresql import JSONPATH
from sqlalchemy.orm import joinedload

from core import kept
from core.clock import in_force
from core.codes import is_code
from core.db import db
from core.errors import NotFound
from people.models import (
    AuditRow,
    Organisation,
    PostcodeArea,
    PracticeMembership,
    Staff,
    Succession,
)
from people.postcodes import beginnings
from people.rules import Kind, May, Role
from people.successions import Successions

NO_ORGANISATION = "There is no organisation with this code. Look at the code again."
NOBODY = "There is no account with this code. Look at the code again."


@dataclass(frozen=True)
class Scope:
    """Whose clients, orders and money a viewer may see: everyone's, or these organisations'."""

    every: bool
    organisation_ids: frozenset[int]


T = TypeVar("T")
NOTHING = Scope(every=False, organisation_ids=frozenset())


def organisation_by_code(code: str) -> Organisation:
    """The organisation with our own code. Raises NotFound."""
    if not is_code(code):
        raise NotFound(NO_ORGANISATION)
    found = db.session.scalar(select(Organisation).where(Organisation.code == code))
    return _there(found, NO_ORGANISATION)


def organisation_by_official_code(code: str) -> Organisation:
    """The organisation others know by this ODS or GSS code. Raises NotFound."""
    tidy = code.strip().upper()
    if not tidy.isalnum():
        raise NotFound(NO_ORGANISATION)
    known = or_(Organisation.ods_code == tidy, Organisation.gss_code == tidy)
    return _there(db.session.scalar(select(Organisation).where(known)), NO_ORGANISATION)


def organisation_by_any_code(code: str) -> Organisation:
    """The organisation with this ODS or GSS code, or with this code of ours. Raises NotFound."""
    try:
        return organisation_by_official_code(code)
    except NotFound:
        return organisation_by_code(code.strip().upper())


def employers() -> list[Organisation]:
    """Organisations that staff are likely to work for, by name: all but GP practices."""
    asked = select(Organisation).where(Organisation.kind != Kind.PRACTICE)
    return list(db.session.scalars(asked.order_by(Organisation.name, Organisation.id).limit(500)))


def organisations(kind: Kind | None = None, *, open_on: date | None = None) -> list[Organisation]:
    """Organisations by name, of one kind or all, those open on a day or all."""
    return list(db.session.scalars(organisations_matching(kind=kind, open_on=open_on)))


def organisations_matching(
    *, kind: Kind | None = None, text: str = "", open_on: date | None = None
) -> Select[Organisation]:
    """The selection of organisations whose name or code has a text, by name, to be paged."""
    found = select(Organisation).order_by(Organisation.name, Organisation.id)
    if kind is not None:
        found = found.where(Organisation.kind == kind)
    if text:
        found = found.where(
            _has(text, Organisation.name, Organisation.ods_code, Organisation.gss_code)
        )
    if open_on is not None:
        closed = and_(Organisation.closed_on.is_not(None), Organisation.closed_on <= open_on)
        found = found.where(Organisation.opened_on <= open_on, ~closed)
    return found


def successions() -> Successions:
    """Every succession, read once and again when one is recorded."""
    return kept.standing("successions", _read_successions)


_SUCCESSIONS = select(
    Succession.predecessor_id, Succession.successor_id, Succession.on, Succession.weight
)


def _read_successions() -> Successions:
    return Successions(
        (who, by, on, weight) for who, by, on, weight in db.session.execute(_SUCCESSIONS)
    )


def successor_of(organisation_id: int, on: date) -> int:
    """The one body that stands where this one stood, on a day; itself where it has no successor.

    Where it has passed to several, and nothing says which, the last that was one.
    """
    return successions().successor(organisation_id, on)


def heirs_of(organisation_id: int, on: date) -> Mapping[int, int]:
    """Everybody who stands where this one stood, on a day, by weights; itself where nobody does."""
    return successions().heirs(organisation_id, on)


def lineage_of(organisation_id: int, on: date) -> frozenset[int]:
    """The body that stands where this one stood on a day, and everybody it has come from."""
    return successions().lineage(organisation_id, on)


def body_of_practice(practice_id: int | None, on: date) -> Organisation | None:
    """The NHS body a practice belongs to on a day, or whoever stands there since.

    Where that is several, the one among them that the practice joins next; where the register does
    not say so, the body they all came from.
    """
    if practice_id is None:
        return None
    held = [one for one in _memberships(practice_id) if one.holds(on)]
    body = held[0].body_id if held else None
    return (
        None if body is None else db.session.get(Organisation, _of_several(practice_id, body, on))
    )


def _of_several(practice_id: int, body_id: int, on: date) -> int:
    """Which of the bodies that one has become a practice is with, if its next membership says."""
    heirs = heirs_of(body_id, on)
    if len(heirs) == 1:
        return next(iter(heirs))
    joins = next((one for one in _memberships(practice_id) if one.from_on > on), None)
    if joins is None:
        return successor_of(body_id, on)
    said = [one for one in heirs if successor_of(one, joins.from_on) == joins.body_id]
    return said[0] if len(said) == 1 else successor_of(body_id, on)


class _Membership(NamedTuple):
    body_id: int
    from_on: date
    to_on: date | None

    def holds(self, on: date) -> bool:
        """Whether the practice is with the body on a day."""
        return in_force(self.from_on, self.to_on, on)


def _memberships(practice_id: int) -> Sequence[_Membership]:
    """Where a practice has been and will be, in order."""
    asked = {"practice_id": practice_id}
    return kept.standing(
        ("memberships", practice_id),
        lambda: [_Membership(*row) for row in db.session.execute(_MEMBERSHIPS, asked)],
    )


def body_standing(body_id: int | None, practice_id: int | None, on: date) -> int | None:
    """A body, or where it has passed to several, the one that a practice is with on a day."""
    if body_id is None or len(heirs_of(body_id, on)) == 1:
        return body_id
    return _among(body_id, body_of_practice(practice_id, on), on)


def council_standing(council_id: int | None, postcode: str, on: date) -> int | None:
    """A council, or where it has passed to several, the one whose area a postcode lies in."""
    if council_id is None or len(heirs_of(council_id, on)) == 1:
        return council_id
    return _among(council_id, council_of_postcode(postcode), on)


def _among(older_id: int, said: Organisation | None, on: date) -> int:
    """Who is said to stand in a body's place, if it is one of its heirs; else the body itself."""
    stands = None if said is None else successor_of(said.id, on)
    return stands if stands in heirs_of(older_id, on) else older_id  # type: ignore[return-value]


def council_of_postcode(postcode: str) -> Organisation | None:
    """The council a postcode lies in, by the longest beginning that is known; else none."""
    tried = beginnings(postcode)
    if not tried:
        return None
    asked, key = {"tried": tried}, ("council of postcode", *tried)
    council: int | None = kept.standing(key, lambda: db.session.scalar(_COUNCIL, asked))
    return None if council is None else db.session.get(Organisation, council)


def scope_of(viewer: Staff, on: date) -> Scope:
    """What a viewer may see on a day; closed where anything about them is not in order.

    Their employer's whole lineage, so that who worked for a merged body goes on seeing its clients.
    Nothing without an organisation, with a closed account, with an unknown role, or where the
    employer has closed and nobody stands in its place.
    """
    if not viewer.active or viewer.organisation_id is None or viewer.role not in set(Role):
        return NOTHING
    employer = db.session.get(Organisation, successor_of(viewer.organisation_id, on))
    if employer is None or (employer.closed_on is not None and employer.closed_on <= on):
        return NOTHING
    return Scope(viewer.may(May.SEE_EVERY_CLIENT), lineage_of(employer.id, on))


def account_of(email: str) -> Staff | None:
    """The account with an address, in whatever case it is typed.

    For signing in, when there is no viewer yet; pages ask `staff_by_code`.
    """
    tidy = email.strip()
    if not tidy.isprintable():
        return None
    # Lowered by the database on both sides: Python and it differ on some letters.
    return db.session.scalar(select(Staff).where(func.lower(Staff.email) == func.lower(tidy)))


def staff_by_code(code: str, *, viewer: Staff) -> Staff:
    """The account with a code, for those who keep accounts. Raises NotFound."""
    asked = staff_list(viewer, closed=True).where(Staff.code == (code if is_code(code) else None))
    found: Staff | None = db.session.scalar(asked)
    return _there(found, NOBODY)


def staff_list(
    viewer: Staff, *, text: str = "", role: Role | None = None, closed: bool = False
) -> Select[Staff]:
    """The selection of accounts a viewer may see, by name: all for who keeps them, else none."""
    found = select(Staff).options(joinedload(Staff.organisation)).order_by(Staff.name, Staff.id)
    if not viewer.may(May.KEEP_PEOPLE):
        return found.where(Staff.id.is_(None))
    if text:
        found = found.where(_has(text, Staff.name, Staff.email))
    if role is not None:
        found = found.where(Staff.role == role)
    return found if closed else found.where(Staff.active)


def audit_rows(
    viewer: Staff,
    *,
    by: Staff | None = None,
    act: str = "",
    code: str = "",
    from_at: datetime | None = None,
    until: datetime | None = None,
) -> Select[AuditRow]:
    """The selection of the trail, the latest first, for who may see it; else of nothing."""
    found = select(AuditRow).options(joinedload(AuditRow.by)).order_by(AuditRow.id.desc())
    if not viewer.may(May.SEE_AUDIT):
        return found.where(AuditRow.id.is_(None))
    if by is not None:
        found = found.where(AuditRow.by_id == by.id)
    if act:
        found = found.where(AuditRow.act.startswith(act, autoescape=True))
    if code:
        found = found.where(_names(code))
    if from_at is not None:
        found = found.where(AuditRow.at >= from_at)
    return found if until is None else found.where(AuditRow.at < until)


def _names(code: str) -> Any:
    """Whether a row of the trail names a code under any table (answered from its index)."""
    path = f"$.*[*] ? (@ == {json.dumps(code)})"
    return AuditRow.changes.path_exists(cast(path, JSONPATH))


def _has(text: str, *columns: Any) -> Any:
    """Whether any column holds a text, in whatever case; % and _ mean themselves."""
    legible = "".join(sign for sign in text if sign.isprintable())
    return or_(*(column.icontains(legible, autoescape=True) for column in columns))


def organisations_by_number(numbers: Collection[int]) -> dict[int, Organisation]:
    """Organisations by their numbers, in the order of their names."""
    asked = select(Organisation).where(Organisation.id.in_(numbers))
    ordered = asked.order_by(Organisation.name, Organisation.id)
    return {one.id: one for one in db.session.scalars(ordered)}


def during(table: Any, on: date | Any) -> Any:
    """The condition that a dated row of a table holds on a day."""
    return and_(table.from_on <= on, or_(table.to_on.is_(None), table.to_on > on))


# Asked with every order and every client, so they are put together once.
_QUIETLY = {"autoflush": False}
_MEMBERSHIPS = (
    select(PracticeMembership.body_id, PracticeMembership.from_on, PracticeMembership.to_on)
    .where(PracticeMembership.practice_id == bindparam("practice_id"))
    .order_by(PracticeMembership.from_on)
    .execution_options(**_QUIETLY)
)
_COUNCIL = (
    select(PostcodeArea.council_id)
    .where(PostcodeArea.prefix == any_(bindparam("tried", type_=ARRAY(Text))))
    .order_by(func.length(PostcodeArea.prefix).desc())
    .limit(1)
    .execution_options(**_QUIETLY)
)


def _there(found: T | None, sentence: str) -> T:
    if found is None:
        raise NotFound(sentence)
    return found


kept.stamped(Succession, PracticeMembership, PostcodeArea)
