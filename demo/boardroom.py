"""The board of the demonstration: it meets every month, votes, minutes, and gives actions."""

from collections.abc import Callable
from contextlib import AbstractContextManager
from datetime import date, datetime, timedelta

from sqlalchemy import select

from board import actions
from board.actions import Came
from board.models import Action, Meeting, Motion
from board.motions import actions as motions
from board.queries import last_meeting, meeting_by_code, next_meeting, own_seats, seats
from board.rules import (
    ActionStatus,
    MeetingKind,
    MeetingStatus,
    Quoted,
    Voice,
)
from board.steps.actions import mark_step
from core.clock import london_day, moment, month_of, months_later
from core.db import db
from core.money import Pence
from demo.setting import Setting
from demo.sign_ins import HOST, PASSWORD
from funding.agreements.versions.models import AgreementVersion
from funding.agreements.versions.rules import VersionStatus
from funding.virements.actions import propose
from funding.virements.models import Virement
from funding.virements.queries import budget_lines
from people.actions import add_staff
from people.models import Organisation, Staff
from people.rules import Role
from reports.choices import asked
from reports.measures import MEASURES
from reports.minuting.quoting import quoted

As = Callable[[Setting, Role, str, datetime], AbstractContextManager[datetime]]
# Who sits on the board beside the host's member, who signs in to the demonstration.
MEMBERS = {
    "E06000018": "Wes Boardman", "02Q": "Una Boardman", "04E": "Max Boardman",
    "04H": "Lil Boardman", "04K": "Ned Boardman", "04L": "Ros Boardman", "04M": "Pip Boardman",
    "04N": "Zoe Boardman",
}  # fmt: skip
PLACE = "Committee room 2, and by video"
# What the board decides in turn: about which measure if any, in a few words, and why.
MATTERS = (
    ("R5", "Take note of the reissue share", "That the figure is noted and asked about again."),
    ("R1", "Write to households about equipment they may not need",
     "That returns staff write to every household whose loan is older than a year."),
    ("", "Meet by video every second month", "That travel is saved where the agenda is short."),
)  # fmt: skip
TO_DO = (
    ("Ask every ward how equipment is handed back", 28),
    ("Bring the ten dearest products that did not come back", 21),
)
MOVED = Pence(2_500_00)
WHY_MOVED = "Fewer mattresses are bought since more come back; beds are short."
STEP = ("S3", "Collections are planned for all areas together since the NHS bodies changed")


def meets_on(day: date) -> bool:
    """Whether the board meets on a day: the third Wednesday of the month."""
    return day.weekday() == 2 and 15 <= day.day <= 21


def seat_members(setting: Setting, at: datetime) -> None:
    """A member of the board for every partner that has none yet."""
    for code, name in MEMBERS.items():
        setting.staff[Role.BOARD].append(
            add_staff(
                name=name, email=f"{name.lower().replace(' ', '.')}@example.test",
                password=PASSWORD, role=Role.BOARD, organisation=setting.organisations[code],
                order_limit=Pence(0), by=setting.boss, at=at,
            )
        )  # fmt: skip


def meet(setting: Setting, day: date, as_: As) -> None:
    """The month's meeting, from the minutes of the last to the call of the next."""
    virement = None
    if _may_move(setting, day):
        with as_(setting, Role.FINANCE, "demo: virement", moment(day, 9)) as at:
            virement = _propose(setting, at)
    with as_(setting, Role.BOARD, "demo: board meeting", moment(day, 14)) as at:
        _sit(setting, day, virement, at)


def _sit(setting: Setting, day: date, virement: Virement | None, at: datetime) -> None:
    chair = setting.staff[Role.BOARD][0]
    before = last_meeting(day)
    if before is not None and before.status is MeetingStatus.HELD:
        actions.agree_minutes(before, by=chair, at=at)
    _finish_what_was_due(chair, day, at)
    meeting = next_meeting(day) or _call(setting, day, at)
    actions.begin(meeting, by=chair, at=at)
    partners = seats(meeting)
    others = [who for who in partners if who != _host(setting).id]
    away = others[day.month % len(others)]
    came = {who: Came(who != away) for who in partners}
    actions.attend(meeting, came, by=chair, at=at)
    for motion in _agenda(setting, meeting, virement, at):
        _decide(setting, motion, away, at)
    what, days = TO_DO[day.month % len(TO_DO)]
    owner = list(partners.values())[(day.month + 1) % len(partners)]
    due = day + timedelta(days=days)
    actions.give_action(meeting, what=what, owner=owner, due_on=due, by=chair, at=at)
    if month_of(setting.merger) == months_later(month_of(day), -1):
        _mark_step(setting, at)
    coming = _call(setting, _next_day(day), at)
    _put_matter(setting, coming, at)
    _put_version(setting, coming, at)


def _call(setting: Setting, day: date, at: datetime) -> Meeting:
    by = setting.staff[Role.BOARD][0]
    kind = MeetingKind.MONTHLY
    return actions.call_meeting(setting.fund, on=day, kind=kind, place=PLACE, by=by, at=at)


def _next_day(day: date) -> date:
    first = months_later(month_of(day), 1)
    return next(one for one in (first + timedelta(days=n) for n in range(14, 21)) if meets_on(one))


def _finish_what_was_due(chair: Staff, day: date, at: datetime) -> None:
    """Say of every action whose day has passed that it was done."""
    due = (
        select(Action)
        .where(Action.status == ActionStatus.OPEN, Action.due_on < day)
        .order_by(Action.id)
    )
    for action in db.session.scalars(due).all():
        actions.finish(action, said="Done, and told at the meeting.", by=chair, at=at)


def _agenda(
    setting: Setting, meeting: Meeting, virement: Virement | None, at: datetime
) -> list[Motion]:
    """What was put on the agenda before (the first time: now), and a virement if there is one."""
    if not meeting_by_code(meeting.code).motions:
        _put_matter(setting, meeting, at)
    if virement is not None:
        motions.put_motion(
            meeting, proposer=_host(setting), title="Move budget from mattresses to beds",
            says=WHY_MOVED, virement=virement, by=setting.staff[Role.BOARD][0], at=at,
        )  # fmt: skip
    return list(meeting_by_code(meeting.code).motions)


def _put_matter(setting: Setting, meeting: Meeting, at: datetime) -> None:
    """Put the month's matter on a meeting's agenda, with the figure as it stands now."""
    chair, partners = setting.staff[Role.BOARD][0], list(seats(meeting).values())
    code, title, says = MATTERS[meeting.on.month % len(MATTERS)]
    motions.put_motion(
        meeting, proposer=partners[meeting.on.month % len(partners)], title=title, says=says,
        quoting=_figure(code, chair, london_day(at), at) if code else None, by=chair, at=at,
    )  # fmt: skip


def _figure(code: str, viewer: Staff, on: date, at: datetime) -> Quoted:
    measure = MEASURES[code]
    chosen = asked(None, viewer=viewer, on=on)
    return quoted(measure, measure.bases[0], chosen, viewer=viewer, at=at, on=on)


def _decide(setting: Setting, motion: Motion, away: int, at: datetime) -> None:
    """The partners vote for it, but one that abstains and who is away; the votes are counted.

    A version of the agreement takes every partner: who is away votes from there.
    """
    voted: set[int] = set()
    every = motion.agreement is not None
    for place, member in enumerate(setting.staff[Role.BOARD]):
        mine = own_seats(motion.meeting, viewer=member, on=motion.meeting.on) - voted
        if mine and (every or away not in mine):
            abstains = place == 3 and motion.virement is None and not every
            voice = Voice.ABSTAIN if abstains else Voice.FOR
            motions.vote(motion, voice, by=member, at=at)
            voted |= mine
    motions.count_votes(motion, by=setting.staff[Role.BOARD][0], at=at)


def _put_version(setting: Setting, meeting: Meeting, at: datetime) -> None:
    """Put the newest draft of the agreement on a meeting's agenda, once."""
    draft = db.session.scalar(
        select(AgreementVersion)
        .where(AgreementVersion.status == VersionStatus.DRAFT)
        .order_by(AgreementVersion.number.desc())
        .limit(1)
    )
    there = select(Motion.id).where(Motion.version_id == (draft.id if draft else None))
    if draft is not None and db.session.scalar(there.limit(1)) is None:
        motions.put_motion(
            meeting, proposer=_host(setting), title="Approve next year's agreement",
            says="As drafted: the same partners, and a new price for tests.", version=draft,
            by=setting.staff[Role.BOARD][0], at=at,
        )  # fmt: skip


def _mark_step(setting: Setting, at: datetime) -> None:
    measure, reason = STEP
    by = setting.staff[Role.BOARD][0]
    mark_step(measure, month=setting.merger, reason=reason, by=by, at=at)


def _host(setting: Setting) -> Organisation:
    return setting.organisations[HOST]


def _may_move(setting: Setting, day: date) -> bool:
    """Whether the year's one virement is to be proposed: in May or November, and not twice."""
    moved = db.session.scalar(select(Virement.id).limit(1))
    return moved is None and day.month in (5, 11)


def _propose(setting: Setting, at: datetime) -> Virement | None:
    host = _host(setting)
    gives, takes = (host.id, "pressure care"), (host.id, "beds and rails")
    lines = budget_lines(setting.fund, at.date())
    if gives not in lines or lines[gives].present < MOVED:
        return None
    by = next(one for one in setting.staff[Role.FINANCE] if one.organisation_id == host.id)
    return propose(
        setting.fund, gives=gives, takes=takes, pence=MOVED, because=WHY_MOVED, by=by, at=at
    )
