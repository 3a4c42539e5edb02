"""The lives of meetings, motions, actions and steps, and how votes are counted. No database."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from core.status import Moves


class MeetingKind(StrEnum):
    """What the board meets for."""

    MONTHLY = "monthly"
    EXTRAORDINARY = "extraordinary"
    ANNUAL = "annual"


class MeetingStatus(StrEnum):
    """Where a meeting stands. Its minutes are a draft from its begin until they are agreed."""

    PLANNED = "planned"
    HELD = "held"
    AGREED = "agreed"
    CALLED_OFF = "called_off"


class MeetingEvent(StrEnum):
    """What happens to a meeting."""

    BEGIN = "begin"
    NOTE = "note"  # the draft of the minutes is changed
    AGREE = "agree"  # the minutes stand as they are, for good
    CALL_OFF = "call_off"


MEETING_LIFE: Moves[MeetingStatus, MeetingEvent] = Moves(
    {
        (MeetingStatus.PLANNED, MeetingEvent.BEGIN): MeetingStatus.HELD,
        (MeetingStatus.PLANNED, MeetingEvent.CALL_OFF): MeetingStatus.CALLED_OFF,
        (MeetingStatus.HELD, MeetingEvent.NOTE): MeetingStatus.HELD,
        (MeetingStatus.HELD, MeetingEvent.AGREE): MeetingStatus.AGREED,
    }
)
# Meetings on whose agenda a motion may still be put.
OPEN_MEETINGS = (MeetingStatus.PLANNED, MeetingStatus.HELD)
TOOK_PLACE = (MeetingStatus.HELD, MeetingStatus.AGREED)


class MotionStatus(StrEnum):
    """Where a motion stands."""

    OPEN = "open"
    CARRIED = "carried"
    LOST = "lost"
    WITHDRAWN = "withdrawn"


class MotionEvent(StrEnum):
    """What happens to a motion."""

    CARRY = "carry"
    LOSE = "lose"
    WITHDRAW = "withdraw"


MOTION_LIFE: Moves[MotionStatus, MotionEvent] = Moves(
    {
        (MotionStatus.OPEN, MotionEvent.CARRY): MotionStatus.CARRIED,
        (MotionStatus.OPEN, MotionEvent.LOSE): MotionStatus.LOST,
        (MotionStatus.OPEN, MotionEvent.WITHDRAW): MotionStatus.WITHDRAWN,
    }
)
DECIDED = (MotionStatus.CARRIED, MotionStatus.LOST)


class Voice(StrEnum):
    """What a partner votes."""

    FOR = "for"
    AGAINST = "against"
    ABSTAIN = "abstain"


class VotingRule(StrEnum):
    """What carries a motion."""

    MAJORITY = "more for than against"
    EVERY_PARTNER = "every partner for"


RULES_TOLD = {
    VotingRule.MAJORITY: (
        "Carried when more partners vote for it than against it. The agreement says nothing of "
        "votes, so this is what the product takes where nothing else is agreed."
    ),
    VotingRule.EVERY_PARTNER: (
        "Carried when every partner votes for it, as a version of the agreement asks for every "
        "partner's consent."
    ),
}
QUORUM = (
    "More than half of the partners have to be there before a motion is decided. The agreement "
    "says nothing of a quorum, so this is what the product takes where nothing else is agreed."
)


def is_quorum(present: int, partners: int) -> bool:
    """Whether enough partners are there: more than half of them."""
    return 2 * present > partners


@dataclass(frozen=True)
class Count:
    """How the partners voted."""

    votes_for: int = 0
    against: int = 0
    abstained: int = 0
    silent: int = 0  # partners that have not voted

    @property
    def told(self) -> str:
        """The count as minutes say it."""
        said = f"{self.votes_for} for, {self.against} against, {self.abstained} abstained"
        return f"{said}, {self.silent} did not vote" if self.silent else said


def count_of(votes: Collection[Voice], partners: int) -> Count:
    """The count of some votes of so many partners."""
    cast = [*votes]
    return Count(
        cast.count(Voice.FOR),
        cast.count(Voice.AGAINST),
        cast.count(Voice.ABSTAIN),
        max(partners - len(cast), 0),
    )


def carried(
    votes: Mapping[int, Voice],
    partners: Collection[int],
    rule: VotingRule,
    *,
    concerned: Collection[int] = (),
) -> bool:
    """Whether the votes of partners, by number, carry a motion.

    Those it concerns above others have to be for it, whatever the rest say.
    """
    if any(votes.get(who) is not Voice.FOR for who in concerned):
        return False
    if rule is VotingRule.EVERY_PARTNER:
        return bool(partners) and all(votes.get(who) is Voice.FOR for who in partners)
    cast = [*votes.values()]
    return cast.count(Voice.FOR) > cast.count(Voice.AGAINST)


class ActionStatus(StrEnum):
    """Where an action that the board agreed stands."""

    OPEN = "open"
    DONE = "done"
    DROPPED = "dropped"


class ActionEvent(StrEnum):
    """What happens to an action."""

    FINISH = "finish"
    REOPEN = "reopen"
    DROP = "drop"


ACTION_LIFE: Moves[ActionStatus, ActionEvent] = Moves(
    {
        (ActionStatus.OPEN, ActionEvent.FINISH): ActionStatus.DONE,
        (ActionStatus.OPEN, ActionEvent.DROP): ActionStatus.DROPPED,
        (ActionStatus.DONE, ActionEvent.REOPEN): ActionStatus.OPEN,
    }
)


class StepStatus(StrEnum):
    """Whether a step counts."""

    STANDS = "stands"
    WITHDRAWN = "withdrawn"


class StepEvent(StrEnum):
    """What happens to a step."""

    WITHDRAW = "withdraw"


STEP_LIFE: Moves[StepStatus, StepEvent] = Moves(
    {(StepStatus.STANDS, StepEvent.WITHDRAW): StepStatus.WITHDRAWN}
)


@dataclass(frozen=True)
class Quoted:
    """A figure as it was read out: kept word for word, whatever the rows say later."""

    measure: str  # its code
    name: str
    basis: str
    first: date
    last: date
    words: str  # of what was chosen: the period, the partner, the group
    above: int
    below: int
    written: str
    organisation_id: int | None = None  # whose figure, where it is one partner's
