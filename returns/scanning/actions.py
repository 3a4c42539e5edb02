"""Doing what a scan asks for: at once on the page, or later and in whatever order it arrives."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from core.db import db, put
from core.errors import Forbidden, Invalid, NotAllowed
from core.status import words
from equipment.models import Item, Place, Store
from equipment.queries import place_for
from equipment.rules import Side, StoreKind
from labels.queries import item_scanned, thing_scanned
from labels.rules import Command
from people.models import Staff
from returns.rules import when
from returns.scanning.acts import ACTS, what_next
from returns.scanning.models import Scan
from returns.scanning.queries import last_done, last_to_undo, moved_since
from returns.scanning.rules import (
    DOUBLE_READ,
    FINAL,
    LEFT,
    MUST_HAVE_PLACE,
    NEEDED,
    PLACES,
    TAKEN_BACK_WITHIN,
    Mode,
    Outcome,
    is_at_once,
    tidy_scan,
)


@dataclass(frozen=True)
class Asked:
    """One scan as it was made: what is to be done, and to what."""

    uid: UUID
    mode: Mode
    place: Place | None
    scanned: str
    device: UUID | None = None


@dataclass(frozen=True)
class Done:
    """What a scan did, in a sentence, and which earlier one it took back."""

    item: Item | None
    sentence: str
    undoes: Scan | None = None
    did: bool = True  # whether anything was changed
    blind: bool = False  # counted: nothing is said of what the books have it for

    @property
    def next_step(self) -> str:
        """What happens to the item next, in a sentence."""
        if self.blind:
            return "Leave it where it stands."
        return what_next(self.item) if self.item is not None else ""


@dataclass(frozen=True)
class Set:
    """What a scan set for those that follow: a mode or a place; neither where a stack is done."""

    mode: Mode | None = None
    place: Place | None = None

    @property
    def sentence(self) -> str:
        """What is set now."""
        if self.mode is not None:
            return f"Now: {self.mode.spoken.lower()}."
        if self.place is not None:
            return f"Now at: {self.place.name}, {self.place.store.name}."
        return "This stack is done."


def scan(asked: Asked, *, by: Staff, at: datetime) -> Scan | Set:
    """Do what one scan asks for, and keep it. Raises Refused where it cannot be done."""
    done = do(asked, by=by, at=at)
    return done if isinstance(done, Set) else put(_kept(asked, done, by=by, at=at))


def undo(uid: UUID, mode: Mode, *, by: Staff, at: datetime) -> Scan:
    """Take back the last scan of this person. Raises Refused where that is not possible."""
    asked = Asked(uid, mode, None, "undo")
    return put(_kept(asked, take_back_last(by=by, at=at), by=by, at=at))


def do_now(scan: Scan, *, by: Staff, at: datetime) -> Scan:
    """Do a scan that was not possible when it came, on a person's word. Raises Refused."""
    asked = Asked(scan.uid, scan.mode, scan.place, scan.scanned, scan.device)
    item = item_scanned(scan.scanned, locked=True)
    done = do_to(item, asked, by=by, at=at, received_at=at)
    scan.outcome, scan.did, scan.to_settle = Outcome.DONE, done.did, False
    scan.item_id, scan.undoes_id = item.id, done.undoes.id if done.undoes else None
    scan.sentence, scan.next_step = done.sentence, done.next_step
    _settle(scan, "Done now", by, at)
    return scan


def set_aside(scan: Scan, because: str, *, by: Staff, at: datetime) -> Scan:
    """Let a scan stay undone for good, and say why."""
    if not because.strip():
        raise Invalid("Write why it is not done.", field="because")
    scan.outcome, scan.to_settle = Outcome.REFUSED, False
    _settle(scan, because.strip(), by, at)
    return scan


def _settle(scan: Scan, because: str, by: Staff, at: datetime) -> None:
    scan.settled_at, scan.settled_by_id, scan.settled_because = at, by.id, because
    db.session.flush()


def _kept(asked: Asked, done: Done, *, by: Staff, at: datetime) -> Scan:
    return Scan(
        uid=asked.uid,
        device=asked.device,
        at=at,
        received_at=at,
        mode=asked.mode if done.undoes is None else done.undoes.mode,
        place_id=None if asked.place is None else asked.place.id,
        scanned=tidy_scan(asked.scanned),
        by_id=by.id,
        outcome=Outcome.DONE,
        sentence=done.sentence,
        next_step=done.next_step,
        item_id=done.item.id if done.item else None,
        did=done.did,
        undoes_id=None if done.undoes is None else done.undoes.id,
    )


def do(asked: Asked, *, by: Staff, at: datetime, received_at: datetime | None = None) -> Done | Set:
    """Do what a scan asks for: the one way, whichever door it came by. Raises Refused.

    `at` is when it was scanned, `received_at` when it came to us, where that was later.
    """
    match thing_scanned(asked.scanned, locked=asked.mode is not Mode.LOOK_UP):
        case Item() as item:
            return do_to(item, asked, by=by, at=at, received_at=received_at or at)
        case Command.UNDO:
            return take_back_last(by=by, at=at)
        case Command.DONE:
            return Set()
        case Command() as command:
            check_right(Mode(command.value), by=by, at=at)
            return Set(mode=Mode(command.value))
        case thing:
            place = _place_in(thing, asked.mode) if isinstance(thing, Store) else thing
            return _set_place(asked.mode, place, by=by, at=at)


def do_to(item: Item, asked: Asked, *, by: Staff, at: datetime, received_at: datetime) -> Done:
    """Do to an item what a scan of it asks for. Raises Refused."""
    check_right(asked.mode, by=by, at=at)
    check_place(asked.mode, asked.place, by=by, at=at)
    if (again := _again(asked, item, by, at)) is not None:
        return again
    overtaken = None if is_at_once(at, received_at) else _overtaken(asked, item, at, received_at)
    if overtaken is not None:
        return overtaken
    act = ACTS[asked.mode]
    said = act.does(item, asked.place, by, at)
    if said is not None:
        return Done(item, said, did=False, blind=True)
    if asked.mode is Mode.LOOK_UP:
        return Done(item, _what_it_is(item), did=False)
    where = f" to {asked.place.name}" if asked.mode is Mode.MOVE and asked.place else ""
    blind = asked.mode is Mode.COUNT
    return Done(item, f"{item.product.name} {act.done}{where}.", blind=blind)


def _place_in(store: Store, mode: Mode) -> Place:
    """The place of a store that a mode puts things in: where both sides will do, the clean one."""
    return place_for(store, min(PLACES.get(mode, frozenset({Side.CLEAN}))))


def _set_place(mode: Mode, place: Place, *, by: Staff, at: datetime) -> Set:
    if mode not in PLACES:
        raise Invalid(
            f"That is the label of a place. “{mode.spoken}” needs none: choose “Move” or "
            "“Put away” first.",
            field="scanned",
        )
    check_place(mode, place, by=by, at=at)
    return Set(place=place)


def check_right(mode: Mode, *, by: Staff, at: datetime) -> None:
    """Refuse whoever may not scan in this mode, and a mode that is not open yet."""
    if not any(by.may(one) for one in NEEDED[mode]):
        raise Forbidden(f"Your role does not include “{mode.spoken}”. Ask an administrator.")
    if mode not in ACTS:
        raise NotAllowed(f"“{mode.spoken}” is not open yet. Choose another.", field="mode")


def check_place(mode: Mode, place: Place | None, *, by: Staff, at: datetime) -> None:
    """Refuse a mode without the place it needs, and a place of the wrong side."""
    sides = PLACES.get(mode, frozenset())
    if place is None:
        if mode in MUST_HAVE_PLACE:
            raise Invalid("Set the place first: scan its label or choose it.", field="place")
    elif sides and place.side not in sides:
        raise Invalid(
            f"{place.name} is on the {place.side} side. Choose a {min(sides)} place.", field="place"
        )
    elif mode is Mode.LOAD and place.store.kind is not StoreKind.VAN:
        raise Invalid(f"{place.store.name} is no van. Choose a van, or none.", field="place")


def _again(asked: Asked, item: Item, by: Staff, at: datetime) -> Done | None:
    """Take back what this person's own last scan of the item did, where this asks for it again."""
    if not _stands_as_left(asked.mode, item, asked.place):
        return None
    last = last_done(item, at)
    mine = last is not None and last.by_id == by.id and last.mode is asked.mode
    if last is None or not mine or last.undoes_id is not None or at - last.at > TAKEN_BACK_WITHIN:
        return None
    if at - last.at <= DOUBLE_READ:
        return Done(item, f"{item.product.name} {ACTS[asked.mode].done}.", did=False)
    return _take_back(last, item, by, at)


def _stands_as_left(mode: Mode, item: Item, place: Place | None) -> bool:
    """Whether an item stands where a scan in this mode has left it."""
    if mode is Mode.MOVE:
        return place is None or item.place_id == place.id
    return item.status in LEFT.get(mode, ())


def take_back_last(*, by: Staff, at: datetime) -> Done:
    """Take back the last scan of this person that did something. Raises NotAllowed."""
    last = last_to_undo(viewer=by, at=at)
    if last is None or last.item is None:
        raise NotAllowed("You have scanned nothing that could be taken back.")
    item = item_scanned(last.item.code, locked=True)
    if ACTS[last.mode].undoes is None:
        raise NotAllowed(f"{item.product.name}, {item.code}: {FINAL[last.mode]}")
    newest = last_done(item, at)
    if not _stands_as_left(last.mode, item, last.place) or newest is None or newest.id != last.id:
        raise NotAllowed(
            f"{item.code} ({item.product.name}) has been handled since: it is {words(item.status)}."
        )
    return _take_back(last, item, by, at)


def _take_back(last: Scan, item: Item, by: Staff, at: datetime) -> Done:
    act = ACTS[last.mode]
    if act.undoes is None:
        raise NotAllowed(FINAL[last.mode])
    check_right(last.mode, by=by, at=at)
    act.undoes(item, None, by, at)
    return Done(item, f"Taken back: {item.product.name} is {act.undone}.", undoes=last)


def _overtaken(asked: Asked, item: Item, at: datetime, now: datetime) -> Done | None:
    """What became of an item after a scan that comes late: nothing is done to it then.

    Raises NotAllowed where a person has to look at it.
    """
    if asked.mode in (Mode.LOOK_UP, Mode.COUNT):  # seen is seen, whatever became of it since
        return None
    if asked.mode is Mode.MOVE and (later := moved_since(item, at)) is not None:
        where = f" to {later.place.name}" if later.place else ""
        return Done(
            item, f"{item.product.name} has been moved again since{where}. It stays.", did=False
        )
    if at < item.since:
        raise Overtaken(
            f"{item.code} ({item.product.name}) became {words(item.status)} "
            f"{when(item.since, now)}, after this scan was made."
        )
    return None


class Overtaken(NotAllowed):
    """Something happened to the item after the scan and before it arrived (409)."""


def _what_it_is(item: Item) -> str:
    where = f", {item.place.name} at {item.place.store.name}" if item.place else ""
    return f"{item.product.name}: {words(item.status)}{where}."
