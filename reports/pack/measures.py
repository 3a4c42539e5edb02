"""The measures in a pack: a table of all, a chart of each with its months, their definitions."""

from collections.abc import Iterator, Sequence
from datetime import date

from core.clock import months_later
from reports.board import Board
from reports.measures import MEASURES
from reports.pack.parts import (
    Block,
    Cell,
    Cells,
    Chart,
    Heading,
    Listed,
    Month,
    Part,
    Rate,
    Said,
    Table,
    pounds_of,
)
from reports.rules import Basis, Counted, Figure, Measure, figure, together
from reports.rules import Part as PartOfPage
from reports.spc.charted import Charted
from reports.spc.rules import Variation
from reports.told import FIGURE_HEADS, told
from reports.units import COUNTED_AMOUNTS, Unit

PENDING = "Pending"  # what waits today
UNNAMED = (Unit.PERCENT, Unit.POUNDS, Unit.EACH)  # written with their sign
YEAR, QUARTER = 12, 3  # months
MEASURE_HEADS = ("Measure", "By", "Unit", "Counted", "Of", "The month", "Twelve months")
MONEY_HEADS = ("Measure", "Counted", "Of or less", "Figure")
MONTH_HEADS = (
    "Month", "Counted", "Of", "Figure", "Average", "Lower limit", "Upper limit", "What it shows",
)  # fmt: skip
READING = (
    "A dot is a month. The middle line is the average; chance alone keeps nearly every month"
    " between the two dashed limits (2.66 mean moving ranges either side, after NHS Making Data"
    " Count). The dotted line is the target. A diamond is a month that is more than chance and"
    " an improvement, a square one that is a concern: beyond a limit, one of seven in a row on"
    " one side of the average, one of seven in a row going one way, or one of two in three near"
    " a limit."
)
POINT_HEADS = ("Measure", "Month", "Figure", "Lower limit", "Upper limit", "What it shows")
DEFINITION_HEADS = ("Measure", "Unit", "Formula", "Good is", "Target", "Who answers for it")


def kept(board: Board) -> list[Figure]:
    """The figures that a month keeps, as the page has them, those of money last."""
    of_money = [*board.of(PartOfPage.MONEY)]
    others = [one for one in board.rates if one.measure.part is not PartOfPage.MONEY]
    return [one for one in (*others, *of_money) if one.measure not in changing()]


def changing() -> list[Measure]:
    """The measures whose figure of a month goes on changing: a pack leaves them to the page."""
    return [measure for measure in MEASURES.values() if measure.top is Counted.BACK]


def figures_part(board: Board) -> Part:
    """Every measure for the month and for the twelve months that end with it."""
    month = board.asked.chosen.period.first
    year = _of_twelve_months(board, month)
    rows = tuple(
        _figure_row(one, year[one.measure.code], basis)
        for one in kept(board)
        if one.measure.part is not PartOfPage.MONEY
        for basis in one.measure.bases
    )
    said = (
        f"Each measure for {month:%B %Y} with what it was made from, and for the twelve months from"
        f" {months_later(month, 1 - YEAR):%B %Y} to {month:%B %Y}. What each means and leaves out"
        " stands under Definitions."
    )
    table = Table("Measures", MEASURE_HEADS, rows, "Measures")
    blocks = (Said(said), table, Heading("How to read the charts that follow"), Said(READING))
    return Part("Figures of the month", blocks)


def _of_twelve_months(board: Board, month: date) -> dict[str, Figure]:
    first = months_later(month, 1 - YEAR)
    whole = together(tallies for at, tallies in board.months.items() if first <= at <= month)
    return {code: figure(measure, whole) for code, measure in MEASURES.items()}


def _figure_row(one: Figure, year: Figure, basis: Basis) -> Cells:
    named = (f"{one.measure.code} {one.measure.name}", basis.value, one.measure.unit.value)
    return (*named, *_counted(one, basis), _rate(one, basis), _rate(year, basis))


def money_table(board: Board) -> Table:
    """The sums of money of the month, each with what it was made from."""
    rows = tuple(
        (f"{one.measure.code} {one.measure.name}", *_counted(one, basis), _rate(one, basis))
        for one in kept(board)
        if one.measure.part is PartOfPage.MONEY
        for basis in one.measure.bases
    )
    return Table(f"Money, {board.asked.words}", MONEY_HEADS, rows, "Sums of money")


def _rate(one: Figure, basis: Basis) -> Rate:
    return Rate(one.hundredths(basis), one.measure.unit)


def _counted(one: Figure, basis: Basis) -> tuple[Cell, Cell]:
    """The numbers above and below the line: money as pounds, days and loans as numbers."""
    if not one.known:
        return None, None
    above, below, unit = one.above(basis), one.below(basis), one.measure.unit
    money = basis is Basis.VALUE
    top: Cell = above
    if unit not in COUNTED_AMOUNTS and (money or unit in (Unit.POUNDS, Unit.EACH)):
        top = pounds_of(above)
    return top, pounds_of(below) if money and below is not None else below


def figures_table(board: Board) -> Table:
    """Every figure of the page that a month keeps, by the id a program asks for it by."""
    left_to_the_page = {one.code for one in changing()}
    rows = tuple(
        one.row for one in told(board) if one.code not in left_to_the_page and one.part != PENDING
    )
    return Table("All figures", FIGURE_HEADS, rows, "All figures")


def charts_part(board: Board) -> Part:
    """A control chart of each measure: what it shows in a sentence, drawn, and as a table."""
    blocks: list[Block] = []
    for one in board.charted:
        blocks += _charted(one)
    return Part("Control charts", tuple(blocks))


def _charted(one: Charted) -> Iterator[Block]:
    title = f"{one.measure.code} {one.name}"
    yield Heading(title, fresh=True)
    yield Said(one.sentence)
    yield Chart(one.pictures[0], one.icons)
    rows = tuple(_month_row(one, at, figure_) for at, figure_, _ in one.rows)
    if rows:
        yield Table(_with_unit(one), MONTH_HEADS, rows, "Months", of="Measure")


def _with_unit(one: Charted) -> str:
    """The name of a chart's table, whose figures stand without their unit."""
    title, unit = f"{one.measure.code} {one.name}", one.measure.unit
    return title if unit in UNNAMED else f"{title}, in {unit.value}"


def _month_row(one: Charted, at: date, figure_: Figure) -> Cells:
    point, unit = one.control.points[at], one.control.unit
    counted = (Month(at), *_counted(figure_, one.basis), _rate(figure_, one.basis))
    if point is None:
        return (*counted, None, None, None, None)
    verdict = one.control.told_of(at)
    if not one.control.enough:
        return (*counted, None, None, None, verdict)
    limits = (point.limits.mean, point.limits.lower, point.limits.upper)
    return (*counted, *(Rate(value, unit) for value in limits), verdict)


def points_table(board: Board) -> Table | None:
    """The months of the last three that are more than chance explains; none where none is."""
    since = months_later(board.asked.chosen.period.first, 1 - QUARTER)
    rows = tuple(row for one in board.charted for row in _points(one, since))
    return Table("More than chance explains", POINT_HEADS, rows, "Beyond chance") if rows else None


def _points(one: Charted, since: date) -> Iterator[Cells]:
    if not one.control.enough:
        return
    for month, point in one.control.told:
        if month >= since and point.variation is not Variation.COMMON:
            unit, limits = one.control.unit, point.limits
            values = (point.value, limits.lower, limits.upper)
            told = (Rate(value, unit) for value in values)
            yield (
                _with_unit(one),
                Month(month),
                *told,
                one.control.told_of(month),
            )


def definitions_part(board: Board) -> Part:
    """What each measure is, means, leaves out, and who answers for it."""
    measures = [one.measure for one in kept(board)]
    defined = tuple(_definition(one) for one in measures)
    left_out = tuple(_left_out(measures))
    blocks: list[Block] = [
        Said("One definition serves the page, this pack and every file."),
        Table("Definitions", DEFINITION_HEADS, defined, "Definitions"),
        Heading("What each one tells"),
        Listed(tuple(f"{one.code} {one.name}: {one.meaning}" for one in measures)),
        Heading("What is left out"),
        Table("Left out", ("Left out", "Of these measures"), left_out, "Left out"),
    ]
    return Part("Definitions", tuple(blocks))


def _definition(one: Measure) -> Cells:
    target = None
    if one.target is not None:
        target = f"{one.unit.short(one.target)}, {one.target_from}"
    named = (f"{one.code} {one.name}", one.unit.value, one.formula)
    return (*named, one.better.value, target or "None set", one.owner)


def _left_out(measures: Sequence[Measure]) -> Iterator[Cells]:
    """Each exclusion once, with the measures it is declared for."""
    sentences = dict.fromkeys(text for one in measures for text in one.exclusions)
    for text in sentences:
        yield text, ", ".join(one.code for one in measures if text in one.exclusions)
