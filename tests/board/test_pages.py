"""The board's pages: what a member does there, and what is said where it cannot be."""

import re
from datetime import timedelta

import pytest

from board import actions
from board.motions.queries import motion_by_code
from board.queries import meeting_by_code, open_actions
from board.rules import MeetingStatus, MotionStatus, Quoted, Voice
from core.clock import london_day, now
from core.db import db
from people.rules import Role
from tests.board.pages import words
from tests.board.sitting import a_board, a_motion, a_sitting
from tests.builders import NOON, TODAY, a_member_of_staff
from tests.funding.test_virements import a_budgeted_board, a_virement


def sent(client, at: str, data: dict[str, str] | None = None):
    """The page somebody is led to after sending a form."""
    return client.get(client.post(at, data=data or {}).location)


@pytest.fixture
def board(app):
    return a_board()


@pytest.fixture
def member(board, as_):
    return as_(board.chair)


def today() -> str:
    return london_day(now()).isoformat()


def test_a_member_calls_a_meeting_and_the_list_shows_it(board, member):
    form = {"on": today(), "kind": "annual", "place": "County Hall"}
    answer = sent(member, "/board/meetings/new", form)
    assert "Annual meeting of" in words(answer)
    assert "County Hall" in words(member.get("/board/meetings"))


def test_a_day_that_is_taken_is_said_beside_its_field_and_what_was_typed_stays(board, member):
    form = {"on": today(), "kind": "annual", "place": "County Hall"}
    member.post("/board/meetings/new", data=form)
    answer = member.post("/board/meetings/new", data=form)
    assert answer.status_code == 422
    assert "meets on that day already" in words(answer)
    assert "County Hall" in answer.get_data(as_text=True)


def test_a_meeting_is_held_from_its_begin_to_its_agreed_minutes(board, member, as_):
    member.post("/board/meetings/new", data={"on": today(), "kind": "monthly"})
    code = re.search(r"/board/meetings/(\w{8})", member.get("/board/meetings").text)[1]
    at = f"/board/meetings/{code}"
    member.post(f"{at}/begin")
    here = {f"present_{one.code}": "y" for one in board.partners}
    member.post(f"{at}/attendance", data=here)
    assert "3 of 3 partners were there: a quorum" in words(member.get(at))
    member.post(f"{at}/notes", data={"notes": "The van was late."})
    said = {"title": "Letters", "says": "To all.", "proposer": board.partners[1].code, "about": ""}
    answer = member.post(f"{at}/motions/new", data=said)
    motion = answer.location.rpartition("/")[2]
    for one in board.members:
        as_(one).post(f"/board/motions/{motion}/vote", data={"voice": "for"})
    assert "Carried: 3 for" in words(sent(member, f"/board/motions/{motion}/count"))
    told = words(sent(member, f"{at}/agree"))
    assert "Agreed by the board" in told
    assert "The van was late." in told
    assert "Carried: 3 for, 0 against, 0 abstained." in told
    assert meeting_by_code(code).status is MeetingStatus.AGREED
    member.post(f"{at}/correction", data={"text": "It was not late."})
    assert "It was not late." in words(member.get(at))


def test_what_stands_in_the_forms_is_what_was_written_down(board, member):
    meeting = a_sitting(board)
    actions.note(meeting, "So far so good.", by=board.chair, at=NOON)
    page = member.get(f"/board/meetings/{meeting.code}/attendance").text
    assert page.count(" checked") == 3
    assert "Member 2" in page
    assert "So far so good." in member.get(f"/board/meetings/{meeting.code}/notes").text


def test_agreeing_minutes_with_an_open_motion_says_what_to_do_first(board, member):
    meeting = a_sitting(board)
    a_motion(board, meeting)
    answer = member.post(f"/board/meetings/{meeting.code}/agree")
    assert answer.status_code == 409
    assert "Count the votes or withdraw it" in words(answer)


def test_a_vote_without_a_choice_and_a_second_vote_are_said_kindly(board, member):
    motion = a_motion(board, a_sitting(board))
    at = f"/board/motions/{motion.code}/vote"
    answer = member.post(at, data={})
    assert (answer.status_code, "Choose for, against" in words(answer)) == (422, True)
    member.post(at, data={"voice": "against"})
    answer = member.post(at, data={"voice": "for"})
    assert answer.status_code == 409
    assert "has voted already: against" in words(answer)
    assert [one.voice for one in motion_by_code(motion.code).votes] == [Voice.AGAINST]


def test_a_motion_is_withdrawn_on_its_page(board, member):
    motion = a_motion(board, a_sitting(board))
    member.post(f"/board/motions/{motion.code}/withdraw")
    assert motion_by_code(motion.code).status is MotionStatus.WITHDRAWN


def test_an_action_is_given_and_done(board, member):
    meeting = a_sitting(board)
    form = {"what": "Ring the wards", "owner": board.partners[2].code, "due_on": "2027-01-31"}
    member.post(f"/board/meetings/{meeting.code}/actions/new", data={**form, "motion": ""})
    action = db.session.scalars(open_actions()).one()
    at = f"/board/actions/{action.code}"
    assert "Ring the wards" in words(member.get(f"/board/meetings/{meeting.code}"))
    assert member.post(at, data={"event": "finish"}).status_code == 422
    answer = sent(member, at, {"event": "finish", "said": "Rung."})
    assert "Rung." in words(answer)
    bad = {**form, "due_on": "2020-01-01", "motion": ""}
    answer = member.post(f"/board/meetings/{meeting.code}/actions/new", data=bad)
    assert answer.status_code == 422
    assert "or a later one" in words(answer)


def test_an_action_past_its_day_is_called_late(board, member):
    meeting = a_sitting(board)
    actions.give_action(
        meeting, what="Ring", owner=board.partners[0], due_on=TODAY, by=board.chair, at=NOON
    )
    late = london_day(now()) > TODAY + timedelta(days=1)
    assert ("Late" in words(member.get("/board/meetings"))) is late


def test_finance_reads_the_minutes_and_writes_nothing(board, as_):
    meeting = a_sitting(board)
    motion = a_motion(board, meeting)
    finance = as_(Role.FINANCE, organisation=board.partners[0])
    assert motion.title in words(finance.get(f"/board/meetings/{meeting.code}"))
    page = finance.get(f"/board/motions/{motion.code}").text
    assert "Count the votes" not in page
    assert finance.post(f"/board/motions/{motion.code}/vote", data={}).status_code == 403
    assert finance.get("/board/meetings/new").status_code == 403


def test_another_partners_figure_is_not_shown_to_its_neighbour(board, as_, member):
    quoted = Quoted("R5", "Reissue share", "items", TODAY, TODAY, "June 2026", 450, 500, "90.00%",
                    board.partners[0].id)  # fmt: skip
    meeting = a_sitting(board)
    motion = a_motion(board, meeting, quoting=quoted)
    other = as_(Role.FINANCE, organisation=board.partners[1])
    for at in (f"/board/motions/{motion.code}", f"/board/meetings/{meeting.code}"):
        assert "R5 Reissue share: 90.00%" in words(member.get(at))
        told = words(other.get(at))
        assert "90.00%" not in told
        assert "which it and the board may read" in told


def test_a_virement_is_proposed_put_and_shown_with_its_decision(app, as_):
    board = a_budgeted_board()
    finance = as_(a_member_of_staff(Role.FINANCE, organisation=board.partners[0]))
    code = board.partners[0].code
    form = {"gives": f"{code} walking", "takes": f"{code} bathing", "amount": "100",
            "because": "More lifts"}  # fmt: skip
    answer = sent(finance, "/funding/virements/new", form)
    assert "It waits for the board" in words(answer)
    virement = re.search(r"/funding/virements/(\w{8})/withdraw", answer.text)[1]
    member, meeting = as_(board.chair), a_sitting(board)
    page = member.get(f"/board/meetings/{meeting.code}/motions/new?about={virement}").text
    assert f'selected value="{virement}"' in page
    said = {"title": "Lifts", "says": "Yes.", "proposer": code, "about": virement}
    answer = member.post(f"/board/meetings/{meeting.code}/motions/new", data=said)
    motion = answer.location.rpartition("/")[2]
    again = member.post(f"/board/meetings/{meeting.code}/motions/new", data=said)
    assert (again.status_code, "is about it already" in words(again)) == (422, True)
    for one in board.members[:2]:
        as_(one).post(f"/board/motions/{motion}/vote", data={"voice": "for"})
    member.post(f"/board/motions/{motion}/count")
    assert f"decision {motion}" in words(finance.get(f"/funding/virements/{virement}"))
    assert "Approved" in words(finance.get("/funding/virements"))


def test_what_cannot_be_moved_is_said_beside_its_field(app, as_):
    board = a_budgeted_board()
    finance = as_(a_member_of_staff(Role.FINANCE, organisation=board.partners[0]))
    code = board.partners[0].code
    form = {"gives": f"{code} walking", "takes": f"{code} bathing", "amount": "900",
            "because": "More lifts"}  # fmt: skip
    answer = finance.post("/funding/virements/new", data=form)
    assert answer.status_code == 422
    assert "has £300.00 left in its budget" in words(answer)
    assert "More lifts" in answer.text
    other = {**form, "gives": f"{board.partners[1].code} walking", "amount": "1"}
    assert finance.post("/funding/virements/new", data=other).status_code == 422


def test_a_proposal_is_taken_back_once(app, as_):
    board = a_budgeted_board()
    virement = a_virement(board)
    finance = as_(a_member_of_staff(Role.FINANCE, organisation=board.partners[0]))
    at = f"/funding/virements/{virement.code}/withdraw"
    assert finance.post(at).status_code == 303
    assert finance.post(at).status_code == 409
