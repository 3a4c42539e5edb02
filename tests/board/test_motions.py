"""Each partner votes once; what is carried is computed; what was decided never changes."""

import pytest
from sqlalchemy import text
from sqlalchemy.exc import DBAPIError, IntegrityError

from board.minutes import minutes_of
from board.models import Vote
from board.motions import actions
from board.motions.queries import motion_by_code, to_vote_on
from board.queries import decisions_since, may_read_figure, meeting_by_code
from board.rules import MotionStatus, Quoted, Voice, VotingRule
from core.db import add, db
from core.errors import Forbidden, Invalid, NotAllowed
from funding.agreements.approvals.queries import approval_of
from funding.agreements.versions import actions as agreeing
from funding.agreements.versions.rules import Figures, VersionStatus
from people.rules import Role
from tests.board.sitting import a_board, a_meeting, a_motion, a_sitting, voted
from tests.builders import NOON, TODAY, a_member_of_staff, a_merger, an_organisation

FOR, AGAINST, ABSTAIN = Voice
R5 = Quoted("R5", "Reissue share", "items", TODAY, TODAY, "June 2026", 450, 500, "90.00%")


def test_two_of_three_carry_a_motion(app):
    board = a_board()
    motion = voted(board, a_motion(board, a_sitting(board)), FOR, FOR, AGAINST)
    assert actions.count_votes(motion, by=board.chair, at=NOON)
    assert motion.status is MotionStatus.CARRIED
    assert motion.decided_at == NOON
    assert decisions_since(TODAY, TODAY) == [motion]


def test_a_tie_is_lost(app):
    board = a_board()
    motion = voted(board, a_motion(board, a_sitting(board)), FOR, AGAINST, ABSTAIN)
    assert not actions.count_votes(motion, by=board.chair, at=NOON)
    assert motion.status is MotionStatus.LOST


def test_the_minutes_say_who_voted_what(app):
    board = a_board()
    meeting = a_sitting(board)
    motion = voted(board, a_motion(board, meeting), FOR, AGAINST)
    actions.count_votes(motion, by=board.chair, at=NOON)
    (item,) = minutes_of(meeting_by_code(meeting.code), viewer=board.chair, on=TODAY).items
    assert [one.voice for one in item.votes] == [FOR, AGAINST, None]
    assert item.outcome == "Lost: 1 for, 1 against, 0 abstained, 1 did not vote."


def test_a_partner_votes_once_whoever_of_its_members_does(app):
    board = a_board()
    motion = voted(board, a_motion(board, a_sitting(board)), FOR)
    colleague = a_member_of_staff(Role.BOARD, organisation=board.partners[0])
    with pytest.raises(NotAllowed, match="has voted already: for"):
        actions.vote(motion, AGAINST, by=colleague, at=NOON)


def test_the_database_lets_no_partner_vote_twice(app):
    board = a_board()
    motion = voted(board, a_motion(board, a_sitting(board)), FOR)
    again = {"motion_id": motion.id, "organisation_id": board.partners[0].id, "voice": AGAINST}
    with pytest.raises(IntegrityError), db.session.begin_nested():
        add(Vote(**again, at=NOON, by_id=board.chair.id))


@pytest.mark.parametrize(
    "change", ["update vote set voice = 'against'", "delete from vote",
               "update motion set title = 'x'", "update quotation set written = '99%'"],
)  # fmt: skip
def test_the_database_refuses_to_change_what_was_decided(app, change):
    board = a_board()
    motion = voted(board, a_motion(board, a_sitting(board), quoting=R5), FOR, FOR)
    actions.count_votes(motion, by=board.chair, at=NOON)
    with pytest.raises(DBAPIError, match=r"settled|append-only"), db.session.begin_nested():
        db.session.execute(text(change))


def test_the_database_takes_no_vote_after_the_count(app):
    board = a_board()
    motion = voted(board, a_motion(board, a_sitting(board)), FOR, FOR)
    actions.count_votes(motion, by=board.chair, at=NOON)
    late = {"motion_id": motion.id, "organisation_id": board.partners[2].id, "voice": AGAINST}
    with pytest.raises(DBAPIError, match="is decided"), db.session.begin_nested():
        add(Vote(**late, at=NOON, by_id=board.chair.id))
    with pytest.raises(NotAllowed, match="carried already"):
        actions.vote(motion, AGAINST, by=board.members[2], at=NOON)
    with pytest.raises(NotAllowed, match="carried already"):
        actions.count_votes(motion, by=board.chair, at=NOON)


def test_who_is_no_partner_and_who_is_not_on_the_board_has_no_vote(app):
    board = a_board()
    motion = a_motion(board, a_sitting(board))
    finance = a_member_of_staff(Role.FINANCE, organisation=board.partners[0])
    for stranger in (a_member_of_staff(Role.BOARD), finance):
        with pytest.raises(Forbidden, match="has no vote"):
            actions.vote(motion, FOR, by=stranger, at=NOON)


def test_nobody_votes_or_counts_before_the_meeting_begins(app):
    board = a_board()
    motion = a_motion(board, a_meeting(board))
    with pytest.raises(NotAllowed, match="has not begun"):
        actions.vote(motion, FOR, by=board.chair, at=NOON)
    with pytest.raises(NotAllowed, match="has not begun"):
        actions.count_votes(motion, by=board.chair, at=NOON)


def test_without_a_quorum_nothing_is_decided(app):
    board = a_board()
    motion = voted(board, a_motion(board, a_sitting(board, present=1)), FOR, FOR, FOR)
    with pytest.raises(NotAllowed, match="1 of 3 partners"):
        actions.count_votes(motion, by=board.chair, at=NOON)
    assert motion_by_code(motion.code).status is MotionStatus.OPEN


def test_bodies_that_merged_after_the_meeting_was_called_vote_by_their_heir(app):
    board = a_board()
    motion = a_motion(board, a_sitting(board))
    heir = an_organisation()
    for body in board.partners[:2]:
        a_merger(body.id, heir, on=TODAY.replace(day=2))
    member = a_member_of_staff(Role.BOARD, organisation=heir)
    later = NOON.replace(day=3)
    assert len(actions.vote(motion, FOR, by=member, at=later)) == 2
    with pytest.raises(NotAllowed, match="has voted already"):
        actions.vote(motion, FOR, by=board.members[1], at=later)


def test_only_a_partner_proposes(app):
    board = a_board()
    with pytest.raises(Invalid, match="has no vote at this meeting"):
        a_motion(board, a_sitting(board), proposer=an_organisation())


def test_a_motion_taken_back_is_not_counted(app):
    board = a_board()
    motion = a_motion(board, a_sitting(board))
    actions.withdraw(motion, by=board.chair, at=NOON)
    with pytest.raises(NotAllowed, match="withdrawn already"):
        actions.count_votes(motion, by=board.chair, at=NOON)


def test_what_waits_for_a_members_vote_is_what_their_partner_has_not_voted_on(app):
    board = a_board()
    meeting = a_sitting(board)
    motion = voted(board, a_motion(board, meeting), FOR)
    assert to_vote_on(viewer=board.members[0], on=TODAY) == []
    assert to_vote_on(viewer=board.members[1], on=TODAY) == [motion]
    assert to_vote_on(viewer=a_member_of_staff(Role.FINANCE), on=TODAY) == []


def test_the_figure_a_motion_is_about_is_kept_as_it_was_read_out(app):
    board = a_board()
    motion = motion_by_code(a_motion(board, a_sitting(board), quoting=R5).code)
    kept = motion.quotation
    assert (kept.measure, kept.above, kept.below, kept.written) == ("R5", 450, 500, "90.00%")
    assert kept.at == NOON


def test_one_partners_figure_is_for_it_and_the_board(app):
    board = a_board()
    quoted = Quoted(**{**vars(R5), "organisation_id": board.partners[0].id})
    motion = a_motion(board, a_sitting(board), quoting=quoted)
    own, other = (a_member_of_staff(Role.FINANCE, organisation=body) for body in board.partners[:2])
    assert may_read_figure(motion, viewer=board.members[2], on=TODAY)
    assert may_read_figure(motion, viewer=own, on=TODAY)
    assert not may_read_figure(motion, viewer=other, on=TODAY)


def a_version(board):
    keeper = a_member_of_staff(Role.ADMINISTRATOR)
    return agreeing.draft_version(board.fund, from_on=TODAY.replace(year=2027), by=keeper, at=NOON)


def test_a_carried_motion_is_the_boards_approval_of_the_version_as_it_stood(app):
    board = a_board()
    version = a_version(board)
    motion = a_motion(board, a_sitting(board), version=version)
    assert motion.rule is VotingRule.EVERY_PARTNER
    actions.count_votes(voted(board, motion, FOR, FOR, FOR), by=board.chair, at=NOON)
    assert approval_of(version).decision == motion.code
    agreeing.set_contribution(version, board.partners[0], Figures(), by=board.chair, at=NOON)
    assert approval_of(version) is None


def test_the_boards_approval_stands_in_for_no_partners_consent(app):
    board = a_board()
    version = a_version(board)
    motion = voted(board, a_motion(board, a_sitting(board), version=version), FOR, FOR, FOR)
    actions.count_votes(motion, by=board.chair, at=NOON)
    assert version.status is VersionStatus.DRAFT
    with pytest.raises(NotAllowed):
        agreeing.put_in_force(version, revision=version.revision, by=board.chair, at=NOON)


def test_a_version_is_not_approved_over_one_partners_head(app):
    board = a_board()
    version = a_version(board)
    motion = voted(board, a_motion(board, a_sitting(board), version=version), FOR, FOR, AGAINST)
    assert not actions.count_votes(motion, by=board.chair, at=NOON)
    assert approval_of(version) is None


def test_a_version_that_changed_since_is_put_anew(app):
    board = a_board()
    version = a_version(board)
    motion = voted(board, a_motion(board, a_sitting(board), version=version), FOR, FOR, FOR)
    agreeing.set_contribution(version, board.partners[0], Figures(), by=board.chair, at=NOON)
    with pytest.raises(NotAllowed, match="has been changed since"):
        actions.count_votes(motion, by=board.chair, at=NOON)


def test_two_open_motions_are_not_about_one_version(app):
    board = a_board()
    version, meeting = a_version(board), a_sitting(board)
    a_motion(board, meeting, version=version)
    with pytest.raises(Invalid, match="is about it already"):
        a_motion(board, meeting, version=version)
