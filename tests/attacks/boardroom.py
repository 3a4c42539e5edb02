"""The board's own things in the world, and everything anybody can do with them."""

from datetime import date, datetime, timedelta

from board import actions
from board.actions import Came
from board.models import Meeting
from board.motions.actions import put_motion
from board.queries import seats
from board.rules import MeetingKind
from board.steps.actions import mark_step
from core.clock import financial_year, london_day, now
from core.db import db
from core.money import Pence
from funding.actions import set_budget
from funding.models import Fund
from funding.virements.actions import propose
from people.models import Organisation, Staff
from people.rules import Role
from tests import builders


def a_board_room(
    fund: Fund, ours: list[Organisation], theirs: list[Organisation]
) -> dict[str, dict[str, str]]:
    """Meetings in every state, a motion, an action, and a virement of each part of the pool."""
    at, chair = now(), builders.a_member_of_staff(Role.BOARD, organisation=ours[0])
    agreed, still, held = (_held(fund, at - timedelta(days=days), chair) for days in (3, 2, 1))
    motion = put_motion(
        held, proposer=ours[0], title="A motion", says="That it be so.", by=chair, at=at
    )
    action = actions.give_action(
        held, what="Ring the wards", owner=ours[0], due_on=london_day(at), by=chair, at=at
    )
    actions.agree_minutes(agreed, by=chair, at=at)
    step = mark_step("R5", month=date(2020, 1, 1), reason="A contract", by=chair, at=at)
    called = _called(fund, london_day(at), chair, at)
    pool = {
        "meeting": held.code,
        "called": called.code,
        "agreed": agreed.code,
        "to_agree": still.code,
        "motion": motion.code,
        "action": action.code,
        "step": step.code,
    }
    return {
        "pool": pool,
        "ours": {"virement": _a_virement(fund, ours, at)},
        "theirs": {"virement": _a_virement(fund, theirs, at)},
    }


def _called(fund: Fund, on: date, by: Staff, at: datetime) -> Meeting:
    return actions.call_meeting(fund, on=on, kind=MeetingKind.MONTHLY, by=by, at=at)


def _held(fund: Fund, at: datetime, by: Staff) -> Meeting:
    meeting = _called(fund, london_day(at), by, at)
    actions.begin(meeting, by=by, at=at)
    actions.attend(meeting, {who: Came(True) for who in seats(meeting)}, by=by, at=at)
    return meeting


def _a_virement(fund: Fund, bodies: list[Organisation], at: datetime) -> str:
    """A virement from the first of some bodies to the second, as its finance proposes it."""
    boss = builders.a_member_of_staff(Role.ADMINISTRATOR)
    year_from, _ = financial_year(london_day(at))
    for body in bodies:
        set_budget(fund, body, Pence(2_000_00), year_from=year_from, by=boss, at=at)
    finance = builders.a_member_of_staff(Role.FINANCE, organisation=bodies[0])
    giver, taker = ((body.id, "") for body in bodies)
    said = {"pence": Pence(10_00), "because": "More lifts", "by": finance, "at": at}
    virement = propose(fund, gives=giver, takes=taker, **said)  # type: ignore[arg-type]
    db.session.flush()
    return virement.code
