"""What a board ought to ask about: months beyond chance, what came late, what waits for money."""

from collections.abc import Iterator

from core.money import pounds
from reports.board import Board
from reports.pack.measures import points_table
from reports.pack.money import DISPUTE_HEADS
from reports.pack.parts import Block, Cells, Heading, Part, Rate, Said, Table
from reports.rules import Basis, Counted
from web.filters import counted

SPEED_HEADS = ("Speed ordered", "On time", "Delivered", "Late", "Figure")


def exceptions_part(board: Board, disputed: tuple[Cells, ...]) -> Part:
    """Everything in the figures that is out of the ordinary, named."""
    return Part(
        "Exceptions",
        (
            Heading("More than chance in the last three months"),
            *_points(board),
            Heading("Late"),
            *_late(board),
            Heading("Parked: nobody pays yet"),
            Said(_parked(board)),
            Heading("Disputed"),
            *_disputed(disputed),
        ),
    )


def _points(board: Board) -> Iterator[Block]:
    table = points_table(board)
    yield table or Said("In the last three months no measure left its usual range.")


def _late(board: Board) -> Iterator[Block]:
    """Deliveries of the month by the speed they were ordered with."""
    rows: list[Cells] = []
    for speed, figures in board.by_speed.items():
        one = next(told for told in figures if told.measure.top is Counted.ON_TIME)
        above, below = one.top.count, one.bottom.count
        rate = Rate(one.hundredths(Basis.ITEMS), one.measure.unit)
        rows.append((speed.value.capitalize(), above, below, below - above, rate))
    if not rows:
        yield Said("Nothing was delivered in the month that had a promised day.")
        return
    yield Table("Delivered on time, by speed", SPEED_HEADS, tuple(rows), "Late")


def _parked(board: Board) -> str:
    if board.asked.chosen.within is not None:
        return "Whoever sees every partner's money sees which charges wait for a payer."
    waiting = board.parked
    if not waiting.count:
        return "At the end of the month every charge had somebody to pay it."
    return (
        f"{counted(waiting.count, 'charge')} of {pounds(waiting.pence)} in all at the month's end."
    )


def _disputed(disputed: tuple[Cells, ...]) -> Iterator[Block]:
    if disputed:
        yield Table("Disputes open at the month's end", DISPUTE_HEADS, disputed, "Disputes")
    else:
        yield Said("No line was in dispute at the end of the month.")
