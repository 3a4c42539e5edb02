"""Two campaigns: letters whose effect is seen by now, and a list to ring through."""

import random
from collections.abc import Sequence
from datetime import date, datetime, timedelta

from core.clock import london_day
from core.db import db
from core.money import Pence
from demo.back import Back
from demo.setting import Later, Setting
from loans.models import Loan
from loans.rules import BackReason
from people.rules import Role
from reports.back.queries import to_ask_back, worth
from returns.campaigns.actions import answer, say_sent, start
from returns.campaigns.models import CampaignLoan
from returns.campaigns.queries import asking_for, clients_of, lines_to_write_to
from returns.campaigns.rules import AskEvent, Kind, Plan

LETTERS_AGO, RING_AGO = timedelta(days=70), timedelta(days=4)
MOST_LETTERS, MOST_CALLS = 400, 34
A_LETTER = 85  # pence: paper, post and an envelope
GIVE_BACK, KEEP = 0.5, 0.2  # of those written to


def plan_campaigns(setting: Setting, back: Back, later: Later) -> None:
    """Put both campaigns into the diary; a year too short for them has none."""
    later(setting.ends - LETTERS_AGO, lambda at: write_letters(setting, back, later, at))
    later(setting.ends - RING_AGO, lambda at: make_a_list(setting, at))


def write_letters(setting: Setting, back: Back, later: Later, at: datetime) -> None:
    """Write to whoever may not need it any more; a third hold out, and some answer."""
    by = setting.staff[Role.SCHEDULER][0]
    chosen = worth(to_ask_back(viewer=by, at=at), MOST_LETTERS)
    if not chosen:
        return
    plan = Plan(
        "Please give it back", Kind.LETTERS, "everything on the list",
        held_out=33, seed="kindly", cost=Pence(A_LETTER * len(chosen)),
    )  # fmt: skip
    campaign = start(plan, chosen, by=by, at=at)
    say_sent(campaign, by=by, at=at)
    chance = random.Random(plan.seed)  # noqa: S311 - not a secret, and the year's own draws stay
    for _, lines in clients_of(lines_to_write_to(campaign, viewer=by, on=london_day(at))):
        drawn, day = chance.random(), london_day(at) + timedelta(days=chance.randint(2, 30))
        if drawn < GIVE_BACK + KEEP:
            event = AskEvent.COLLECT if drawn < GIVE_BACK else AskEvent.STILL_NEEDED
            _answer_later(setting, back, later, lines, event, day)


def _answer_later(
    setting: Setting,
    back: Back,
    later: Later,
    lines: Sequence[CampaignLoan],
    event: AskEvent,
    day: date,
) -> None:
    codes = [line.loan.code for line in lines]
    later(day, lambda at: _hear(setting, back, codes, event, at))


def _hear(
    setting: Setting, back: Back, codes: Sequence[str], event: AskEvent, at: datetime
) -> None:
    """The family rings: everything may be fetched, or everything is needed."""
    by, fetched = setting.staff[Role.SCHEDULER][0], list[Loan]()
    for code in codes:
        line = asking_for(code, viewer=by, on=london_day(at))
        if line.loan.ended_at is not None or line.loan.asked_back_at is not None:
            continue
        reason = BackReason.DIED if line.loan.client.died_on else BackReason.NOT_NEEDED
        answer(line, event, reason=reason, note="", by=by, at=at)
        fetched.append(line.loan)
    if event is AskEvent.COLLECT:
        back.plan_fetch(fetched, at)


def make_a_list(setting: Setting, at: datetime) -> None:
    """Give the schedulers those from whom most is to be had, to ring."""
    by = setting.staff[Role.SCHEDULER][0]
    chosen = worth(to_ask_back(viewer=by, at=at), MOST_CALLS)
    if chosen:
        plan = Plan("Ring and ask", Kind.TELEPHONE, "the first on the list")
        start(plan, chosen, by=by, at=at)
    db.session.flush()
