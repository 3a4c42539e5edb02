"""The minutes of a meeting as they are read: one account, for the page, for print and for paper."""

from dataclasses import dataclass
from datetime import date

from board.models import Action, Correction, Meeting, Motion, Quotation
from board.queries import may_read_figure, seats
from board.rules import DECIDED, MeetingStatus, MotionStatus, Voice, count_of, is_quorum
from people.models import Organisation, Staff

HIDDEN = "A figure of one partner's, which it and the board may read."


@dataclass(frozen=True)
class Voted:
    """One partner's vote as minutes say it; none where it did not vote."""

    partner: Organisation
    voice: Voice | None
    by: str


@dataclass(frozen=True)
class Item:
    """One motion of the minutes."""

    motion: Motion
    figure: Quotation | None
    figure_hidden: bool
    votes: tuple[Voted, ...]
    partners: int

    @property
    def count(self) -> str:
        """How the votes stand, in words."""
        cast = [one.voice for one in self.votes if one.voice is not None]
        return count_of(cast, self.partners).told

    @property
    def outcome(self) -> str:
        """What became of it, in a sentence."""
        status = self.motion.status
        if status in DECIDED:
            return f"{status.value.capitalize()}: {self.count}."
        if status is MotionStatus.WITHDRAWN:
            return "Withdrawn before it was decided."
        begun = any(one.voice for one in self.votes)
        return f"Not decided yet: {self.count}." if begun else "Not decided yet."


@dataclass(frozen=True)
class Minutes:
    """A meeting as its minutes tell it."""

    meeting: Meeting
    seats: tuple[Organisation, ...]
    present: tuple[tuple[Organisation, str], ...]
    apologies: tuple[Organisation, ...]
    items: tuple[Item, ...]
    actions: tuple[Action, ...]
    corrections: tuple[Correction, ...]

    @property
    def title(self) -> str:
        """What stands above them."""
        on = self.meeting.on
        return f"{self.meeting.kind.value.capitalize()} meeting of {on.day} {on:%B %Y}"

    @property
    def state(self) -> str:
        """How far they may be relied on, in words."""
        return {
            MeetingStatus.PLANNED: "Agenda: the meeting has not begun.",
            MeetingStatus.HELD: "Draft: the board has not agreed these minutes yet.",
            MeetingStatus.AGREED: "Agreed by the board"
            + (", and corrected below." if self.corrections else "."),
            MeetingStatus.CALLED_OFF: "Called off: the board did not meet.",
        }[self.meeting.status]

    @property
    def quorum(self) -> str:
        """Whether enough partners were there, in a sentence."""
        there, whole = len(self.present), len(self.seats)
        if not self.meeting.attendances:
            return f"Who came is not written down yet. {whole} partners have a vote."
        enough = "a quorum" if is_quorum(there, whole) else "no quorum"
        return f"{there} of {whole} partners were there: {enough}."


def item_of(motion: Motion, partners: dict[int, Organisation], *, viewer: Staff, on: date) -> Item:
    """A motion with every partner's vote, the figure it quotes where the viewer may read it."""
    cast = {one.organisation_id: one for one in motion.votes}
    votes = tuple(
        Voted(who, cast[number].voice if number in cast else None,
              cast[number].by.name if number in cast else "")
        for number, who in partners.items()
    )  # fmt: skip
    may = may_read_figure(motion, viewer=viewer, on=on)
    return Item(motion, motion.quotation if may else None, not may, votes, len(partners))


def minutes_of(meeting: Meeting, *, viewer: Staff, on: date) -> Minutes:
    """The minutes of a meeting (read by `meeting_by_code`), with the figures a viewer may read."""
    partners = seats(meeting)
    came = {one.organisation_id: one for one in meeting.attendances}
    return Minutes(
        meeting=meeting,
        seats=tuple(partners.values()),
        present=tuple(
            (who, came[number].names)
            for number, who in partners.items()
            if number in came and came[number].present
        ),
        apologies=tuple(
            who for number, who in partners.items() if number in came and not came[number].present
        ),
        items=tuple(item_of(one, partners, viewer=viewer, on=on) for one in meeting.motions),
        actions=tuple(meeting.actions),
        corrections=tuple(meeting.corrections),
    )
