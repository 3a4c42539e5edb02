"""Reads of disputes: all by whose money a viewer may see."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy import Select, func, select
from sqlalchemy.orm import contains_eager, joinedload, selectinload

from core.codes import is_code
from core.db import db
from core.errors import NotFound
from core.money import Pence
from funding.disputes.models import Dispute, DisputeMove
from funding.disputes.rules import OPEN, DisputeStatus
from funding.models import Account, Entry, Posting
from funding.purse import may_see, purse_of, within
from funding.queries import NO_ENTRY
from funding.statements import Line, Statement
from people.models import Organisation, Staff
from people.rules import May

NO_DISPUTE = "There is no such dispute. Look for it in the list of disputes."


@dataclass(frozen=True)
class Waiting:
    """The disputes that nobody has brought to an end yet."""

    count: int
    since: datetime | None  # when the oldest was raised


def disputes(*, viewer: Staff, on: date, ended: bool = False) -> Select[Any]:
    """The selection of disputes with the partner's part of the entry, the oldest open ones first.

    With `ended`, those that came to an end as well.
    """
    found = (
        _with_parts(viewer, on)
        .options(joinedload(Dispute.entry), joinedload(Dispute.organisation))
        .order_by(Dispute.status.in_(OPEN).desc(), Dispute.raised_at, Dispute.id)
    )
    return found if ended else found.where(Dispute.status.in_(OPEN))


def _with_parts(viewer: Staff, on: date) -> Select[Any]:
    part = (
        select(func.coalesce(func.sum(Posting.pence), 0))
        .join(Posting.account)
        .where(
            Posting.entry_id == Dispute.entry_id,
            Account.organisation_id == Dispute.organisation_id,
        )
        .correlate(Dispute)
    )
    return select(Dispute, part.scalar_subquery().label("part")).where(
        within(purse_of(viewer, on), Dispute.organisation_id)
    )


def waiting(*, viewer: Staff, on: date) -> Waiting:
    """How many disputes are open that a viewer may see, and since when."""
    count, since = db.session.execute(
        select(func.count(Dispute.id), func.min(Dispute.raised_at)).where(
            Dispute.status.in_(OPEN), within(purse_of(viewer, on), Dispute.organisation_id)
        )
    ).one()
    return Waiting(count, since)


def dispute_by_code(code: str, *, viewer: Staff, on: date) -> Dispute:
    """A dispute with its history, if it is of money the viewer may see. Raises NotFound."""
    found = db.session.scalar(
        select(Dispute)
        .where(
            Dispute.code == (code if is_code(code) else None),
            within(purse_of(viewer, on), Dispute.organisation_id),
        )
        .options(
            selectinload(Dispute.history).joinedload(DisputeMove.by),
            joinedload(Dispute.entry),
            joinedload(Dispute.organisation),
            joinedload(Dispute.raised_by),
        )
        .execution_options(populate_existing=True)
    )
    if found is None:
        raise NotFound(NO_DISPUTE)
    return found


def disputes_of_entry(entry: Entry, *, viewer: Staff, on: date) -> list[Dispute]:
    """What has been disputed of an entry, of the partners a viewer may see."""
    return list(
        db.session.scalars(
            select(Dispute)
            .where(
                Dispute.entry_id == entry.id, within(purse_of(viewer, on), Dispute.organisation_id)
            )
            .options(joinedload(Dispute.organisation))
            .order_by(Dispute.id)
        )
    )


@dataclass(frozen=True)
class Disputed:
    """A line of a statement that is or was disputed, and the partner's part of it."""

    dispute: Dispute
    pence: Pence

    @property
    def what(self) -> str:
        """The line, in words."""
        entry = self.dispute.entry
        return f"{entry.kind.value.capitalize()}, {entry.group}".rstrip(", ")


def disputed(statement: Statement, *, viewer: Staff, on: date) -> list[Disputed]:
    """What is and was disputed of a statement, as it stands now; not what was withdrawn."""
    found = db.session.execute(
        _with_parts(viewer, on)
        .join(Dispute.entry)
        .where(
            Dispute.organisation_id == statement.organisation.id,
            Dispute.status != DisputeStatus.WITHDRAWN,
            Entry.month == statement.month,
        )
        .options(contains_eager(Dispute.entry).joinedload(Entry.rule))
        .order_by(Dispute.id)
    )
    return [Disputed(dispute, Pence(int(part))) for dispute, part in found]


def by_line(statement: Statement, found: Iterable[Disputed]) -> Mapping[Line, list[Dispute]]:
    """The disputes that are open on a statement, by its lines."""
    lines: dict[Line, list[Dispute]] = {}
    for one in found:
        for line in statement.lines:
            if one.dispute.open and line.holds(one.dispute.entry):
                lines.setdefault(line, []).append(one.dispute)
    return lines


def in_dispute(found: Iterable[Disputed]) -> Pence:
    """What the open ones of some disputes come to."""
    return Pence(sum(one.pence for one in found if one.dispute.open))


def own_line_of(entry: Entry, *, viewer: Staff, on: date) -> Organisation:
    """Whose account of the viewer's own an entry touches. Raises NotFound where it touches none."""
    own = _own_line(entry, viewer, on)
    if own is None:
        raise NotFound(NO_ENTRY)
    return own


def _own_line(entry: Entry, viewer: Staff, on: date) -> Organisation | None:
    return db.session.scalar(
        select(Organisation)
        .join(Account, Account.organisation_id == Organisation.id)
        .join(Posting, Posting.account_id == Account.id)
        .where(
            Posting.entry_id == entry.id,
            Organisation.id.in_(purse_of(viewer, on).organisation_ids),
        )
        .order_by(Organisation.id)
        .limit(1)
    )


def standing_dispute(entry: Entry, organisation: Organisation) -> Dispute | None:
    """The dispute of a partner's part of an entry that was not withdrawn: there is one at most."""
    return db.session.scalar(
        select(Dispute).where(
            Dispute.entry_id == entry.id,
            Dispute.organisation_id == organisation.id,
            Dispute.status != DisputeStatus.WITHDRAWN,
        )
    )


def may_be_disputed(entry: Entry, *, viewer: Staff, on: date) -> bool:
    """Whether a viewer may dispute a part of an entry: their own, and not disputed already."""
    own = _own_line(entry, viewer, on) if viewer.may(May.DISPUTE) else None
    return own is not None and standing_dispute(entry, own) is None


def part_of(dispute: Dispute) -> Pence:
    """What the disputed entry laid on the partner."""
    pence = db.session.scalar(
        select(func.coalesce(func.sum(Posting.pence), 0))
        .join(Posting.account)
        .where(
            Posting.entry_id == dispute.entry_id,
            Account.organisation_id == dispute.organisation_id,
        )
    )
    return Pence(int(pence or 0))


def sees_entry(number: int, *, viewer: Staff, on: date) -> bool:
    """Whether an entry touches money the viewer may see."""
    sought = select(Entry.id).where(Entry.id == number, may_see(Entry.id, purse_of(viewer, on)))
    return db.session.scalar(sought) is not None
