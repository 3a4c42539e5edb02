"""What the public sends: kept once, however often it is sent, and never too much of it."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import ColumnElement, delete, func, select

from core.db import add, db, one_at_a_time
from core.errors import Refused
from equipment.models import Item
from loans.rules import BackReason
from logistics.requests.models import Request, RequestSent
from logistics.requests.rules import (
    DAY,
    MOST_OF_AN_ITEM,
    MOST_OF_AN_ORIGIN,
    WAITING,
    WINDOW,
    RequestKind,
    added,
)


class TooManyRequests(Refused):
    """Too much came from one place, or about one item (429)."""

    status = 429


@dataclass(frozen=True)
class Said:
    """What somebody wrote on a public page, and how to reach them if they said so."""

    words: str = ""
    name: str = ""
    telephone: str = ""
    reason: BackReason | None = None
    language: str = "en"


def send(item: Item, kind: RequestKind, said: Said, *, origin: str, at: datetime) -> None:
    """Put what somebody asks into its queue; asked again while it waits, it is one request.

    Tells nothing back: the sender must not learn whether anybody has asked before, or anything of
    the item. Raises TooManyRequests, and then keeps nothing, so that no flood fills the database.
    """
    one_at_a_time(origin, f"request of {item.code}")
    if (
        _sent(RequestSent.origin == origin, at - WINDOW) >= MOST_OF_AN_ORIGIN
        or _sent(RequestSent.item_id == item.id, at - DAY) >= MOST_OF_AN_ITEM
    ):
        raise TooManyRequests("We have had many messages just now. Please ring us.")
    db.session.add(RequestSent(origin=origin, item_id=item.id, at=at))
    waiting = select(Request).where(
        Request.item_id == item.id, Request.kind == kind, Request.status.in_(WAITING)
    )
    before = db.session.scalar(waiting.with_for_update(of=Request))
    if before is not None:
        _again(before, said, at)
        return
    facts = {"reason": said.reason, "words": said.words, "name": said.name}
    add(
        Request(
            kind=kind, item=item, asked_at=at, last_at=at, telephone=said.telephone,
            language=said.language, **facts,
        )
    )  # fmt: skip


def _sent(condition: ColumnElement[bool], since: datetime) -> int:
    counted = select(func.count()).select_from(RequestSent)
    return db.session.scalar(counted.where(condition, RequestSent.at > since)) or 0


def _again(request: Request, said: Said, at: datetime) -> None:
    """What was left open before is filled in; nothing that was said is written over."""
    request.times, request.last_at = request.times + 1, at
    request.words = added(request.words, said.words)
    request.name = request.name or said.name
    request.telephone = request.telephone or said.telephone
    request.reason = request.reason or said.reason
    db.session.flush()


def forget(*, at: datetime, kept_for: timedelta) -> tuple[int, int]:
    """Blank who asked, and what they wrote, once a request has been over for so long.

    Also forgets from where things were sent, after a day. Says how many of each.
    """
    over = select(Request).where(Request.over_at < at - kept_for, Request.blanked_at.is_(None))
    requests = db.session.scalars(over.with_for_update(of=Request)).all()
    for request in requests:
        request.words = request.name = request.telephone = ""
        request.blanked_at = at
    sent = delete(RequestSent).where(RequestSent.at < at - DAY).returning(RequestSent.id)
    gone = len(db.session.execute(sent).all())
    db.session.flush()
    return len(requests), gone
