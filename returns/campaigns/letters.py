"""Letters that ask whether equipment is still needed: large, kind, and one for each client.

The address stands where the window of a DL envelope shows it once the sheet is folded in three.
The squares are those of the labels: they name an item and nobody.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from io import BytesIO

from reportlab.lib.pagesizes import A4
from reportlab.lib.units import mm
from reportlab.pdfgen.canvas import Canvas

from core.lettering import BOLD, MONO, PLAIN, Font, fitted, wrapped
from labels import qr
from labels.rules import grouped
from labels.sheets import Sender

LEFT, RIGHT = 22 * mm, 190 * mm
TOP, BOTTOM = 283 * mm, 14 * mm
ADDRESS_TOP, ADDRESS_WIDTH = (297 - 52) * mm, 80 * mm
BODY_TOP = (297 - 94) * mm
SQUARE = 24 * mm
SIZE, LARGE = 14, 18
NARROW, TIGHT = 10, 12  # the least an address and a line are made smaller to
MOST_ADDRESS_LINES = 6


@dataclass(frozen=True)
class Thing:
    """One thing that was lent."""

    name: str
    code: str
    address: str  # what its square says; empty where its label was never printed


@dataclass(frozen=True)
class Letter:
    """To whom, and about what."""

    name: str
    address: tuple[str, ...]
    things: tuple[Thing, ...]


@dataclass(frozen=True)
class Asking:
    """What every letter of a campaign says."""

    sender: Sender
    hours: str
    title: str
    on: date
    place: str = ""  # of an amnesty day
    day: date | None = None


def letters_pdf(asking: Asking, letters: Sequence[Letter]) -> bytes:
    """The letters as A4, one after another: the same bytes for the same letters."""
    paper = BytesIO()
    canvas = Canvas(paper, pagesize=A4, pageCompression=1, invariant=1, lang="en-GB")
    canvas.setTitle(asking.title)
    canvas.setAuthor(asking.sender.name)
    canvas.setCreator("")
    canvas.setProducer("")
    for letter in letters:
        _Sheet(canvas, asking, letter).write()
        canvas.showPage()
    canvas.save()
    return paper.getvalue()


class _Sheet:
    """Where the pen stands on a letter, and a new page where the room runs out."""

    def __init__(self, canvas: Canvas, asking: Asking, letter: Letter) -> None:
        self.canvas, self.asking, self.letter, self.y = canvas, asking, letter, TOP

    def write(self) -> None:
        """The whole letter."""
        self._head()
        self._line(f"Dear {self.letter.name},", PLAIN, SIZE)
        self._gap()
        self._line("Do you still need what we lent you?", BOLD, LARGE)
        self._gap()
        for thing in self.letter.things:
            self._thing(thing)
        self._gap()
        self._text(
            "If you still need it, please keep it. You need not do anything, and nobody will take "
            "it away."
        )
        self._text(
            "If you no longer need it, we would be glad to have it back. We clean it, check it and "
            "lend it to somebody who is waiting for it. It costs you nothing."
        )
        self._ways_back()
        self._text(
            "If this letter comes to a family that has lost somebody, we are very sorry. Please "
            "ring us when it suits you. We will collect everything then, and will not write again."
        )
        self._room(SIZE * 3)
        self._line("With kind regards,", PLAIN, SIZE)
        self._line(self.asking.sender.name, BOLD, SIZE)

    def _head(self) -> None:
        """Who writes, when, and to whom: behind the window nothing but the address."""
        self._line(self.asking.sender.name, BOLD, LARGE)
        self._line(f"Telephone {self.asking.sender.telephone}", PLAIN, SIZE - 2)
        self._line(self.asking.hours, PLAIN, SIZE - 2)
        self.canvas.setFont(PLAIN, SIZE - 2)
        self.canvas.drawRightString(RIGHT, TOP - 18, f"{self.asking.on:%-d %B %Y}")
        self.y = ADDRESS_TOP
        lines = (self.letter.name, *self.letter.address)
        if len(lines) > MOST_ADDRESS_LINES:
            lines = (*lines[: MOST_ADDRESS_LINES - 1], lines[-1])  # never without its postcode
        for line in lines:
            self._line(line, PLAIN, NARROW + 2, width=ADDRESS_WIDTH, least=NARROW - 2)
        self.y = BODY_TOP

    def _thing(self, thing: Thing) -> None:
        self._room(SQUARE)
        top, x = self.y, LEFT
        if thing.address:
            qr.draw(self.canvas, thing.address, LEFT - 3 * mm, top, SQUARE)
            x = LEFT + SQUARE
        self.y -= 3 * mm
        for line in wrapped(thing.name, BOLD, SIZE, RIGHT - x, 2):
            self._put(line, BOLD, SIZE, x)
        self._put(grouped(thing.code), MONO, SIZE, x)
        self.y = min(self.y, top - SQUARE) if thing.address else self.y - 2 * mm

    def _ways_back(self) -> None:
        self._line("How to give it back", BOLD, LARGE - 2)
        if self.asking.day is not None:
            self._text(
                f"Bring it to {self.asking.place} on {self.asking.day:%A %-d %B %Y}, and whatever "
                "else you have of ours. Nobody asks any questions."
            )
        ring = f"Ring {self.asking.sender.telephone} ({self.asking.hours}). We collect it."
        self._text(ring)
        if any(thing.address for thing in self.letter.things):
            self._text(
                "Or point a telephone's camera at the square beside it, and press the button that "
                "asks us to collect it."
            )

    def _text(self, text: str) -> None:
        for line in wrapped(text, PLAIN, SIZE, RIGHT - LEFT, 6):
            self._room(SIZE * 1.4)
            self._put(line, PLAIN, SIZE, LEFT)
        self._gap()

    def _line(
        self, text: str, font: Font, size: float, width: float = RIGHT - LEFT, least: float = TIGHT
    ) -> None:
        self._room(size * 1.4)
        line, smaller = fitted(text, font, size, min(size, least), width)
        self._put(line, font, smaller, LEFT)

    def _put(self, line: str, font: Font, size: float, x: float) -> None:
        self.y -= size * 1.3
        self.canvas.setFont(font, size)
        self.canvas.drawString(x, self.y, line)

    def _gap(self) -> None:
        self.y -= 2.5 * mm

    def _room(self, height: float) -> None:
        if self.y - height < BOTTOM:
            self.canvas.showPage()
            self.y = TOP
