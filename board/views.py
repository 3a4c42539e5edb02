"""Pages of the board room: the meetings, and what they have to decide."""

from typing import Any

from board import queries
from board.blueprint import bp
from core.clock import london_day, now
from people.access import needs
from people.rules import May
from web.pages import page
from web.paging import paged

__all__ = ["bp"]


@bp.get("/meetings")
@needs(May.SEE_BOARD)
def meetings() -> Any:
    """Every meeting, the latest first; above them what waits to be decided and to be done."""
    on = london_day(now())
    return page(
        "board/meetings.html", on=on, agenda=queries.agenda(on), meetings=paged(queries.meetings())
    )
