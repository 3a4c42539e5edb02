"""The demonstration's bills: VAT as the partners set it, invoices, and now and then a dispute."""

from datetime import date, datetime

from sqlalchemy import select

from core.db import db
from demo.partners import LONG_AGO
from demo.setting import Setting
from funding.disputes.actions import answer, raise_dispute, settle
from funding.disputes.models import Dispute
from funding.disputes.rules import OPEN, DisputeStatus
from funding.invoices.actions import issue_invoices, set_vat
from funding.invoices.rules import VatOn
from funding.models import Account, Entry, Posting
from funding.rules import CHARGES
from people.rules import Role

RATE = 2000  # an assumption of the demonstration, as are those who get it back
ANSWER = "It was delivered and signed for; the loan shows the day."


def agree_vat(setting: Setting, at: datetime) -> None:
    """Councils get their VAT back on everything, NHS bodies on activities alone."""
    for code in setting.partners:
        agree_vat_of(setting, code, at)


def agree_vat_of(setting: Setting, code: str, at: datetime) -> None:
    """The same for one partner; for one that merged, also for what its predecessors were charged
    and is taken back later.
    """
    for charge in VatOn:
        gets_back = code.startswith("E") or charge is VatOn.ACTIVITIES
        set_vat(
            setting.fund, setting.organisations[code], charge, rate=RATE, recoverable=gets_back,
            from_on=LONG_AGO, by=setting.boss, at=at,
        )  # fmt: skip


def bill(setting: Setting, month: date, at: datetime) -> None:
    """Bill a month that has just been closed."""
    issue_invoices(setting.fund, month, by=setting.boss, at=at)


def settle_older_disputes(setting: Setting, at: datetime) -> None:
    """Answer what was raised lately, and settle what was answered before."""
    for dispute in db.session.scalars(select(Dispute).where(Dispute.status.in_(OPEN))).all():
        if dispute.status is DisputeStatus.ANSWERED:
            settle(dispute, because="The partner is right.", laid_on={}, by=setting.boss, at=at)
        else:
            answer(dispute, because=ANSWER, by=setting.boss, at=at)


def dispute_the_dearest(setting: Setting, month: date, at: datetime) -> None:
    """Let the first finance officer dispute the largest charge of the month on their account."""
    officer = setting.staff[Role.FINANCE][0]
    dearest = db.session.scalar(
        select(Entry)
        .join(Posting, Posting.entry_id == Entry.id)
        .join(Account, Account.id == Posting.account_id)
        .where(
            Account.organisation_id == officer.organisation_id,
            Entry.month == month,
            Entry.kind.in_(CHARGES),
            Entry.id.not_in(select(Entry.reverses_id).where(Entry.reverses_id.is_not(None))),
        )
        .order_by(Posting.pence.desc(), Entry.id)
        .limit(1)
    )
    if dearest is not None:
        raise_dispute(dearest, because="We know of no such delivery.", by=officer, at=at)
