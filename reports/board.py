"""The board's page as figures: one set, from which page and file are both made."""

from dataclasses import dataclass, replace
from datetime import date, datetime
from typing import Any

from sqlalchemy import Select, select

from board.models import Meeting, Motion
from board.queries import last_meeting, open_motions, steps
from core.clock import financial_year, month_of, months_later
from equipment.models import Item, Product
from equipment.rules import Flow, Status
from funding.alerts.queries import thresholds_of
from funding.checks import balance_faults
from funding.disputes.queries import waiting
from funding.entries import parked
from funding.spend import Spend, Standing, standings
from loans.rules import Speed
from people.models import Staff
from reports.amounts import queries as amounts
from reports.amounts.queries import month_until
from reports.budget.alerts import Alert, alerts_of
from reports.budget.lines import Books, lines_of
from reports.choices import Asked
from reports.consumables import Consumables, consumables
from reports.fairness.queries import Fairness, fairness
from reports.measures import MEASURES
from reports.minuting.steps import reasons_of
from reports.periods import Period
from reports.queries import Chosen, by_month, by_speed, tally
from reports.rules import (
    MONEY,
    NONE,
    ORDERED,
    Basis,
    Counted,
    Figure,
    Tallies,
    Tally,
    beside,
    change_in_words,
    figure,
    together,
)
from reports.settled.queries import plan_for_counting
from reports.spc.charted import Charted, charted, window
from reports.spc.rules import Variation
from reports.stock import INFLOWS, OUTFLOWS, Identity, differing_items, identity

PENDING = (
    Status.COLLECTED,
    Status.QUARANTINE,
    Status.INSPECTED,
    Status.DECONTAMINATED,
    Status.REPAIRED,
    Status.TESTED,
)


def accounts_behind(standing: Standing) -> list[Spend]:
    """The accounts a partner's spending is made of: its own, and those of whom it succeeded."""
    years = [year for _, year in standing.accounts]
    return [year for year in years if year.spent] or years[:1]


@dataclass(frozen=True)
class Board:
    """Every figure of the page, for what was chosen."""

    asked: Asked
    rates: tuple[Figure, ...]  # all that count rows
    money: tuple[Figure, ...]  # the sums of money among the measures
    speeds: dict[Speed, Tallies]  # what was delivered of orders, by the speed asked for
    months: dict[date, Tallies]  # at least two years of them, for the charts
    charted: list[Charted]
    left_out: Tally
    pending: Tally
    stock: Identity
    consumables: Consumables
    differing: tuple[str, ...]  # items whose last move is not what the item says, today
    ledger: list[str]
    standings: list[Standing]
    alerts: list[Alert]  # thresholds of budgets that are passed
    parked: Tally  # what nobody pays for yet, for who sees every partner's money
    disputes: int  # open ones
    fairness: Fairness | None  # for who sees every partner's money, of the whole pool
    meeting: Meeting | None  # the last one that took place
    motions: tuple[Motion, ...]  # nobody has decided them yet

    @property
    def headline(self) -> str:
        """What the chart shows, in a sentence."""
        reissued = next(one for one in self.rates if one.measure.code == "R5")
        if reissued.bottom.count == 0:
            return f"Nothing was issued in {self.asked.chosen.period}."
        said = (
            f"{reissued.written(Basis.ITEMS)} of what was issued in {self.asked.chosen.period} "
            f"came from recycled stock ({reissued.top.count:,} of {reissued.bottom.count:,} loans)"
        )
        return said + self._against_the_month_before() + "."

    def _against_the_month_before(self) -> str:
        with_figures = [m for m in self.months if self._reissue(m).bottom.count]
        if len(with_figures) < 2:
            return ""
        before, last = with_figures[-2:]
        now, then = (self._reissue(month).hundredths(Basis.ITEMS) for month in (last, before))
        stands = self._reissue(last).written(Basis.ITEMS)
        return f"; {last:%B %Y} stands at {stands}, {change_in_words(now, then)} {before:%B}"

    def _reissue(self, month: date) -> Figure:
        return figure(MEASURES["R5"], self.months[month])

    @property
    def news(self) -> list[tuple[Charted, str]]:
        """The measures whose last whole month is more than chance, concerns first."""
        changed = [
            charted
            for charted in self.charted
            if charted.control.variation not in (None, Variation.COMMON)
        ]
        changed.sort(key=lambda charted: charted.control.variation is not Variation.CONCERN)
        return [(charted, charted.sentence) for charted in changed]

    def of(self, part: str) -> list[Figure]:
        """The figures that stand in one part of the page."""
        return [one for one in (*self.rates, *self.money) if one.measure.part == part]

    @property
    def before(self) -> date | None:
        """The last whole month that the last meeting had before it; none without a meeting."""
        return months_later(month_of(self.meeting.on), -1) if self.meeting else None

    def then(self, one: Charted) -> tuple[date, Figure] | None:
        """What a measure stood at when the board last met, or the month before the last whole."""
        told = [month for month, _ in one.control.told]
        month = self.before or (told[-2] if len(told) > 1 else None)
        found = one.figures.get(month) if month else None
        return (month, found) if month and found else None

    @property
    def by_speed(self) -> dict[Speed, list[Figure]]:
        """What is told of deliveries by the speed they were ordered with, the fastest first."""
        told = [measure for measure in MEASURES.values() if measure.bottom in ORDERED]
        return {
            speed: [figure(measure, tallies) for measure in told]
            for speed, tallies in self.speeds.items()
        }

    @property
    def first(self) -> Charted:
        """The measure whose chart stands on the page: the one the fund is known by."""
        return next(one for one in self.charted if one.measure.code == "R5")


def board(asked: Asked, *, viewer: Staff, at: datetime, on: date) -> Board:
    """The board's figures for what was asked, as the rows stand at a moment."""
    plan_for_counting()
    chosen = asked.chosen
    months = by_month(replace(chosen, period=window(chosen.period)))
    looked = amounts.looked(asked, viewer=viewer, at=at, on=on)
    books = amounts.books_of(looked) if looked else None
    if looked:
        months = beside(months, amounts.by_month(looked, MONEY))
    whole = together(tallies for month, tallies in months.items() if _in(month, chosen))
    if looked:
        whole |= amounts.at_the_end(looked, MONEY, books)
    return Board(
        asked=asked,
        rates=tuple(figure(m, whole) for m in MEASURES.values() if not m.of_money),
        money=tuple(figure(m, whole) for m in MEASURES.values() if m.of_money),
        speeds=by_speed(chosen),
        months=months,
        charted=_charted(months, on),
        left_out=whole.get(Counted.LEFT_OUT, NONE),
        pending=tally(pending_rows(chosen)),
        stock=identity(chosen.period),
        consumables=consumables(chosen.period),
        differing=differing_items(at),
        ledger=_told(balance_faults(*proved_months(chosen.period, on)), asked),
        standings=standings(month_until(chosen.period, on), viewer=viewer, on=on),
        alerts=_alerts(books),
        parked=_parked(viewer, on),
        disputes=waiting(viewer=viewer, on=on).count,
        fairness=fairness(looked) if looked else None,
        meeting=last_meeting(on),
        motions=tuple(open_motions()),
    )


def _alerts(books: Books | None) -> list[Alert]:
    return alerts_of(lines_of(books), thresholds_of(books.year.fund.id)) if books else []


def _parked(viewer: Staff, on: date) -> Tally:
    found = parked(viewer=viewer, on=on)
    return Tally(found.count, found.pence)


def _charted(months: dict[date, Tallies], on: date) -> list[Charted]:
    """Every measure that has a chart, its limits begun anew where the board has marked it."""
    marked = steps()
    return [
        charted(one, one.bases[0], months, on, anew=reasons_of(marked.get(one.code, ())))
        for one in MEASURES.values()
        if one.settled
    ]


def _told(faults: list[str], asked: Asked) -> list[str]:
    """The faults in words for who sees the whole pool: they may name any partner."""
    if asked.chosen.within is None or not faults:
        return faults
    return ["Whoever sees every partner's money sees which entries."]


def proved_months(period: Period, on: date) -> tuple[date, date]:
    """The months whose entries the page proves: those chosen, and those of the year's spending."""
    return min(period.first, financial_year(month_until(period, on))[0]), period.last


def _in(month: date, chosen: Chosen) -> bool:
    return chosen.period.first <= month <= chosen.period.last


def pending_rows(chosen: Chosen) -> Select[*tuple[Any, ...]]:
    """The items that came back and wait to be decided on today, the longest waiting first."""
    waiting = (
        select(
            Item.code.label("item"),
            Product.name.label("product"),
            Product.group.label("group"),
            Item.since.label("at"),
            Item.status.label("status"),
            Item.paid.label("pence"),
        )
        .join(Product, Product.id == Item.product_id)
        .where(Item.status.in_(PENDING))
        .order_by(Item.since, Item.id)
    )
    return waiting if chosen.group is None else waiting.where(Product.group == chosen.group)


def signs() -> list[tuple[str, Flow]]:
    """The terms between opening and closing, each with the sign it counts by."""
    return [("+", flow) for flow in INFLOWS] + [("−", flow) for flow in OUTFLOWS]
