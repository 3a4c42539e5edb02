"""Labels per CPU second in a PDF of a thousand, beside the same pages without their squares.

Run it with `python -m benchmarks.labels`. The ratio is what to watch: both are measured in one run
on one machine, so it says what the squares cost and little about the machine.
"""

import random
import time

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


def rate(faces: list[Face], layout: Layout, square: Square) -> tuple[float, int]:
    """Labels per CPU second, the best of some rounds, and how many bytes the PDF has."""
    best, size = 0.0, 0
    for _ in range(ROUNDS):
        began = time.process_time()
        paper = sheet(faces, layout=layout, start=1, sender=OURS, title="Labels", square=square)
        best = max(best, len(faces) / (time.process_time() - began))
        size = len(paper)
    return best, size


def main() -> None:
    """Measure every sheet of the list and print a line for each."""
    faces = some_faces()
    print(f"{COUNT:,} labels in one PDF, per CPU second, the best of {ROUNDS} rounds")
    print(f"{'sheet':12} {'labels/s':>9} {'no square':>10} {'ratio':>7} {'bytes/label':>12}")
    for layout in LAYOUTS.values():
        with_square, size = rate(faces, layout, qr.draw)
        without, _ = rate(faces, layout, no_square)
        print(
            f"{layout.key:12} {with_square:9,.0f} {without:10,.0f} {with_square / without:7.3f}"
            f" {size // COUNT:12,}"
        )


if __name__ == "__main__":
    main()
