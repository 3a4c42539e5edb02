"""What is credited on reuse: by group and condition where the contract says so."""

from datetime import timedelta
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import select

from core.db import db
from core.money import Pence
from equipment.rules import Group
from funding.models import Entry
from funding.prices.actions import end_credit_rate, set_credit_rate
from funding.rules import EntryKind
from people.rules import Role
from returns.models import Return
from returns.rules import Condition
from tests import builders
from tests.builders import NOON, SPRING, TODAY
from tests.heard import statements
from tests.returns.test_gates import step, through


def agreed(percent: int, condition: str = "", **but: Any) -> None:
    by = builders.a_member_of_staff(Role.ADMINISTRATOR)
    facts: dict[str, Any] = {"condition": condition, "from_on": SPRING}
    set_credit_rate(
        builders.a_pool().fund, "beds and rails", percent, **{**facts, **but}, by=by, at=NOON
    )


def back(group: Group = Group.BEDS) -> Return:
    bed = builders.a_product(group=group, price=Pence(1650_00), credit_percent=75)
    builders.an_item(bed)
    by = builders.a_prescriber(order_limit=Pence(5_000_00))
    return builders.a_return(builders.a_loan(products=[bed], by=by))


def credited(arrival: Return, condition: Condition = Condition.GOOD) -> tuple[int, str] | None:
    item, by = arrival.item, arrival.received_by
    step("inspect", item, by, condition=condition)
    steps = ("clean", "repair", "test") if item.needs_repair else ("clean", "test")
    through(item, by, *steps, "put_away")
    row = db.session.execute(
        select(Entry.pence, Entry.arithmetic).where(
            Entry.source == arrival.code, Entry.kind == EntryKind.CREDIT
        )
    ).one_or_none()
    return None if row is None else (row.pence, row.arithmetic)


def test_without_a_rate_the_products_own_holds(app: Flask) -> None:
    assert credited(back()) == (-1237_50, "75% of £1,650.00 (the product’s own rate)")


def test_the_rate_of_the_group_goes_before_the_products(app: Flask) -> None:
    agreed(60)
    assert credited(back()) == (-990_00, "60% of £1,650.00 (beds and rails)")
    assert credited(back(Group.BATHING)) == (-1237_50, "75% of £1,650.00 (the product’s own rate)")


@pytest.mark.parametrize(
    ("condition", "pence", "told"),
    [
        (Condition.GOOD, -1320_00, "80% of £1,650.00 (beds and rails, good)"),
        (Condition.WORN, -990_00, "60% of £1,650.00 (beds and rails)"),
        (Condition.DAMAGED, -330_00, "20% of £1,650.00 (beds and rails, damaged, worth repairing)"),
    ],
)
def test_the_rate_of_the_condition_goes_before_that_of_the_group(
    app: Flask, condition: Condition, pence: int, told: str
) -> None:
    agreed(60)
    agreed(80, "good")
    agreed(20, "damaged, worth repairing")
    assert credited(back(), condition) == (pence, told)


def test_a_rate_of_another_condition_is_nobodys(app: Flask) -> None:
    agreed(80, "worn but sound")
    assert credited(back()) == (-1237_50, "75% of £1,650.00 (the product’s own rate)")


def test_the_day_it_is_put_away_decides(app: Flask) -> None:
    agreed(60, from_on=TODAY + timedelta(days=1))
    assert credited(back()) == (-1237_50, "75% of £1,650.00 (the product’s own rate)")
    agreed(40, "good")
    fund, by = builders.a_pool().fund, builders.a_prescriber()
    end_credit_rate(fund, "beds and rails", condition="good", to_on=TODAY, by=by, at=NOON)
    assert credited(back()) == (-1237_50, "75% of £1,650.00 (the product’s own rate)")


def test_a_rate_of_nothing_credits_nothing(app: Flask) -> None:
    agreed(60)
    agreed(0, "worn but sound")
    assert credited(back(), Condition.WORN) is None


def test_another_funds_rate_is_not_ours(app: Flask) -> None:
    builders.a_pool()
    other = builders.a_fund()
    by = builders.a_member_of_staff(Role.ADMINISTRATOR)
    set_credit_rate(other, "beds and rails", 10, from_on=SPRING, by=by, at=NOON)
    assert credited(back()) == (-1237_50, "75% of £1,650.00 (the product’s own rate)")


def test_asking_for_the_rate_costs_putting_away_one_statement(app: Flask) -> None:
    agreed(60)
    arrival = back()
    through(arrival.item, arrival.received_by, "inspect", "clean", "test")
    with statements() as asked:
        step("put_away", arrival.item, arrival.received_by)
    assert len([one for one in asked if "credit_rate" in one.sql or "inspection" in one.sql]) == 1
