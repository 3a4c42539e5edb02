"""What an account stood at: the balances kept when months were closed, and all since."""

from datetime import date

from sqlalchemy import and_, exists, func, select

from core.db import db
from core.money import Pence
from funding.models import Account, Entry, Posting
from funding.periods.models import Balance


def is_closed(account_id: int, month: date) -> bool:
    """Whether what an account stood at when a month ended has been kept."""
    kept = exists().where(Balance.account_id == account_id, Balance.month == month)
    return bool(db.session.scalar(select(kept)))


def balance_before(account_id: int, month: date) -> Pence:
    """What an account stood at when a month began: the last closed balance, and all since."""
    last = db.session.execute(
        select(Balance.month, Balance.pence)
        .where(Balance.account_id == account_id, Balance.month < month)
        .order_by(Balance.month.desc())
        .limit(1)
    ).one_or_none()
    since = select(func.coalesce(func.sum(Posting.pence), 0)).join(
        Entry, and_(Entry.id == Posting.entry_id, Entry.month < month)
    )
    since = since.where(Posting.account_id == account_id)
    if last is not None:
        # Of the months after it alone, found by the fund's months and not by the whole account.
        fund_id = select(Account.fund_id).where(Account.id == account_id).scalar_subquery()
        since = since.where(Entry.fund_id == fund_id, Entry.month > last.month)
    return Pence(int(db.session.scalar(since) or 0) + (0 if last is None else last.pence))
