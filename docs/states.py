"""Writes `docs/states.md` from the tables that rule the program: `python -m docs.states`."""

from pathlib import Path

from board.rules import ACTION_LIFE, MEETING_LIFE, MOTION_LIFE, STEP_LIFE
from core.status import Moves
from equipment.rules import LIFE
from funding.agreements.versions.rules import VERSION_LIFE
from funding.disputes.rules import DISPUTE_LIFE
from funding.periods.rules import PERIOD_LIFE
from funding.virements.rules import VIREMENT_LIFE
from loans.rules import ORDER_LIFE
from logistics.requests.rules import REQUEST_LIFE
from logistics.rules import VISIT_LIFE
from returns.campaigns.rules import ASK_LIFE
from returns.counting.rules import COUNT_LIFE

PAGE = Path(__file__).with_suffix(".md")
LIVES: dict[str, Moves] = {  # type: ignore[type-arg]
    "An item": LIFE,
    "An order": ORDER_LIFE,
    "A visit": VISIT_LIFE,
    "A request from the public": REQUEST_LIFE,
    "A count of a store": COUNT_LIFE,
    "A loan that a campaign asks for": ASK_LIFE,
    "A month of the fund": PERIOD_LIFE,
    "A version of the agreement": VERSION_LIFE,
    "A dispute": DISPUTE_LIFE,
    "A virement": VIREMENT_LIFE,
    "A meeting of the board": MEETING_LIFE,
    "A motion": MOTION_LIFE,
    "An action of the board": ACTION_LIFE,
    "A step in a measure": STEP_LIFE,
}
HEAD = """# What may happen to what

Drawn from the tables of moves by `python -m docs.states`. Change the table, not this page.
"""


def drawn() -> str:
    """The page as the tables say it today."""
    parts = [f"\n## {name}\n\n```mermaid\n{moves.diagram()}```\n" for name, moves in LIVES.items()]
    return HEAD + "".join(parts)


if __name__ == "__main__":
    PAGE.write_text(drawn())
