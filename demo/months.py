"""Closing the demonstration's months: an administrator begins, a partner's finance closes."""

from collections.abc import Callable
from contextlib import AbstractContextManager
from datetime import date, datetime

from core.clock import moment, month_of, months_later
from core.money import Pence
from demo.bills import bill, dispute_the_dearest, settle_older_disputes
from demo.setting import Setting
from funding.periods.actions import accrue, begin_closing, close
from funding.periods.queries import by_budget
from loans.storage.actions import charge_storage
from people.rules import Role

As = Callable[[Setting, Role, str, datetime], AbstractContextManager[datetime]]
CLOSES_ON = 8  # from this day of the next month on
REPAIRS_TO_COME = Pence(412_50)


def close_the_month_before(setting: Setting, day: date, as_: As) -> None:
    """Charge storage, accrue what is not billed, begin to close, and let somebody else close."""
    month, at = months_later(month_of(day), -1), moment(day, 16)
    with as_(setting, Role.ADMINISTRATOR, "demo: storage", at):
        charge_storage(setting.fund, month, by=setting.boss, at=at)
    with as_(setting, Role.ADMINISTRATOR, "demo: accrue", at):
        accrue(
            setting.fund, month, REPAIRS_TO_COME, shares=by_budget(setting.fund, month), group="",
            memo="Repairs done and not billed yet", by=setting.boss, at=at,
        )  # fmt: skip
    with as_(setting, Role.ADMINISTRATOR, "demo: begin to close", at):
        period = begin_closing(setting.fund, month, by=setting.boss, at=at)
    with as_(setting, Role.FINANCE, "demo: close", at):
        close(period, by=setting.staff[Role.FINANCE][0], at=at)
    with as_(setting, Role.ADMINISTRATOR, "demo: bill", moment(day, 16, 30)) as at:
        bill(setting, month, at)
        settle_older_disputes(setting, at)
    with as_(setting, Role.FINANCE, "demo: dispute", moment(day, 16, 45)) as at:
        dispute_the_dearest(setting, month, at)
