"""Scans that were made, what waits for a person to settle it, and what was typed in part."""

from collections.abc import Collection, Iterable, Sequence
from datetime import date, datetime, timedelta
from uuid import UUID

from sqlalchemy import Select, exists, func, select
from sqlalchemy.orm import aliased, contains_eager, joinedload

from core.clock import start_of
from core.codes import is_code
from core.db import db
from core.errors import NotFound, Refused
from equipment.models import Item, ItemMove, Place, Store
from equipment.rules import Side, StoreKind
from labels.queries import item_scanned
from people.models import Staff
from returns.scanning.models import Scan
from returns.scanning.rules import (
    MOST_GUESSED,
    PLACES,
    TAKEN_BACK_WITHIN,
    Mode,
    Outcome,
    may_be_an_ending,
)


def _whole(scans: Select[Scan]) -> Select[Scan]:
    return scans.options(
        joinedload(Scan.item).joinedload(Item.product), joinedload(Scan.by), joinedload(Scan.place)
    )


def my_scans(*, viewer: Staff, on: date, limit: int = 20) -> Sequence[Scan]:
    """What somebody scanned on a day, the latest first, with whether it was taken back."""
    of_day = (
        Scan.by_id == viewer.id,
        Scan.at >= start_of(on),
        Scan.at < start_of(on + timedelta(days=1)),
    )
    mine = _whole(select(Scan).where(*of_day))
    return db.session.scalars(mine.order_by(Scan.at.desc(), Scan.id.desc()).limit(limit)).all()


def taken_back(scans: Collection[Scan]) -> set[int]:
    """Which of these scans were taken back, by number."""
    asked = select(Scan.undoes_id).where(Scan.undoes_id.in_([one.id for one in scans]))
    return {number for number in db.session.scalars(asked) if number is not None}


def scan_of(uid: str, *, viewer: Staff) -> Scan | None:
    """Somebody's own scan by the id it was sent with; none where there is no such one."""
    try:
        asked = _whole(select(Scan)).where(Scan.uid == UUID(uid), Scan.by_id == viewer.id)
    except ValueError:
        return None
    return db.session.scalar(asked)


def last_done(item: Item, before: datetime) -> Scan | None:
    """The last scan that did something to an item, up to a moment."""
    done = select(Scan).where(
        Scan.item_id == item.id,
        Scan.did,
        Scan.at <= before,
    )
    return db.session.scalar(done.order_by(Scan.at.desc(), Scan.id.desc()).limit(1))


def moved_since(item: Item, at: datetime) -> Scan | None:
    """The scan that moved an item after a moment, where there is one."""
    later = select(Scan).where(
        Scan.item_id == item.id,
        Scan.did,
        Scan.mode == Mode.MOVE,
        Scan.at > at,
    )
    return db.session.scalar(later.order_by(Scan.at.desc()).limit(1))


def last_to_undo(*, viewer: Staff, at: datetime) -> Scan | None:
    """The last scan of somebody that did something and was not taken back."""
    later = aliased(Scan)
    mine = select(Scan).where(
        Scan.by_id == viewer.id,
        Scan.did,
        Scan.undoes_id.is_(None),
        Scan.at <= at,
        Scan.at >= at - TAKEN_BACK_WITHIN,
        ~exists().where(later.undoes_id == Scan.id),
    )
    return db.session.scalar(mine.order_by(Scan.at.desc(), Scan.id.desc()).limit(1))


def place_before(item: Item) -> Place | None:
    """Where an item stood before it was last put somewhere else."""
    stood = (
        select(Place)
        .join(ItemMove, ItemMove.place_id == Place.id)
        .where(ItemMove.item_id == item.id, Place.id != item.place_id)
        .order_by(ItemMove.id.desc())
        .limit(1)
    )
    return db.session.scalar(stood)


def waiting_of(items: Iterable[int]) -> list[Scan]:
    """Scans of these items that wait for an earlier one."""
    waiting = select(Scan).where(
        Scan.item_id.in_(list(items)), Scan.outcome == Outcome.WAITING, Scan.to_settle
    )
    return list(db.session.scalars(_whole(waiting).order_by(Scan.at, Scan.id)))


def to_settle() -> Select[Scan]:
    """Scans that a person has to look at, the oldest first: to be paged."""
    return _whole(select(Scan).where(Scan.to_settle)).order_by(Scan.at, Scan.id)


def count_to_settle() -> int:
    """How many scans a person has to look at."""
    return db.session.scalar(select(func.count()).select_from(Scan).where(Scan.to_settle)) or 0


def conflict(uid: str) -> Scan:
    """A scan that a person has to look at, locked. Raises NotFound where there is none any more."""
    try:
        asked = _whole(select(Scan)).where(Scan.uid == UUID(uid), Scan.to_settle)
    except ValueError:
        asked = None
    scan = None
    if asked is not None:
        scan = db.session.scalar(asked.with_for_update(of=Scan))
    if scan is None:
        raise NotFound("This scan has been settled, or there is none like it. Look at the list.")
    return scan


def place_of_code(code: str | None) -> Place | None:
    """The place with this code, with its store; none where there is no such one."""
    return places_of_codes({code}).get(code) if code else None


def places_of_codes(codes: Collection[str]) -> dict[str, Place]:
    """The places of these codes, by the code as it was given; unknown ones are left out."""
    asked = {code: code.strip().upper() for code in codes}
    found = db.session.scalars(
        select(Place)
        .where(Place.code.in_([code for code in asked.values() if is_code(code)]))
        .options(joinedload(Place.store))
    )
    by_code = {place.code: place for place in found}
    return {given: by_code[code] for given, code in asked.items() if code in by_code}


def item_named(scanned: str) -> Item | None:
    """The item that a label names, if it names one that may be believed."""
    try:
        return item_scanned(scanned)
    except Refused:
        return None


def places_for(mode: Mode) -> Sequence[Place]:
    """The places a mode may be given, the depot's first."""
    sides: Collection[Side] = PLACES.get(mode, frozenset())
    if not sides:
        return []
    places = select(Place).join(Place.store).options(contains_eager(Place.store))
    places = places.where(Place.side.in_(sides))
    if mode is Mode.LOAD:
        places = places.where(Store.kind == StoreKind.VAN)
    in_order = places.order_by(Store.kind != StoreKind.DEPOT, Store.name, Place.name)
    return db.session.scalars(in_order).all()


def items_ending_in(typed: str) -> Sequence[Item]:
    """A few items whose code ends in what was typed; none where that can be no ending."""
    if not may_be_an_ending(typed):
        return []
    backwards = "".join(typed.split()).replace("-", "").upper()[::-1]
    found = (
        select(Item)
        .where(func.reverse(Item.code).like(f"{backwards}%"))
        .options(joinedload(Item.product), joinedload(Item.place))
        .order_by(Item.code)
        .limit(MOST_GUESSED)
    )
    return db.session.scalars(found).all()
