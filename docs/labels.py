"""Draws the pictures of `docs/labels.md` from the PDFs themselves: `python -m docs.labels`."""

from pathlib import Path

import pypdfium2
from PIL import Image

from core.codes import drawn_from, new_code
from labels.depot.measure import measured_page
from labels.layouts import LAYOUTS, Layout
from labels.rules import Command, address, command_address, giai, place_address
from labels.sheets import Face, Sender, Sign, sheet

PICTURES = Path(__file__).parent / "pictures"
BASE = "https://cs.example.org"
OURS = Sender("Commonstore", "0115 496 0000")
NAMES = ("Wheeled walking frame", "Bath lift", "Profiling bed, four sections, with rails")
SHEET_DPI, ROLL_DPI = 45, 110
GREYS = 8


def papers() -> dict[str, bytes]:
    """A PDF for each picture, by its name."""
    return {
        **{f"label-{key}": _labels(layout) for key, layout in LAYOUTS.items()},
        "label-depot": sheet(_signs(), layout=LAYOUTS["a4-14"], start=1, sender=OURS, title="x"),
        "label-test-page": measured_page(LAYOUTS["a4-24"], address=_command(Command.LOOK_UP)),
    }


def picture(paper: bytes) -> Image.Image:
    """The first page, as large as it has to be to be recognised."""
    document = pypdfium2.PdfDocument(paper)
    try:
        first = document[0]
        dpi = SHEET_DPI if first.get_height() > 400 else ROLL_DPI
        drawn: Image.Image = first.render(scale=dpi / 72, grayscale=True).to_pil()
    finally:
        document.close()
    return drawn


def _labels(layout: Layout) -> bytes:
    with drawn_from(seed=8004):
        codes = [new_code() for _ in range(layout.per_sheet)]
    faces = [
        Face(address(BASE, giai("9521234", code)), code, NAMES[place % len(NAMES)])
        for place, code in enumerate(codes)
    ]
    return sheet(faces, layout=layout, start=1, sender=OURS, title="x")


def _signs() -> list[Sign]:
    gln = "9521234000006"
    with drawn_from(seed=414):
        code = new_code()
    return [
        Sign(place_address(BASE, gln), "Nottingham depot", ("Depot", f"GLN {gln}")),
        Sign(place_address(BASE, gln, code), "Bay 12", ("Nottingham depot", "Clean side")),
        *(Sign(_command(one), one.words, (one.says,)) for one in Command),
    ]


def _command(command: Command) -> str:
    return command_address(BASE, command)


if __name__ == "__main__":
    PICTURES.mkdir(exist_ok=True)
    for name, paper in papers().items():
        small = picture(paper).quantize(GREYS)
        small.save(PICTURES / f"{name}.png", optimize=True)
