"""Sheets of labels as PDF, the same bytes for the same labels whenever they are asked for."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from io import BytesIO

from reportlab.lib.units import mm
from reportlab.pdfgen.canvas import Canvas

from core.lettering import BOLD, ELLIPSIS, MONO, PLAIN, Font, fitted, wrapped
from labels import qr
from labels.layouts import Layout, Letters
from labels.rules import grouped

LEADING = 1.15
Line = tuple[str, Font, float]


@dataclass(frozen=True, slots=True)
class Face:
    """What one label says. Nothing of it is about any person."""

    address: str
    code: str
    product_name: str
    issue: int = 1


@dataclass(frozen=True, slots=True)
class Sign:
    """What the label of a store, a place or a command says."""

    address: str
    title: str
    below: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Sender:
    """Whose equipment it is and whom to ring."""

    name: str
    telephone: str


Square = Callable[[Canvas, str, float, float, float], None]


def sheet(
    faces: Iterable[Face | Sign],
    *,
    layout: Layout,
    start: int,
    sender: Sender,
    title: str,
    square: Square = qr.draw,
) -> bytes:
    """The labels as PDF, from the `start`th label of the first sheet on."""
    paper = BytesIO()
    size = layout.page[0] * mm, layout.page[1] * mm
    canvas = Canvas(paper, pagesize=size, pageCompression=1, invariant=1, lang="en-GB")
    canvas.setTitle(title)
    canvas.setAuthor(sender.name)
    canvas.setCreator("")
    canvas.setProducer("")
    for number, (face, (new, left, top)) in enumerate(
        zip(faces, layout.places(start), strict=False)
    ):
        if new and number:
            canvas.showPage()
        for part in range(layout.times):
            at = (left + part * layout.part) * mm
            _draw(canvas, face, layout, sender, at, size[1] - top * mm, square)
    canvas.save()
    return paper.getvalue()


def _draw(
    canvas: Canvas,
    face: Face | Sign,
    layout: Layout,
    sender: Sender,
    left: float,
    top: float,
    square: Square,
) -> None:
    """One label: the square on the left, the words beside it, both in the middle of its height."""
    side, height = layout.square * mm, layout.height * mm
    left += layout.inset * mm
    square(canvas, face.address, left, top - (height - side) / 2, side)
    lines = words(face, layout, sender)
    below = top - (height - sum(size * LEADING for _, _, size in lines)) / 2
    for text, font, size in lines:
        below -= size
        canvas.setFont(font, size)
        canvas.drawString(left + side, below, text)
        below -= size * (LEADING - 1)


def words(face: Face | Sign, layout: Layout, sender: Sender) -> list[Line]:
    """The label's lines from top to bottom, each fitted to the label's width."""
    width, letters = layout.column * mm, layout.letters
    if isinstance(face, Sign):
        return _sign(face, letters, sender, width)
    small = letters.small
    code = (face.code[:4], face.code[4:]) if letters.stacked else (grouped(face.code),)
    lines: list[Line] = [_one(part, MONO, letters.code, width) for part in code]
    lines += _many(face.product_name, BOLD, letters.name, width, letters.name_lines)
    lines += _many(f"Property of {sender.name}", PLAIN, small, width, letters.owner_lines)
    lines.append(_one("To give it back, ring", PLAIN, small, width))
    lines.append(_one(sender.telephone, BOLD, letters.telephone, width))
    if face.issue > 1:
        lines.append(_one(f"Label {face.issue}", PLAIN, small * 0.85, width))
    return lines


def _sign(sign: Sign, letters: Letters, sender: Sender, width: float) -> list[Line]:
    lines = _many(sign.title, BOLD, letters.code * 0.8, width, 2)
    for text in sign.below:
        lines += _many(text, PLAIN, letters.name, width, letters.name_lines)
    lines += _many(sender.name, PLAIN, letters.small, width, 1)
    return lines


def _one(text: str, font: Font, size: float, width: float) -> Line:
    line, smaller = fitted(text, font, size, size * 0.7, width)
    return line, font, smaller


def _many(text: str, font: Font, size: float, width: float, most: int) -> list[Line]:
    """The text in so many lines at most; the size goes down a fifth before anything is cut."""
    lines = wrapped(text, font, size, width, most)
    if lines and lines[-1].endswith(ELLIPSIS):
        size *= 0.8
        lines = wrapped(text, font, size, width, most)
    return [(line, font, size) for line in lines]
