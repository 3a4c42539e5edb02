"""Who pays: the first rule that fits, and what it makes of a client. No database here."""

import json
from dataclasses import replace
from datetime import date

import pytest

from equipment.rules import CareClass
from funding.rules import (
    CARE_CLASSES,
    NEEDS,
    Basis,
    Facts,
    RulePart,
    WrittenRule,
    compose,
    first_that_fits,
    share_key,
)
from loans.rules import Need

BODY, COUNCIL, LEAD, STRANGER = 1, 2, 3, 9
PARTNERS = {BODY, COUNCIL, LEAD}
DAY = date(2026, 6, 1)
WHOLE = (RulePart(Basis.PRACTICE, 100),)
FACTS = Facts("health", "end of life", body_id=BODY, council_id=COUNCIL, employer_id=LEAD)


def a_written_rule(number: int = 1, **but: object) -> WrittenRule:
    facts = {
        "position": number,
        "care_class": None,
        "from_on": date(2020, 4, 1),
        "to_on": None,
        "parts": WHOLE,
    }
    return WrittenRule(id=number, **{**facts, **but})  # type: ignore[arg-type]


def test_the_practice_points_at_its_nhs_body() -> None:
    assert compose(a_written_rule(), FACTS, PARTNERS, {}).shares == {BODY: 100}


def test_the_address_points_at_its_council() -> None:
    rule = a_written_rule(parts=(RulePart(Basis.ADDRESS, 1),))
    assert compose(rule, FACTS, PARTNERS, {}).shares == {COUNCIL: 1}


def test_a_joint_rule_lays_its_parts_side_by_side() -> None:
    joint = (RulePart(Basis.PRACTICE, 60), RulePart(Basis.ADDRESS, 40))
    ruling = compose(a_written_rule(7, parts=joint), FACTS, PARTNERS, {})
    assert ruling.shares == {BODY: 60, COUNCIL: 40}
    assert ruling.rule_id == 7
    assert ruling.parked_because is None


def test_parts_that_meet_in_one_partner_are_added_up() -> None:
    parts = (RulePart(Basis.PRACTICE, 60), RulePart(Basis.FIXED, 40, BODY))
    assert compose(a_written_rule(parts=parts), FACTS, PARTNERS, {}).shares == {BODY: 100}


@pytest.mark.parametrize(
    ("part", "body", "council"),
    [
        (RulePart(Basis.PRACTICE, 1), None, COUNCIL),
        (RulePart(Basis.PRACTICE, 1), STRANGER, COUNCIL),
        (RulePart(Basis.ADDRESS, 1), BODY, None),
        (RulePart(Basis.ADDRESS, 1), BODY, STRANGER),
        (RulePart(Basis.FIXED, 1, STRANGER), BODY, COUNCIL),
        (RulePart(Basis.EMPLOYER, 1), None, COUNCIL),
        (RulePart(Basis.EMPLOYER, 1), STRANGER, COUNCIL),
        (RulePart(Basis.USAGE, 1), BODY, COUNCIL),
    ],
)
def test_a_part_outside_the_partners_parks_the_whole_and_bills_no_neighbour(
    part: RulePart, body: int | None, council: int | None
) -> None:
    rule = a_written_rule(parts=(RulePart(Basis.FIXED, 50, LEAD), part))
    ruling = compose(rule, Facts(body_id=body, council_id=council, employer_id=body), PARTNERS, {})
    assert ruling.shares == {}
    assert ruling.rule_id == rule.id
    assert ruling.parked_because is not None
    assert ruling.parked_because.endswith(".")


def test_without_a_rule_the_charge_is_parked() -> None:
    ruling = compose(None, FACTS, PARTNERS, {})
    assert (ruling.rule_id, ruling.shares) == (None, {})
    assert ruling.parked_because == "No rule of the agreement speaks of this on that day."


def test_the_first_in_order_of_position_wins() -> None:
    rules = (a_written_rule(3), a_written_rule(1), a_written_rule(2))
    found = first_that_fits(rules, Facts("health"), DAY)
    assert found is not None
    assert found.id == 1


def test_a_rule_for_another_class_of_care_is_passed_over() -> None:
    rules = (a_written_rule(1, care_class="social care"), a_written_rule(2))
    assert first_that_fits(rules, Facts("health"), DAY) == rules[1]
    assert first_that_fits(rules, Facts("social care"), DAY) == rules[0]


def test_a_rule_holds_from_its_first_day_until_before_its_last() -> None:
    rule = a_written_rule(from_on=DAY, to_on=date(2026, 6, 3))
    fits = [rule.fits(FACTS, date(2026, 5 + day // 32, day % 32)) for day in (31, 33, 34, 35)]
    assert fits == [False, True, True, False]
    assert replace(rule, to_on=None).fits(FACTS, date(2099, 1, 1))


def test_the_same_shares_have_one_key_whoever_is_named_first() -> None:
    assert share_key({12: 60, 15: 40}) == share_key({15: 40, 12: 60}) == "12:60,15:40"
    assert share_key({12: 6, 15: 4}) != share_key({12: 60, 15: 40})


def test_the_agreement_and_the_catalogue_speak_of_the_same_classes_of_care() -> None:
    assert set(CARE_CLASSES) == {one.value for one in CareClass}


def test_the_agreement_and_orders_speak_of_the_same_reasons_for_need() -> None:
    assert set(NEEDS) == {one.value for one in Need}


def test_a_rule_for_another_reason_is_passed_over() -> None:
    rules = (a_written_rule(1, need="education"), a_written_rule(2))
    assert first_that_fits(rules, Facts("health", "education"), DAY) == rules[0]
    assert first_that_fits(rules, Facts("health", "end of life"), DAY) == rules[1]
    assert first_that_fits(rules, Facts("health"), DAY) == rules[1]


def test_the_employer_is_whoever_employs_the_prescriber() -> None:
    rule = a_written_rule(parts=(RulePart(Basis.EMPLOYER, 1),))
    assert compose(rule, FACTS, PARTNERS, {}).shares == {LEAD: 1}


USED = {BODY: 300_00, COUNCIL: 100_00, LEAD: -50_00, STRANGER: 900_00}


def test_usage_falls_on_every_partner_by_what_it_was_charged_never_below_nought() -> None:
    rule = a_written_rule(parts=(RulePart(Basis.USAGE, 1),))
    assert compose(rule, FACTS, PARTNERS, USED).shares == {BODY: 3, COUNCIL: 1}


def test_usage_stands_beside_other_parts_as_heavy_as_the_rule_says() -> None:
    rule = a_written_rule(parts=(RulePart(Basis.FIXED, 60, LEAD), RulePart(Basis.USAGE, 40)))
    assert compose(rule, FACTS, PARTNERS, USED).shares == {LEAD: 6, BODY: 3, COUNCIL: 1}


def test_usage_is_weighed_in_hundredths_of_a_percent_that_sum_to_the_whole() -> None:
    rule = a_written_rule(parts=(RulePart(Basis.USAGE, 7),))
    shares = compose(rule, FACTS, PARTNERS, {BODY: 1, COUNCIL: 1, LEAD: 1}).shares
    assert (sum(shares.values()), sorted(shares.values())) == (10_000, [3333, 3333, 3334])


def test_where_nobody_was_charged_anything_usage_parks_and_says_why() -> None:
    rule = a_written_rule(parts=(RulePart(Basis.USAGE, 1),))
    for nothing in ({}, {BODY: 0}, {BODY: -5}, {STRANGER: 5}):
        ruling = compose(rule, FACTS, PARTNERS, nothing)
        assert ruling.shares == {}
        assert "there is no usage to go by" in (ruling.parked_because or "")


@pytest.mark.parametrize(
    "facts", [Facts(), FACTS, Facts(need="education"), replace(FACTS, ruled_on=DAY)]
)
def test_the_ledger_keeps_facts_as_they_were(facts: Facts) -> None:
    assert Facts.of(json.loads(json.dumps(facts.kept()))) == facts
