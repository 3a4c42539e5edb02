"""The test page: does a printer print at its true size, how small a square can be read, where do a
sheet's labels lie? Held against the sheet and a ruler it answers all three.
"""

from io import BytesIO

from reportlab.lib.units import mm
from reportlab.pdfgen.canvas import Canvas

from core.lettering import BOLD, PLAIN
from labels import qr
from labels.layouts import A4, Layout

MODULES = (0.25, 0.375, 0.5, 0.625, 0.75, 1.0)  # millimetres: 2 to 8 dots of 203 dpi
DOT = 25.4 / 203
LEFT, TOP = 32.0, 20.0
TICKS = {10: 6.0, 5: 4.0, 1: 2.5}  # how long the mark of each so many millimetres is


def measured_page(layout: Layout, *, address: str) -> bytes:
    """Rulers and squares of every size on A4, then the outlines of a sheet's labels.

    For a label printer the outline alone, with a ruler, at the size of its label.
    """
    paper = BytesIO()
    canvas = Canvas(paper, pagesize=(A4[0] * mm, A4[1] * mm), invariant=1, lang="en-GB")
    canvas.setTitle("Test page for labels")
    canvas.setCreator("")
    canvas.setProducer("")
    if not layout.is_roll:
        _sizes(canvas, address)
        canvas.showPage()
    canvas.setPageSize((layout.page[0] * mm, layout.page[1] * mm))
    _outlines(canvas, layout)
    canvas.save()
    return paper.getvalue()


def _sizes(canvas: Canvas, address: str) -> None:
    _write(canvas, "Print at 100 %: measure these 100 mm", LEFT, TOP, BOLD, 16)
    _write(canvas, "Choose “actual size”, never “fit to page”. Both rulers must be true.", LEFT, 27)
    _ruler(canvas, LEFT, 32, 100)
    _ruler(canvas, LEFT - 20, 32, 200, down=True)
    _write(canvas, "How small a square can your scanner read?", LEFT, 55, BOLD, 13)
    _write(canvas, "Scan each. Use sheets whose squares are at least as large as the", LEFT, 61)
    _write(canvas, "smallest that is read at once; the next larger one is safer.", LEFT, 66)
    count = len(qr.modules(address)) + 2 * qr.QUIET
    left, top, deepest = LEFT, 74.0, 0.0
    for module in MODULES:
        side = count * module
        if left + side > A4[0] - 10:
            left, top, deepest = LEFT, top + deepest + 12, 0.0
        qr.draw(canvas, address, left * mm, (A4[1] - top) * mm, side * mm)
        _write(canvas, f"{module:g} mm", left, top + side + 4, size=9)
        _write(canvas, f"{round(module / DOT)} dots of 203 dpi", left, top + side + 8, size=7)
        left, deepest = left + max(side, 26) + 4, max(deepest, side)


def _outlines(canvas: Canvas, layout: Layout) -> None:
    """Each label's edge and number; the first with marks a millimetre apart."""
    places = layout.places(1)
    canvas.setLineWidth(0.3)
    for number in range(1, layout.per_sheet + 1):
        _, left, top = next(places)
        bottom = layout.page[1] - top - layout.height
        canvas.rect(left * mm, bottom * mm, layout.width * mm, layout.height * mm)
        _write(canvas, str(number), left + layout.width - 9, top + layout.height - 4, BOLD, 9)
    _ruler(canvas, layout.left + 1, layout.top + 1, int(layout.width - 2) // 10 * 10, size=6)
    text = f"{layout.width:g} × {layout.height:g} mm"
    _write(canvas, text, layout.left + 3, layout.top + layout.height / 2 + 4, size=7)


def _ruler(
    canvas: Canvas, left: float, top: float, length: int, *, down: bool = False, size: float = 8
) -> None:
    canvas.setLineWidth(0.2)
    for at in range(length + 1):
        mark = next(long for every, long in TICKS.items() if at % every == 0)
        x, y = (left, top + at) if down else (left + at, top)
        x2, y2 = (x + mark, y) if down else (x, y + mark)
        canvas.line(x * mm, _up(canvas, y), x2 * mm, _up(canvas, y2))
        if at % (50 if down else 10) == 0 and at:
            _write(canvas, str(at), x2 - (2 if not down else -0.5), y2 + (3 if not down else 1),
                   size=size)  # fmt: skip


def _write(
    canvas: Canvas, text: str, left: float, top: float, font: str = PLAIN, size: float = 10
) -> None:
    canvas.setFont(font, size)
    canvas.drawString(left * mm, _up(canvas, top), text)


def _up(canvas: Canvas, top: float) -> float:
    """A distance from the top in millimetres as the page counts it: from below, in points."""
    return float(canvas._pagesize[1]) - top * mm  # type: ignore[attr-defined]
