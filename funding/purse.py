"""Whose money somebody may see: the one condition every read of the ledger goes through."""

from datetime import date
from typing import Any

from sqlalchemy import ColumnElement, select
from sqlalchemy.orm import InstrumentedAttribute

from funding.models import Account, Posting
from people.models import Staff
from people.queries import NOTHING, Scope, scope_of
from people.rules import May


def purse_of(viewer: Staff, on: date) -> Scope:
    """Whose money a viewer may see: everybody's, their own organisation's lineage, or nobody's.

    Whoever keeps the agreements must be able to read what they cause. Who works for no
    organisation in order sees nothing, whatever the role.
    """
    own = scope_of(viewer, on).organisation_ids
    everybodys = viewer.may(May.SEE_ALL_MONEY) or viewer.may(May.KEEP_AGREEMENTS)
    if not own or not (everybodys or viewer.may(May.SEE_MONEY)):
        return NOTHING
    return Scope(everybodys, own)


def within(purse: Scope, organisation_id: InstrumentedAttribute[Any]) -> ColumnElement[bool]:
    """The condition that keeps rows to the organisations of a purse."""
    if purse.every:
        return organisation_id.is_not(None)
    return organisation_id.in_(purse.organisation_ids)


def may_see(entry_id: InstrumentedAttribute[int], purse: Scope) -> ColumnElement[bool]:
    """The condition that an entry touches the account of somebody in a purse."""
    if purse.every:
        return entry_id.is_not(None)
    return entry_id.in_(
        select(Posting.entry_id)
        .join(Posting.account)
        .where(Account.organisation_id.in_(purse.organisation_ids))
    )
