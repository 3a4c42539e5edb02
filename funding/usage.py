"""What each partner was charged in a month: what the rules that go by usage weigh."""

from datetime import date

from sqlalchemy import func, or_, select
from sqlalchemy.orm import aliased

from core import kept
from core.clock import month_of, months_later
from core.db import db
from funding.models import Account, Entry, Posting
from funding.rules import CHARGES, AccountKind, EntryKind


def usage_before(fund_id: int, on: date) -> dict[int, int]:
    """What each partner was charged, net of credits, in the month before a day's, in pence.

    Equipment and activities, and what took them back; read once a transaction.
    """
    month = months_later(month_of(on), -1)
    return kept.once(("usage", fund_id, month), lambda: _usage(fund_id, month))


def _usage(fund_id: int, month: date) -> dict[int, int]:
    used, taken_back = (*CHARGES, EntryKind.CREDIT), aliased(Entry)
    rows = db.session.execute(
        select(Account.organisation_id, func.sum(Posting.pence))
        .join(Posting.entry)
        .join(Posting.account)
        .outerjoin(taken_back, taken_back.id == Entry.reverses_id)
        .where(
            Entry.fund_id == fund_id,
            Entry.month == month,
            or_(Entry.kind.in_(used), taken_back.kind.in_(used)),
            Account.kind == AccountKind.PARTNER,
        )
        .group_by(Account.organisation_id)
        .execution_options(autoflush=False)
    )
    return {who: int(pence) for who, pence in rows if who is not None}
