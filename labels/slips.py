"""The loan slip: the client's copy of what was lent, and how to give it back or report a fault.

It goes into the client's hands, so it bears their name and address. Notes for crews (key safes,
hazards) are not among what it is told.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from io import BytesIO

from reportlab.lib.pagesizes import A4
from reportlab.lib.units import mm
from reportlab.pdfgen.canvas import Canvas

from core.lettering import BOLD, MONO, PLAIN, Font, fitted, wrapped
from labels import qr
from labels.rules import grouped
from labels.sheets import Sender

LEFT, RIGHT = 20 * mm, 190 * mm
TOP, BOTTOM = 280 * mm, 22 * mm
SQUARE = 24 * mm
ADVICE_HEIGHT = 62 * mm


@dataclass(frozen=True, slots=True)
class SlipLine:
    """One thing that was lent, or a quantity of something to keep."""

    product_name: str
    when: str
    code: str = ""
    address: str = ""
    quantity: int = 1


@dataclass(frozen=True, slots=True)
class Slip:
    """All that a slip says."""

    sender: Sender
    hours: str
    order_code: str
    client_name: str
    client_address: tuple[str, ...]
    lines: tuple[SlipLine, ...]


def slip_pdf(slip: Slip) -> bytes:
    """The slip as A4, the same bytes for the same loan whenever it is asked for."""
    paper = BytesIO()
    canvas = Canvas(paper, pagesize=A4, pageCompression=1, invariant=1, lang="en-GB")
    canvas.setTitle(f"Loan slip {slip.order_code}")
    canvas.setAuthor(slip.sender.name)
    canvas.setCreator("")
    canvas.setProducer("")
    sheet = _Sheet(canvas, slip)
    sheet.head()
    for line in slip.lines:
        sheet.lent(line)
    sheet.advice()
    canvas.save()
    return paper.getvalue()


class _Sheet:
    """Where the pen stands on a page of the slip, and a new page where the room runs out."""

    def __init__(self, canvas: Canvas, slip: Slip) -> None:
        self.canvas, self.slip, self.y, self.number = canvas, slip, TOP, 1
        self._foot()

    def head(self) -> None:
        """Whose equipment it is, what this paper is, and whom it is for."""
        self._write(self.slip.sender.name, PLAIN, 12)
        self._write("Your equipment on loan", BOLD, 22, after=8)
        self._write(self.slip.client_name, BOLD, 12)
        for line in self.slip.client_address:
            self._write(line, PLAIN, 11)
        self.y -= 6 * mm

    def lent(self, line: SlipLine) -> None:
        """One thing: its square where it has one, its name, its characters, since when."""
        self._room(SQUARE + 4 * mm)
        self._rule()
        top, x = self.y, LEFT
        if line.address:
            qr.draw(self.canvas, line.address, LEFT - 3 * mm, top, SQUARE)
            x = LEFT + SQUARE
        self.y -= 2 * mm
        name = line.product_name if line.quantity == 1 else f"{line.quantity} × {line.product_name}"
        self._block(wrapped(name, BOLD, 12, RIGHT - x, 2), BOLD, 12, x)
        if line.code:
            self._block((grouped(line.code),), MONO, 13, x)
        self._block((line.when,), PLAIN, 11, x)
        self.y = min(self.y - 3 * mm, top - SQUARE - 1 * mm) if line.address else self.y - 3 * mm

    def advice(self) -> None:
        """What to do when it is no longer needed, or does not work."""
        self._room(ADVICE_HEIGHT)
        self._rule()
        self.y -= 3 * mm
        sender = self.slip.sender
        self._write("To give equipment back", BOLD, 13)
        self._paragraph(
            "The equipment is lent to you and belongs to us. When you no longer need it, ring us "
            "and we will collect it. Please do not throw it away, sell it or pass it on."
        )
        self._write("If something is broken or does not feel safe", BOLD, 13)
        self._paragraph(
            "Stop using it and ring us. Have the eight characters on the label ready, if you can. "
            "With a telephone's camera the square on the label shows how to reach us, too."
        )
        self._write(f"Telephone {sender.telephone}", BOLD, 16)
        self._write(self.slip.hours, PLAIN, 11)

    def _paragraph(self, text: str) -> None:
        self._block(wrapped(text, PLAIN, 11, RIGHT - LEFT, 4), PLAIN, 11, LEFT)
        self.y -= 3 * mm

    def _write(self, text: str, font: Font, size: float, after: float = 0) -> None:
        line, smaller = fitted(text, font, size, size * 0.7, RIGHT - LEFT)
        self._block((line,), font, smaller, LEFT)
        self.y -= after

    def _block(self, lines: Sequence[str], font: Font, size: float, x: float) -> None:
        self.canvas.setFont(font, size)
        for line in lines:
            self.y -= size * 1.3
            self.canvas.drawString(x, self.y, line)

    def _rule(self) -> None:
        self.canvas.setLineWidth(0.5)
        self.canvas.line(LEFT, self.y, RIGHT, self.y)

    def _room(self, height: float) -> None:
        if self.y - height < BOTTOM:
            self.canvas.showPage()
            self.y, self.number = TOP, self.number + 1
            self._foot()

    def _foot(self) -> None:
        self.canvas.setFont(PLAIN, 9)
        self.canvas.drawString(LEFT, 12 * mm, f"Order {grouped(self.slip.order_code)}")
        self.canvas.drawRightString(RIGHT, 12 * mm, f"Page {self.number}")
