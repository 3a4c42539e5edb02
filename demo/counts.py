"""Two counts: one that was approved and put a few things right, and one under way."""

from datetime import datetime, timedelta

from sqlalchemy import select

from core.clock import london_day
from core.db import db
from demo.setting import Setting
from equipment.models import Item
from equipment.rules import Group
from people.rules import Role
from returns.counting import actions
from returns.counting.approval import approve
from returns.counting.models import CountLine, StockCount
from returns.counting.queries import quantity_lines
from returns.counting.variances import variances

APPROVED, UNDER_WAY = Group.DAILY_LIVING, Group.CHILDREN


def count_the_depot(setting: Setting, at: datetime) -> None:
    """Count two groups at the depot: one to its end, one half."""
    first, second = setting.staff[Role.WAREHOUSE][:2]
    count = actions.begin(setting.depot, group=APPROVED, by=first, at=at)
    seen = _items(count)[1:]  # one is not where it should be
    for minute, item in enumerate(seen, 1):
        actions.count_scan(count, item, by=first, at=at + timedelta(minutes=minute))
    _write_quantities(count, setting, at)
    actions.close(count, by=first, at=at + timedelta(hours=1))
    end = at + timedelta(hours=2)
    shown = {one.name: one.shown for one in variances(count, on=london_day(end))}
    approve(count, shown=shown, by=setting.boss, at=end)
    again = actions.begin(setting.depot, group=UNDER_WAY, by=second, at=end)
    half = _items(again)
    for item in half[: len(half) // 2]:
        actions.count_scan(again, item, by=second, at=end + timedelta(minutes=5))


def _items(count: StockCount) -> list[Item]:
    """What the books have here, in the order of the shelf."""
    lines = db.session.scalars(
        select(CountLine).where(CountLine.count_id == count.id, CountLine.item_id.is_not(None))
    )
    return sorted((line.item for line in lines if line.item), key=lambda item: item.id)


def _write_quantities(count: StockCount, setting: Setting, at: datetime) -> None:
    """All that is booked, but for two of the first."""
    by, later = setting.staff[Role.WAREHOUSE][1], at + timedelta(minutes=30)
    for number, line in enumerate(quantity_lines(count)):
        left = line.expected - (2 if number == 0 else 0)
        if line.product is not None:
            actions.count_quantity(count, line.product, max(left, 0), by=by, at=later)
