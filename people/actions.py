"""What is done with organisations: adding them, who succeeds whom, practices and postcodes."""

import re
from collections.abc import Mapping, Sequence
from datetime import date, datetime

from sqlalchemy import select, text
from sqlalchemy.dialects.postgresql import insert as upsert

from core import kept
from core.db import add, db
from core.errors import Invalid, NotAllowed
from people import audit
from people.accounts import (
    add_staff,
    change_own_password,
    change_staff,
    close_account,
    end_sessions,
    reopen_account,
    set_password,
    sign_in,
)
from people.models import (
    Organisation,
    PostcodeArea,
    PracticeMembership,
    Staff,
    Succession,
)
from people.postcodes import read_beginning
from people.queries import successions
from people.rules import HEAVIEST, Kind, may_follow, tidy_name

__all__ = [
    "add_organisation",
    "add_staff",
    "change_own_password",
    "change_staff",
    "close_account",
    "end_sessions",
    "join_practice",
    "pass_on",
    "place_postcodes",
    "reopen_account",
    "set_password",
    "sign_in",
    "succeed",
]

_ODS = re.compile(r"[A-Z0-9]{3,10}")
_GSS = re.compile(r"[EWSN]\d{8}")


def add_organisation(
    *,
    name: str,
    kind: Kind,
    ods_code: str | None = None,
    gss_code: str | None = None,
    opened_on: date,
    closed_on: date | None = None,
    by: Staff | None,
    at: datetime,
) -> Organisation:
    """Enter an organisation; its official code, not its name, says which one it is."""
    if closed_on is not None and closed_on <= opened_on:
        raise Invalid("It cannot close before it opens. Look at the two days.", field="closed_on")
    return add(
        Organisation(
            name=tidy_name(name),
            kind=kind,
            ods_code=_new_code_of("ods_code", ods_code),
            gss_code=_new_code_of("gss_code", gss_code),
            opened_on=opened_on,
            closed_on=closed_on,
        )
    )


def succeed(
    predecessor: Organisation, successor: Organisation, *, on: date, by: Staff | None, at: datetime
) -> Succession:
    """Let one organisation stand where another stood, from a day on; the older one closes then."""
    return pass_on(predecessor, [(successor, 1)], on=on, by=by, at=at)[0]


def pass_on(
    predecessor: Organisation,
    heirs: Sequence[tuple[Organisation, int]],
    *,
    on: date,
    by: Staff | None,
    at: datetime,
) -> list[Succession]:
    """Let several organisations stand where one stood, from a day on, by weights; it closes then.

    All of them at once: whoever is left out here takes on nothing.
    """
    # Two successions recorded at once could close a ring that neither sees.
    db.session.execute(text("lock table succession in share row exclusive mode"))
    _check_heirs(predecessor, heirs)
    for successor, _ in heirs:
        _check_succession(predecessor, successor, on)
    if on <= predecessor.opened_on:
        older = predecessor.official_code
        raise Invalid(f"{older} had not opened by then. Choose a later day.", field="on")
    if predecessor.closed_on is None or predecessor.closed_on > on:
        predecessor.closed_on = on
    rows = [
        Succession(predecessor=predecessor, successor=successor, on=on, weight=weight)
        for successor, weight in heirs
    ]
    db.session.add_all(rows)
    db.session.flush()
    return rows


def _check_heirs(predecessor: Organisation, heirs: Sequence[tuple[Organisation, int]]) -> None:
    taken = select(Succession.successor_id).where(Succession.predecessor_id == predecessor.id)
    if db.session.scalar(taken) is not None:
        raise NotAllowed(f"{predecessor.official_code} already has a successor.")
    if not heirs:
        raise Invalid("Say who takes its place.", field="successors")
    if len({successor.id for successor, _ in heirs}) < len(heirs):
        raise Invalid("The same successor stands here twice. Name each once.", field="successors")
    for successor, weight in heirs:
        if not 0 < weight <= HEAVIEST:
            raise Invalid(
                f"{successor.official_code} takes on a whole number from 1 to {HEAVIEST:,}.",
                field="successors",
            )


def _check_succession(predecessor: Organisation, successor: Organisation, on: date) -> None:
    older, newer = predecessor.official_code, successor.official_code
    if predecessor.id == successor.id:
        raise Invalid("An organisation cannot succeed itself. Choose another.", field="successors")
    if not may_follow(predecessor.kind, successor.kind):
        raise Invalid(
            f"{newer} is another kind of organisation than {older}, so it cannot stand in its "
            "place. Choose one of the same kind.",
            field="successors",
        )
    if successions().follows(predecessor.id, successor.id):
        raise Invalid(
            f"{older} comes after {newer}, so it cannot come before it.", field="successors"
        )
    if on < successor.opened_on:
        raise Invalid(f"{newer} had not opened by then. Choose a later day.", field="on")


def join_practice(
    practice: Organisation,
    body: Organisation,
    *,
    from_on: date,
    by: Staff | None,
    at: datetime,
) -> PracticeMembership:
    """Let a practice belong to an NHS body from a day on; the membership before ends that day."""
    if practice.kind is not Kind.PRACTICE:
        raise Invalid(f"{practice.official_code} is not a GP practice.", field="practice")
    if body.kind in (Kind.PRACTICE, Kind.COUNCIL):
        raise Invalid(
            f"{body.official_code} is no NHS body a practice can belong to. Choose an ICB or CCG.",
            field="body",
        )
    memberships = _memberships(practice)
    current = next((m for m in memberships if m.from_on <= from_on and _lasts(m, from_on)), None)
    if current is not None and current.body_id == body.id:
        return current
    if current is not None and current.from_on == from_on:
        current.body = body
        db.session.flush()
        return current
    later = min((m.from_on for m in memberships if m.from_on > from_on), default=None)
    if current is not None:
        current.to_on = from_on
        db.session.flush()
    return add(PracticeMembership(practice=practice, body=body, from_on=from_on, to_on=later))


def _memberships(practice: Organisation) -> list[PracticeMembership]:
    asked = select(PracticeMembership).where(PracticeMembership.practice_id == practice.id)
    return list(db.session.scalars(asked.with_for_update()))


def _lasts(membership: PracticeMembership, on: date) -> bool:
    return membership.to_on is None or membership.to_on > on


def place_postcodes(areas: Mapping[str, Organisation], *, by: Staff | None, at: datetime) -> int:
    """Say which councils postcodes lie in: whole ones, sectors (NG1 1) or outward codes (NG1).

    What was said before of the same beginning is replaced. Returns how many were placed.
    """
    councils = {council.id: council for council in areas.values()}
    for council in councils.values():
        if council.kind is not Kind.COUNCIL:
            raise Invalid(f"{council.official_code} is not a council.", field="council")
    rows = [{"prefix": read_beginning(b), "council_id": c.id} for b, c in areas.items()]
    rows = list({row["prefix"]: row for row in rows}.values())
    placing = upsert(PostcodeArea)
    placing = placing.on_conflict_do_update(
        index_elements=["prefix"], set_={"council_id": placing.excluded.council_id}
    )
    if rows:
        # Tens of thousands at a time: one prepared statement, no objects.
        db.session.connection().execute(placing, rows)
        kept.forget()
        audit.note("postcode_area", f"+{len(rows)}")
    return len(rows)


def _new_code_of(field: str, code: str | None) -> str | None:
    """An official code, tidied and not yet anybody's. Raises Invalid."""
    tidy = (code or "").strip().upper()
    if not tidy:
        return None
    pattern, like = (_ODS, "52R") if field == "ods_code" else (_GSS, "E10000024")
    if pattern.fullmatch(tidy) is None:
        raise Invalid(f"That is not such a code. Write it like {like}.", field=field)
    column = getattr(Organisation, field)
    other = db.session.scalar(select(Organisation).where(column == tidy))
    if other is not None:
        raise Invalid(f"{tidy} is already here: {other.name}.", field=field)
    return tidy
