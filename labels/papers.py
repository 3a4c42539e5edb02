"""From what is recorded to what is printed: whose equipment it is, addresses, sheets."""

from flask import current_app

from equipment.models import Item
from labels.layouts import LAYOUTS
from labels.models import PrintRun
from labels.rules import address
from labels.sheets import Face, Sender, sheet


def sender() -> Sender:
    """Whose equipment it is and whom to ring, as it is set up."""
    return Sender(current_app.config["SERVICE_NAME"], current_app.config["SERVICE_TELEPHONE"])


def item_address(item: Item, issue: int) -> str:
    """What the QR of an item's label holds."""
    return address(current_app.config["BASE_URL"], item.giai, issue)


def run_pdf(run: PrintRun) -> bytes:
    """The sheet of a print run: the same bytes however often it is opened."""
    faces = [
        Face(
            address=item_address(label.item, label.issue),
            code=label.item.code,
            product_name=label.product_name,
            issue=label.issue,
        )
        for label in run.labels
    ]
    return sheet(
        faces,
        layout=LAYOUTS[run.layout],
        start=run.start,
        sender=sender(),
        title=f"Labels, print run {run.code}",
    )
