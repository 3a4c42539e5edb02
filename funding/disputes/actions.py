"""What partners and keepers of the agreement do about a line: dispute, answer, settle."""

from collections.abc import Mapping
from datetime import datetime

from sqlalchemy import select

from core.clock import london_day
from core.db import add, db
from core.errors import NotAllowed
from core.status import move
from funding.disputes.models import Dispute
from funding.disputes.queries import own_line_of, standing_dispute
from funding.disputes.rules import OPEN, DisputeEvent, DisputeStatus
from funding.ledger import reverse
from funding.models import Entry
from funding.parking.actions import charge_anew
from funding.parking.rules import check_shares
from funding.queries import book_of
from funding.rules import EntryKind
from people.models import Organisation, Staff


def raise_dispute(entry: Entry, *, because: str, by: Staff, at: datetime) -> Dispute:
    """Dispute the part of an entry on the account of one's own organisation, with the reason.

    Raises NotFound where the entry lies on no account of theirs, and NotAllowed where the line is
    disputed already or the entry has been taken back.
    """
    organisation = own_line_of(entry, viewer=by, on=london_day(at))
    _refuse_twice(entry, organisation)
    taken_back = _reversal_of(entry)
    if taken_back is not None:
        raise NotAllowed(
            f"Entry {entry.id} has been taken back by entry {taken_back.id}, "
            "so there is nothing left of it to dispute."
        )
    return add(
        Dispute(
            entry=entry,
            organisation=organisation,
            status=DisputeStatus.RAISED,
            because=because,
            raised_at=at,
            raised_by=by,
        )
    )


def _refuse_twice(entry: Entry, organisation: Organisation) -> None:
    there = standing_dispute(entry, organisation)
    if there is not None:
        still = "is still open" if there.status in OPEN else f"has been {there.status.value}"
        raise NotAllowed(
            f"This line has been disputed already: dispute {there.code} {still}. Open it instead."
        )


def answer(dispute: Dispute, *, because: str, by: Staff, at: datetime) -> Dispute:
    """Tell the partner why it was charged."""
    return _say(dispute, DisputeEvent.ANSWER, because, by, at)


def reply(dispute: Dispute, *, because: str, by: Staff, at: datetime) -> Dispute:
    """Say why the answer does not do: the dispute waits for another."""
    own_line_of(dispute.entry, viewer=by, on=london_day(at))
    return _say(dispute, DisputeEvent.REPLY, because, by, at)


def accept(dispute: Dispute, *, because: str, by: Staff, at: datetime) -> Dispute:
    """Take the answer: the charge stands and the dispute ends."""
    own_line_of(dispute.entry, viewer=by, on=london_day(at))
    return _say(dispute, DisputeEvent.ACCEPT, because, by, at)


def withdraw(dispute: Dispute, *, because: str, by: Staff, at: datetime) -> Dispute:
    """Take the dispute back: the line may be disputed again."""
    own_line_of(dispute.entry, viewer=by, on=london_day(at))
    return _say(dispute, DisputeEvent.WITHDRAW, because, by, at)


def settle(
    dispute: Dispute, *, because: str, laid_on: Mapping[int, int], by: Staff, at: datetime
) -> Dispute:
    """Take the disputed entry back, and lay its whole amount anew where `laid_on` names anybody.

    `laid_on` maps organisations' numbers to weights. An entry that has been taken back since is not
    taken back again. Raises NotAllowed where the dispute has ended.
    """
    dispute.MOVES.after(dispute.status, DisputeEvent.SETTLE)
    entry = dispute.entry
    if laid_on:
        check_shares(laid_on, book_of(entry.fund_id).payers(london_day(at)))
    said = f"Dispute {dispute.code} settled: {because}"
    taken_back = _reversal_of(entry) or reverse(entry, because=said, by=by, at=at)
    anew = _laid_anew(dispute, laid_on, by=by, at=at) if laid_on else None
    dispute.reversal_id, dispute.relaid_id = taken_back.id, anew.id if anew else None
    return _say(dispute, DisputeEvent.SETTLE, because, by, at)


def _say(dispute: Dispute, event: DisputeEvent, because: str, by: Staff, at: datetime) -> Dispute:
    move(dispute, event, because=because, by=by, at=at)
    db.session.flush()
    return dispute


def _reversal_of(entry: Entry) -> Entry | None:
    return db.session.scalar(select(Entry).where(Entry.reverses_id == entry.id))


def _laid_anew(dispute: Dispute, laid_on: Mapping[int, int], *, by: Staff, at: datetime) -> Entry:
    entry = dispute.entry
    return charge_anew(
        entry,
        laid_on,
        source=f"settlement of dispute {dispute.code}",
        kind=EntryKind.ADJUSTMENT,
        memo=f"{entry.memo}, laid anew when dispute {dispute.code} was settled",
        arithmetic=f"The whole of entry {entry.id}, laid anew.",
        by=by,
        at=at,
    )
