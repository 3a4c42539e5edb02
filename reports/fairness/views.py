"""The rows behind a partner's part of what is laid beside each other."""

from typing import Any

from flask import request

from core.clock import london_day, now
from core.errors import NotFound
from people.access import needs, who
from people.rules import May
from reports.amounts.queries import looked
from reports.amounts.views import listed_rows
from reports.blueprint import bp
from reports.budget.tables import ROWS
from reports.choices import asked
from reports.fairness.queries import Kind, rows_of

SHOWN = {
    Kind.ISSUED: ROWS["reissued"],
    Kind.RETURNED: ROWS["reissued"],
    Kind.CREDITED: ROWS["spent"],
}
TOLD = {
    Kind.ISSUED: "Loans begun in the period, and the part of their catalogue price that falls on "
    "the partner by the shares each began under.",
    Kind.RETURNED: "Loans that a return ended in the period, and the part of the catalogue price "
    "they were issued at that falls on the partner by the shares each began under.",
    Kind.CREDITED: "Credits on the partner's accounts, in the month each counts in.",
}


@bp.get("/board/fairness/<kind>")
@needs(May.SEE_BOARD)
def fairness_rows(kind: str) -> Any:
    """What is behind a partner's part. Raises NotFound for what has no rows of its own."""
    found = next((one for one in SHOWN if one.key == kind), None)
    if found is None:
        raise NotFound("There is no such list. The board's page opens them all.")
    at = now()
    chosen = asked(request.args, viewer=who(), on=london_day(at))
    looking = looked(chosen, viewer=who(), at=at, on=london_day(at))
    rows = rows_of(looking, found) if looking else []
    title = f"Fairness: {found.value}"
    return listed_rows(title, TOLD[found], SHOWN[found], rows, chosen)
