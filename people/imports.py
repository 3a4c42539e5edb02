"""Taking in registers: what is here already, by code, is brought up to date, never doubled."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date, datetime

from sqlalchemy import or_, select

from core.db import db
from core.errors import Invalid
from people.actions import add_organisation, join_practice, place_postcodes
from people.models import Organisation, PostcodeArea, Staff
from people.postcodes import read_postcode
from people.registers import Entered


@dataclass
class Taken:
    """What an import did, for the person who ran it."""

    added: int = 0
    changed: int = 0
    unchanged: int = 0
    left_out: list[str] = field(default_factory=list)


def take_organisations(entered: Iterable[Entered], *, by: Staff, at: datetime) -> Taken:
    """Enter the organisations of a register, and which body each practice belongs to."""
    taken, wanted = Taken(), list(entered)
    known = _known({one.code for one in wanted} | {one.body for one in wanted})
    for one in wanted:
        try:
            known[one.code] = _take(one, known.get(one.code), taken, by=by, at=at)
            _join(one, known, taken, by=by, at=at)
        except Invalid as why:
            taken.left_out.append(f"{one.code}: {why.sentence}")
    return taken


def _known(codes: set[str]) -> dict[str, Organisation]:
    """Those of these codes that are here, by code, in one query."""
    here = select(Organisation).where(
        or_(Organisation.ods_code.in_(codes), Organisation.gss_code.in_(codes))
    )
    return {row.official_code: row for row in db.session.scalars(here)}


def _take(
    one: Entered, here: Organisation | None, taken: Taken, *, by: Staff, at: datetime
) -> Organisation:
    if here is None:
        taken.added += 1
        return add_organisation(
            name=one.name,
            kind=one.kind,
            ods_code=one.ods_code,
            gss_code=one.gss_code,
            opened_on=one.opened_on,
            closed_on=one.closed_on,
            by=by,
            at=at,
        )
    if here.kind is not one.kind:
        raise Invalid(f"it is here as another kind ({here.kind}), so it was left as it is.")
    here.name, here.opened_on = one.name, one.opened_on
    here.closed_on = one.closed_on or here.closed_on
    changed = db.session.is_modified(here)
    taken.changed, taken.unchanged = taken.changed + changed, taken.unchanged + (not changed)
    return here


def _join(
    one: Entered, known: dict[str, Organisation], taken: Taken, *, by: Staff, at: datetime
) -> None:
    if one.kind is not one.kind.PRACTICE or not one.body:
        return
    body = known.get(one.body)
    if body is None:
        taken.left_out.append(f"{one.code}: belongs to {one.body}, which is not here yet.")
        return
    from_on: date = one.joined_on or one.opened_on
    join_practice(known[one.code], body, from_on=from_on, by=by, at=at)


def take_postcodes(postcodes: Iterable[tuple[str, list[str]]], *, by: Staff, at: datetime) -> Taken:
    """Place whole postcodes with the first of their codes that is a council here."""
    councils = {
        council.gss_code: council
        for council in db.session.scalars(
            select(Organisation).where(Organisation.kind == "council")
        )
    }
    here = db.session.execute(select(PostcodeArea.prefix, PostcodeArea.council_id))
    placed: dict[str, int] = {row.prefix: row.council_id for row in here}
    taken, areas = Taken(), {}
    for postcode, codes in postcodes:
        council = next((councils[code] for code in codes if code in councils), None)
        if council is None:
            taken.left_out.append(f"{postcode[:12]}: none of its codes is a council here.")
            continue
        try:
            whole = read_postcode(postcode)
        except Invalid:
            taken.left_out.append(f"{postcode[:12]}: this is no postcode.")
            continue
        before = placed.get(whole)
        if before == council.id:
            taken.unchanged += 1
            continue
        taken.added, taken.changed = taken.added + (not before), taken.changed + bool(before)
        areas[whole] = council
    place_postcodes(areas, by=by, at=at)
    return taken
