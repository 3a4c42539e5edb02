"""What a viewer may see comes from their employer; whatever is not in order sees nothing."""

from datetime import date, timedelta

import pytest
from sqlalchemy import text

from core.db import db
from people import actions
from people.queries import NOTHING, Scope, audit_rows, scope_of, staff_list
from people.rules import Role
from tests.builders import NOON, TODAY, a_member_of_staff, an_organisation


def test_a_viewer_sees_what_is_their_employers(app):
    viewer = a_member_of_staff(Role.PRESCRIBER)
    assert scope_of(viewer, TODAY) == Scope(False, frozenset({viewer.organisation.id}))


@pytest.mark.parametrize("role", Role)
def test_a_viewer_without_an_organisation_sees_nothing(app, role):
    assert scope_of(a_member_of_staff(role, organisation=None), TODAY) == NOTHING


@pytest.mark.parametrize("role", Role)
def test_a_closed_account_sees_nothing(app, role):
    viewer = a_member_of_staff(role, active=False)
    assert scope_of(viewer, TODAY) == NOTHING
    assert db.session.scalars(staff_list(viewer)).all() == []
    assert db.session.scalars(audit_rows(viewer)).all() == []


def test_a_role_that_does_not_exist_sees_nothing(app):
    viewer = a_member_of_staff(Role.SCHEDULER)
    with db.session.no_autoflush:
        viewer.role = "superuser"
        assert scope_of(viewer, TODAY) == NOTHING
        viewer.role = None
        assert scope_of(viewer, TODAY) == NOTHING
        db.session.expire(viewer)


def test_the_database_knows_no_other_role(app):
    from sqlalchemy.exc import IntegrityError

    viewer = a_member_of_staff(Role.SCHEDULER)
    with pytest.raises(IntegrityError), db.session.begin_nested():
        db.session.execute(
            text("update staff set role = 'superuser' where id = :id"), {"id": viewer.id}
        )


def test_an_employer_that_closed_without_a_successor_opens_nothing(app):
    viewer = a_member_of_staff(Role.SCHEDULER, organisation=an_organisation(closed_on=TODAY))
    assert scope_of(viewer, TODAY - timedelta(days=1)).every
    assert scope_of(viewer, TODAY) == NOTHING


def test_after_a_merger_everyone_sees_what_was_anybodys(app):
    one, other, merged = an_organisation(), an_organisation(), an_organisation()
    viewer = a_member_of_staff(Role.PRESCRIBER, organisation=one)
    for older in (one, other):
        actions.succeed(older, merged, on=date(2026, 4, 1), by=viewer, at=NOON)
    assert scope_of(viewer, date(2026, 3, 31)).organisation_ids == {one.id}
    assert scope_of(viewer, TODAY).organisation_ids == {one.id, other.id, merged.id}


@pytest.mark.parametrize("role", Role)
def test_only_who_plans_visits_sees_every_client(app, role):
    assert scope_of(a_member_of_staff(role), TODAY).every == (role is Role.SCHEDULER)
