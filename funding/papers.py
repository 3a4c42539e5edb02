"""A statement on paper: drawn line by line, every page numbered, figures in columns."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from io import BytesIO

from reportlab.lib.colors import HexColor
from reportlab.lib.pagesizes import A4
from reportlab.pdfgen.canvas import Canvas

from core.lettering import BOLD, ELLIPSIS, PLAIN, Font, printable, width_of
from core.money import pounds
from funding.statements import Item, Line, Statement, total
from funding.tables import ruled_by

BLUE, INK, GREY, RULE = map(HexColor, ("#005eb8", "#212b32", "#4c6272", "#d8dde0"))
WIDTH, HEIGHT = A4
LEFT, RIGHT = 50, int(WIDTH) - 50
TOP, BOTTOM = int(HEIGHT) - 110, 70
STEP = 15
MOST_ITEMS = 3000  # beyond that the entries are in the CSV, which a spreadsheet can hold
Cells = Sequence[str]


@dataclass(frozen=True)
class Row:
    """One printed row: the cells of its columns, and how it looks."""

    cells: Cells
    columns: Sequence[int]  # where each begins; the last is right-aligned at its place
    heavy: bool = False
    head: bool = False
    lined: bool = True


SUMMARY = (LEFT, LEFT + 75, LEFT + 195, RIGHT - 85, RIGHT)
ENTRIES = (LEFT, LEFT + 45, LEFT + 105, LEFT + 170, LEFT + 240, RIGHT - 75, RIGHT)


def drawn(statement: Statement, items: Sequence[Item], fund: str) -> bytes:
    """The statement as a PDF: its lines and totals, then every entry behind them."""
    out = BytesIO()
    canvas = Canvas(out, pagesize=A4, invariant=1)
    name = f"{statement.organisation.name}, {statement.month:%B %Y}"
    canvas.setTitle(printable(f"Statement of {name}"))
    pages = list(_pages([*_summary(statement), *_itemised(items)]))
    for number, rows in enumerate(pages, start=1):
        _frame(canvas, statement, fund, f"Page {number} of {len(pages)}")
        _draw(canvas, rows)
        canvas.showPage()
    canvas.save()
    return out.getvalue()


def _summary(statement: Statement) -> Iterator[Row]:
    yield Row(("Opening balance", "", "", "", pounds(statement.opening)), SUMMARY, heavy=True)
    for heading, lines in statement.sections:
        if lines:
            yield Row((heading, "Product group", "Rule", "Entries", "Amount"), SUMMARY, head=True)
            yield from (row for line in lines for row in _summed(line))
        yield Row((f"{heading} in all", "", "", "", pounds(total(lines))), SUMMARY, heavy=True)
    yield Row(("Closing balance", "", "", "", pounds(statement.closing)), SUMMARY, heavy=True)


def _summed(line: Line) -> Iterator[Row]:
    kind = line.kind.value.capitalize()
    cells = (kind, line.group.capitalize(), line.ruled_by, f"{line.count:,}", pounds(line.pence))
    yield Row(cells, SUMMARY, lined=not line.late)
    if line.late:
        yield Row((f"Late: {line.late}.", "", "", "", ""), SUMMARY)


def _itemised(items: Sequence[Item]) -> Iterator[Row]:
    if not items:
        return
    yield Row(("", "", "", "", ""), SUMMARY, lined=False)
    if len(items) > MOST_ITEMS:
        told = f"The {len(items):,} entries behind these lines are in the file for spreadsheets."
        yield Row((told, "", "", "", ""), SUMMARY, lined=False)
        return
    heads = ("Entry", "Day", "Kind", "Loan", "Rule", "Share", "Amount")
    yield Row(heads, ENTRIES, head=True)
    for item in items:
        entry = item.entry
        share = f"{item.weight} of {item.of_weights}" if item.weight is not None else ""
        kind, rule = entry.kind.value.capitalize(), ruled_by(entry)
        cells = (str(entry.id), f"{entry.on:%d.%m.%Y}", kind, entry.subject, rule, share)
        yield Row((*cells, pounds(item.pence)), ENTRIES, lined=not entry.late)
        if entry.late:
            yield Row(("", f"Late: {entry.late_because}.", "", "", "", "", ""), ENTRIES)


def _pages(rows: Sequence[Row]) -> Iterator[Sequence[Row]]:
    """The rows a page at a time; a page that begins within a table begins with its heads."""
    room = (TOP - BOTTOM) // STEP
    page: list[Row] = []
    heads: Row | None = None
    for place, row in enumerate(rows):
        left_alone = row.head and len(page) >= room - 2 and place + 1 < len(rows)
        if len(page) >= room or left_alone:
            yield page
            page = [heads] if heads is not None and not row.head and not row.heavy else []
        heads = row if row.head else None if row.heavy else heads
        page.append(row)
    yield page


def _frame(canvas: Canvas, statement: Statement, fund: str, number: str) -> None:
    canvas.setFillColor(BLUE)
    canvas.rect(0, HEIGHT - 30, WIDTH, 30, stroke=0, fill=1)
    canvas.setFillColor(HexColor("#ffffff"))
    canvas.setFont(BOLD, 11)
    canvas.drawString(LEFT, HEIGHT - 20, _cut(fund, BOLD, 11, RIGHT - LEFT))
    canvas.setFillColor(INK)
    canvas.setFont(BOLD, 15)
    body = statement.organisation
    heading = f"Statement of {body.name}"
    canvas.drawString(LEFT, HEIGHT - 62, _cut(heading, BOLD, 15, RIGHT - LEFT))
    canvas.setFillColor(GREY)
    canvas.setFont(PLAIN, 10)
    days = f"1 to {statement.last_day.day} {statement.month:%B %Y}"
    canvas.drawString(LEFT, HEIGHT - 80, printable(f"{body.official_code}, {days}"))
    canvas.setFont(PLAIN, 8)
    canvas.drawString(LEFT, 40, "What is owed to the pool. A minus is in the partner's favour.")
    canvas.drawRightString(RIGHT, 40, number)


def _draw(canvas: Canvas, rows: Sequence[Row]) -> None:
    height = TOP
    for row in rows:
        font = BOLD if row.heavy or row.head else PLAIN
        canvas.setFont(font, 8)
        canvas.setFillColor(GREY if row.head else INK)
        for place, text in enumerate(row.cells):
            _cell(canvas, row, place, text, font, height)
        if row.lined:
            canvas.setStrokeColor(INK if row.heavy else RULE)
            canvas.line(LEFT, height - 4, RIGHT, height - 4)
        height -= STEP


def _cell(canvas: Canvas, row: Row, place: int, text: str, font: Font, height: int) -> None:
    last = len(row.columns) - 1
    if place >= last - 1:  # the two last columns are figures
        at = row.columns[place] if place == last else row.columns[place] + 15
        canvas.drawRightString(at, height, printable(text))
        return
    after = next((p for p in range(place + 1, last) if row.cells[p]), last - 1)
    room = row.columns[after] - row.columns[place] - (35 if after == last - 1 else 6)
    canvas.drawString(row.columns[place], height, _cut(text, font, 8, room))


def _cut(text: str, font: Font, size: int, width: float) -> str:
    line = printable(text)
    if width_of(line, font, size) <= width:
        return line
    # A long name of a rule is cut so that its version can still be read.
    name, mark, version = line.rpartition(", version ")
    line, end = (name, f"{ELLIPSIS} v{version}") if mark and version.isdigit() else (line, ELLIPSIS)
    while line and width_of(line + end, font, size) > width:
        line = line[:-1]
    return f"{line.rstrip()}{end}"
