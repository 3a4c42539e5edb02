"""Meetings are called, begun, minuted and agreed; agreed minutes never change."""

from datetime import date, timedelta

import pytest
from sqlalchemy import text
from sqlalchemy.exc import DBAPIError

from board import actions
from board.actions import Came
from board.minutes import minutes_of
from board.models import Attendance
from board.queries import (
    last_meeting,
    meeting_by_code,
    next_meeting,
    open_actions,
    open_motions,
    seats,
)
from board.rules import ActionStatus, MeetingKind, MeetingStatus, Voice
from core.db import db
from core.errors import Invalid, NotAllowed
from tests.board.sitting import a_board, a_meeting, a_motion, a_sitting, voted
from tests.builders import NOON, TODAY, a_merger, an_organisation

LATER = TODAY + timedelta(days=30)


def test_the_board_does_not_meet_twice_on_a_day(app):
    board = a_board()
    a_meeting(board)
    with pytest.raises(Invalid, match="meets on that day already"):
        a_meeting(board)


def test_a_meeting_is_not_called_for_a_day_that_is_over(app):
    with pytest.raises(Invalid, match="is over"):
        a_meeting(a_board(), TODAY - timedelta(days=1))


def test_a_day_is_free_again_once_its_meeting_is_called_off(app):
    board = a_board()
    actions.call_off(a_meeting(board), by=board.chair, at=NOON)
    assert a_meeting(board).status is MeetingStatus.PLANNED


def test_a_meeting_begins_on_its_day_and_not_before(app):
    board = a_board()
    with pytest.raises(NotAllowed, match="Begin it on that day"):
        actions.begin(a_meeting(board, LATER), by=board.chair, at=NOON)


def test_a_meeting_with_an_open_motion_is_not_called_off(app):
    board = a_board()
    meeting = a_meeting(board)
    a_motion(board, meeting)
    with pytest.raises(NotAllowed, match="is not decided yet"):
        actions.call_off(meeting, by=board.chair, at=NOON)


def test_bodies_that_merged_before_the_meeting_have_one_seat_together(app):
    board = a_board()
    heir = an_organisation(name="Merged body")
    for body in board.partners[:2]:
        a_merger(body.id, heir, on=TODAY)
    before, after = a_meeting(board), a_meeting(board, LATER)
    assert {one.name for one in seats(after).values()} == {"Merged body", "Partner 3"}
    assert len(seats(before)) == 2


def test_minutes_say_who_came_and_whether_that_is_a_quorum(app):
    board = a_board()
    minutes = minutes_of(a_sitting(board, present=1), viewer=board.chair, on=TODAY)
    assert [who.name for who, _ in minutes.present] == ["Partner 1"]
    assert [who.name for who in minutes.apologies] == ["Partner 2", "Partner 3"]
    assert minutes.quorum == "1 of 3 partners were there: no quorum."


def test_who_has_no_seat_is_not_noted_as_present(app):
    board = a_board()
    meeting = a_sitting(board)
    actions.attend(meeting, {an_organisation().id: Came(True)}, by=board.chair, at=NOON)
    assert db.session.query(Attendance).count() == 3


def test_minutes_are_not_agreed_while_a_motion_is_open(app):
    board = a_board()
    meeting = a_sitting(board)
    a_motion(board, meeting)
    with pytest.raises(NotAllowed, match="Count the votes or withdraw it"):
        actions.agree_minutes(meeting, by=board.chair, at=NOON)


def agreed(board):
    meeting = a_sitting(board)
    actions.agree_minutes(meeting, by=board.chair, at=NOON)
    return meeting_by_code(meeting.code)


def test_nothing_is_written_into_agreed_minutes(app):
    board = a_board()
    meeting = agreed(board)
    with pytest.raises(NotAllowed):
        actions.note(meeting, "Something else", by=board.chair, at=NOON)
    with pytest.raises(NotAllowed):
        actions.attend(meeting, {}, by=board.chair, at=NOON)
    with pytest.raises(NotAllowed, match="Choose a later meeting"):
        a_motion(board, meeting)
    with pytest.raises(NotAllowed, match="Choose a later meeting"):
        actions.give_action(
            meeting, what="Ring", owner=board.partners[0], due_on=LATER, by=board.chair, at=NOON
        )


@pytest.mark.parametrize(
    "change",
    [
        "update meeting set notes = 'x'",
        "delete from meeting",
        "update attendance set present = not present",
        "delete from attendance",
        "update minutes_correction set text = 'x'",
    ],
)
def test_the_database_refuses_to_change_agreed_minutes(app, change):
    board = a_board()
    actions.correct(agreed(board), "It was Partner 2.", by=board.chair, at=NOON)
    with pytest.raises(DBAPIError, match=r"settled|closed|append-only"), db.session.begin_nested():
        db.session.execute(text(change))


def test_a_correction_is_a_row_of_its_own(app):
    board = a_board()
    meeting = agreed(board)
    actions.correct(meeting, "It was Partner 2 that came.", by=board.chair, at=NOON)
    minutes = minutes_of(meeting_by_code(meeting.code), viewer=board.chair, on=TODAY)
    assert [one.text for one in minutes.corrections] == ["It was Partner 2 that came."]


def test_a_draft_is_changed_and_not_corrected(app):
    board = a_board()
    with pytest.raises(NotAllowed, match="Change the draft instead"):
        actions.correct(a_sitting(board), "x", by=board.chair, at=NOON)


def test_the_last_meeting_took_place_and_the_next_is_still_to_come(app):
    board = a_board()
    held = a_sitting(board)
    coming = a_meeting(board, LATER, kind=MeetingKind.ANNUAL)
    actions.call_off(a_meeting(board, TODAY + timedelta(days=9)), by=board.chair, at=NOON)
    after = TODAY + timedelta(days=1)
    assert (last_meeting(after), next_meeting(after)) == (held, coming)
    assert last_meeting(TODAY) is None
    assert next_meeting(date(2030, 1, 1)) is None


def test_what_needs_a_decision_is_what_nobody_has_decided(app):
    board = a_board()
    meeting = a_sitting(board)
    motion, other = a_motion(board, meeting), a_motion(board, meeting, title="Another")
    voted(board, motion, Voice.FOR)
    assert open_motions() == [motion, other]


def an_action(board, **but):
    meeting = but.pop("meeting", None) or a_sitting(board)
    facts = {"what": "Write to the wards", "owner": board.partners[1], "due_on": LATER}
    return actions.give_action(meeting, **{**facts, **but}, by=board.chair, at=NOON)


def test_an_action_is_done_and_may_turn_out_not_to_be(app):
    board = a_board()
    action = an_action(board)
    assert list(db.session.scalars(open_actions([board.partners[1].id]))) == [action]
    actions.finish(action, said="Letters went out.", by=board.chair, at=NOON)
    assert action.status is ActionStatus.DONE
    assert list(db.session.scalars(open_actions())) == []
    actions.reopen(action, said="Two wards got none.", by=board.chair, at=NOON)
    actions.drop(action, said="The wards have closed.", by=board.chair, at=NOON)
    with pytest.raises(NotAllowed, match="dropped already"):
        actions.finish(action, said="Again", by=board.chair, at=NOON)


def test_an_action_is_not_due_before_the_meeting(app):
    with pytest.raises(Invalid, match="or a later one"):
        an_action(a_board(), due_on=TODAY - timedelta(days=1))


def test_an_action_does_not_follow_from_another_meetings_motion(app):
    board = a_board()
    motion = a_motion(board, a_meeting(board, LATER))
    with pytest.raises(Invalid, match="of another meeting"):
        an_action(board, motion=motion)
