"""How votes are counted, and what may happen to what, without a database."""

from itertools import product

import pytest

from board.rules import (
    ACTION_LIFE,
    MEETING_LIFE,
    MOTION_LIFE,
    STEP_LIFE,
    ActionEvent,
    ActionStatus,
    MeetingEvent,
    MeetingStatus,
    MotionEvent,
    MotionStatus,
    StepEvent,
    StepStatus,
    Voice,
    VotingRule,
    carried,
    count_of,
    is_quorum,
)
from core.errors import NotAllowed

FOR, AGAINST, ABSTAIN = Voice
LIVES = [
    (MEETING_LIFE, MeetingStatus, MeetingEvent),
    (MOTION_LIFE, MotionStatus, MotionEvent),
    (ACTION_LIFE, ActionStatus, ActionEvent),
    (STEP_LIFE, StepStatus, StepEvent),
]


@pytest.mark.parametrize("life", LIVES)
def test_what_the_table_does_not_say_cannot_happen(life):
    moves, statuses, events = life
    for status, event in product(statuses, events):
        if moves.allows(status, event):
            assert moves.after(status, event) in statuses
        else:
            with pytest.raises(NotAllowed):
                moves.after(status, event)


def test_agreed_minutes_and_decided_motions_have_no_way_on():
    assert MEETING_LIFE.events_from(MeetingStatus.AGREED) == ()
    for status in (MotionStatus.CARRIED, MotionStatus.LOST, MotionStatus.WITHDRAWN):
        assert MOTION_LIFE.events_from(status) == ()


@pytest.mark.parametrize(
    ("present", "partners", "enough"), [(2, 3, True), (1, 2, False), (4, 9, False), (5, 9, True)]
)
def test_a_quorum_is_more_than_half(present, partners, enough):
    assert is_quorum(present, partners) is enough


@pytest.mark.parametrize(
    ("votes", "won"),
    [
        ({1: FOR, 2: AGAINST, 3: FOR}, True),
        ({1: FOR, 2: AGAINST}, False),
        ({1: FOR, 2: ABSTAIN, 3: ABSTAIN}, True),
        ({}, False),
    ],
)
def test_a_majority_is_more_for_than_against_and_abstentions_count_for_neither(votes, won):
    assert carried(votes, (1, 2, 3), VotingRule.MAJORITY) is won


def test_every_partner_means_every_one_of_them():
    every = VotingRule.EVERY_PARTNER
    assert carried({1: FOR, 2: FOR}, (1, 2), every)
    assert not carried({1: FOR, 2: ABSTAIN}, (1, 2), every)
    assert not carried({1: FOR}, (1, 2), every)
    assert not carried({}, (), every)


def test_whom_it_concerns_must_be_for_it_whatever_the_rest_say():
    votes = {1: FOR, 2: FOR, 3: ABSTAIN}
    assert carried(votes, (1, 2, 3), VotingRule.MAJORITY, concerned={1, 2})
    assert not carried(votes, (1, 2, 3), VotingRule.MAJORITY, concerned={1, 3})
    assert not carried(votes, (1, 2, 3), VotingRule.MAJORITY, concerned={4})


def test_the_count_says_who_did_not_vote():
    assert count_of([FOR, AGAINST], 3).told == "1 for, 1 against, 0 abstained, 1 did not vote"
    assert count_of([FOR, FOR], 2).told == "2 for, 0 against, 0 abstained"
