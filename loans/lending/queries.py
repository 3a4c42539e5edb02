"""Reads of loans: by code, by item, by client, what is asked back."""

from collections.abc import Collection
from datetime import date

from sqlalchemy import ColumnElement, Select, or_, select, true
from sqlalchemy.orm import contains_eager, joinedload

from core.codes import is_code
from core.db import db
from core.errors import NotFound
from equipment.models import Item
from equipment.rules import Status
from funding.queries import purse_of, within
from loans.clients.queries import today, visible
from loans.models import Client, Loan, LoanShare, OrderLine
from people.models import Staff

NO_SUCH_LOAN = "There is no loan with this code that you may see. Look at the code again."


def open_loan_of(item: Item) -> Loan | None:
    """The loan an item is out on now; none where it is with nobody."""
    return db.session.scalar(select(Loan).where(Loan.item_id == item.id, Loan.ended_at.is_(None)))


def is_booked(item: Item) -> bool:
    """Whether somebody is already to fetch an item."""
    return item.status is Status.COLLECTION_BOOKED


def _all() -> Select[Loan]:
    return (
        select(Loan)
        .join(Loan.client)
        .options(contains_eager(Loan.client), joinedload(Loan.item), joinedload(Loan.product))
    )


def _seen(viewer: Staff, on: date) -> Select[Loan]:
    """The loans of the clients whom a viewer may see."""
    return _all().where(visible(viewer, on))


def _paid_for(viewer: Staff, on: date) -> ColumnElement[bool]:
    """Loans a viewer may see because of the money: a share of them is in the viewer's purse."""
    purse = purse_of(viewer, on)
    if purse.every:
        return true()
    return Loan.shares.any(within(purse, LoanShare.organisation_id))


def loan_by_code(code: str, *, viewer: Staff, on: date) -> Loan:
    """The loan of this code, for who may see its client or has a share of its cost.

    Raises NotFound alike for an unknown one and somebody else's.
    """
    found = None
    if is_code(code):
        found = db.session.scalar(
            _all()
            .where(Loan.code == code, or_(visible(viewer, on), _paid_for(viewer, on)))
            .options(
                joinedload(Loan.rule),
                joinedload(Loan.line).joinedload(OrderLine.order),
            )
        )
    if found is None:
        raise NotFound(NO_SUCH_LOAN)
    return found


def shares_of(loan: Loan) -> list[LoanShare]:
    """Who pays for a loan, and by what weight, the largest first."""
    query = (
        select(LoanShare)
        .where(LoanShare.loan_id == loan.id)
        .options(joinedload(LoanShare.organisation))
        .order_by(LoanShare.weight.desc(), LoanShare.organisation_id)
    )
    return list(db.session.scalars(query))


def loans_of(client: Client, *, ended: bool | None = None) -> list[Loan]:
    """A client's loans, latest first (the client was found within the viewer's scope)."""
    query = (
        select(Loan)
        .where(Loan.client_id == client.id)
        .options(joinedload(Loan.item), joinedload(Loan.product))
        .order_by(Loan.began_at.desc(), Loan.id.desc())
    )
    if ended is not None:
        query = query.where(Loan.ended_at.is_not(None) if ended else Loan.ended_at.is_(None))
    return list(db.session.scalars(query))


def open_loans_of(client: Client, codes: Collection[str]) -> list[Loan]:
    """Those of a client's open loans that were named. Raises NotFound where one is not theirs."""
    wanted = {code for code in codes if is_code(code)}
    found = [loan for loan in loans_of(client, ended=False) if loan.code in wanted]
    if len(found) != len(set(codes)):
        raise NotFound(NO_SUCH_LOAN)
    return found


def loans_asked_back(*, viewer: Staff, on: date | None = None) -> list[Loan]:
    """Open loans whose equipment was asked back, the longest waiting first."""
    query = (
        _seen(viewer, on or today())
        .where(Loan.ended_at.is_(None), Loan.asked_back_at.is_not(None))
        .order_by(Loan.asked_back_at, Loan.id)
    )
    return list(db.session.scalars(query))
