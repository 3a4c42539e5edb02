"""The blind sheet for those who count on paper: what to write down, and nothing of the books."""

from collections.abc import Sequence
from io import BytesIO

from reportlab.lib.pagesizes import A4
from reportlab.lib.units import mm
from reportlab.pdfgen.canvas import Canvas

from core.clock import london_day
from core.lettering import BOLD, MONO, PLAIN, Font, fitted
from labels.rules import grouped
from returns.counting.models import StockCount

LEFT, RIGHT, TOP, BOTTOM = 20 * mm, 190 * mm, 280 * mm, 24 * mm
BOX, GAP, ROW = 7 * mm, 3 * mm, 11 * mm
FEWEST_ROWS = 18  # of boxes for items, two side by side


def sheet_pdf(
    count: StockCount, consumables: Sequence[str], again: Sequence[tuple[str, str]]
) -> bytes:
    """The sheet as A4, the same bytes for the same count whenever it is asked for.

    `again`: the code and name of each item that is counted again; none in the first round, when
    there are boxes to write codes into.
    """
    paper = BytesIO()
    canvas = Canvas(paper, pagesize=A4, pageCompression=1, invariant=1, lang="en-GB")
    canvas.setTitle(f"Count {count.code}")
    canvas.setCreator("")
    canvas.setProducer("")
    sheet = _Sheet(canvas, count)
    sheet.head()
    if consumables:
        sheet.heading("How many of each are there? Write 0 where there are none.")
        for name in consumables:
            sheet.quantity(name)
    if again:
        sheet.heading("Are these here? Tick what you have in your hands.")
        for code, name in again:
            sheet.tick(code, name)
    elif count.round == 1:
        sheet.heading("The eight characters under the square of every label")
        for _ in range(FEWEST_ROWS):
            sheet.codes()
    canvas.save()
    return paper.getvalue()


class _Sheet:
    """Where the pen stands on a sheet, and a new page where the room runs out."""

    def __init__(self, canvas: Canvas, count: StockCount) -> None:
        self.canvas, self.count, self.y, self.number = canvas, count, TOP, 1
        self._foot()

    def head(self) -> None:
        """What is counted, since when, and where to sign."""
        on = london_day(self.count.begun_at)
        self._write(self.count.scope, BOLD, 20)
        again = "" if self.count.round == 1 else f", counted again ({self.count.round})"
        self._write(f"Count {grouped(self.count.code)}{again}, begun on {on:%-d %B %Y}", PLAIN, 11)
        self.y -= 6 * mm
        self._write("Counted by ______________________________   on ________________", PLAIN, 11)

    def heading(self, text: str) -> None:
        """What the lines below ask for."""
        self._room(ROW * 3)
        self.y -= 6 * mm
        self._write(text, BOLD, 12)
        self.y -= 2 * mm

    def quantity(self, name: str) -> None:
        """A consumable and a box for how many there are."""
        self._room(ROW)
        self.canvas.rect(RIGHT - 3 * BOX, self.y - BOX, 3 * BOX, BOX)
        self._beside(name, LEFT, RIGHT - 3 * BOX - GAP)

    def tick(self, code: str, name: str) -> None:
        """An item and a box to tick."""
        self._room(ROW)
        self.canvas.rect(LEFT, self.y - BOX, BOX, BOX)
        self.canvas.setFont(MONO, 12)
        self.canvas.drawString(LEFT + BOX + GAP, self.y - BOX + 2 * mm, grouped(code))
        self._beside(name, LEFT + 45 * mm, RIGHT)

    def codes(self) -> None:
        """Boxes for two codes, four and four characters each."""
        self._room(ROW)
        for left in (LEFT, LEFT + 88 * mm):
            for box in range(8):
                x = left + box * BOX + (GAP if box > 3 else 0)
                self.canvas.rect(x, self.y - BOX, BOX, BOX)
        self.y -= ROW

    def _beside(self, text: str, left: float, right: float) -> None:
        line, size = fitted(text, PLAIN, 11, 8, right - left)
        self.canvas.setFont(PLAIN, size)
        self.canvas.drawString(left, self.y - BOX + 2 * mm, line)
        self.y -= ROW

    def _write(self, text: str, font: Font, size: float) -> None:
        line, smaller = fitted(text, font, size, size * 0.6, RIGHT - LEFT)
        self.y -= size * 1.3
        self.canvas.setFont(font, smaller)
        self.canvas.drawString(LEFT, self.y, line)

    def _room(self, height: float) -> None:
        if self.y - height < BOTTOM:
            self.canvas.showPage()
            self.y, self.number = TOP, self.number + 1
            self._foot()

    def _foot(self) -> None:
        self.canvas.setLineWidth(0.5)
        self.canvas.setFont(PLAIN, 9)
        self.canvas.drawString(LEFT, 12 * mm, f"Count {grouped(self.count.code)}")
        self.canvas.drawRightString(RIGHT, 12 * mm, f"Page {self.number}")
