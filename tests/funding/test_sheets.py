"""A statement as a spreadsheet: the page's figures and the file's, real numbers, real dates."""

import io
from collections.abc import Callable
from datetime import date, datetime
from decimal import Decimal
from typing import Any

from flask import Flask
from openpyxl import load_workbook

from core.db import db
from core.money import Pence, pounds
from funding.queries import statement
from funding.rules import told_late
from funding.statements import items, total
from funding.tables import spread
from people.rules import Role
from tests.conftest import EachRequestAlone
from tests.funding.test_statements import MAY, Year, board, text_of
from web.csvs import read_back
from web.sheets import Sheet, workbook

As = Callable[..., EachRequestAlone]


def opened(made: bytes) -> Any:
    return load_workbook(io.BytesIO(made))


def pence(value: Any) -> int:
    """An amount of a cell in pence, exactly."""
    amount = Decimal(str(value)) * 100
    assert amount == int(amount)
    return int(amount)


def table(sheet: Any, head: str) -> list[list[Any]]:
    """The rows below the heads, the first of which is `head`."""
    rows = [list(row) for row in sheet.iter_rows(values_only=True)]
    return rows[next(place for place, row in enumerate(rows) if row[0] == head) :]


def test_page_file_paper_and_spreadsheet_say_the_same_figures(app: Flask, as_: As) -> None:
    year = Year()
    may = statement(year.one, MAY, viewer=board())
    reader, address = as_(Role.BOARD), f"/funding/statements/{year.one.code}/2026-05"
    book = opened(reader.get(f"{address}.xlsx").data)
    page = reader.get(address).get_data(as_text=True)
    paper = text_of(reader.get(f"{address}.pdf").data)
    _, *summary = table(book["Summary"], "Step")
    lines = [line for _, lines in may.sections for line in lines]
    told = [row for row in summary if row[5] is not None]
    assert [(row[1], row[2], row[3], row[5], pence(row[6])) for row in told] == [
        (line.kind.value, line.group, line.ruled_by, line.count, line.pence) for line in lines
    ]
    ends = {row[0]: pence(row[6]) for row in summary if row[5] is None}
    assert ends == {
        "Opening balance": may.opening,
        "Charges in all": total(may.charges),
        "Credits in all": total(may.credits),
        "Adjustments in all": total(may.adjustments),
        "Closing balance": may.closing,
    }
    for amount in (*ends.values(), *(line.pence for line in lines)):
        assert pounds(amount) in page
        assert pounds(amount) in paper


def test_every_row_of_the_spreadsheet_is_a_row_of_the_file(app: Flask, as_: As) -> None:
    year = Year()
    reader, address = as_(Role.BOARD), f"/funding/statements/{year.one.code}/2026-05"
    heads, *rows = read_back(reader.get(f"{address}.csv").get_data(as_text=True))
    sheet = opened(reader.get(f"{address}.xlsx").data)["Entries"]
    theirs = table(sheet, heads[0])
    assert theirs[0] == heads
    assert len(theirs) == len(rows) + 1
    for row, cells in zip(rows, theirs[1:], strict=True):
        assert row == [as_text(head, cell) for head, cell in zip(heads, cells, strict=True)]


def as_text(head: str, cell: Any) -> str:
    """A cell as the file without formats says it."""
    if cell is None:
        return ""
    if "(£)" in head:
        return f"{Decimal(str(cell)):.2f}"
    return f"{cell:%Y-%m-%d}" if isinstance(cell, datetime) else str(cell)


def test_amounts_are_numbers_days_are_dates_and_no_text_is_a_formula(app: Flask) -> None:
    year = Year()
    may = statement(year.one, MAY, viewer=board())
    rows = items(year.one, MAY, viewer=board())
    sheet = opened(spread(may, rows, "=2+5"))["Entries"]
    heads = [cell.value for cell in sheet[1]]
    for row in sheet.iter_rows(min_row=2):
        cells = dict(zip(heads, row, strict=True))
        assert cells["Amount (£)"].data_type == "n"
        assert cells["Amount (£)"].number_format.startswith('"£"#,##0.00')
        assert cells["Day"].is_date
        assert all(cell.data_type in "nsd" for cell in row)
    memos = [cell for row in sheet.iter_rows() for cell in row if cell.value == "=2+5 wrong bed"]
    assert [(cell.data_type, cell.quotePrefix) for cell in memos] == [("s", True)]


def test_the_same_month_gives_the_same_bytes(app: Flask) -> None:
    year = Year()
    may, rows = statement(year.one, MAY, viewer=board()), items(year.one, MAY, viewer=board())
    first = spread(may, rows, year.fund.name)
    assert spread(may, rows, year.fund.name) == first
    assert b"2026-" not in first


def test_whatever_stands_in_a_cell_can_be_opened() -> None:
    odd = ["=1+1", "+1", "-1", "@x", "#N/A", "a\x00\x07b", "\ufffe", "", "x" * 40_000, "1,5", True]
    made = workbook("Odd", [Sheet("Odd", ["What"], [[text] for text in odd])])
    cells = [row[0].value for row in opened(made)["Odd"].iter_rows(min_row=2)]
    assert cells[:6] == ["=1+1", "+1", "-1", "@x", "#N/A", "ab"]
    assert (cells[6], cells[7], len(cells[8]), cells[9], cells[10]) == (
        None, None, 32_767, "1,5", "yes",
    )  # fmt: skip


def test_what_happened_in_a_closed_month_says_so_wherever_it_is_told(app: Flask, as_: As) -> None:
    year = Year()
    may = statement(year.one, MAY, viewer=board())
    year.fund.open_from = date(2026, 6, 1)
    db.session.flush()
    late = year.entry(pence=Pence(7_00), on=date(2026, 5, 3), rule_id=year.rule.id)
    told = "of May, counted in June because May was closed"
    june = statement(year.one, date(2026, 6, 1), viewer=board())
    assert [(line.late, line.pence) for line in june.charges if line.late] == [(told, 4_20)]
    reader, address = as_(Role.BOARD), f"/funding/statements/{year.one.code}/2026-06"
    page = reader.get(address).get_data(as_text=True)
    assert page.count(f"Late: {told}") == 1
    assert told in reader.get(f"{address}.csv").get_data(as_text=True)
    assert text_of(reader.get(f"{address}.pdf").data).count(f"Late: {told}.") == 2
    book = opened(reader.get(f"{address}.xlsx").data)
    for name in ("Summary", "Entries"):
        assert any(told in row for row in book[name].iter_rows(values_only=True)), name
    assert told in reader.get(f"/funding/entries/{late.id}").get_data(as_text=True)
    listed = "/funding/entries?from_month=2026-06&to_month=2026-06"
    assert told in reader.get(listed).get_data(as_text=True)
    of_may = reader.get(f"{listed}&of_month=2026-05").get_data(as_text=True)
    assert "1 entry, " in of_may
    assert may.closing == june.opening


def test_a_late_month_is_named_with_its_year_where_that_is_another() -> None:
    assert told_late(date(2026, 3, 31), date(2026, 3, 1)) == ""
    assert told_late(date(2026, 3, 31), date(2026, 4, 1)) == (
        "of March, counted in April because March was closed"
    )
    assert told_late(date(2025, 12, 31), date(2026, 1, 1)) == (
        "of December 2025, counted in January 2026 because December 2025 was closed"
    )


def test_a_spreadsheet_of_another_partner_is_not_found(app: Flask, as_: As) -> None:
    year = Year()
    officer = as_(Role.FINANCE, organisation=year.one)
    own, foreign = (
        officer.get(f"/funding/statements/{body.code}/2026-05.xlsx").status_code
        for body in (year.one, year.other)
    )
    assert (own, foreign) == (200, 404)
