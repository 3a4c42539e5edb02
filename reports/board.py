"""The board's page as figures: one set, from which page and file are both made."""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import date, datetime
from typing import Any

from sqlalchemy import Select, select

from core.clock import financial_year, last_of_month, month_of
from equipment.models import Item, Product
from equipment.rules import Flow, Status
from funding.checks import balance_faults
from funding.spend import Spend, Standing, standings
from people.models import Staff
from reports import periods
from reports.choices import Asked
from reports.consumables import Consumables, consumables
from reports.measures import MEASURES
from reports.queries import Chosen, by_month, tally
from reports.rules import (
    NONE,
    Basis,
    Counted,
    Figure,
    Tallies,
    Tally,
    change_in_words,
    figure,
    together,
)
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
    rates: tuple[Figure, ...]
    months: dict[date, Tallies]  # at least two years of them, for the charts
    charted: list[Charted]
    left_out: Tally
    pending: Tally
    stock: Identity
    consumables: Consumables
    differing: tuple[str, ...]  # items whose last move is not what the item says, today
    ledger: list[str]
    standings: list[Standing]

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

    @property
    def first(self) -> Charted:
        """The measure whose chart stands on the page: the one the fund is known by."""
        return next(one for one in self.charted if one.measure.code == "R5")


def board(asked: Asked, *, viewer: Staff, at: datetime, on: date) -> Board:
    """The board's figures for what was asked, as the rows stand at a moment."""
    chosen = asked.chosen
    months = by_month(replace(chosen, period=window(chosen.period)))
    whole = together(tallies for month, tallies in months.items() if _in(month, chosen))
    return Board(
        asked=asked,
        rates=tuple(figure(measure, whole) for measure in MEASURES.values()),
        months=months,
        charted=[charted(m, m.bases[0], months, on) for m in MEASURES.values() if m.settled],
        left_out=whole.get(Counted.LEFT_OUT, NONE),
        pending=tally(pending_rows(chosen)),
        stock=identity(chosen.period),
        consumables=consumables(chosen.period),
        differing=differing_items(at),
        ledger=_told(balance_faults(*proved_months(chosen.period, on)), asked),
        standings=standings(spent_until(chosen.period, on), viewer=viewer, on=on),
    )


def _told(faults: list[str], asked: Asked) -> list[str]:
    """The faults in words for who sees the whole pool: they may name any partner."""
    if asked.chosen.within is None or not faults:
        return faults
    return ["Whoever sees every partner's money sees which entries."]


def proved_months(period: periods.Period, on: date) -> tuple[date, date]:
    """The months whose entries the page proves: those chosen, and those of the year's spending."""
    return min(period.first, financial_year(spent_until(period, on))[0]), period.last


def spent_until(period: periods.Period, on: date) -> date:
    """The month whose end the spending is told at: the period's last, or the one we are in."""
    return min(month_of(period.last), month_of(on))


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


FIGURE_HEADS = (
    "Part",
    "Code",
    "Figure",
    "Basis",
    "First day",
    "Last day",
    "Above the line",
    "Below the line",
    "Result",
)


def figures(board: Board) -> Iterator[tuple[Any, ...]]:
    """Every figure of the page as rows of a file, money in pence."""
    period = board.asked.chosen.period
    for one in board.rates:
        yield from _rate_rows(one, period.first, period.last)
    for month, tallies in board.months.items():
        for measure in MEASURES.values():
            ends = last_of_month(month)
            yield from _rate_rows(figure(measure, tallies), month, ends)
    yield from _stock_figures(board.stock, period)
    for standing in board.standings:
        yield (
            *("Money", standing.organisation.official_code, standing.organisation.name, "pence"),
            *(None, period.last, standing.year, standing.budget, None),
        )


def _rate_rows(one: Figure, first: date, last: date) -> Iterator[tuple[Any, ...]]:
    for basis in one.measure.bases:
        above, below = one.above(basis), one.below(basis)
        named = (one.measure.code, one.measure.name, basis.value)
        yield ("Measures", *named, first, last, above, below, one.written(basis))


def _stock_figures(stock: Identity, period: periods.Period) -> Iterator[tuple[Any, ...]]:
    terms: list[tuple[str, Tally]] = [("opening", stock.opening)]
    terms += [(flow.value, stock.flows[flow]) for flow in (*INFLOWS, *OUTFLOWS)]
    terms += [(f"{flow.value} by counts", term) for flow, term in stock.counted.items()]
    for name, term in [*terms, ("closing", stock.closing)]:
        for basis in Basis:
            unit = "pence" if basis is Basis.VALUE else basis.value
            about = ("Stock", None, name, unit, period.first, period.last)
            yield (*about, term.of(basis), None, None)


def signs() -> list[tuple[str, Flow]]:
    """The terms between opening and closing, each with the sign it counts by."""
    return [("+", flow) for flow in INFLOWS] + [("−", flow) for flow in OUTFLOWS]
