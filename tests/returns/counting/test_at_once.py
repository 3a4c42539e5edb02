"""Many at the same moment: a count is approved once, an item is counted once."""

from collections.abc import Callable

import pytest
from flask import Flask
from sqlalchemy import func, select

from core.db import db
from equipment.models import ItemMove
from equipment.rules import Event
from people.rules import Role
from returns.counting import actions
from returns.counting.models import CountScan, StockCount
from returns.counting.rules import CountStatus
from returns.counting.variances import variances
from tests import builders
from tests.attacks.test_two_at_once import app_for, at_once, made
from tests.returns.counting.story import BEGUN, a_hand, a_shelf, later

AppFor = Callable[[int], Flask]
__all__ = ["app_for"]


def _how_many(*where: object) -> int:
    return db.session.scalar(select(func.count()).select_from(ItemMove).where(*where)) or 0  # type: ignore[arg-type]


@pytest.mark.parametrize("people", [2, 6])
def test_two_approvals_at_once_post_once(app_for: AppFor, people: int) -> None:
    app = app_for(people)

    def build() -> list[tuple[str, str, dict[str, str]]]:
        store, _ = a_shelf(2)
        count = actions.begin(store, by=a_hand(), at=BEGUN)
        actions.close(count, by=a_hand(), at=later(1))
        shown = "|".join(f"{one.name} {one.shown}" for one in variances(count, on=later(1).date()))
        bosses = [builders.a_member_of_staff(Role.ADMINISTRATOR) for _ in range(people)]
        where = f"/counts/{count.code}/approve"
        return [(boss.get_id(), where, {"shown": shown}) for boss in bosses]

    answers = at_once(app, made(app, build))
    assert sorted(status for status, _ in answers) == [303] + [409] * (people - 1)
    with app.app_context():
        assert _how_many(ItemMove.event == Event.LOSE) == 2
        assert db.session.scalars(select(StockCount.status)).all() == [CountStatus.APPROVED]


def test_an_item_that_several_people_scan_at_once_counts_once(app_for: AppFor) -> None:
    app = app_for(4)

    def build() -> list[tuple[str, str, dict[str, str]]]:
        store, _ = a_shelf(1)
        stray = builders.an_item()
        count = actions.begin(store, by=a_hand(), at=BEGUN)
        form = {"scanned": stray.code}
        return [(a_hand().get_id(), f"/counts/{count.code}/scan", form) for _ in range(4)]

    answers = at_once(app, made(app, build))
    assert [status for status, _ in answers] == [303] * 4
    assert sum("said=again" in where for _, where in answers) == 3
    with app.app_context():
        assert len(db.session.scalars(select(CountScan.id)).all()) == 1
