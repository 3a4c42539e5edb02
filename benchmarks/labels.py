"""Labels per CPU second in a PDF of a thousand, beside the same pages without their squares.

And beside the two usual ways: reportlab's own QR widget on the same pages, and blabel, where it is
installed (`pip install blabel`; it needs the system libraries of weasyprint). Run it with
`python -m benchmarks.labels`. The ratio is what to watch: all are measured in one run on one
machine, so it says what the squares cost and little about the machine.
"""

import importlib
import random
import time
from collections.abc import Callable, Sequence

from reportlab.graphics import renderPDF
from reportlab.graphics.barcode.qr import QrCodeWidget
from reportlab.graphics.shapes import Drawing
from reportlab.pdfgen.canvas import Canvas

from core.codes import drawn_from, new_code
from labels import qr
from labels.layouts import LAYOUTS, Layout
from labels.rules import address, giai
from labels.sheets import Face, Sender, Square, sheet

COUNT = 1_000
ROUNDS = 3
OURS = Sender("Commonstore", "0115 496 0000")
NAMES = ("Wheeled walking frame", "Bath lift", "Profiling bed, four sections, with rails")


def some_faces() -> list[Face]:
    """A thousand different labels, the same ones every time."""
    with drawn_from(seed=8004):
        codes = [new_code() for _ in range(COUNT)]
    choose = random.Random(8004).choice
    return [
        Face(address("https://cs.example.org", giai("9521234", code)), code, choose(NAMES))
        for code in codes
    ]


def no_square(_canvas: Canvas, _text: str, _x: float, _y: float, _side: float) -> None:
    """The label as it would be without its square."""


def widget(canvas: Canvas, text: str, x: float, y: float, side: float) -> None:
    """The square as reportlab's own widget draws it."""
    square = QrCodeWidget(text, barLevel="M", barWidth=side, barHeight=side, barBorder=qr.QUIET)
    drawing = Drawing(side, side)
    drawing.add(square)
    renderPDF.draw(drawing, canvas, x, y - side)


def by_blabel() -> Callable[[Sequence[Face]], bytes] | None:
    """The same labels of 50 × 25 mm as blabel makes them from HTML; none where it is missing."""
    try:
        blabel = importlib.import_module("blabel")
        css = importlib.import_module("weasyprint").CSS
    except (ImportError, OSError):
        return None
    writer = blabel.LabelWriter(
        item_template=(
            "<img src='{{label_tools.qr_code(address)}}' style='float:left;height:22mm'>"
            "<b>{{code}}</b><br>{{name}}<br>Property of Commonstore<br>0115 496 0000"
        ),
        default_stylesheets=(css(string="@page {width: 50mm; height: 25mm}"),),
    )
    return lambda faces: bytes(
        writer.write_labels(
            [{"address": f.address, "code": f.code, "name": f.product_name} for f in faces],
            target="@memory",
        )
    )


def rate(make: Callable[[], bytes], count: int, rounds: int = ROUNDS) -> tuple[float, int]:
    """Labels per CPU second, the best of some rounds, and how many bytes the PDF has."""
    best, size = 0.0, 0
    for _ in range(rounds):
        began = time.process_time()
        paper = make()
        best = max(best, count / (time.process_time() - began))
        size = len(paper)
    return best, size


def on(layout: Layout, faces: list[Face], square: Square) -> Callable[[], bytes]:
    """What makes a sheet of these labels with squares drawn this way."""
    return lambda: sheet(faces, layout=layout, start=1, sender=OURS, title="Labels", square=square)


def main() -> None:
    """Measure every sheet of the list and print a line for each, then the other ways."""
    faces = some_faces()
    print(f"{COUNT:,} labels in one PDF, per CPU second, the best of {ROUNDS} rounds")
    print(f"{'sheet':12} {'labels/s':>9} {'no square':>10} {'ratio':>7} {'bytes/label':>12}")
    rates = {}
    for layout in LAYOUTS.values():
        with_square, size = rate(on(layout, faces, qr.draw), COUNT)
        without, _ = rate(on(layout, faces, no_square), COUNT)
        rates[layout.key] = with_square
        print(
            f"{layout.key:12} {with_square:9,.0f} {without:10,.0f} {with_square / without:7.3f}"
            f" {size // COUNT:12,}"
        )
    roll = LAYOUTS["roll-50x25"]
    beside("reportlab's widget", rates[roll.key], on(roll, faces, widget))
    blabel = by_blabel()
    if blabel is None:
        print("blabel is not installed, so it was not measured")
    else:
        beside("blabel", rates[roll.key], lambda: blabel(faces))


def beside(name: str, ours: float, make: Callable[[], bytes]) -> None:
    """Print how much slower another way makes the same labels for a label printer."""
    theirs, size = rate(make, COUNT, rounds=1)
    print(f"{name:20} {theirs:7,.0f} labels/s, ours {ours / theirs:5.1f} times as fast, "
          f"{size // COUNT:,} bytes/label")  # fmt: skip


if __name__ == "__main__":
    main()
