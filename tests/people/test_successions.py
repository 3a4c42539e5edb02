"""Organisations are known by their codes, and succeed one another from a day on."""

from datetime import date, timedelta

import pytest

from core.db import db
from core.errors import Invalid, NotAllowed, NotFound
from people import actions
from people.queries import (
    body_of_practice,
    lineage_of,
    organisation_by_code,
    organisation_by_official_code,
    successor_of,
)
from people.rules import Kind
from tests.builders import NOON, TODAY, a_member_of_staff

MERGED = date(2026, 4, 1)


def a_body(name="A body", kind=Kind.ICB, **but):
    return actions.add_organisation(
        **{"name": name, "kind": kind, "opened_on": date(2013, 4, 1), **but},
        by=a_member_of_staff(),
        at=NOON,
    )


def merge(older, newer, on=MERGED):
    return actions.succeed(older, newer, on=on, by=a_member_of_staff(), at=NOON)


def test_two_organisations_of_one_name_are_two_organisations(app):
    one = a_body("NHS Nottingham", Kind.CCG, ods_code="04K")
    two = a_body("NHS Nottingham", Kind.CCG, ods_code="99K")
    assert one.id != two.id
    assert organisation_by_official_code(" 04k ") is one
    assert organisation_by_official_code("99K") is two
    assert organisation_by_code(two.code) is two


def test_one_official_code_belongs_to_one_organisation(app):
    a_body(ods_code="04K")
    with pytest.raises(Invalid, match="04K is already here") as why:
        a_body("Another", ods_code="04k")
    assert why.value.field == "ods_code"


@pytest.mark.parametrize("code", ["", "04K\0", "' or 1=1 --", "нет", "04K04K04K04K"])
def test_a_code_nobody_has_is_not_found(app, code):
    a_body(ods_code="04K")
    for look in (organisation_by_code, organisation_by_official_code):
        with pytest.raises(NotFound):
            look(code)


def test_a_chain_is_followed_to_whoever_stands_there_on_the_day(app):
    first, second, third = a_body("First"), a_body("Second"), a_body("Third")
    merge(first, second, date(2020, 4, 1))
    merge(second, third, MERGED)
    assert successor_of(first.id, date(2020, 3, 31)) == first.id
    assert successor_of(first.id, date(2020, 4, 1)) == second.id
    assert successor_of(first.id, MERGED - timedelta(days=1)) == second.id
    assert successor_of(first.id, MERGED) == third.id
    assert successor_of(third.id, MERGED) == third.id


def test_a_lineage_is_everyone_who_became_the_same_body(app):
    six = [a_body(f"Body {n}", Kind.CCG) for n in range(6)]
    bassetlaw, merged = a_body("Another", Kind.CCG), a_body("Merged", Kind.ICB)
    for body in six:
        merge(body, merged)
    everyone = frozenset([merged.id, *(body.id for body in six)])
    assert lineage_of(six[0].id, MERGED) == lineage_of(merged.id, MERGED) == everyone
    assert lineage_of(six[0].id, MERGED - timedelta(days=1)) == {six[0].id}
    assert lineage_of(bassetlaw.id, MERGED) == {bassetlaw.id}


def test_the_successor_is_seen_at_once_although_the_chains_are_kept(app):
    older, newer = a_body("Older"), a_body("Newer")
    assert successor_of(older.id, TODAY) == older.id
    merge(older, newer)
    assert successor_of(older.id, TODAY) == newer.id


def test_a_succession_that_was_rolled_back_is_forgotten(app):
    older, newer = a_body("Older"), a_body("Newer")
    within = db.session.begin_nested()
    merge(older, newer)
    assert successor_of(older.id, TODAY) == newer.id
    within.rollback()
    assert successor_of(older.id, TODAY) == older.id


def test_following_chains_asks_the_database_once(app, counted):
    older, newer = a_body("Older"), a_body("Newer")
    merge(older, newer)
    successor_of(older.id, TODAY)
    with counted() as asked:
        for _ in range(50):
            successor_of(older.id, TODAY)
            lineage_of(newer.id, TODAY)
    assert asked == []


def test_what_was_succeeded_closes_that_day(app):
    older, newer = a_body("Older"), a_body("Newer")
    merge(older, newer)
    assert older.closed_on == MERGED


def test_a_ring_of_successors_is_refused(app):
    first, second, third = a_body("First"), a_body("Second"), a_body("Third")
    merge(first, second, date(2020, 4, 1))
    merge(second, third, date(2021, 4, 1))
    with pytest.raises(Invalid, match="cannot come before"):
        merge(third, first, date(2022, 4, 1))


def test_nobody_succeeds_themselves_or_is_succeeded_twice(app):
    older, newer, other = a_body("Older"), a_body("Newer"), a_body("Other")
    with pytest.raises(Invalid, match="itself"):
        merge(older, older)
    merge(older, newer)
    with pytest.raises(NotAllowed, match="already has a successor"):
        merge(older, other)


def test_a_council_does_not_take_the_place_of_an_nhs_body(app):
    with pytest.raises(Invalid, match="another kind"):
        merge(a_body("Body"), a_body("Council", Kind.COUNCIL))


def test_nobody_succeeds_before_they_exist(app):
    with pytest.raises(Invalid, match="had not opened"):
        merge(a_body("Older"), a_body("Newer", opened_on=date(2026, 7, 1)))
    with pytest.raises(Invalid, match="had not opened"):
        merge(a_body("Older", opened_on=MERGED), a_body("Newer"))


def test_a_practice_belongs_to_one_body_at_a_time_and_moves(app):
    practice, first, second = a_body("P", Kind.PRACTICE), a_body("First"), a_body("Second")
    by = a_member_of_staff()
    actions.join_practice(practice, first, from_on=date(2013, 4, 1), by=by, at=NOON)
    actions.join_practice(practice, second, from_on=MERGED, by=by, at=NOON)
    assert body_of_practice(practice.id, date(2013, 3, 31)) is None
    assert body_of_practice(practice.id, MERGED - timedelta(days=1)) is first
    assert body_of_practice(practice.id, MERGED) is second
    assert body_of_practice(None, MERGED) is None


def test_a_practice_belongs_to_whoever_succeeded_its_body(app):
    practice, older, newer = a_body("P", Kind.PRACTICE), a_body("Older"), a_body("Newer")
    actions.join_practice(
        practice, older, from_on=date(2013, 4, 1), by=a_member_of_staff(), at=NOON
    )
    merge(older, newer)
    assert body_of_practice(practice.id, MERGED - timedelta(days=1)) is older
    assert body_of_practice(practice.id, MERGED) is newer


def test_joining_again_changes_nothing_and_an_earlier_day_ends_where_the_later_begins(app):
    practice, first, second = a_body("P", Kind.PRACTICE), a_body("First"), a_body("Second")
    by = a_member_of_staff()
    later = actions.join_practice(practice, second, from_on=MERGED, by=by, at=NOON)
    assert actions.join_practice(practice, second, from_on=TODAY, by=by, at=NOON) is later
    earlier = actions.join_practice(practice, first, from_on=date(2015, 1, 1), by=by, at=NOON)
    assert (earlier.to_on, later.to_on) == (MERGED, None)
    actions.join_practice(practice, first, from_on=MERGED, by=by, at=NOON)
    assert body_of_practice(practice.id, MERGED) is first


def test_only_practices_join_and_only_nhs_bodies(app):
    body, council, practice = a_body(), a_body("C", Kind.COUNCIL), a_body("P", Kind.PRACTICE)
    for one, other in ((body, body), (practice, council), (practice, practice)):
        with pytest.raises(Invalid):
            actions.join_practice(one, other, from_on=TODAY, by=a_member_of_staff(), at=NOON)
