"""A step in a measure is kept with its reason; charts, tables and sentences take it."""

from datetime import date

import pytest

from board.actions import give_action
from board.motions import actions as motions
from board.queries import steps, steps_of
from board.rules import Voice
from board.steps import actions
from board.steps.queries import steps_ever
from core.clock import london_day, months_later, now
from core.db import db
from core.errors import Invalid, NotAllowed
from people.rules import Role
from reports.minuting.steps import beginnings
from reports.spc.rules import Better
from reports.spc.series import control, sentence
from reports.units import Unit
from tests.board.pages import words
from tests.board.sitting import a_board, a_motion, a_sitting, voted
from tests.builders import NOON, a_client, a_loan, a_member_of_staff
from tests.funding.test_virements import a_budgeted_board, a_virement

APRIL = date(2026, 4, 1)


def a_step(board, **but):
    facts = {"month": APRIL, "reason": "A new contract for cleaning", **but}
    return actions.mark_step("R5", **facts, by=board.chair, at=NOON)


def test_a_step_is_kept_with_its_reason_and_who_marked_it(app):
    board = a_board()
    step = a_step(board, month=date(2026, 4, 17))
    assert (step.month, step.by) == (APRIL, board.chair)
    assert steps_of("R5") == [step]
    assert steps_of("R1") == []
    assert steps() == {"R5": [step]}


def test_a_month_that_is_not_over_has_no_step(app):
    with pytest.raises(Invalid, match="not over yet"):
        a_step(a_board(), month=date(2026, 6, 1))


def test_a_month_has_one_step_that_stands(app):
    board = a_board()
    step = a_step(board)
    with pytest.raises(Invalid, match="marked in that month already"):
        a_step(board)
    actions.withdraw_step(step, because="It was May.", by=board.chair, at=NOON)
    assert steps_of("R5") == []
    again = a_step(board)
    assert steps_ever("R5") == [step, again]
    assert step.history[0].because == "It was May."


def test_a_step_is_withdrawn_once(app):
    board = a_board()
    step = a_step(board)
    actions.withdraw_step(step, because="Wrong", by=board.chair, at=NOON)
    with pytest.raises(NotAllowed, match="withdrawn already"):
        actions.withdraw_step(step, because="Again", by=board.chair, at=NOON)


def test_a_step_follows_from_a_decision_that_was_carried(app):
    board = a_board()
    motion = a_motion(board, a_sitting(board))
    with pytest.raises(Invalid, match="was not carried"):
        a_step(board, motion=motion)
    voted(board, motion, Voice.FOR, Voice.FOR)
    motions.count_votes(motion, by=board.chair, at=NOON)
    assert a_step(board, motion=motion).motion is motion


def test_what_somebody_tries_takes_no_kept_step_away(app):
    a_step(a_board())
    tried = date(2026, 1, 1)
    assert beginnings("R5", [tried]) == {tried: "", APRIL: "A new contract for cleaning"}
    assert beginnings("R5", [APRIL]) == {APRIL: "A new contract for cleaning"}


def a_chart(anew):
    begins = date(2025, 1, 1)
    months = {months_later(begins, place): 50_00 + place % 3 * 100 for place in range(15)}
    months |= {months_later(begins, 15 + place): 80_00 + place % 3 * 100 for place in range(12)}
    return control(months, Unit.PERCENT, Better.HIGHER, anew=anew)


def test_the_sentence_and_the_table_say_why_limits_begin_anew():
    chart = a_chart({APRIL: "A new contract."})
    assert sentence("R5", chart).endswith("The limits begin anew in April 2026: A new contract.")
    assert chart.told_of(APRIL) == ("No significant change. Limits begin anew: A new contract")
    assert chart.told_of(date(2026, 5, 1)) == "No significant change"
    assert chart.points[APRIL].limits.mean > 75_00 > chart.points[date(2026, 3, 1)].limits.mean


def test_a_step_without_a_reason_is_told_without_one():
    chart = a_chart([APRIL])
    assert sentence("R5", chart).endswith("The limits begin anew in April 2026.")


@pytest.fixture
def member(app, as_):
    return as_(a_board().chair)


def last_month() -> date:
    return months_later(london_day(now()).replace(day=1), -1)


def test_a_member_marks_a_step_and_everybody_reads_it(member, as_):
    said = {"month": f"{last_month():%Y-%m}", "reason": "A new contract", "motion": ""}
    assert member.post("/board/r5/steps", data=said).status_code == 303
    again = member.post("/board/r5/steps", data=said)
    assert (again.status_code, "marked in that month already" in words(again)) == (422, True)
    page = as_(Role.FINANCE, organisation=member.staff.organisation).get("/board/r5/steps")
    assert "A new contract" in words(page)
    assert "Mark the step" not in page.text
    (step,) = steps_of("R5")
    at = f"/board/steps/{step.code}"
    assert member.post(at, data={}).status_code == 422
    assert member.post(at, data={"because": "Wrong month"}).status_code == 303
    assert "Wrong month" in words(member.get("/board/r5/steps"))
    assert member.post(at, data={"because": "Wrong month"}).status_code == 409


@pytest.mark.parametrize(
    ("code", "month", "sentence"),
    [("r5", "", "like 2026-04"), ("c1", "2020-01", "has no chart"), ("r5", "x", "like 2026-04")],
)
def test_what_is_no_step_is_said_beside_its_field(member, code, month, sentence):
    said = {"month": month, "reason": "A new contract", "motion": ""}
    answer = member.post(f"/board/{code}/steps", data=said)
    assert answer.status_code == 422
    assert sentence in words(answer)
    assert ("A new contract" in answer.text) is (code == "r5")


def test_a_motion_about_a_figure_keeps_it_as_it_stood(app, as_):
    board = a_board()
    a_loan()
    meeting = a_sitting(board)
    member = as_(board.chair)
    page = member.get("/board/r5/decide?first=2026-06&last=2026-06")
    assert "R5 Reissue share: 0.00%" in words(page)
    said = {"meeting": meeting.code, "title": "Buy less", "says": "Look at the shelf first.",
            "proposer": board.partners[0].code}  # fmt: skip
    at = "/board/r5/decide?first=2026-06&last=2026-06"
    answer = member.post(at, data=said)
    assert answer.status_code == 303
    a_loan(a_client())
    told = words(member.get(answer.location))
    assert "R5 Reissue share: 0.00% by items, June 2026" in told
    assert "0 of 1" in told
    assert "0 of 2" not in told


def test_a_motion_about_a_figure_needs_a_meeting_and_its_words(app, as_):
    board = a_board()
    member = as_(board.chair)
    assert "Call one first" in words(member.get("/board/r5/decide"))
    meeting = a_sitting(board)
    answer = member.post("/board/r5/decide", data={"meeting": meeting.code, "title": "Buy less"})
    assert answer.status_code == 422
    assert "Write what the board is asked to decide." in words(answer)
    assert "Buy less" in answer.text


def test_a_teams_figure_is_not_decided_about(app, as_):
    loan = a_loan()
    member = as_(a_member_of_staff(Role.BOARD, organisation=loan.client.practice))
    db.session.flush()
    code = loan.client.practice.code
    answer = member.get(f"/board/r5/decide?first=2026-06&last=2026-06&practice={code}")
    assert answer.status_code == 422


def test_the_start_page_says_what_waits_for_the_board_and_for_finance(app, as_):
    board = a_budgeted_board()
    meeting = a_sitting(board)
    a_motion(board, meeting, virement=a_virement(board))
    give_action(meeting, what="Ring", owner=board.partners[0], due_on=date(2026, 6, 2),
                by=board.chair, at=NOON)  # fmt: skip
    told = words(as_(board.chair).get("/"))
    assert "Motions to vote on" in told
    assert "Actions of the board" in told
    finance = as_(Role.FINANCE, organisation=board.partners[0])
    assert "Virements that wait for the board" in words(finance.get("/"))
    other = as_(Role.FINANCE, organisation=board.partners[2])
    assert "Virements that wait" not in words(other.get("/"))
