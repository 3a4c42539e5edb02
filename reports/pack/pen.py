"""The very shapes a page writes as SVG, drawn into a PDF as lines and letters."""

from reportlab.lib.colors import HexColor
from reportlab.pdfgen.canvas import Canvas
from reportlab.pdfgen.pathobject import PDFPathObject

from core.lettering import BOLD, PLAIN, printable
from reports.drawing import Look, Picture, Shape

LETTERS = 13  # Vera is wider than the page's letters, so a size less


def draw(canvas: Canvas, picture: Picture, left: float, foot: float, width: float) -> None:
    """A picture of a width, whose lower left corner stands at a place."""
    frame = picture.frame
    canvas.saveState()
    canvas.translate(left, foot)
    canvas.scale(width / frame.width, width / frame.width)
    canvas.setLineJoin(1)
    for shape in picture.shapes:
        _draw(canvas, shape, frame.height)
    canvas.restoreState()


def height_of(picture: Picture, width: float) -> float:
    """How high a picture of a width is."""
    return picture.frame.height * width / picture.frame.width


def _draw(canvas: Canvas, shape: Shape, height: int) -> None:
    look = shape.look
    if shape.kind == "words":
        _write(canvas, shape, height)
        return
    canvas.setLineWidth(look.width)
    canvas.setDash([int(one) for one in look.dashes.split()] or [])
    stroke, fill = _inked(canvas, look)
    if shape.kind == "dot":
        canvas.circle(shape.x, height - shape.y, shape.size, stroke=stroke, fill=fill)
        return
    path = _path(canvas, shape, height)
    if shape.kind == "area":
        path.close()
    canvas.drawPath(path, stroke=stroke, fill=fill)


def _inked(canvas: Canvas, look: Look) -> tuple[int, int]:
    """Whether a look has a line and a filling, with their colours taken up."""
    if look.ink != "none":
        canvas.setStrokeColor(HexColor(look.ink))
    if look.fill != "none":
        canvas.setFillColor(HexColor(look.fill))
    return int(look.ink != "none"), int(look.fill != "none")


def _path(canvas: Canvas, shape: Shape, height: int) -> PDFPathObject:
    path = canvas.beginPath()
    (x, y), *others = shape.places
    path.moveTo(x, height - y)
    for x, y in others:
        path.lineTo(x, height - y)
    return path


def _write(canvas: Canvas, shape: Shape, height: int) -> None:
    canvas.setFont(BOLD if shape.look.bold else PLAIN, shape.size or LETTERS)
    canvas.setFillColor(HexColor(shape.look.fill))
    write = {
        "start": canvas.drawString,
        "middle": canvas.drawCentredString,
        "end": canvas.drawRightString,
    }[shape.anchor]
    write(shape.x, height - shape.y, printable(shape.text))
