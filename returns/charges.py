"""What the workshop's acts cost or credit: to whoever the loan was charged to, once a return."""

from datetime import date, datetime

from core.clock import london_day
from core.db import db
from core.money import Pence, share_of
from funding.actions import post_once
from funding.agreements.queries import stock_model_on
from funding.models import Fund
from funding.prices.rules import credit_told
from funding.queries import activity_price
from funding.rules import Charge, EntryKind, Facts, StockModel
from loans.models import Loan
from people.models import Staff
from returns.credit_rates import credit_rate
from returns.models import Return


def charge_activity(arrival: Return, kind: EntryKind, *, by: Staff, at: datetime) -> None:
    """Charge an activity of the workshop. What came back without a loan costs nobody."""
    loan = arrival.loan
    if loan is None:
        return
    pence = activity_price(loan.fund_id, kind, london_day(at))
    _post(arrival, loan, kind, pence, "", by=by, at=at)


def credit(arrival: Return, *, by: Staff, at: datetime) -> None:
    """Credit what the partners paid on issue, in the same shares, where they paid it.

    The stock model of the day the loan began says whether they did, whichever holds now.
    """
    loan = arrival.loan
    if loan is None:
        return
    fund = db.session.get_one(Fund, loan.fund_id)
    if stock_model_on(fund, london_day(loan.began_at)) is not StockModel.CREDIT:
        return
    percentage, arithmetic = _agreed(arrival, loan, london_day(at))
    pence = Pence(-share_of(loan.price, percentage))
    _post(arrival, loan, EntryKind.CREDIT, pence, arithmetic, by=by, at=at)


def _agreed(arrival: Return, loan: Loan, on: date) -> tuple[int, str]:
    """What is credited in per cent, and how that came about: the contract goes before the product.

    The rate of the decision's day holds, for the product's group and what the inspector last saw.
    """
    product = arrival.item.product
    rate = credit_rate(loan.fund_id, product.group, arrival.id, on)
    if rate is None:
        return product.credit_percent, credit_told(product.credit_percent, loan.price)
    return rate.percent, credit_told(rate.percent, loan.price, product.group, rate.condition)


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
            facts=Facts.of(loan.facts),
        ),
        by=by,
        at=at,
    )
