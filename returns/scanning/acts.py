"""What each mode does to an item, and how what it did is taken back: one line a mode."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime

from core.errors import NotAllowed
from equipment.actions import move_item
from equipment.items.actions import act as do_to_item
from equipment.models import Item, Place
from equipment.rules import Event
from logistics.loading import load, unload
from logistics.picking import pick_item, put_back
from people.models import Staff
from returns import actions
from returns.counting.actions import count_scan
from returns.counting.queries import open_count_of
from returns.rules import lane_of, next_step, this
from returns.scanning.queries import place_before
from returns.scanning.rules import NEXT, Mode

# What it says where there is nothing more to do: counted before.
Does = Callable[[Item, Place | None, Staff, datetime], str | None]


@dataclass(frozen=True)
class Act:
    """What a mode does, in the past tense as a sentence says it, and its way back if it has one."""

    does: Does
    done: str
    undoes: Does | None = None
    undone: str = ""


def _receive(item: Item, _: Place | None, by: Staff, at: datetime) -> None:
    actions.take_in(item, by=by, at=at)


def _move(item: Item, place: Place | None, by: Staff, at: datetime) -> None:
    do_to_item(item, Event.MOVE, place=place, by=by, at=at)


def _move_back(item: Item, _: Place | None, by: Staff, at: datetime) -> None:
    before = place_before(item)
    if before is None:
        raise NotAllowed("Nobody knows where it stood before. Move it by scanning its place first.")
    move_item(item, Event.MOVE, by=by, at=at, place=before, because="taken back")


def _put_away(item: Item, place: Place | None, by: Staff, at: datetime) -> None:
    actions.put_away(item, place=place, by=by, at=at)


def _pick(item: Item, _: Place | None, by: Staff, at: datetime) -> None:
    pick_item(item, by=by, at=at)


def _put_back(item: Item, _: Place | None, by: Staff, at: datetime) -> None:
    put_back(item, by=by, at=at)


def _load(item: Item, place: Place | None, by: Staff, at: datetime) -> None:
    load(item, van=place, by=by, at=at)


def _unload(item: Item, _: Place | None, by: Staff, at: datetime) -> None:
    unload(item, by=by, at=at)


def _clean(item: Item, _: Place | None, by: Staff, at: datetime) -> None:
    usual = item.product.cleaning
    if usual is None:
        raise NotAllowed(
            f"{this(item.product.name)} has no usual way of being cleaned. "
            "Record how it was done at the bench."
        )
    actions.clean(item, method=usual, by=by, at=at)


def _test(item: Item, _: Place | None, by: Staff, at: datetime) -> None:
    actions.test(item, passed=True, note="", by=by, at=at)


def _count(item: Item, place: Place | None, by: Staff, at: datetime) -> str | None:
    """Count it in what is being counted at the place that is set."""
    count = open_count_of(place.store) if place is not None else None
    if count is None or count.place_id not in (None, place.id if place else None):
        where = place.name if place else "this place"
        raise NotAllowed(f"Nobody is counting {where} now. Begin a count under Counts first.")
    done = count_scan(count, item, by=by, at=at)
    if not done.again:
        return None
    return f"{item.product.name} had been counted by {done.by_name}. It counts once."


def _look_up(_item: Item, _place: Place | None, _by: Staff, _at: datetime) -> None:
    """Nothing."""


ACTS: dict[Mode, Act] = {
    Mode.RECEIVE: Act(_receive, "booked in"),
    Mode.MOVE: Act(_move, "moved", _move_back, "back where it stood"),
    Mode.PUT_AWAY: Act(_put_away, "put away"),
    Mode.PICK: Act(_pick, "picked", _put_back, "set aside on its shelf again"),
    Mode.LOAD: Act(_load, "loaded", _unload, "off the van again"),
    Mode.CLEAN: Act(_clean, "cleaned"),
    Mode.TEST: Act(_test, "tested and passed"),
    Mode.COUNT: Act(_count, "counted"),
    Mode.LOOK_UP: Act(_look_up, ""),
}


def what_next(item: Item) -> str:
    """What happens to an item next, in a sentence."""
    lane = lane_of(item.status, item.needs_repair)
    return next_step(lane) if lane is not None else NEXT[item.status]
