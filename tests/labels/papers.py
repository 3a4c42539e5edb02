"""Looking at a PDF as a person and a scanner do."""

from io import BytesIO

import pypdfium2
import zxingcpp
from PIL.Image import Image
from pypdf import PdfReader

PRINTER = 203  # dots per inch of the coarsest printer labels come from


def pictures(paper: bytes, dpi: int = PRINTER) -> list[Image]:
    """Every page as the printer prints it."""
    document = pypdfium2.PdfDocument(paper)
    try:
        return [page.render(scale=dpi / 72, grayscale=True).to_pil() for page in document]
    finally:
        document.close()


def squares(paper: bytes, dpi: int = PRINTER) -> list[str]:
    """What every QR of every page says, page by page, in rows from the top left.

    Of Model 2 alone, which ours are: a reader that also looks for Micro QR now and then sees one in
    the corner of another symbol.
    """
    return [text for picture in pictures(paper, dpi) for text in _read(picture)]


def _read(picture: Image) -> list[str]:
    found = zxingcpp.read_barcodes(picture, formats=zxingcpp.BarcodeFormat.QRCodeModel2)  # type: ignore[arg-type]
    rows = sorted(
        found, key=lambda one: (round(one.position.top_left.y / 20), one.position.top_left.x)
    )
    return [one.text for one in rows]


def text_of(paper: bytes) -> str:
    """All text of a PDF."""
    return "\n".join(page.extract_text() for page in PdfReader(BytesIO(paper)).pages)
