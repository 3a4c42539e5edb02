"""A share passes to several successors exactly: to the least whole weights, to the last penny."""

import random
from datetime import date, timedelta
from fractions import Fraction
from math import gcd
from typing import Any

import pytest
from flask import Flask
from hypothesis import given
from hypothesis import strategies as st

import people.actions
from core.clock import moment
from core.db import db
from core.errors import NotAllowed, NotFound
from core.money import Pence
from funding.actions import reverse
from funding.heirs import FINEST, Laid, passed_on, pence_passed, shared, succeeded
from funding.models import Account, Entry, Fund, Posting
from funding.queries import book_of, ledger_faults, ruling_for
from funding.rules import Basis, EntryKind, Facts, RulePart
from funding.statements import statement
from people.models import Organisation
from people.rules import Role
from people.successions import Successions
from tests.builders import (
    NOON,
    TODAY,
    a_fund,
    a_member_of_staff,
    a_merger,
    a_partner,
    a_rule,
    an_entry,
    an_organisation,
)
from tests.funding.test_ledger import check_at_once, on_accounts, tamper
from tests.people.test_successions import SOME, chains

A, B, C, D, E = range(5)
DAY = date(2026, 6, 1)
LATER = DAY + timedelta(days=365)


def pass_to(older: int, heirs: dict[int, int], on: date = TODAY) -> None:
    """Let several take the place of one, by weights."""
    named = [(db.session.get_one(Organisation, who), weight) for who, weight in heirs.items()]
    by = a_member_of_staff(Role.ADMINISTRATOR)
    people.actions.pass_on(
        db.session.get_one(Organisation, older), named, on=on, by=by, at=moment(on)
    )


@pytest.mark.parametrize(
    ("rows", "shares", "expected"),
    [
        ([(A, C, DAY, 2), (A, D, DAY, 1)], {A: 60, B: 40}, {C: 40, D: 20, B: 40}),
        ([(A, C, DAY, 2), (A, D, DAY, 1)], {A: 1, B: 1}, {C: 2, D: 1, B: 3}),
        ([(A, C, DAY, 2), (A, B, DAY, 1)], {A: 60, B: 40}, {C: 40, B: 60}),
        ([(A, C, DAY, 1), (A, D, DAY, 1), (B, C, DAY, 1), (B, D, DAY, 1)], {A: 1, B: 1},
         {C: 1, D: 1}),
        ([(A, C, DAY, 2), (A, D, DAY, 1), (D, E, DAY, 7)], {A: 60, B: 40}, {C: 40, E: 20, B: 40}),
        ([(A, C, DAY, 1), (B, C, DAY, 1)], {A: 60, B: 40}, {C: 100}),
        ([(A, C, LATER, 2), (A, D, LATER, 1)], {A: 60, B: 40}, {A: 60, B: 40}),
    ],
)  # fmt: skip
def test_shares_pass_to_several_as_the_least_whole_weights(
    rows: list[Any], shares: dict[int, int], expected: dict[int, int]
) -> None:
    assert shared(shares, Successions(rows), DAY) == expected


some_shares = st.dictionaries(st.integers(0, SOME - 1), st.integers(1, 500), min_size=1, max_size=5)
some_day = st.integers(0, 25).map(lambda days: date(2020, 1, 1) + timedelta(days=days))


@given(chains(), some_shares, some_day)
def test_everybodys_part_is_what_it_took_on_and_no_weight_is_larger_than_it_must_be(
    rows: list[Any], shares: dict[int, int], on: date
) -> None:
    told = Successions(rows)
    try:
        passed = shared(shares, told, on)
    except NotAllowed:
        return
    expected: dict[int, Fraction] = {}
    for who, weight in shares.items():
        heirs = told.heirs(who, on)
        for heir, part in heirs.items():
            expected[heir] = expected.get(heir, 0) + Fraction(weight * part, sum(heirs.values()))
    times = Fraction(sum(passed.values()), sum(shares.values()))
    assert times.denominator == 1
    assert {who: weight / times for who, weight in passed.items()} == expected
    assert gcd(int(times), *passed.values()) == 1
    assert sum(passed.values()) <= FINEST


@given(chains(), some_shares, st.integers(-(10**9), 10**9), some_day)
def test_a_line_passed_to_several_keeps_every_penny(
    rows: list[Any], shares: dict[int, int], pence: int, on: date
) -> None:
    """The pence of each line stay with its heirs, and the weights are those of a new charge."""
    told, whole = Successions(rows), sum(shares.values())
    each = pence // len(shares)
    lines = [Laid(who, 1, Pence(each), weight, whole) for who, weight in shares.items()]
    lines.append(Laid(None, 2, Pence(-each * len(shares))))
    try:
        passed, anew = passed_on(lines, told, on), shared(shares, told, on)
    except NotAllowed:
        return
    assert sum(line.pence for line in passed) == 0
    assert passed[-1] == lines[-1]
    weights: dict[int, int] = {}
    for line in passed[:-1]:
        assert line.who is not None
        assert line.weight is not None
        weights[line.who] = weights.get(line.who, 0) + line.weight
    assert weights == anew
    assert {line.of_weights for line in passed[:-1]} == {sum(anew.values())}
    for heir in weights:
        exact = sum(
            Fraction(each * told.heirs(who, on).get(heir, 0), sum(told.heirs(who, on).values()))
            for who in shares
        )
        laid = sum(line.pence for line in passed if line.who == heir)
        assert abs(laid - exact) < len(shares)


def three_partners() -> tuple[Fund, int, int, int, int]:
    """A fund with two partners, and two bodies that may take the place of the first."""
    fund = a_fund()
    one, other = a_partner(fund).organisation_id, a_partner(fund).organisation_id
    return fund, one, other, an_organisation().id, an_organisation().id


def test_a_charge_and_a_credit_fall_on_everybody_who_took_a_share_on(app: Flask) -> None:
    fund, old, council, one, other = three_partners()
    shares = {old: 60, council: 40}
    before = an_entry(fund, shares, pence=Pence(1650_01), on=TODAY - timedelta(days=40))
    pass_to(old, {one: 2, other: 1})
    charge = an_entry(fund, shares, kind=EntryKind.COLLECTION, pence=Pence(12_51))
    credit = an_entry(fund, shares, kind=EntryKind.CREDIT, pence=Pence(-990_01))
    assert on_accounts(before) == {old: 990_01, council: 660_00, "pool": -1650_01}
    assert on_accounts(charge) == {one: 5_01, other: 2_50, council: 5_00, "pool": -12_51}
    assert on_accounts(credit) == {one: -396_01, other: -198_00, council: -396_00, "pool": 990_01}
    check_at_once()
    assert ledger_faults() == []


def test_an_old_entry_is_taken_back_on_everybody_who_stands_there_now(app: Flask) -> None:
    fund, old, council, one, other = three_partners()
    past = TODAY - timedelta(days=30)
    entry = an_entry(fund, {old: 60, council: 40}, pence=Pence(10_01), on=past, at=moment(past))
    pass_to(old, {one: 2, other: 1})
    back = reverse(entry, because="Wrong bed", by=a_member_of_staff(), at=NOON)
    assert on_accounts(entry) == {old: 6_01, council: 4_00, "pool": -10_01}
    assert on_accounts(back) == {one: -4_01, other: -2_00, council: -4_00, "pool": 10_01}
    check_at_once()
    assert ledger_faults() == []
    an_entry(fund, {old: 60, council: 40}, pence=Pence(10_01))
    assert ledger_faults() == []


def test_where_two_lines_pass_to_one_of_several_it_has_one_line(app: Flask) -> None:
    fund, old, council, one, other = three_partners()
    entry = an_entry(fund, {old: 1, council: 1}, pence=Pence(3))
    pass_to(old, {one: 2, other: 1})
    a_merger(council, db.session.get_one(Organisation, other), on=TODAY)
    back = reverse(entry, because="Wrong bed", by=a_member_of_staff(), at=NOON)
    took = on_accounts(entry)
    assert on_accounts(back)["pool"] == 3
    assert on_accounts(back)[one] + on_accounts(back)[other] == -took[old] - took[council]
    weights = db.session.execute(
        db.select(Posting.weight, Posting.of_weights).where(Posting.entry_id == back.id)
    )
    assert sorted(map(tuple, weights), key=str) == [(2, 6), (4, 6), (None, None)]
    check_at_once()
    assert ledger_faults() == []


@pytest.mark.parametrize(
    ("change", "sentence"),
    [
        ("pence = pence + case when weight = 40 then 1 else -1 end", "does not negate"),
        ("weight = weight + case when weight = 40 then 1 else -1 end", "does not negate"),
    ],
)
def test_pence_or_weights_moved_between_heirs_are_named(
    app: Flask, change: str, sentence: str
) -> None:
    fund, old, council, one, other = three_partners()
    entry = an_entry(fund, {old: 60, council: 41})
    pass_to(old, {one: 2, other: 1})
    back = reverse(entry, because="Wrong bed", by=a_member_of_staff(), at=NOON)
    check_at_once()
    assert ledger_faults() == []
    tamper(f"update posting set {change} where entry_id = {back.id} and weight in (40, 20)")
    assert any(f"Entry {back.id} {sentence}" in fault for fault in ledger_faults())


def test_heirs_that_changed_places_are_named(app: Flask) -> None:
    fund, old, _, one, other = three_partners()
    entry = an_entry(fund, {old: 1})
    pass_to(old, {one: 1, other: 1})
    back = reverse(entry, because="Wrong bed", by=a_member_of_staff(), at=NOON)
    stranger = a_partner(fund).organisation_id
    check_at_once()
    tamper(
        f"update posting set account_id = "
        f"(select id from account where organisation_id = {stranger}) where entry_id = {back.id} "
        f"and account_id = (select id from account where organisation_id = {other})"
    )
    named = f"Entry {back.id} gives to another partner than entry {entry.id} took."
    assert named in ledger_faults()


def test_a_reversal_made_before_its_days_succession_was_recorded_stands(app: Flask) -> None:
    fund, old, _, one, other = three_partners()
    entry = an_entry(fund, {old: 1})
    reverse(entry, because="Wrong bed", by=a_member_of_staff(), at=NOON)
    check_at_once()
    pass_to(old, {one: 1, other: 1})
    assert ledger_faults() == []


def test_shares_too_fine_to_reckon_with_are_refused_in_words(app: Flask) -> None:
    fund, old, council, one, other = three_partners()
    third, fourth = an_organisation().id, an_organisation().id
    pass_to(old, {one: 999_983, other: 16})
    pass_to(council, {third: 999_979, fourth: 18})
    pass_to(other, {an_organisation().id: 999_961, an_organisation().id: 1})
    with pytest.raises(NotAllowed, match="too fine to reckon with"):
        an_entry(fund, {old: 61, council: 41})


def test_the_rules_of_an_agreement_lay_a_fixed_share_on_everybody_who_took_it_on(
    app: Flask,
) -> None:
    fund, old, council, one, other = three_partners()
    a_rule(
        fund,
        parts=(RulePart(Basis.FIXED, 60, old), RulePart(Basis.FIXED, 40, council)),
    )
    pass_to(old, {one: 2, other: 1})
    assert book_of(fund.id).payers(TODAY) == {one, other, council}
    told = ruling_for(fund.id, Facts(care_class="joint"), TODAY)
    assert told.shares == {one: 40, other: 20, council: 40}


def test_a_charge_of_a_body_that_passed_to_several_is_parked_in_words_until_it_is_said(
    app: Flask,
) -> None:
    fund, old, _, one, other = three_partners()
    a_rule(fund, care_class="joint", parts=(RulePart(Basis.PRACTICE, 1),))
    a_rule(fund, care_class="health", parts=(RulePart(Basis.ADDRESS, 1),))
    pass_to(old, {one: 2, other: 1})
    parked = {
        "joint": Facts(care_class="joint", body_id=old),
        "health": Facts(care_class="health", council_id=old),
    }
    for facts, said in zip(parked.values(), ("practice belongs", "postcode lies"), strict=True):
        told = ruling_for(fund.id, facts, TODAY)
        assert told.shares == {}
        assert "has passed to several" in (told.parked_because or "")
        assert said in (told.parked_because or "")
    named = Facts(care_class="joint", body_id=one)
    assert ruling_for(fund.id, named, TODAY).shares == {one: 1}
    day_before = TODAY - timedelta(days=1)
    assert ruling_for(fund.id, parked["joint"], day_before).shares == {old: 1}


def test_sums_pass_to_several_to_the_penny(app: Flask) -> None:
    _, old, council, one, other = three_partners()
    pass_to(old, {one: 2, other: 1})
    assert pence_passed([(old, 10_00), (council, 5), (one, 1)], TODAY) == {
        one: 6_68, other: 3_33, council: 5,
    }  # fmt: skip


def test_each_successor_reads_its_predecessors_statements_and_not_its_siblings(app: Flask) -> None:
    fund, old, council, one, other = three_partners()
    may = TODAY - timedelta(days=20)
    an_entry(fund, {old: 60, council: 40}, on=may, at=moment(may))
    pass_to(old, {one: 2, other: 1})
    an_entry(fund, {old: 60, council: 40})
    bodies = {who: db.session.get_one(Organisation, who) for who in (old, one, other)}
    viewer = a_member_of_staff(Role.FINANCE, organisation=bodies[one])
    assert statement(bodies[old], may, viewer=viewer, on=TODAY).closing == 6_01
    assert statement(bodies[one], TODAY, viewer=viewer, on=TODAY).closing > 0
    with pytest.raises(NotFound):
        statement(bodies[other], TODAY, viewer=viewer, on=TODAY)


def sums(until: date) -> dict[int, int]:
    """What every account holds of the months up to one."""
    rows = db.session.execute(
        db.select(Posting.account_id, db.func.sum(Posting.pence))
        .join(Posting.entry)
        .where(Entry.month <= until)
        .group_by(Posting.account_id)
    )
    return {account: int(pence) for account, pence in rows}


@pytest.mark.parametrize("seed", range(6))
def test_the_ledger_holds_while_partners_split_and_merge_at_random(app: Flask, seed: int) -> None:
    """Charges, credits and reversals through a year of successions; what is past stays as it is."""
    chance, fund, by = random.Random(seed), a_fund(), a_member_of_staff()
    first = [a_partner(fund).organisation_id for _ in range(3)]
    standing, on, posted, laid = set(first), date(2025, 1, 10), [], 0
    for _ in range(12):
        before = sums(on)
        ends = chance.choice(sorted(standing))
        heirs = {an_organisation().id for _ in range(chance.randint(0, 2))}
        others = sorted(standing - {ends})
        heirs |= set(chance.sample(others, min(len(others), chance.randint(0, 1))))
        if heirs:
            pass_to(ends, {who: chance.randint(1, 9) for who in sorted(heirs)}, on=on)
            standing = standing - {ends} | heirs
        assert sums(on) == before
        for _ in range(4):
            shares = {who: chance.randint(1, 99) for who in chance.sample(first, 2)}
            pence = Pence(chance.randint(-50_000, 100_000))
            posted.append(an_entry(fund, shares, pence=pence, on=on, at=moment(on), by=by))
            laid += pence
        taken_back = posted.pop(chance.randrange(len(posted)))
        reverse(taken_back, because="By chance", by=by, at=moment(on))
        laid -= taken_back.pence
        assert ledger_faults() == []
        assert set(succeeded(dict.fromkeys(first, 1), on)) <= standing
        on += timedelta(days=30)
    check_at_once()
    total = db.session.scalar(
        db.select(db.func.sum(Posting.pence)).join(Posting.account).where(
            Account.organisation_id.is_not(None)
        )
    )  # fmt: skip
    assert total == laid
