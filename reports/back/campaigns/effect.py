"""What a campaign brought back, beside what came back of those it held out."""

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from sqlalchemy import ColumnElement, Select, and_, exists, func, not_, select

from core.clock import london_day, start_of
from core.db import db
from core.money import Pence
from equipment.models import Item, Product
from loans.clients.queries import visible as may_see
from loans.models import Loan, LoanShare
from logistics.models import VisitLine
from people.models import Staff
from reports.back.campaigns.intervals import Between, difference, share
from reports.back.queries import sees_homes
from reports.back.rules import FEWEST
from reports.queries import visible
from returns.campaigns.models import Campaign, CampaignLoan
from returns.campaigns.rules import AskStatus
from returns.models import Return

WEEKS_BEFORE = 4  # with which an amnesty day is compared
_HELD = CampaignLoan.status == AskStatus.HELD_OUT


@dataclass(frozen=True)
class Arm:
    """Those a campaign asked, or those it held out: how many, and how many gave something back."""

    clients: int
    clients_back: int
    loans: int
    loans_back: int
    value: Pence
    value_back: Pence
    score: Pence  # what asking was expected to bring

    @property
    def share(self) -> Between | None:
        """The share of clients of whom something came back; none of nobody."""
        return share(self.clients_back, self.clients) if self.clients else None

    @property
    def few(self) -> bool:
        """Whether there are too few to say anything of them, or to tell nobody from them."""
        return self.clients < FEWEST


@dataclass(frozen=True)
class Day:
    """What was brought to us on an amnesty day, by hand and not by a van."""

    on: date
    count: int
    value: Pence
    unknown: int  # of them nobody had on loan
    before: int  # on the same weekday of the four weeks before


@dataclass(frozen=True)
class Effect:
    """What a campaign brought back by a moment."""

    campaign: Campaign
    asked: Arm
    held: Arm
    until: date  # the last day that is counted
    over: bool
    day: Day | None = None

    @property
    def more(self) -> Between | None:
        """How far the share of those asked is above that of those held out, if enough are."""
        one, other = self.asked.share, self.held.share
        if one is None or other is None or self.asked.few or self.held.few:
            return None
        return difference(one, other)

    @property
    def worth(self) -> tuple[Pence, Pence, Pence] | None:
        """What the difference is worth: told, least and most, of the value asked for."""
        more = self.more
        if more is None:
            return None
        told, low, high = (
            Pence(round(part * self.asked.value)) for part in (more.told, more.low, more.high)
        )
        return told, low, high

    @property
    def sentence(self) -> str:
        """What may be said, and no more."""
        if not self.held.clients:
            return (
                "Nobody was held out, so nobody can say how much of this would have come back by "
                "itself."
            )
        more = self.more
        if more is None:
            return f"Fewer than {FEWEST} clients were asked or held out: too few to say."
        so_far = "" if self.over else " so far"
        if not more.says_something:
            return (
                f"Asking made no difference that chance does not explain{so_far}: those asked gave "
                f"back {points(more.told)} points more, and the true difference may be anything "
                f"between {points(more.low)} and {points(more.high)}."
            )
        way = "more" if more.told > 0 else "less"
        return (
            f"Asking made a difference{so_far}: {points(abs(more.told))} in 100 clients {way} gave "
            f"something back than of those held out, and with 95 in 100 the true difference lies "
            f"between {points(more.low)} and {points(more.high)}."
        )


def points(part: float) -> str:
    """A difference of shares in points of a hundred, to a tenth."""
    tenths = round(abs(part) * 1000)
    return f"{'−' if part < 0 and tenths else ''}{tenths // 10}.{tenths % 10}"


def ends(campaign: Campaign) -> datetime:
    """The moment until which what comes back is counted: the end of the campaign's last day."""
    return start_of(london_day(campaign.begun_at) + timedelta(days=campaign.days + 1))


def _back(campaign: Campaign, at: datetime) -> ColumnElement[bool]:
    ended_in_time = Loan.ended_at < min(ends(campaign), at + timedelta(microseconds=1))
    return func.coalesce(and_(ended_in_time, not_(Loan.lost)), False)


def _lines(campaign: Campaign, viewer: Staff, on: date, *columns: Any) -> Select[Any]:
    """Columns of a campaign's loans, of the clients or of the money that a viewer may see."""
    asked = (
        select(*columns)
        .select_from(CampaignLoan)
        .join(CampaignLoan.loan)
        .join(Loan.client)
        .where(CampaignLoan.campaign_id == campaign.id)
    )
    if sees_homes(viewer):
        return asked.where(may_see(viewer, on))
    within = visible(viewer, on)
    if within is None:
        return asked
    paid = exists().where(LoanShare.loan_id == Loan.id, LoanShare.organisation_id.in_(within))
    return asked.where(paid)


def effect(campaign: Campaign, *, viewer: Staff, at: datetime) -> Effect:
    """What a campaign brought back by a moment, of what a viewer may be told of."""
    on, back = london_day(at), _back(campaign, at)
    client, value = Loan.client_id, CampaignLoan.value
    found = db.session.execute(
        _lines(
            campaign, viewer, on, _HELD, func.count(client.distinct()),
            func.count(client.distinct()).filter(back), func.count(), func.count().filter(back),
            func.sum(value), func.sum(value).filter(back), func.sum(CampaignLoan.score),
        ).group_by(_HELD)
    )  # fmt: skip
    arms = {held: _arm(list(numbers)) for held, *numbers in found}
    nobody = _arm([0] * 7)
    return Effect(
        campaign,
        arms.get(False, nobody),
        arms.get(True, nobody),
        london_day(ends(campaign)) - timedelta(days=1),
        at >= ends(campaign),
        _day(campaign, at),
    )


def _arm(numbers: list[Any]) -> Arm:
    *counts, value, back, score = (int(number or 0) for number in numbers)
    clients, clients_back, loans, loans_back = counts
    return Arm(clients, clients_back, loans, loans_back, Pence(value), Pence(back), Pence(score))


def _day(campaign: Campaign, at: datetime) -> Day | None:
    """What was booked in on an amnesty day, but for what a van had fetched."""
    if campaign.day is None or at < start_of(campaign.day):
        return None
    count, value, unknown = db.session.execute(
        _brought(campaign.day, func.count(), func.sum(Item.paid),
                 func.count().filter(Return.loan_id.is_(None)))
    ).one()  # fmt: skip
    weeks = [campaign.day - timedelta(weeks=week) for week in range(1, WEEKS_BEFORE + 1)]
    before = sum(db.session.scalar(_brought(day, func.count())) or 0 for day in weeks)
    return Day(campaign.day, count, Pence(int(value or 0)), unknown, before)


def _brought(day: date, *columns: Any) -> Select[Any]:
    """Columns of the returns booked in on a day that no van had fetched."""
    fetched = exists().where(VisitLine.loan_id == Return.loan_id, VisitLine.done.is_(True))
    return (
        select(*columns)
        .select_from(Return)
        .join(Return.item)
        .join(Product, Product.id == Item.product_id)
        .where(
            Return.received_at >= start_of(day),
            Return.received_at < start_of(day + timedelta(days=1)),
            ~fetched,
        )
    )


def day_rows(campaign: Campaign) -> Select[Any]:
    """The very returns that an amnesty day counts."""
    day = campaign.day or london_day(campaign.begun_at)
    return _brought(
        day,
        Item.code.label("item"),
        Product.name.label("product"),
        Product.group.label("group"),
        Return.received_at.label("at"),
        Item.paid.label("pence"),
    ).order_by(Return.received_at.desc(), Return.id.desc())


def rows(campaign: Campaign, *, held: bool, back: bool, viewer: Staff, at: datetime) -> Select[Any]:
    """The loans that a figure counts: those asked or held out, all or those that came back."""
    of_item = select(Item.code).where(Item.id == Loan.item_id).correlate(Loan).scalar_subquery()
    asked = _lines(
        campaign, viewer, london_day(at),
        Loan.code.label("loan"), of_item.label("item"), Product.name.label("product"),
        Product.group.label("group"), Loan.ended_at.label("at"), CampaignLoan.value.label("pence"),
    ).join(Product, Product.id == Loan.product_id)  # fmt: skip
    asked = asked.where(_HELD if held else not_(_HELD))
    if back:
        asked = asked.where(_back(campaign, at))
    return asked.order_by(Loan.ended_at.desc().nulls_last(), CampaignLoan.id)
