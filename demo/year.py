"""The year itself, day by day: orders, visits, returns and the workshop, by the real actions."""

import gc
import heapq
import itertools
import random
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import date, datetime, timedelta

import click
from sqlalchemy import text

from core import codes
from core.clock import (
    add_working_days,
    is_working_day,
    london_day,
    moment,
    month_of,
    months_later,
    now,
)
from core.db import db, transaction
from demo.asking import let_the_public_ask
from demo.bills import agree_vat, agree_vat_of
from demo.boardroom import meet, meets_on
from demo.campaigns import plan_campaigns
from demo.counts import count_the_depot
from demo.months import CLOSES_ON, close_the_month_before
from demo.partners import agree_fund, divide, employ_staff, found_organisations, merge, new_year
from demo.people import MERGED
from demo.prices import adapt_homes, agree_prices
from demo.setting import (
    MONTHLY_ITEMS,
    OPENING_ITEMS,
    Setting,
    fill_catalogue,
    open_stores,
    register,
    take_in_goods,
)
from demo.work import Work
from demo.year_end import end_the_year, ends_on
from funding.periods.queries import first_open
from people.audit import acting
from people.rules import Role

SEED = 95
CLIENTS = 600
LINES_A_DAY = 9.5
DAYS = 365


def merger_within(starts: date, ends: date) -> date:
    """The 1 April inside the year, or 1 October where that is too near to either end."""
    for year in (starts.year, ends.year):
        for month in (4, 10):
            day = date(year, month, 1)
            if starts + timedelta(days=60) <= day <= ends - timedelta(days=60):
                return day
    raise AssertionError("a year holds both")


def make_the_year(*, ends: date | None = None, days: int = DAYS, show: bool = False) -> None:
    """Make the demonstration: a year that ends last night, the same for everybody on a day."""
    ends = ends or london_day(now())
    starts = ends - timedelta(days=days)
    merger = merger_within(ends - timedelta(days=DAYS), ends)
    setting = Setting(random.Random(SEED), starts, ends, merger)  # noqa: S311 - not a secret
    session = db.session()
    session.expire_on_commit = False
    # Nothing is lost that the next start would not make again, so no commit waits for the disk.
    session.execute(text("set synchronous_commit = off"))
    gc.disable()  # a year's rows stay alive all the while: looking through them frees nothing
    try:
        _live(setting, days, show)
    finally:
        gc.enable()
        db.session.remove()


def _live(setting: Setting, days: int, show: bool) -> None:
    with (
        codes.drawn_from(SEED),
        click.progressbar(
            length=days + 60, label="A year of a pooled store", hidden=not show
        ) as bar,
    ):
        _begin(setting)
        bar.update(60)
        year = Year(setting)
        plan_campaigns(setting, year.work.back, year.later)
        for number in range(days):
            year.day(setting.starts + timedelta(days=number))
            bar.update(1)
        with _as(
            setting, Role.WAREHOUSE, "demo: counts", moment(setting.ends - timedelta(days=1), 18)
        ) as at:
            count_the_depot(setting, at)
        # The evening before, so that nothing has happened in the future.
        evening = moment(setting.ends - timedelta(days=1), 21)
        with _as(setting, Role.SCHEDULER, "demo: tomorrow's round", evening) as at:
            year.work.fill_round(at)
        with _as(setting, Role.PRESCRIBER, "demo: orders to go on with", evening) as at:
            year.work.leave_to_approve(at)
            year.work.leave_half_done(at)
        let_the_public_ask(setting)


def _begin(setting: Setting) -> None:
    at = moment(setting.starts, 7)
    with transaction("demo: set up"):
        for act in (found_organisations, employ_staff, agree_fund, fill_catalogue, open_stores):
            act(setting, at)
        agree_prices(setting, at)
        agree_vat(setting, at)
        acting(setting.boss, at)
    with _as(setting, Role.WAREHOUSE, "demo: goods in", moment(setting.starts, 8)) as at:
        take_in_goods(setting, OPENING_ITEMS, at)
    with _as(setting, Role.PRESCRIBER, "demo: register clients", moment(setting.starts, 9)) as at:
        register(setting, CLIENTS, at)
    with _as(setting, Role.DRIVER, "demo: homes adapted", moment(setting.starts, 10)) as at:
        adapt_homes(setting, at)


@contextmanager
def _as(setting: Setting, role: Role, act: str, at: datetime) -> Iterator[datetime]:
    """One transaction, which the audit trail puts down to somebody of this role at that moment."""
    with transaction(act):
        yield at
        acting(setting.staff[role][0], at)


class Year:
    """What is to be done on which day, and the doing of it."""

    def __init__(self, setting: Setting) -> None:
        self.setting = setting
        self.work = Work(setting, self.later)
        self._plan: list[tuple[date, int, Callable[[datetime], None]]] = []
        self._order = itertools.count()
        self._closed: date | None = None  # the last month that was asked for

    def later(self, day: date, act: Callable[[datetime], None]) -> None:
        """Do something on a day, or the first working day after it."""
        heapq.heappush(self._plan, (add_working_days(day, 0), next(self._order), act))

    def day(self, day: date) -> None:
        """Live one day; everything that happens on it is one transaction."""
        setting = self.setting
        if day == setting.merger:
            with _as(setting, Role.ADMINISTRATOR, "demo: merger", moment(day, 0, 5)) as at:
                merge(setting, at)
                divide(setting, at)
                agree_vat_of(setting, MERGED[0], at)
        if (day.month, day.day) == (4, 1) and day > setting.starts:
            with _as(setting, Role.ADMINISTRATOR, "demo: budgets", moment(day, 1)) as at:
                new_year(setting, at)
        if (ended := ends_on(day, setting)) is not None:
            with _as(setting, Role.ADMINISTRATOR, "demo: the year's end", moment(day, 2)) as at:
                end_the_year(setting, ended, at)
        if not is_working_day(day):
            return
        with _as(setting, Role.SCHEDULER, "demo: a day", moment(day, 17)):
            clock = _minutes(day)
            if day.day <= 7 and day.weekday() == 0 and day > setting.starts:
                take_in_goods(setting, MONTHLY_ITEMS, next(clock))
                self.work.back.retest(next(clock))
            self._work_off(day, clock)
            self.work.orders_of_the_day(LINES_A_DAY, clock)
            self.work.plan_what_is_ready(next(clock))
            self._work_off(day, clock)  # what is wanted the same day
        self._close_month(day)
        if meets_on(day):
            meet(setting, day, _as)

    def _close_month(self, day: date) -> None:
        """Close the month before, once this one is a week old, if anything was posted in it."""
        month = months_later(month_of(day), -1)
        if day.day < CLOSES_ON or self._closed == month:
            return
        self._closed = month
        if first_open(self.setting.fund) == month:
            close_the_month_before(self.setting, day, _as)

    def _work_off(self, day: date, clock: Iterator[datetime]) -> None:
        while self._plan and self._plan[0][0] <= day:
            _, _, act = heapq.heappop(self._plan)
            act(next(clock))


def _minutes(day: date) -> "itertools.chain[datetime]":
    """Moments of a working day, one after another, from eight o'clock on."""
    first = moment(day, 8)
    return itertools.chain(
        (first + timedelta(minutes=2 * step) for step in range(220)),
        (first + timedelta(minutes=440, seconds=step) for step in range(5000)),
    )
