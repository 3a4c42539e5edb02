"""Organisations are known by their codes, and succeed one another from a day on."""

import math
from datetime import date, timedelta
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy.exc import DBAPIError

from core.db import db
from core.errors import Invalid, NotAllowed, NotFound
from people import actions
from people.models import Succession
from people.queries import (
    NOTHING,
    body_of_practice,
    heirs_of,
    lineage_of,
    organisation_by_code,
    organisation_by_official_code,
    scope_of,
    successor_of,
)
from people.rules import Kind, Role
from people.successions import Successions
from tests.builders import NOON, TODAY, a_member_of_staff
from tests.heard import statements

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


def test_following_chains_asks_the_database_once(app):
    older, newer = a_body("Older"), a_body("Newer")
    merge(older, newer)
    successor_of(older.id, TODAY)
    with statements() as asked:
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


def share_out(older, heirs, on=MERGED):
    return actions.pass_on(older, heirs, on=on, by=a_member_of_staff(), at=NOON)


def test_several_stand_in_ones_place_by_weights_through_chains(app):
    first, second, third, fourth = (a_body(name) for name in ("A", "C", "D", "E"))
    share_out(first, [(second, 2), (third, 1)])
    later = MERGED + timedelta(days=365)
    merge(third, fourth, later)
    assert heirs_of(first.id, MERGED - timedelta(days=1)) == {first.id: 1}
    assert heirs_of(first.id, MERGED) == {second.id: 2, third.id: 1}
    assert heirs_of(first.id, later) == {second.id: 2, fourth.id: 1}
    merge(second, fourth, later)
    assert heirs_of(first.id, later) == {fourth.id: 1}
    assert first.closed_on == MERGED


def test_where_it_cannot_be_said_which_the_last_that_was_one_is_named(app):
    oldest, older, one, other, heir = (a_body(name) for name in "NOCDE")
    merge(oldest, older, date(2020, 4, 1))
    share_out(older, [(one, 60), (other, 40)])
    assert successor_of(oldest.id, MERGED) == older.id
    later = MERGED + timedelta(days=365)
    merge(one, heir, later)
    merge(other, heir, later)
    assert successor_of(oldest.id, later) == heir.id


def test_each_successor_sees_what_its_predecessor_was_and_not_its_sibling(app):
    oldest, older, one, other = (a_body(name) for name in "NOCD")
    merge(oldest, older, date(2020, 4, 1))
    share_out(older, [(one, 60), (other, 40)])
    assert lineage_of(one.id, MERGED) == {one.id, older.id, oldest.id}
    assert lineage_of(other.id, MERGED) == {other.id, older.id, oldest.id}
    assert lineage_of(older.id, MERGED) == {older.id, oldest.id}
    assert lineage_of(one.id, MERGED - timedelta(days=1)) == {one.id}


def test_whoever_works_for_what_passed_to_several_sees_nothing_until_it_is_said_for_whom(app):
    older, one, other = (a_body(name) for name in "ACD")
    viewer = a_member_of_staff(Role.FINANCE, organisation=older)
    share_out(older, [(one, 60), (other, 40)])
    assert scope_of(viewer, MERGED - timedelta(days=1)).organisation_ids == {older.id}
    assert scope_of(viewer, MERGED) == NOTHING
    viewer.organisation = one
    db.session.flush()
    assert scope_of(viewer, MERGED).organisation_ids == {one.id, older.id}


def test_a_practice_of_a_body_that_passed_to_several_is_with_the_one_it_joins(app):
    practice, older, one, other, heir = (
        a_body("P", Kind.PRACTICE), a_body("A"), a_body("C"), a_body("D"), a_body("E"),
    )  # fmt: skip
    by = a_member_of_staff()
    actions.join_practice(practice, older, from_on=date(2013, 4, 1), by=by, at=NOON)
    share_out(older, [(one, 1), (other, 1)])
    assert body_of_practice(practice.id, MERGED) is older
    later = MERGED + timedelta(days=30)
    merge(other, heir, later)
    actions.join_practice(practice, heir, from_on=later, by=by, at=NOON)
    assert body_of_practice(practice.id, MERGED - timedelta(days=1)) is older
    assert body_of_practice(practice.id, MERGED) is other
    assert body_of_practice(practice.id, later) is heir


def test_a_practice_that_goes_elsewhere_does_not_say_whose_it_was(app):
    practice, older, one, other, stranger = (
        a_body("P", Kind.PRACTICE), a_body("A"), a_body("C"), a_body("D"), a_body("Z"),
    )  # fmt: skip
    by = a_member_of_staff()
    actions.join_practice(practice, older, from_on=date(2013, 4, 1), by=by, at=NOON)
    share_out(older, [(one, 1), (other, 1)])
    later = MERGED + timedelta(days=30)
    actions.join_practice(practice, stranger, from_on=later, by=by, at=NOON)
    assert body_of_practice(practice.id, MERGED) is older


def test_what_several_take_on_is_a_weight_each_of_bodies_that_can(app):
    older, one, other = (a_body(name) for name in "ACD")
    for weights in ((0, 1), (1, -1), (1, 10**6 + 1)):
        with pytest.raises(Invalid, match="whole number from 1 to 1,000,000"):
            share_out(older, list(zip((one, other), weights, strict=True)))
    with pytest.raises(Invalid, match="twice"):
        share_out(older, [(one, 1), (one, 2)])
    with pytest.raises(Invalid, match="Say who takes its place"):
        share_out(older, [])
    with pytest.raises(Invalid, match="itself"):
        share_out(older, [(one, 1), (older, 1)])
    with pytest.raises(Invalid, match="another kind"):
        share_out(older, [(one, 1), (a_body("Council", Kind.COUNCIL), 1)])
    with pytest.raises(Invalid, match="had not opened by then"):
        share_out(older, [(one, 1), (a_body("New", opened_on=date(2026, 7, 1)), 1)])
    share_out(older, [(one, 1), (other, 1)])
    with pytest.raises(NotAllowed, match="already has a successor"):
        merge(older, a_body("Another"))


def test_a_ring_through_one_of_several_is_refused(app):
    first, one, other, last = (a_body(name) for name in "ACDE")
    share_out(first, [(one, 1), (other, 1)], date(2020, 4, 1))
    merge(other, last, date(2021, 4, 1))
    with pytest.raises(Invalid, match="cannot come before"):
        merge(last, first, date(2022, 4, 1))
    with pytest.raises(Invalid, match="cannot come before"):
        share_out(one, [(a_body("New"), 1), (first, 1)], date(2022, 4, 1))


@pytest.mark.parametrize(
    ("row", "refused_by"),
    [
        ({"on": MERGED + timedelta(days=1)}, "passes_on_one_day"),
        ({"weight": 0}, "weighs_something"),
        ({"weight": -1}, "weighs_something"),
        ({"successor": "one"}, "uq_succession_predecessor_id_successor_id"),
    ],
)
def test_the_database_refuses_a_second_day_a_weight_of_nothing_and_a_double(app, row, refused_by):
    older, one, other = (a_body(name) for name in "ACD")
    merge(older, one)
    successor = one if row.pop("successor", "") else other
    said = {"on": MERGED, "weight": 1, **row}
    db.session.add(Succession(predecessor=older, successor=successor, **said))
    with pytest.raises(DBAPIError, match=refused_by):
        db.session.flush()
    db.session.rollback()


SOME = 8


@st.composite
def chains(draw):
    """Successions without a ring: everybody passes to some of those of a higher number."""
    rows = []
    for who in range(SOME - 1):
        heirs = draw(st.sets(st.integers(who + 1, SOME - 1), max_size=3))
        on = date(2020, 1, 1) + timedelta(days=draw(st.integers(0, 20)))
        rows += [(who, heir, on, draw(st.integers(1, 999))) for heir in sorted(heirs)]
    return rows


@given(chains(), st.integers(0, SOME - 1), st.integers(0, 25))
def test_however_bodies_pass_on_the_parts_are_the_whole(rows, who, days):
    """The heirs are those in whose place nobody stands, and their parts follow the weights."""
    on = date(2020, 1, 1) + timedelta(days=days)
    told = Successions(rows)
    heirs = told.heirs(who, on)
    assert math.gcd(*heirs.values()) == 1
    assert not any(told.has_passed(heir, on) for heir in heirs)
    following = {
        heir: weight for older, heir, since, weight in rows if older == who and since <= on
    }
    expected: dict[int, Fraction] = {} if following else {who: Fraction(1)}
    for heir, weight in following.items():
        further = told.heirs(heir, on)
        for end, part in further.items():
            share = Fraction(weight * part, sum(following.values()) * sum(further.values()))
            expected[end] = expected.get(end, Fraction(0)) + share
    whole = sum(heirs.values())
    assert {end: Fraction(part, whole) for end, part in heirs.items()} == expected
    for heir in heirs:
        assert who in told.lineage(heir, on)
    stands = told.successor(who, on)
    assert heirs == told.heirs(stands, on)
    assert stands in heirs if len(heirs) == 1 else told.has_passed(stands, on)
