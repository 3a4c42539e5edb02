"""Every figure of the board once, with an id: what page, file and program are all made from."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from typing import Any

from core.clock import last_of_month
from core.money import percent, pounds
from loans.rules import Speed
from people.models import Organisation
from reports.board import Board
from reports.choices import Asked
from reports.consumables import Consumables
from reports.fairness.queries import Kind
from reports.measured import Measured
from reports.measures import MEASURES
from reports.periods import Period
from reports.rules import Basis, Figure, Measure, Tally, figure
from reports.stock import INFLOWS, OUTFLOWS, Identity

PENCE = "pence"
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
    "Figure id",
)


@dataclass(frozen=True)
class Told:
    """One figure as it stands everywhere: what it is made of in whole numbers, and as written."""

    id: str  # stable: a program may ask for it by this
    part: str  # of the page
    code: str | None
    name: str
    basis: str
    first: date | None
    last: date | None
    above: int | None
    below: int | None
    written: str | None
    hundredths: int | None = None  # of the unit, where it is a measure's

    @property
    def row(self) -> tuple[Any, ...]:
        """It as a row of the file."""
        about = (self.part, self.code, self.name, self.basis, self.first, self.last)
        return (*about, self.above, self.below, self.written, self.id)


def told(board: Board) -> Iterator[Told]:
    """Every figure of the page."""
    period = board.asked.chosen.period
    for one in (*board.rates, *board.money):
        yield from _of_measure(one, period.first, period.last)
    yield from _of_speeds(board)
    for month, tallies in board.months.items():
        for measure in MEASURES.values():
            of_month = figure(measure, tallies)
            if of_month.known:
                yield from _of_measure(of_month, month, last_of_month(month), f".{month:%Y-%m}")
    yield from _terms("Left out", "left-out", [("left out", board.left_out)], period)
    yield from _terms("Pending", "pending", [("pending", board.pending)], None)
    yield from _terms("Stock", "stock", _stock(board.stock), period)
    yield from _terms("Consumables", "consumables", _consumables(board.consumables), period)
    yield from _standings(board)
    yield from _shares(board)


def rows_of(board: Board) -> Iterator[tuple[Any, ...]]:
    """Every figure of the page as rows of a file, money in pence."""
    return (one.row for one in told(board))


def _of_measure(one: Figure, first: date, last: date, ending: str = "") -> Iterator[Told]:
    for basis in one.measure.bases:
        yield Told(
            f"{one.measure.code}.{basis.value}{ending}",
            "Measures",
            one.measure.code,
            one.measure.name,
            basis.value,
            first,
            last,
            one.above(basis) if one.known else None,
            one.below(basis),
            one.written(basis),
            one.hundredths(basis),
        )


def _of_speeds(board: Board) -> Iterator[Told]:
    period = board.asked.chosen.period
    for speed, figures in board.by_speed.items():
        for one in figures:
            yield from _of_measure(one, period.first, period.last, f".{named(speed)}")


def named(speed: Speed) -> str:
    """A speed as it stands in a figure's id."""
    return speed.name.lower().replace("_", "-")


def _terms(
    part: str, id: str, terms: list[tuple[str, Tally]], period: Period | None
) -> Iterator[Told]:
    """Terms of an account of things: how many, and what they are worth."""
    first, last = (period.first, period.last) if period else (None, None)
    for name, term in terms:
        term_id = id if name.replace(" ", "-") == id else f"{id}.{name.replace(' ', '-')}"
        written = {Basis.ITEMS: f"{term.count:,}", Basis.VALUE: pounds(term.pence)}
        for basis, text in written.items():
            unit = PENCE if basis is Basis.VALUE else basis.value
            about = (f"{term_id}.{basis.value}", part, None, name, unit, first, last)
            yield Told(*about, term.of(basis), None, text)


def _stock(stock: Identity) -> list[tuple[str, Tally]]:
    terms = [("opening", stock.opening)]
    terms += [(flow.value, stock.flows[flow]) for flow in (*INFLOWS, *OUTFLOWS)]
    terms += [(f"{flow.value} by counts", term) for flow, term in stock.counted.items()]
    return [*terms, ("closing", stock.closing)]


def _consumables(loose: Consumables) -> list[tuple[str, Tally]]:
    return [
        ("opening", loose.opening),
        ("came in", loose.came_in),
        ("issued", loose.issued),
        ("put right", loose.put_right),
        ("closing", loose.closing),
    ]


def _standings(board: Board) -> Iterator[Told]:
    """What each partner has spent of its budget, in the financial year so far."""
    for one in board.standings:
        body = one.organisation
        yield _spent(board, body.name, one.year, one.budget, body)
    if len(board.standings) > 1:
        spent = sum(one.year for one in board.standings)
        yield _spent(board, "All partners", spent, sum(one.budget for one in board.standings))


def _spent(
    board: Board, name: str, spent: int, budget: int, body: Organisation | None = None
) -> Told:
    figure_id, code = (f"spent.{body.code}", body.official_code) if body else ("spent", None)
    last = board.asked.chosen.period.last
    used = percent(spent, budget)
    return Told(figure_id, "Money", code, name, PENCE, None, last, spent, budget, used)


def _shares(board: Board) -> Iterator[Told]:
    """Each partner's share of what is laid beside each other, and the whole of it."""
    fair, period = board.fairness, board.asked.chosen.period
    if fair is None:
        return
    for kind in Kind:
        about = (kind.value, PENCE, period.first, period.last)
        whole, all_id = fair.whole(kind), f"fairness.{kind.key}"
        for one in fair.partners:
            code, part = one.official_code, fair.part(kind, one)
            text = fair.share(kind, one)
            yield Told(f"{all_id}.{one.code}", "Fairness", code, *about, part, whole, text)
        yield Told(all_id, "Fairness", None, *about, whole, None, pounds(whole))


def of_measured(measure: Measure, shown: Measured, asked: Asked) -> Iterator[Told]:
    """Every figure of one measure's page: the whole, its months, partners, groups and speeds."""
    first, last = asked.chosen.period.first, asked.chosen.period.last
    yield from _of_measure(shown.whole, first, last)
    months = dict(shown.months)
    for chart in shown.charts.values() if measure.settled else ():
        months.update(chart.figures)
    for month, one in months.items():
        yield from _of_measure(one, month, last_of_month(month), f".{month:%Y-%m}")
    for partner, one in shown.partners.items():
        yield from _of_measure(one, first, last, f".partner.{asked.code_of(partner)}")
    for group, one in shown.groups.items():
        yield from _of_measure(one, first, last, f".group.{group.value}")
    for speed, one in shown.speeds.items():
        yield from _of_measure(one, first, last, f".{named(speed)}")
