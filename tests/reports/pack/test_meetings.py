"""What a pack says of the board's own meetings: decided, to be done, next to decide."""

from datetime import UTC, date, datetime

import pytest

from board import actions
from board.motions import actions as motions
from board.queries import open_actions
from board.rules import Voice
from core.db import db
from people.rules import Role
from tests.board.sitting import a_board, a_meeting, a_motion, a_sitting, voted
from tests.builders import NOON
from tests.reports.pack.test_pack import text_of

JUNE = "/board/pack/2026-06"


@pytest.fixture
def board(app):
    """A board that decided on a motion on 1 June, gave an action, and meets again in July."""
    board = a_board()
    meeting = a_sitting(board, present=2)
    motion = a_motion(board, meeting)
    voted(board, motion, Voice.FOR, Voice.FOR)
    motions.count_votes(motion, by=board.chair, at=NOON)
    actions.give_action(
        meeting,
        what="Write to the wards",
        owner=board.partners[1],
        named="Somebody Named",
        due_on=date(2026, 6, 20),
        by=board.chair,
        at=NOON,
    )
    a_motion(board, a_meeting(board, date(2026, 7, 9)), title="Lend fewer commodes")
    db.session.flush()
    return board


def test_a_pack_says_what_was_decided_what_is_late_and_what_is_next(board, as_):
    said = text_of(as_(Role.BOARD).get(f"{JUNE}.pdf").data)
    assert "For the meeting of 9 July 2026" in said
    assert "Monthly meeting of 1 June 2026" in said
    assert "2 of 3 partners were there: a quorum." in said
    assert "Not there: Partner 3." in said
    assert "Ask for beds back by letter" in said
    assert "Carried: 2 for, 0 against" in said
    assert "Write to the wards Partner 2 20 June 2026 Late" in said
    assert "To be decided on 9 July 2026" in said
    assert "To decide for the meeting of 9 July 2026: Lend fewer commodes" in said


def test_a_pack_says_for_which_partner_somebody_spoke_and_never_who(board, as_):
    said = text_of(as_(Role.BOARD).get(f"{JUNE}.pdf").data)
    for name in ("Member 1", "Somebody Named", *(member.name for member in board.members)):
        assert name not in said


def test_an_action_done_after_the_month_leaves_its_pack_as_it_was(board, as_):
    chair = as_(Role.BOARD)
    before = chair.get(f"{JUNE}.zip").data
    action = next(iter(db.session.scalars(open_actions())))
    late = datetime(2026, 7, 3, 11, tzinfo=UTC)
    actions.finish(action, said="Letters went out.", by=board.chair, at=late)
    assert chair.get(f"{JUNE}.zip").data == before
    assert "Write to the wards" not in text_of(chair.get("/board/pack/2026-07.pdf").data)
