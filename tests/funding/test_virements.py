"""Budget moves between lines once the board has said so; the total never changes."""

from datetime import date

import pytest
from sqlalchemy import text
from sqlalchemy.exc import DBAPIError

from board.motions import actions as motions
from board.rules import Voice
from core.db import db
from core.errors import Forbidden, Invalid, NotAllowed, NotFound
from core.money import Pence
from funding.actions import set_budget
from funding.agreements.versions import actions as agreeing
from funding.agreements.versions.rules import Figures
from funding.spend import standings
from funding.virements import actions
from funding.virements.models import BudgetTransfer
from funding.virements.queries import budget_lines, virement_by_code
from funding.virements.rules import VIREMENT_LIFE, VirementEvent, VirementStatus
from people.rules import Role
from tests.board.pages import words
from tests.board.sitting import Board, a_board, a_motion, a_sitting, voted
from tests.builders import NOON, TODAY, a_member_of_staff, an_entry

APRIL = date(2026, 4, 1)
FOR, AGAINST, ABSTAIN = Voice


def a_budgeted_board() -> Board:
    """Three partners with £1,000 each: the first and second by group, the third in one line."""
    board = a_board()
    keeper = a_member_of_staff(Role.ADMINISTRATOR)
    version = agreeing.draft_version(board.fund, from_on=APRIL, by=keeper, at=NOON)
    for body in board.partners:
        figures = Figures(recurrent=Pence(1_000_00))
        agreeing.set_contribution(version, body, figures, by=keeper, at=NOON)
    for body in board.partners[:2]:
        for group, pence in (("walking", 300_00), ("bathing", 200_00), ("", 500_00)):
            agreeing.set_group_budget(version, body, group, Pence(pence), by=keeper, at=NOON)
    for body in board.partners:
        finance = a_member_of_staff(Role.FINANCE, organisation=body)
        agreeing.agree(version, revision=version.revision, by=finance, at=NOON)
    agreeing.put_in_force(version, revision=version.revision, by=keeper, at=NOON)
    for body in board.partners:
        set_budget(board.fund, body, Pence(1_000_00), year_from=APRIL, by=keeper, at=NOON)
    return board


def a_virement(board, *, gives=(0, "walking"), takes=(0, "bathing"), pence=100_00, by=None):
    by = by or a_member_of_staff(Role.FINANCE, organisation=board.partners[gives[0]])
    lines = [(board.partners[place].id, group) for place, group in (gives, takes)]
    return actions.propose(
        board.fund, gives=lines[0], takes=lines[1], pence=Pence(pence),
        because="More people ask for bath lifts.", by=by, at=NOON,
    )  # fmt: skip


def decided(board, virement, *voices, meeting=None):
    motion = a_motion(board, meeting or a_sitting(board), virement=virement)
    return motions.count_votes(voted(board, motion, *voices), by=board.chair, at=NOON)


def present(board, on=TODAY):
    return {
        (who, group): line.present for (who, group), line in budget_lines(board.fund, on).items()
    }


def test_every_move_of_a_virement_is_in_the_table():
    assert VIREMENT_LIFE.events_from(VirementStatus.PROPOSED) == tuple(VirementEvent)
    for ended in set(VirementStatus) - {VirementStatus.PROPOSED}:
        assert VIREMENT_LIFE.events_from(ended) == ()


def test_nothing_moves_before_the_board_has_decided(app):
    board = a_budgeted_board()
    before = present(board)
    a_virement(board)
    assert present(board) == before


def test_what_one_line_gives_the_other_takes_and_the_total_stays(app):
    board = a_budgeted_board()
    before = present(board)
    virement = a_virement(board)
    assert decided(board, virement, FOR, FOR)
    after, own = present(board), board.partners[0].id
    assert (after[own, "walking"], after[own, "bathing"]) == (200_00, 300_00)
    assert sum(after.values()) == sum(before.values()) == 3_000_00
    transfer = db.session.query(BudgetTransfer).one()
    assert (transfer.on, transfer.pence) == (TODAY, 100_00)
    assert virement.status is VirementStatus.APPROVED


def test_it_counts_from_the_day_of_the_decision(app):
    board = a_budgeted_board()
    before = present(board, date(2026, 5, 31))
    decided(board, a_virement(board), FOR, FOR)
    assert present(board, date(2026, 5, 31)) == before


def test_between_two_partners_both_have_to_be_for_it(app):
    board = a_budgeted_board()
    meeting = a_sitting(board)
    across = {"gives": (0, "walking"), "takes": (1, "walking")}
    assert not decided(board, a_virement(board, **across), FOR, ABSTAIN, FOR, meeting=meeting)
    assert decided(board, a_virement(board, **across), FOR, FOR, AGAINST, meeting=meeting)
    for body in board.partners:
        an_entry(board.fund, {body.id: 1}, on=TODAY)
    told = standings(TODAY, viewer=board.chair, on=TODAY)
    assert [one.budget for one in told] == [900_00, 1_100_00, 1_000_00]


def test_a_virement_the_board_is_against_is_refused_and_moves_nothing(app):
    board = a_budgeted_board()
    before, virement = present(board), a_virement(board)
    assert not decided(board, virement, FOR, AGAINST, AGAINST)
    assert virement.status is VirementStatus.REFUSED
    assert present(board) == before


def test_no_partner_gives_up_anothers_budget(app):
    board = a_budgeted_board()
    other = a_member_of_staff(Role.FINANCE, organisation=board.partners[1])
    with pytest.raises(Forbidden, match="own finance"):
        a_virement(board, by=other)


@pytest.mark.parametrize(
    ("but", "sentence"),
    [
        ({"gives": (0, "hoists")}, "No budget is agreed"),
        ({"takes": (0, "hoists")}, "No budget is agreed"),
        ({"takes": (0, "walking")}, "Choose another line"),
        ({"pence": 0}, "above nothing"),
        ({"pence": 300_01}, "has £300.00 left"),
    ],
)
def test_what_cannot_be_moved_is_refused_with_a_sentence(app, but, sentence):
    board = a_budgeted_board()
    with pytest.raises(Invalid, match=sentence):
        a_virement(board, **but)


def test_a_partner_without_group_budgets_moves_its_whole(app):
    board = a_budgeted_board()
    virement = a_virement(board, gives=(2, ""), takes=(1, "bathing"))
    decided(board, virement, FOR, FOR, FOR)
    assert present(board)[board.partners[2].id, ""] == 900_00


def test_a_line_emptied_meanwhile_gives_nothing_more(app):
    board = a_budgeted_board()
    meeting = a_sitting(board)
    first, second = a_virement(board, pence=300_00), a_virement(board, pence=1_00)
    decided(board, first, FOR, FOR, meeting=meeting)
    with pytest.raises(NotAllowed, match="cannot be made any more"):
        decided(board, second, FOR, FOR, meeting=meeting)
    assert second.status is VirementStatus.PROPOSED


def test_no_budget_is_moved_in_a_closed_month(app):
    board = a_budgeted_board()
    virement = a_virement(board)
    board.fund.open_from = date(2026, 7, 1)
    db.session.flush()
    with pytest.raises(NotAllowed, match="June 2026 is closed"):
        decided(board, virement, FOR, FOR)


def test_the_database_moves_nothing_in_a_closed_month(app):
    board = a_budgeted_board()
    decided(board, a_virement(board), FOR, FOR)
    board.fund.open_from = date(2026, 7, 1)
    db.session.flush()
    again = (
        'insert into budget_transfer (fund_id, virement_id, year_from, "on",'
        " from_organisation_id, from_product_group, to_organisation_id, to_product_group, pence)"
        ' select fund_id, virement_id + 1, year_from, "on", from_organisation_id,'
        " from_product_group, to_organisation_id, to_product_group, pence from budget_transfer"
    )
    with pytest.raises(DBAPIError, match="is closed"), db.session.begin_nested():
        db.session.execute(text(again))
    with pytest.raises(DBAPIError, match="append-only"), db.session.begin_nested():
        db.session.execute(text("update budget_transfer set pence = 1"))


def test_a_virement_is_of_its_own_year(app):
    board = a_budgeted_board()
    virement = a_virement(board)
    with pytest.raises(NotAllowed, match="is over"):
        actions.approve(virement, decision="222222HH", by=board.chair, at=NOON.replace(year=2027))


def test_who_gives_may_take_a_proposal_back_and_nobody_else(app):
    board = a_budgeted_board()
    virement = a_virement(board)
    with pytest.raises(Forbidden):
        actions.withdraw(virement, by=board.members[1], at=NOON)
    actions.withdraw(virement, by=board.members[0], at=NOON)
    with pytest.raises(Invalid, match="withdrawn already"):
        a_motion(board, a_sitting(board), virement=virement)


def test_a_virement_of_others_is_not_there_for_a_partners_finance(app):
    board = a_budgeted_board()
    virement = a_virement(board)
    third = a_member_of_staff(Role.FINANCE, organisation=board.partners[2])
    with pytest.raises(NotFound):
        virement_by_code(virement.code, viewer=third, on=TODAY)
    assert virement_by_code(virement.code, viewer=board.chair, on=TODAY) is virement


def test_the_budget_page_shows_agreed_moved_and_present(app, as_):
    board = a_budgeted_board()
    decided(board, a_virement(board), FOR, FOR)
    for body in board.partners:
        an_entry(board.fund, {body.id: 1}, on=TODAY)
    told = words(as_(board.chair).get("/budget?month=2026-06"))
    assert "Partner 1: bathing £200.00 £100.00 £300.00" in told
    assert "Partner 1: walking £300.00 −£100.00 £200.00" in told
    before = words(as_(board.chair).get("/budget?month=2026-05"))
    assert "Moved between lines" not in before
