"""What the public asked by a label in the last days of the demonstration's year."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import select

from core.clock import moment
from core.db import db, transaction
from demo.setting import Setting
from equipment.models import Item, Product
from equipment.rules import Status
from loans.models import Loan
from loans.rules import BackReason
from logistics.requests.actions import finish, set_aside, take_up
from logistics.requests.models import Request
from logistics.requests.rules import RequestKind
from logistics.requests.sending import Said, send
from people.audit import acting
from people.rules import Role


@dataclass(frozen=True)
class Message:
    """One message: how many days before the year ends, and what became of it."""

    days: int
    hour: int
    kind: RequestKind
    said: Said
    product: str = ""  # how its name begins
    became: str = ""


_COLLECT, _FAULT, _FOUND = RequestKind.COLLECTION, RequestKind.FAULT, RequestKind.FOUND
MESSAGES = (
    Message(9, 15, _COLLECT, Said("Any morning is fine.", "Mrs Hollis", "01632 960112",
            BackReason.CARE_HOME), became="done"),
    Message(6, 11, _FAULT, Said("It has a funny colour.", "", ""), "Walking frame", "set aside"),
    Message(3, 20, _COLLECT, Said("My father died on Friday. It is all still in the front room. "
            "Could you ring before you come, my mother is on her own.", "Joan Tallow",
            "01632 960145", BackReason.DIED)),
    Message(3, 10, _FOUND, Said("It stands behind the bus shelter by the chemist's, folded.",
            "", "01632 960178"), "Walking frame"),
    Message(2, 9, _FAULT, Said("The head end goes up and does not come down again.",
            "Carer, mornings", "01632 960131"), "Profiling bed"),
    Message(2, 16, _COLLECT, Said("Łóżko nie jest już potrzebne. Proszę dzwonić po 16.",
            "Anna", "01632 960164", BackReason.NOT_NEEDED, "pl"), "Profiling bed"),
    Message(1, 8, _COLLECT, Said("", "", "", BackReason.NOT_NEEDED), became="taken up"),
    Message(1, 14, _FAULT, Said("One rubber foot is missing.", "", ""), "Walking frame"),
)  # fmt: skip


def let_the_public_ask(setting: Setting) -> None:
    """A handful of messages, so that the queue has something in it."""
    taken: set[int] = set()
    for number, message in enumerate(MESSAGES):
        at = moment(setting.ends - timedelta(days=message.days), message.hour)
        with transaction("demo: the public asks"):
            item = _lost(at) if message.kind is _FOUND else None
            item = item or _lent(message.product, at, taken)
            if item is None:
                continue  # a short year has lent too little
            taken.add(item.id)
            send(item, message.kind, message.said, origin=f"192.0.2.{number}", at=at)
            acting(None, at)
        _deal_with(setting, item, message, at + timedelta(hours=2))


def _lent(product: str, at: datetime, taken: set[int]) -> Item | None:
    """Something that was with somebody then, and still is."""
    lent = (
        select(Loan)
        .join(Loan.product)
        .where(Loan.ended_at.is_(None), Loan.asked_back_at.is_(None), Loan.began_at < at)
        .where(Product.name.startswith(product))
        .order_by(Loan.began_at.desc(), Loan.id)
    )
    found = (loan.item for loan in db.session.scalars(lent) if loan.item_id not in taken)
    return next(found, None)


def _lost(at: datetime) -> Item | None:
    lost = select(Item).where(Item.status == Status.LOST, Item.since < at)
    return db.session.scalars(lost.order_by(Item.id)).first()


def _deal_with(setting: Setting, item: Item, message: Message, at: datetime) -> None:
    if not message.became:
        return
    by = setting.staff[Role.WAREHOUSE if message.kind is _FAULT else Role.SCHEDULER][0]
    with transaction("demo: a request"):
        waits = select(Request).where(Request.item_id == item.id, Request.kind == message.kind)
        request = db.session.scalars(waits).one()
        take_up(request, by=by, at=at)
        if message.became == "done":
            finish(request, because="Rang: the home sends it with its own van.", by=by, at=at)
        elif message.became == "set aside":
            set_aside(request, because="Only the colour: nothing is wrong.", by=by, at=at)
        acting(by, at)
