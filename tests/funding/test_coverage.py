"""The database itself refuses a gap, an overlap, and parts that do not sum to the whole."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date

import pytest
from flask import Flask
from sqlalchemy import text
from sqlalchemy.exc import IntegrityError

from core.db import add, db
from core.errors import Invalid
from funding import actions
from funding.agreements.queries import terms_of
from funding.agreements.rules import Terms, YearEnd
from funding.agreements.versions.models import AgreementVersion
from funding.agreements.versions.rules import VersionStatus
from funding.models import Rule
from people.rules import Role
from tests.builders import NOON, TODAY, a_fund, a_member_of_staff, a_rule

SPRING, SUMMER = date(2020, 4, 1), date(2026, 7, 1)


def run(statement: str, **values: object) -> None:
    db.session.execute(text(statement), values)


@contextmanager
def refused(why: str) -> Iterator[None]:
    """Raw SQL in the block is refused, at once or when the transaction ends."""
    with pytest.raises(IntegrityError, match=why), db.session.begin_nested():  # noqa: PT012
        yield
        run("set constraints all immediate")


@pytest.fixture
def versions(app: Flask) -> tuple[Rule, Rule]:
    """Two versions of one rule, of two parts in all; whatever is sound passes the net."""
    fund = a_fund()
    old = a_rule(fund, name="By practice", from_on=SPRING, position=1)
    new = a_rule(fund, name="By practice", from_on=TODAY, position=1)
    run("set constraints all immediate")
    run("set constraints all deferred")
    return old, new


def test_a_gap_between_versions_of_a_rule_is_refused(versions: tuple[Rule, Rule]) -> None:
    old, new = versions
    with refused("leave a gap"):
        run("update rule set to_on = '2026-05-31' where id = :id", id=old.id)
    with refused("leave a gap"):
        run("update rule set from_on = '2026-06-02' where id = :id", id=new.id)
    with refused("leave a gap"):
        run("update rule set to_on = null, from_on = '2027-01-01' where id = :id", id=new.id)


def test_an_overlap_of_versions_of_a_rule_is_refused(versions: tuple[Rule, Rule]) -> None:
    old, new = versions
    run("update rule set position = 2 where id = :id", id=new.id)  # past the net of positions
    with refused("one_version_of_a_rule_a_day"):
        run("update rule set to_on = null where id = :id", id=old.id)
    with refused("one_version_of_a_rule_a_day"):
        run("update rule set from_on = '2026-05-01' where id = :id", id=new.id)


def test_a_rule_that_ended_for_good_leaves_no_gap(versions: tuple[Rule, Rule]) -> None:
    run("update rule set to_on = '2026-07-01' where id = :id", id=versions[1].id)
    run("set constraints all immediate")


def test_a_version_cannot_be_taken_out_of_the_middle(versions: tuple[Rule, Rule]) -> None:
    _, middle = versions
    a_rule(middle.fund, name="By practice", from_on=SUMMER, position=1)
    with refused("leave a gap"):
        run("delete from rule_share where rule_id = :id", id=middle.id)
        run("delete from rule where id = :id", id=middle.id)


@pytest.mark.parametrize(
    "statement",
    [
        "update rule_share set weight = weight + 1 where rule_id = :id",
        "delete from rule_share where rule_id = :id",
        "insert into rule_share (rule_id, basis, weight) values (:id, 'home address', 1)",
        "update rule set whole = whole + 1 where id = :id",
    ],
)
def test_parts_that_do_not_sum_to_the_whole_are_refused(
    versions: tuple[Rule, Rule], statement: str
) -> None:
    with refused("do not sum to its whole"):
        run(statement, id=versions[0].id)


def test_a_rule_without_parts_is_refused(versions: tuple[Rule, Rule]) -> None:
    old, _ = versions
    with refused("do not sum to its whole"):
        run(
            "insert into rule (fund_id, position, name, rule_version, from_on, whole) "
            "values (:fund, 9, 'Nobody pays', 1, '2020-04-01', 1)",
            fund=old.fund_id,
        )
    with refused("shares_something"):
        run("update rule set whole = 0 where id = :id", id=old.id)


def test_moving_weight_from_one_part_to_another_keeps_the_whole(
    versions: tuple[Rule, Rule],
) -> None:
    rule = versions[0].id
    run("update rule_share set weight = weight - 40 where rule_id = :id", id=rule)
    run("insert into rule_share (rule_id, basis, weight) values (:id, 'home address', 40)", id=rule)
    run("set constraints all immediate")


def test_a_rule_that_has_ended_is_not_begun_again_after_a_gap(app: Flask) -> None:
    fund, by = a_fund(), a_member_of_staff(Role.ADMINISTRATOR)
    rule = a_rule(fund, name="By practice", from_on=SPRING, position=1)
    actions.end_rule(rule, to_on=TODAY, by=by, at=NOON)
    with pytest.raises(Invalid, match="ended for good on 1 June 2026") as why:
        a_rule(fund, name="By practice", from_on=SUMMER, position=1)
    assert why.value.field == "name"
    assert a_rule(fund, name="By practice", from_on=TODAY, position=1).rule_version == 2


@pytest.fixture
def agreed(app: Flask) -> tuple[AgreementVersion, AgreementVersion]:
    """Two versions of an agreement, one after the other."""
    fund = a_fund()
    of_fund = {
        "fund_id": fund.id,
        "host_id": fund.host_id,
        "stock_model": fund.stock_model,
    }
    older = AgreementVersion(
        number=1, status=VersionStatus.SUPERSEDED, from_on=SPRING, to_on=TODAY,
        year_end=YearEnd.LEAD, lead_id=fund.host_id, **of_fund,
    )  # fmt: skip
    newer = AgreementVersion(
        number=2, status=VersionStatus.IN_FORCE, from_on=TODAY, to_on=None, **of_fund
    )
    add(older), add(newer)
    run("set constraints all immediate")
    run("set constraints all deferred")
    return older, newer


def test_a_gap_between_agreements_is_refused(
    agreed: tuple[AgreementVersion, AgreementVersion],
) -> None:
    older, newer = agreed
    with refused("leave a gap"):
        run("update agreement_version set to_on = '2026-05-31' where id = :id", id=older.id)
    with refused("leave a gap"):
        run("update agreement_version set from_on = '2026-06-02' where id = :id", id=newer.id)


def test_an_overlap_of_agreements_is_refused(
    agreed: tuple[AgreementVersion, AgreementVersion],
) -> None:
    older = agreed[0]
    with refused("one_agreement_a_day"):
        run("update agreement_version set to_on = '2026-06-02' where id = :id", id=older.id)
    with refused("superseded_ends"):
        run("update agreement_version set to_on = null where id = :id", id=older.id)
    with refused("one_agreement_a_day"):
        run(
            "update agreement_version set status = 'in_force', to_on = null where id = :id",
            id=older.id,
        )


def test_the_terms_are_those_of_the_version_that_holds_on_the_day(
    agreed: tuple[AgreementVersion, AgreementVersion],
) -> None:
    fund = agreed[0].fund
    assert terms_of(fund.id, date(2019, 1, 1)) == Terms()
    assert terms_of(fund.id, SPRING) == Terms(YearEnd.LEAD, fund.host_id)
    assert terms_of(fund.id, TODAY) == Terms()
