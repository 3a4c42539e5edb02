"""From what is recorded to what is printed: whose equipment it is, addresses, sheets."""

from flask import Response, current_app

from core.errors import NotAllowed
from equipment.models import Item
from labels.layouts import LAYOUTS
from labels.models import PrintRun
from labels.rules import address
from labels.sheets import Face, Sender, sheet
from labels.zpl import zpl


def sender() -> Sender:
    """Whose equipment it is and whom to ring, as it is set up."""
    return Sender(current_app.config["SERVICE_NAME"], current_app.config["SERVICE_TELEPHONE"])


def item_address(item: Item, issue: int) -> str:
    """What the QR of an item's label holds."""
    return address(current_app.config["BASE_URL"], item.giai, issue)


def run_pdf(run: PrintRun) -> bytes:
    """The sheet of a print run: the same bytes however often it is opened."""
    return sheet(
        _faces(run),
        layout=LAYOUTS[run.layout],
        start=run.start,
        sender=sender(),
        title=f"Labels, print run {run.code}",
    )


def run_zpl(run: PrintRun, dots: int) -> str:
    """A print run for a label printer. Raises NotAllowed for one that was made for sheets."""
    layout = LAYOUTS[run.layout]
    if not layout.is_roll:
        raise NotAllowed(
            "This run is laid out for sheets of paper. Open it as PDF, "
            "or make a run for a label printer."
        )
    return zpl(_faces(run), layout=layout, sender=sender(), dots=dots)


def _faces(run: PrintRun) -> list[Face]:
    return [
        Face(
            address=item_address(label.item, label.issue),
            code=label.item.code,
            product_name=label.product_name,
            issue=label.issue,
        )
        for label in run.labels
    ]


def pdf_answer(paper: bytes, name: str) -> Response:
    """A PDF that the browser opens, under the name it is saved as."""
    answer = Response(paper, mimetype="application/pdf")
    answer.headers.set("Content-Disposition", "inline", filename=name)
    return answer
