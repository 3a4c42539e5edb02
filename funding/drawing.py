"""Rows on paper: drawn line by line, every page numbered, figures in columns."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from io import BytesIO

from reportlab.lib.colors import HexColor
from reportlab.lib.pagesizes import A4
from reportlab.pdfgen.canvas import Canvas

from core.lettering import BOLD, ELLIPSIS, PLAIN, Font, printable, width_of

BLUE, INK, GREY, RULE = map(HexColor, ("#005eb8", "#212b32", "#4c6272", "#d8dde0"))
WIDTH, HEIGHT = A4
LEFT, RIGHT = 50, int(WIDTH) - 50
TOP, BOTTOM = int(HEIGHT) - 110, 70
STEP = 15
FIGURE = 50  # the room a column of figures keeps free to its left
Cells = Sequence[str]


@dataclass(frozen=True)
class Row:
    """One printed row: the cells of its columns, and how it looks."""

    cells: Cells
    columns: Sequence[int]  # where each begins; where it ends, for those that hold figures
    heavy: bool = False
    head: bool = False
    lined: bool = True
    figures: int = 2  # so many of the last columns hold figures
    room: int = FIGURE  # what the first of them keeps free to its left


@dataclass(frozen=True)
class Head:
    """What stands on every page: the band, the heading, the line under it, the foot."""

    band: str
    heading: str
    under: str
    foot: str


def on_paper(head: Head, rows: Sequence[Row], title: str) -> bytes:
    """Rows as a PDF, a page after another."""
    out = BytesIO()
    canvas = Canvas(out, pagesize=A4, invariant=1)
    canvas.setTitle(printable(title))
    pages = list(_pages(rows))
    for number, some in enumerate(pages, start=1):
        frame(canvas, head, f"Page {number} of {len(pages)}")
        _draw(canvas, some)
        canvas.showPage()
    canvas.save()
    return out.getvalue()


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


def frame(canvas: Canvas, head: Head, number: str) -> None:
    """Draw what stands on every page around its content."""
    canvas.setFillColor(BLUE)
    canvas.rect(0, HEIGHT - 30, WIDTH, 30, stroke=0, fill=1)
    canvas.setFillColor(HexColor("#ffffff"))
    canvas.setFont(BOLD, 11)
    canvas.drawString(LEFT, HEIGHT - 20, _cut(head.band, BOLD, 11, RIGHT - LEFT))
    canvas.setFillColor(INK)
    canvas.setFont(BOLD, 15)
    canvas.drawString(LEFT, HEIGHT - 62, _cut(head.heading, BOLD, 15, RIGHT - LEFT))
    canvas.setFillColor(GREY)
    canvas.setFont(PLAIN, 10)
    canvas.drawString(LEFT, HEIGHT - 80, _cut(head.under, PLAIN, 10, RIGHT - LEFT))
    canvas.setFont(PLAIN, 8)
    room = RIGHT - LEFT - width_of(number, PLAIN, 8) - 10
    canvas.drawString(LEFT, 40, _cut(head.foot, PLAIN, 8, room))
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
    first = len(row.columns) - row.figures
    if place >= first:
        canvas.drawRightString(row.columns[place], height, printable(text))
        return
    after = next((p for p in range(place + 1, len(row.cells)) if row.cells[p]), len(row.cells) - 1)
    room = row.columns[after] - row.columns[place] - (row.room if after >= first else 6)
    canvas.drawString(row.columns[place], height, _cut(text, font, 8, room))


def _cut(text: str, font: Font, size: int, width: float) -> str:
    line = printable(text)
    if width_of(line, font, size) <= width:
        return line
    while line and width_of(line + ELLIPSIS, font, size) > width:
        line = line[:-1]
    return f"{line.rstrip()}{ELLIPSIS}"
