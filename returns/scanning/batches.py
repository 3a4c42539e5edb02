"""Many scans at once, as a device sends what it has kept: each is done once, in the order made.

Whatever order they arrive in, what cannot be done yet waits for the earlier scan it needs and is
tried again when that has been done. What stays undone is for a person to settle.
"""

import heapq
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from itertools import count
from uuid import UUID

from sqlalchemy import text
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm.exc import StaleDataError

from core.db import MANY, db
from core.errors import NotAllowed, Refused, TakenByAnother
from equipment.models import Item
from labels.queries import VoidedLabel
from people import audit
from people.models import Staff
from returns.scanning.actions import Asked, Overtaken, do
from returns.scanning.fates import Fate, Turn, fate_of, write_fates
from returns.scanning.forms import Sent
from returns.scanning.models import Scan
from returns.scanning.queries import item_named, places_of_codes, waiting_of
from returns.scanning.rules import OLDEST, REACHED, Mode, Outcome, is_at_once, tidy_scan
from returns.scanning.together import receive_together

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
    outcome: str
    sentence: str
    item: str = ""
    product: str = ""
    next_step: str = ""

    def told(self) -> dict[str, str]:
        """The answer as it is sent."""
        return {
            "id": str(self.uid),
            "outcome": self.outcome,
            "sentence": self.sentence,
            "item": self.item,
            "product": self.product,
            "next": self.next_step,
            "sound": "good" if self.outcome == Outcome.DONE else "bad",
        }


def take(sent: Sequence[Sent], *, by: Staff, at: datetime) -> list[Answer]:
    """Take in the scans of a device and answer each, in the order they were sent.

    Each id is done once: sent again, it gets the answer it has. Scans of somebody else are neither
    done nor kept. One that is refused undoes no other.
    """
    mine = [one for one in sent if one.by == by.code]
    _work_off(_claim(mine, by, at), by, at)
    db.session.flush()
    known = {answer.uid: answer for answer in _known(mine, by)}
    return [known.get(one.uid) or Answer(one.uid, Outcome.NOT_YOURS, NOT_YOURS) for one in sent]


_KNOWN = text("""
select scan.uid, scan.outcome, scan.sentence, coalesce(item.code, ''), coalesce(product.name, ''),
  scan.next_step
from scan left join item on item.id = scan.item_id left join product on product.id = item.product_id
where scan.uid = any(:uids) and scan.by_id = :by_id
""")


def _known(sent: Sequence[Sent], by: Staff) -> list[Answer]:
    """What came of somebody's scans, whenever it did."""
    rows = db.session.execute(_KNOWN, {"uids": [one.uid for one in sent], "by_id": by.id})
    return [Answer(*row) for row in rows]


# A scan that somebody else is just taking in is waited for here, and then it is known. Always in
# the order of the ids, so that two who send the same scans do not wait for one another in a ring.
_CLAIM = text("""
insert into scan (uid, device, at, received_at, mode, place_id, scanned, by_id, outcome, sentence,
  next_step, did, to_settle)
select uid, :device, at, :received_at, mode, place_id, scanned, :by_id, 'waiting', '', '', false,
  false
from unnest(
  cast(:uids as uuid[]), cast(:ats as timestamptz[]), cast(:modes as text[]),
  cast(:places as bigint[]), cast(:texts as text[])
) as sent (uid, at, mode, place_id, scanned)
order by uid
on conflict (uid) do nothing
returning uid
""")


def _claim(sent: Sequence[Sent], by: Staff, at: datetime) -> list[Turn]:
    """Note every scan that is new, so that nobody else does it, in the order they were sent."""
    if not sent:
        return []
    places = places_of_codes({one.place for one in sent if one.place})
    given = {
        "uids": [one.uid for one in sent],
        "ats": [min(one.at, at) for one in sent],
        "modes": [one.mode.value for one in sent],
        "places": [places[one.place].id if one.place in places else None for one in sent],
        "texts": [tidy_scan(one.scanned) for one in sent],
    }
    said = {"device": sent[0].device, "received_at": at, "by_id": by.id}
    claimed = set(db.session.scalars(_CLAIM, {**said, **given}))
    audit.note("scan", MANY)
    return [
        Turn(
            Asked(one.uid, one.mode, places.get(one.place or ""), one.scanned, one.device),
            by,
            min(one.at, at),
            lost_place=bool(one.place) and one.place not in places,
        )
        for one in sent
        if one.uid in claimed
    ]


class Queue:
    """Scans in the order they were made."""

    def __init__(self, turns: Iterable[Turn]) -> None:
        self._order = count()
        self._turns = [(turn.at, next(self._order), turn) for turn in turns]
        heapq.heapify(self._turns)

    def __bool__(self) -> bool:
        return bool(self._turns)

    def take(self) -> Turn:
        """The scan whose turn it is."""
        return heapq.heappop(self._turns)[2]

    def put_after(self, done: Mapping[int, datetime]) -> None:
        """Let what waited for a scan of these items, done at these moments, have its turn again."""
        here = {turn.asked.uid for _, _, turn in self._turns}
        for scan in waiting_of(done) if done else ():
            if scan.uid not in here and scan.item_id and scan.at >= done[scan.item_id]:
                heapq.heappush(self._turns, (scan.at, next(self._order), _turn_of(scan)))


def _turn_of(scan: Scan) -> Turn:
    """A kept scan that is tried once more."""
    asked = Asked(scan.uid, scan.mode, scan.place, scan.scanned, scan.device)
    return Turn(asked, scan.by, scan.at)


def _work_off(fresh: Sequence[Turn], by: Staff, at: datetime) -> None:
    """Try each scan in the order they were made, and what waited for it right after."""
    together = receive_together(fresh, by=by, at=at)
    write_fates(together)
    queue = Queue(turn for turn in fresh if turn.asked.uid not in together)
    made = {turn.asked.uid: turn.at for turn in fresh}
    queue.put_after({fate.item_id: made[uid] for uid, fate in together.items() if fate.item_id})
    while queue:
        turn = queue.take()
        fate = _try(turn, at)
        write_fates({turn.asked.uid: fate})
        if fate.did and fate.item_id is not None:
            queue.put_after({fate.item_id: turn.at})


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
            return fate_of(done)
    except (IntegrityError, StaleDataError):
        return _refused(turn, TakenByAnother(), queued)
    except Refused as why:
        return _refused(turn, why, queued)


def _refused(turn: Turn, why: Refused, queued: bool) -> Fate:
    item = item_named(turn.asked.scanned)
    number = item.id if item is not None else None
    to_settle = queued and turn.asked.mode is not Mode.LOOK_UP
    if to_settle and item is not None and _may_come(turn.asked.mode, item, why):
        return Fate(Outcome.WAITING, f"{why.sentence} {KEPT}", number, to_settle=True)
    return Fate(Outcome.REFUSED, why.sentence, number, to_settle=to_settle)


def _may_come(mode: Mode, item: Item, why: Refused) -> bool:
    """Whether an earlier scan that has not arrived yet could make this one possible."""
    if not isinstance(why, NotAllowed) or isinstance(why, Overtaken | VoidedLabel):
        return False
    return item.status not in REACHED.get(mode, ())
