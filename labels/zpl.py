"""Labels in the language of label printers (ZPL): one label after another, at their exact size.

The printer makes the square itself (`^BQ`, model 2, error correction M) and writes the words in its
own letters (`^A0`), as UTF-8 (`^CI28`). What ZPL would read as a command is written in hexadecimal
(`^FH`).
"""

from collections.abc import Iterable

from labels import qr
from labels.layouts import Layout
from labels.sheets import LEADING, Face, Line, Sender, Sign, words

DOTS = (8, 12)  # a millimetre, for printers of 203 and of 300 dpi
POINTS = 72 / 25.4  # a millimetre
LARGEST_MODULE = 10  # dots: what ^BQ can do
LOWER = 10  # dots that ^BQ draws below its ^FO: the height that ^BY has where none is given
_SPECIAL = {ord(sign): f"_{ord(sign):02X}" for sign in "^~_"}


def zpl(
    faces: Iterable[Face | Sign], *, layout: Layout, sender: Sender, dots: int = DOTS[0]
) -> str:
    """The labels as ZPL, for a printer with so many dots a millimetre."""
    return "".join(_label(face, layout, sender, dots) for face in faces)


def _label(face: Face | Sign, layout: Layout, sender: Sender, dots: int) -> str:
    width, height = (round(side * dots) for side in layout.page)
    lines = words(face, layout, sender)
    parts = [
        command
        for part in range(layout.times)
        for command in _part(
            face.address, lines, layout, round((layout.left + part * layout.part) * dots), dots
        )
    ]
    return "\n".join(["^XA", "^CI28", f"^PW{width}", f"^LL{height}", "^LH0,0", *parts, "^XZ\n"])


def _part(address: str, lines: list[Line], layout: Layout, left: int, dots: int) -> list[str]:
    square, height = round(layout.square * dots), round(layout.height * dots)
    left += round(layout.inset * dots)
    modules = len(qr.modules(address))
    module = min(LARGEST_MODULE, square // (modules + 2 * qr.QUIET))
    white = (square - modules * module) // 2
    below = max(0, (height - square) // 2 + white - LOWER)
    commands = [f"^FO{left + white},{below}^BQN,2,{module}^FH^FDMA,{escaped(address)}^FS"]
    point = dots / POINTS
    y = (height - sum(size * LEADING for _, _, size in lines) * point) / 2
    for text, _, size in lines:
        high = round(size * point)
        commands.append(f"^FO{left + square},{round(y)}^A0N,{high},{high}^FH^FD{escaped(text)}^FS")
        y += size * LEADING * point
    return commands


def escaped(text: str) -> str:
    """The text as ^FH reads it: what begins a command, in hexadecimal."""
    return text.translate(_SPECIAL)
