"""Many scans at once, as a device sends what it has kept: each is done once, in the order made.

Whatever order they arrive in, what cannot be done yet waits for the earlier scan it needs and is
tried again when that has been done. What stays undone is for a person to settle.
"""

import heapq
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from itertools import count
from uuid import UUID

from sqlalchemy import bindparam, update
from sqlalchemy.dialects.postgresql import insert as upsert
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm.exc import StaleDataError

from core.db import db
from core.errors import NotAllowed, Refused, TakenByAnother
from equipment.models import Item
from labels.queries import VoidedLabel
from people.models import Staff
from returns.scanning.actions import Asked, Done, Overtaken, Set, do
from returns.scanning.forms import Sent
from returns.scanning.models import Scan
from returns.scanning.queries import item_named, places_of_codes, scans_known, waiting_of
from returns.scanning.rules import OLDEST, REACHED, Mode, Outcome, is_at_once, tidy_scan

TOO_OLD = (
    "This was scanned more than 14 days ago, so nothing was done. Somebody at the depot is asked "
    "to look at it."
)
NO_PLACE = "We do not know this place. Set the place again, then scan once more."
KEPT = "It is kept until an earlier scan of it arrives; otherwise somebody at the depot decides."
NOT_YOURS = (
    "Somebody else made this scan on this device. It stays here until they sign in and send it."
)


@dataclass(frozen=True)
class Answer:
    """What came of one scan, as its device is told."""

    uid: UUID
    outcome: Outcome
    sentence: str
    item: str = ""
    product: str = ""
    next_step: str = ""

    def told(self) -> dict[str, str]:
        """The answer as it is sent."""
        return {
            "id": str(self.uid),
            "outcome": self.outcome.value,
            "sentence": self.sentence,
            "item": self.item,
            "product": self.product,
            "next": self.next_step,
            "sound": "good" if self.outcome is Outcome.DONE else "bad",
        }


@dataclass(frozen=True)
class Fate:
    """What came of a scan that was tried."""

    outcome: Outcome
    sentence: str
    item: Item | None = None
    done: Done | None = None
    to_settle: bool = False


@dataclass(frozen=True)
class Turn:
    """A scan whose turn it is: as it was asked, by whom, when, and its row's number."""

    number: int
    asked: Asked
    by: Staff
    at: datetime
    lost_place: bool = False


def take(sent: Sequence[Sent], *, by: Staff, at: datetime) -> list[Answer]:
    """Take in the scans of a device and answer each, in the order they were sent.

    Each id is done once: sent again, it gets the answer it has. Scans of somebody else are neither
    done nor kept. One that is refused undoes no other.
    """
    mine = [one for one in sent if one.by == by.code]
    fresh = _claim(mine, by, at)
    _work_off(fresh, by, at)
    db.session.flush()
    known = scans_known([one.uid for one in mine])
    return [_answer(one, known.get(one.uid)) for one in sent]


def _answer(sent: Sent, scan: Scan | None) -> Answer:
    if scan is None:
        return Answer(sent.uid, Outcome.NOT_YOURS, NOT_YOURS)
    item = scan.item
    return Answer(
        sent.uid,
        scan.outcome,
        scan.sentence,
        item.code if item is not None else "",
        item.product.name if item is not None else "",
        scan.next_step,
    )


_SCANS = Scan.__table__
# A scan that somebody else is just taking in is waited for here, and then it is known.
_CLAIM = upsert(_SCANS).on_conflict_do_nothing().returning(_SCANS.c.id, _SCANS.c.uid)  # type: ignore[arg-type]


def _claim(sent: Sequence[Sent], by: Staff, at: datetime) -> list[Turn]:
    """Note every scan that is new, so that nobody else does it, in the order they were made."""
    if not sent:
        return []
    places = places_of_codes({one.place for one in sent if one.place})
    rows = [
        {
            "uid": one.uid,
            "device": one.device,
            "at": min(one.at, at),
            "received_at": at,
            "mode": one.mode,
            "place_id": places[one.place].id if one.place in places else None,
            "scanned": tidy_scan(one.scanned),
            "by_id": by.id,
            "outcome": Outcome.WAITING,
        }
        for one in sorted(sent, key=lambda one: one.uid)
    ]
    claimed = {uid: number for number, uid in db.session.execute(_CLAIM, rows)}
    return [
        Turn(
            claimed[one.uid],
            Asked(one.uid, one.mode, places.get(one.place or ""), one.scanned, one.device),
            by,
            min(one.at, at),
            lost_place=bool(one.place) and one.place not in places,
        )
        for one in sent
        if one.uid in claimed
    ]


def _work_off(fresh: Iterable[Turn], by: Staff, at: datetime) -> None:
    """Try each scan in the order they were made, and what waited for it right after."""
    order = count()
    queue = [(turn.at, next(order), turn) for turn in fresh]
    heapq.heapify(queue)
    while queue:
        _, _, turn = heapq.heappop(queue)
        fate = _try(turn, at)
        write_fates({turn.number: fate})
        if fate.done is not None and fate.done.did and fate.item is not None:
            for later in _waiting_for(fate.item, turn):
                heapq.heappush(queue, (later.at, next(order), later))


def _waiting_for(item: Item, turn: Turn) -> Iterator[Turn]:
    """Scans of an item made after one that has just been done, which were waiting for it."""
    for scan in waiting_of([item.id]):
        if scan.at >= turn.at:
            yield turn_of(scan)


def turn_of(scan: Scan) -> Turn:
    """A kept scan that is tried once more."""
    asked = Asked(scan.uid, scan.mode, scan.place, scan.scanned, scan.device)
    return Turn(scan.id, asked, scan.by, scan.at)


def _try(turn: Turn, at: datetime) -> Fate:
    """Do one scan, or say why not; whatever it had begun is undone then."""
    queued = not is_at_once(turn.at, at)
    if at - turn.at > OLDEST:
        return Fate(Outcome.REFUSED, TOO_OLD, to_settle=True)
    if turn.lost_place:
        return Fate(Outcome.REFUSED, NO_PLACE, to_settle=queued)
    try:
        with db.session.begin_nested():
            done = do(turn.asked, by=turn.by, at=turn.at, received_at=at)
            db.session.flush()
    except (IntegrityError, StaleDataError):
        return _refused(turn, TakenByAnother(), queued)
    except Refused as why:
        return _refused(turn, why, queued)
    if isinstance(done, Set):
        return Fate(Outcome.DONE, done.sentence)
    return Fate(Outcome.DONE, done.sentence, done.item, done)


def _refused(turn: Turn, why: Refused, queued: bool) -> Fate:
    db.session.expire_all()  # what was changed past the flush is not so any more
    item = item_named(turn.asked.scanned)
    to_settle = queued and turn.asked.mode is not Mode.LOOK_UP
    if to_settle and item is not None and _may_come(turn.asked.mode, item, why):
        return Fate(Outcome.WAITING, f"{why.sentence} {KEPT}", item, to_settle=True)
    return Fate(Outcome.REFUSED, why.sentence, item, to_settle=to_settle)


def _may_come(mode: Mode, item: Item, why: Refused) -> bool:
    """Whether an earlier scan that has not arrived yet could make this one possible."""
    if not isinstance(why, NotAllowed) or isinstance(why, Overtaken | VoidedLabel):
        return False
    return item.status not in REACHED.get(mode, ())


COLUMNS = ("outcome", "sentence", "next_step", "item_id", "did", "undoes_id", "to_settle")
_FATE = (
    update(_SCANS)  # type: ignore[arg-type]
    .where(_SCANS.c.id == bindparam("number"))
    .values({name: bindparam(f"its_{name}") for name in COLUMNS})
)


def write_fates(fates: dict[int, Fate]) -> None:
    """Write down what came of scans."""
    if fates:
        db.session.execute(_FATE, [_written(number, fate) for number, fate in fates.items()])


def _written(number: int, fate: Fate) -> dict[str, object]:
    done = fate.done
    return {
        "number": number,
        "its_outcome": fate.outcome,
        "its_sentence": fate.sentence,
        "its_next_step": done.next_step if done is not None else "",
        "its_item_id": fate.item.id if fate.item is not None else None,
        "its_did": done is not None and done.did,
        "its_undoes_id": done.undoes.id if done is not None and done.undoes else None,
        "its_to_settle": fate.to_settle,
    }
