"""QR symbols, written straight into a page of a PDF.

Error correction M restores 15 % of a worn label and keeps the modules large; the version is the
smallest that holds the address. The mask is always the same one: choosing the prettiest of eight
takes five times as long as everything else, and a reader takes any of them.
"""

import re

from qrcode.constants import ERROR_CORRECT_M
from qrcode.main import QRCode
from reportlab.pdfgen.canvas import Canvas

MASK = 3
QUIET = 4  # modules that stay white on every side, as the standard asks

_DARK = re.compile("1+")


def modules(text: str) -> list[list[bool]]:
    """The symbol's modules, row by row, true where dark, without the quiet zone."""
    symbol = QRCode(error_correction=ERROR_CORRECT_M, mask_pattern=MASK, border=0)
    symbol.add_data(text)
    symbol.make(fit=True)
    return symbol.get_matrix()


def draw(canvas: Canvas, text: str, x: float, y: float, side: float) -> None:
    """Draw the symbol with its quiet zone into a square: `x`, `y` its top left corner, in points.

    Every row's runs of dark modules are rectangles of one path, filled at once: no seams between
    them, and a fifth of the work of a rectangle each. reportlab has no public way to write into a
    page's content, so this uses its list of operators; a test holds it to that.
    """
    rows = modules(text)
    module = side / (len(rows) + 2 * QUIET)
    left, top = x + QUIET * module, y - QUIET * module
    path = "".join(
        f"{run.start()} {line} {run.end() - run.start()} 1 re "
        for line, row in enumerate(rows)
        for run in _DARK.finditer("".join("1" if dark else "0" for dark in row))
    )
    operators: list[str] = canvas._code  # type: ignore[attr-defined]
    operators.append(f"q 0 g {module:.5f} 0 0 {-module:.5f} {left:.4f} {top:.4f} cm {path}f Q")
