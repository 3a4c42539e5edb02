"""Scans whose turn it is, and what came of them, written down many at once."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from sqlalchemy import text

from core.db import MANY, db
from people import audit
from people.models import Staff
from returns.scanning.actions import Asked, Done, Set
from returns.scanning.rules import Outcome


@dataclass(frozen=True)
class Turn:
    """A scan whose turn it is: as it was asked, by whom and when."""

    asked: Asked
    by: Staff
    at: datetime
    lost_place: bool = False  # its place is none that we know


@dataclass(frozen=True)
class Fate:
    """What came of a scan that was tried."""

    outcome: Outcome
    sentence: str
    item_id: int | None = None
    next_step: str = ""
    did: bool = False
    undoes_id: int | None = None
    to_settle: bool = False


def fate_of(done: Done | Set) -> Fate:
    """What came of a scan that could be done."""
    if isinstance(done, Set) or done.item is None:
        return Fate(Outcome.DONE, done.sentence)
    return Fate(
        Outcome.DONE,
        done.sentence,
        done.item.id,
        done.next_step,
        done.did,
        done.undoes.id if done.undoes is not None else None,
    )


_WRITE = text("""
update scan set outcome = fate.outcome, sentence = fate.sentence, item_id = fate.item_id,
  next_step = fate.next_step, did = fate.did, undoes_id = fate.undoes_id,
  to_settle = fate.to_settle
from unnest(
  cast(:uids as uuid[]), cast(:outcomes as text[]), cast(:sentences as text[]),
  cast(:items as bigint[]), cast(:steps as text[]), cast(:dids as boolean[]),
  cast(:undone as bigint[]), cast(:settles as boolean[])
) as fate (uid, outcome, sentence, item_id, next_step, did, undoes_id, to_settle)
where scan.uid = fate.uid
""")


def write_fates(fates: Mapping[UUID, Fate]) -> None:
    """Write down what came of scans, by their ids."""
    if not fates:
        return
    given = {
        "uids": list(fates),
        "outcomes": [one.outcome.value for one in fates.values()],
        "sentences": [one.sentence for one in fates.values()],
        "items": [one.item_id for one in fates.values()],
        "steps": [one.next_step for one in fates.values()],
        "dids": [one.did for one in fates.values()],
        "undone": [one.undoes_id for one in fates.values()],
        "settles": [one.to_settle for one in fates.values()],
    }
    db.session.execute(_WRITE, given)
    audit.note("scan", MANY)
