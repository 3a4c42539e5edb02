"""The financial year that ends within the demonstration: weighed, settled and signed off."""

from datetime import date, datetime, timedelta

from core.clock import london_day
from core.db import db
from demo.people import BODIES
from demo.setting import Setting
from demo.sign_ins import HOST
from funding.entries import Sought, entries
from funding.parking.actions import lay
from funding.periods.queries import by_budget
from funding.year_end.actions import prepare, settle, sign, weigh
from funding.year_end.reckoning import is_closed
from funding.year_end.rules import Year, year_of
from people.models import Staff
from people.rules import Role

A_WHILE = timedelta(days=60)  # less of a year than that is not worth ending
HEADS_A_PRACTICE = 7_600
# Ten-thousandths: what a head weighs by age and need, in the order of the NHS bodies.
WEIGHTS = (10_850, 10_620, 10_240, 9_730, 9_980, 10_110, 9_640)
COUNCILS_HEADS = {"E06000018": (331_069, 6_120), "E10000024": (833_377, 6_940)}


def ends_on(day: date, setting: Setting) -> Year | None:
    """The year whose end is worked off on a day: the one before, in the middle of May."""
    year = year_of(day - timedelta(days=90))
    lived = setting.starts + A_WHILE <= year.last
    return year if (day.month, day.day) == (5, 15) and lived else None


def end_the_year(setting: Setting, year: Year, at: datetime) -> None:
    """Settle a year whose months are closed, and have it signed by the host's finance."""
    fund, by, other = setting.fund, setting.boss, _of_the_host(setting)
    if not is_closed(fund, year):
        return
    _weigh(setting, year, at)
    _decide_who_pays(setting, year, at)
    settle(fund, year, by=by, at=at)
    prepared = prepare(fund, year, by=by, at=at)
    sign(fund, year, checksum=prepared.checksum, by=other, at=at)


def _of_the_host(setting: Setting) -> Staff:
    host = setting.organisations[HOST]
    return next(one for one in setting.staff[Role.FINANCE] if one.organisation_id == host.id)


def _decide_who_pays(setting: Setting, year: Year, at: datetime) -> None:
    """Let everybody bear what no rule laid on anybody: a year is not signed while it is parked."""
    on = london_day(at)
    sought = Sought(parked=True, from_month=year.first, to_month=year.last)
    shares = by_budget(setting.fund, on)
    for entry, _ in db.session.execute(entries(sought, viewer=setting.boss, on=on)).all():
        lay(entry, shares, because="Agreed by the board: by budget", by=setting.boss, at=at)


def _weigh(setting: Setting, year: Year, at: datetime) -> None:
    heads = {
        body.code: (body.practices * HEADS_A_PRACTICE, weight)
        for body, weight in zip(BODIES, WEIGHTS, strict=True)
    }
    for code, (population, weight) in {**heads, **COUNCILS_HEADS}.items():
        weigh(
            setting.fund,
            setting.organisations[code],
            year,
            population=population,
            weight=weight,
            by=setting.boss,
            at=at,
        )
