"""A board of three partners, each with a member, that meets at noon."""

from dataclasses import dataclass, field
from datetime import date
from typing import Any

from board import actions
from board.actions import Came
from board.models import Meeting, Motion
from board.motions import actions as motions
from board.queries import meeting_by_code, seats
from board.rules import MeetingKind, Voice
from funding.models import Fund
from people.models import Organisation, Staff
from people.rules import Role
from tests.builders import NOON, TODAY, a_fund, a_member_of_staff, a_partner, an_organisation


@dataclass
class Board:
    """The fund, its partners, and the member of each by the partner's place."""

    fund: Fund
    partners: list[Organisation]
    members: list[Staff] = field(default_factory=list)

    @property
    def chair(self) -> Staff:
        """The first partner's member, who writes the minutes."""
        return self.members[0]


def a_board(count: int = 3) -> Board:
    """A board of so many partners."""
    fund = a_fund()
    bodies = [an_organisation(name=f"Partner {place}") for place in range(1, count + 1)]
    for body in bodies:
        a_partner(fund, organisation=body)
    members = [a_member_of_staff(Role.BOARD, organisation=body) for body in bodies]
    return Board(fund, bodies, members)


def a_meeting(board: Board, on: date = TODAY, **but: Any) -> Meeting:
    """A meeting that is called and not begun."""
    said = {"kind": MeetingKind.MONTHLY, "by": board.chair, "at": NOON, **but}
    return actions.call_meeting(board.fund, on=on, **said)


def a_sitting(board: Board, on: date = TODAY, *, present: int | None = None) -> Meeting:
    """A meeting under way: every partner is there, or the first so many."""
    meeting = a_meeting(board, on)
    actions.begin(meeting, by=board.chair, at=NOON)
    there = len(board.partners) if present is None else present
    came = {
        who: Came(place < there, f"Member {place + 1}") for place, who in enumerate(seats(meeting))
    }
    actions.attend(meeting, came, by=board.chair, at=NOON)
    return meeting_by_code(meeting.code)


def a_motion(board: Board, meeting: Meeting, **but: Any) -> Motion:
    """A motion of the first partner."""
    facts: dict[str, Any] = {
        "proposer": board.partners[0],
        "title": "Ask for beds back by letter",
        "says": "That letters go out to every household with a bed for over a year.",
        "by": board.chair,
        "at": NOON,
    }
    return motions.put_motion(meeting, **{**facts, **but})


def voted(board: Board, motion: Motion, *voices: Voice | None) -> Motion:
    """The motion with a vote of each partner in turn; none where it says nothing."""
    for member, voice in zip(board.members, voices, strict=False):
        if voice is not None:
            motions.vote(motion, voice, by=member, at=NOON)
    return motion
