"""A pack as a spreadsheet and as CSV files: every table of it, and every sentence."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any

from reports.pack.parts import Cell, Cells, Month, Pack, Rate, Table
from reports.units import Unit, rounded
from web import csvs
from web.bundles import bundled
from web.sheets import Heavy, Number, Sheet, workbook

SENTENCE_HEADS = ("Part", "What it says")
SENTENCE_WIDTHS = (22, 60)
WIDTH, NARROW = 28, 14


@dataclass
class Rows:
    """A sheet's rows, gathered from the tables that share it."""

    name: str
    heads: tuple[str, ...]
    rows: list[Cells] = field(default_factory=list)
    total: bool = False

    def take(self, table: Table) -> None:
        """Add a table's rows, its name before each where there are others."""
        self.rows += [(table.name, *row) for row in table.rows] if table.of else table.rows
        self.total = table.total


def gathered(pack: Pack) -> list[Rows]:
    """What the files hold: first all sentences, then every table, one sheet each."""
    said = Rows("Summary", SENTENCE_HEADS)
    said.rows = [(part.name, text) for part in pack.parts for text in part.sentences]
    sheets = {said.name: said}
    tables = [table for part in pack.parts for table in part.tables]
    for table in [*tables, *([pack.figures] if pack.figures else [])]:
        heads = (table.of, *table.heads) if table.of else table.heads
        sheets.setdefault(table.sheet, Rows(table.sheet, heads)).take(table)
    return list(sheets.values())


def spread(pack: Pack) -> bytes:
    """The pack as a spreadsheet: numbers are numbers, money exact to the penny."""
    return workbook(pack.title, [_sheet(rows, pack) for rows in gathered(pack)])


def _sheet(rows: Rows, pack: Pack) -> Sheet:
    widths: tuple[int, ...] = SENTENCE_WIDTHS
    if rows.heads != SENTENCE_HEADS:
        widths = (WIDTH, *(max(NARROW, len(head) + 3) for head in rows.heads[1:]))
    said = (pack.title, pack.fund, f"Figures {pack.sign}")
    return Sheet(rows.name, rows.heads, list(_spread(rows)), said, widths)


def _spread(rows: Rows) -> Iterator[Any]:
    for place, row in enumerate(rows.rows, 1):
        cells = tuple(_number(cell) for cell in row)
        yield Heavy(cells) if rows.total and place == len(rows.rows) else cells


def _number(cell: Cell) -> Any:
    """A rate as the number it is, rounded as it is written; a month as its first day."""
    if isinstance(cell, Month):
        return cell.first
    if not isinstance(cell, Rate):
        return cell
    if cell.hundredths is None:
        return None
    whole = rounded(cell.hundredths)
    if cell.unit is Unit.PERCENT:
        return Number(Decimal(whole).scaleb(-4), "0.00%")
    value = Decimal(whole).scaleb(-2)
    return value if cell.unit in (Unit.POUNDS, Unit.EACH) else Number(value, "#,##0.00")


def zipped(pack: Pack) -> bytes:
    """The pack as CSV files in one ZIP, numbered in the order of the pack."""
    return bundled(
        (f"{number:02d}-{csvs.tidy_name(rows.name).lower()}.csv", _csv(rows))
        for number, rows in enumerate(gathered(pack), 1)
    )


def _csv(rows: Rows) -> bytes:
    told = (tuple(_dated(cell) for cell in row) for row in rows.rows)
    return ("\ufeff" + csvs.written(rows.heads, told)).encode()


def _dated(cell: Cell) -> Cell:
    return cell.first if isinstance(cell, Month) else cell
