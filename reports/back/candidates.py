"""Open loans with what speaks for asking for them, scored in the database by the rule in words."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import (
    BigInteger,
    ColumnElement,
    Integer,
    Select,
    and_,
    case,
    cast,
    exists,
    false,
    func,
    literal,
    not_,
    or_,
    select,
)
from sqlalchemy.orm import aliased

from core.clock import london_day, months_later, start_of
from equipment.models import Item, Product, ProductRelation
from equipment.rules import Group, Relation
from loans.models import Client, Loan, Order, OrderLine
from loans.rules import BackReason
from logistics.models import Visit
from logistics.requests.models import Request
from logistics.requests.rules import WAITING, RequestKind
from logistics.rules import VisitStatus
from reports.ages.rules import MONTH_DAYS
from reports.back.rules import (
    CHANCE,
    EACH_FURTHER,
    MOST,
    SHORT_NEEDS,
    SILENT_MONTHS,
    USUAL_SHARE,
    Reason,
)
from reports.sources import LEFT_OUT
from returns.campaigns.models import CampaignLoan

Condition = ColumnElement[bool]
_AWAY = (BackReason.MOVED, BackReason.CARE_HOME)


@dataclass(frozen=True)
class Known:
    """What the pool's own past says of a product group."""

    half_back: Mapping[Group, int]  # the age in months by which half of it is back
    reusable: Mapping[Group, int]  # the share made reusable, in hundredths of a per cent


def candidates(known: Known, at: datetime) -> Any:
    """Every loan worth asking for, as a subquery: its facts, a column a reason, chance and score.

    Whoever reads it narrows it to what the viewer may see.
    """
    open_now = _open_loans(known, at).subquery("still_out")
    reasons = [open_now.c[reason.value] for reason in Reason]
    several = sum((cast(reason, Integer) for reason in reasons), literal(0))
    strongest = func.greatest(
        *(case((open_now.c[one.value], CHANCE[one]), else_=0) for one in Reason)
    )
    chance = func.least(MOST, strongest + EACH_FURTHER * (several - 1), type_=BigInteger)
    score = (open_now.c.value * chance * open_now.c.share + 500_000) // 1_000_000
    return (
        select(*open_now.c, chance.label("chance"), score.label("score"))
        .where(or_(*reasons))
        .subquery("candidate")
    )


def _open_loans(known: Known, at: datetime) -> Select[Any]:
    """Open loans that the rates count and nobody asks for yet, with each reason as a column."""
    share: Any = literal(USUAL_SHARE)
    if known.reusable:
        share = case(known.reusable, value=Product.group, else_=USUAL_SHARE)
    reasons = {
        Reason.DIED: Client.died_on.is_not(None),
        Reason.MOVED: or_(Client.postcode != Order.postcode, _else_asked_back()),
        Reason.TWICE: _lent_again(),
        Reason.SHORT: _short_and_over(at),
        Reason.OLD: _old(known, at),
        Reason.SILENT: _silent(at),
    }
    return (
        select(
            Loan.id.label("loan_id"),
            Loan.code.label("loan"),
            Item.code.label("item"),
            Product.name.label("product"),
            Product.group.label("group"),
            Loan.began_at.label("began_at"),
            Client.id.label("client_id"),
            func.split_part(Client.postcode, " ", 1).label("area"),
            Order.employer_id.label("employer_id"),
            Loan.price.label("value"),
            share.label("share"),
            *(condition.label(reason.value) for reason, condition in reasons.items()),
        )
        .join(Loan.item)
        .join(Product, Product.id == Loan.product_id)
        .join(Client, Client.id == Loan.client_id)
        .join(OrderLine, OrderLine.id == Loan.line_id)
        .join(Order, Order.id == OrderLine.order_id)
        .where(
            Loan.ended_at.is_(None),
            Loan.asked_back_at.is_(None),
            not_(LEFT_OUT),
            ~_asks_themselves(),
            ~_in_a_campaign(),
        )
    )


def _before(at: datetime, months: int) -> datetime:
    """The beginning of the day so many months earlier."""
    return start_of(months_later(london_day(at), -months))


def _else_asked_back() -> Condition:
    """Something else of the client was asked back since, because they live elsewhere."""
    other = aliased(Loan)
    return exists().where(
        other.client_id == Loan.client_id,
        other.back_reason.in_(_AWAY),
        other.asked_back_at > Loan.began_at,
    )


def _lent_again() -> Condition:
    """The client was lent the same, or what may stand in for it, on a later day, and has it."""
    later = aliased(Loan)
    stands_in = (
        exists()
        .where(
            ProductRelation.product_id == later.product_id,
            ProductRelation.other_id == Loan.product_id,
            ProductRelation.relation == Relation.SUBSTITUTE,
        )
        .correlate(Loan, later)
    )
    return exists().where(
        later.client_id == Loan.client_id,
        later.ended_at.is_(None),
        later.began_at > Loan.began_at + timedelta(days=1),
        or_(later.product_id == Loan.product_id, stands_in),
    )


def _short_and_over(at: datetime) -> Condition:
    return or_(
        *(
            and_(Order.need == need, Loan.began_at < _before(at, months))
            for need, months in SHORT_NEEDS.items()
        )
    )


def _old(known: Known, at: datetime) -> Condition:
    """Out for longer than half of its group is; never where half of it never came back."""
    return or_(
        false(),
        *(
            and_(Product.group == group, Loan.began_at < at - timedelta(days=MONTH_DAYS * months))
            for group, months in known.half_back.items()
        ),
    )


def _silent(at: datetime) -> Condition:
    """Nobody has been there, ordered for them or written about the item for so many months."""
    since = _before(at, SILENT_MONTHS)
    visited = exists().where(
        Visit.client_id == Loan.client_id,
        Visit.status.in_((VisitStatus.DONE, VisitStatus.PART_DONE)),
        Visit.finished_at >= since,
    )
    ordered = aliased(Order)
    more = exists().where(ordered.client_id == Loan.client_id, ordered.placed_at >= since)
    asked = exists().where(Request.item_id == Loan.item_id, Request.last_at >= since)
    return and_(Loan.began_at < since, ~visited, ~more, ~asked)


def _asks_themselves() -> Condition:
    """Somebody has asked for its collection by the label already: nobody asks them again."""
    return exists().where(
        Request.item_id == Loan.item_id,
        Request.kind == RequestKind.COLLECTION,
        Request.status.in_(WAITING),
    )


def _in_a_campaign() -> Condition:
    """A campaign asks for it now, or holds it out."""
    return exists().where(CampaignLoan.loan_id == Loan.id, CampaignLoan.running)
