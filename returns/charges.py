"""What the workshop's acts cost or credit: to whoever the loan was charged to, once a return."""

from datetime import datetime

from core.clock import london_day
from core.db import db
from core.money import Pence, pounds, share_of
from funding.actions import post_once
from funding.models import Fund
from funding.queries import activity_price
from funding.rules import Charge, EntryKind, StockModel
from loans.models import Loan
from people.models import Staff
from returns.models import Return


def charge_activity(arrival: Return, kind: EntryKind, *, by: Staff, at: datetime) -> None:
    """Charge an activity of the workshop. What came back without a loan costs nobody."""
    loan = arrival.loan
    if loan is None:
        return
    pence = activity_price(loan.fund_id, kind, london_day(at))
    _post(arrival, loan, kind, pence, "", by=by, at=at)


def credit(arrival: Return, *, by: Staff, at: datetime) -> None:
    """Credit what the partners paid on issue, in the same shares, where they paid it."""
    loan = arrival.loan
    if loan is None:
        return
    fund = db.session.get_one(Fund, loan.fund_id)
    if fund.stock_model is not StockModel.CREDIT:
        return
    percentage = arrival.item.product.credit_percent
    arithmetic = f"{percentage}% of {pounds(loan.price)}"
    pence = Pence(-share_of(loan.price, percentage))
    _post(arrival, loan, EntryKind.CREDIT, pence, arithmetic, by=by, at=at)


def _post(
    arrival: Return,
    loan: Loan,
    kind: EntryKind,
    pence: Pence,
    arithmetic: str,
    *,
    by: Staff,
    at: datetime,
) -> None:
    if pence == 0:
        return
    product = arrival.item.product
    post_once(
        Charge(
            fund_id=loan.fund_id,
            kind=kind,
            pence=pence,
            shares=loan.weights,
            on=london_day(at),
            source=arrival.code,
            subject=loan.code,
            group=product.group.value,
            memo=f"{kind.value.capitalize()}: {product.name}, {arrival.item.code}",
            rule_id=loan.rule_id,
            arithmetic=arithmetic,
            parked_because=loan.parked_because or "",
        ),
        by=by,
        at=at,
    )
