"""Other rules tried over past months: who would have paid what, to the penny, moving nothing."""

from collections import Counter
from collections.abc import Sequence
from datetime import date, timedelta

import pytest
from flask import Flask
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

import funding.actions
from core.db import db
from core.errors import Invalid, NotAllowed, NotFound
from core.money import Pence
from funding.models import Entry, Fund, Posting
from funding.queries import book_of, ruling_for, the_fund
from funding.rules import CARE_CLASSES, NEEDS, Basis, EntryKind, Facts, RulePart, WrittenRule
from funding.what_if import actions
from funding.what_if.models import Trial, TrialRule
from funding.what_if.queries import label, outcome, rule_of, trial_by_code, trials
from funding.what_if.rules import MOST_RULES, RuleSet
from funding.what_if.running import Months, Run, run_over
from people.models import Staff
from people.rules import Kind, Role
from tests.builders import (
    NOON,
    SPRING,
    TODAY,
    a_fund,
    a_loan,
    a_member_of_staff,
    a_merger,
    a_partner,
    a_pool,
    a_return,
    a_rule,
    an_entry,
    an_organisation,
)

JUNE = date(2026, 6, 1)
BY_PRACTICE = (RulePart(Basis.PRACTICE, 1),)
BY_ADDRESS = (RulePart(Basis.ADDRESS, 1),)
JOINT = (RulePart(Basis.PRACTICE, 60), RulePart(Basis.ADDRESS, 40))


class Agreed:
    """A fund of two NHS bodies, a council and a trust, joint equipment shared 60 to 40."""

    def __init__(self) -> None:
        self.by = a_member_of_staff(Role.ADMINISTRATOR)
        self.fund: Fund = a_fund(by=self.by)
        kinds = (Kind.CCG, Kind.CCG, Kind.COUNCIL, Kind.TRUST)
        made = [an_organisation(kind=kind) for kind in kinds]
        self.body, self.other, self.council, self.trust = (one.id for one in made)
        for one in made:
            a_partner(self.fund, organisation=one, by=self.by)
        self.joint = a_rule(self.fund, name="Joint", care_class="joint", parts=JOINT, position=1)
        self.all = a_rule(self.fund, name="The rest", parts=BY_PRACTICE, position=9)

    def charged(self, facts: Facts | None = None, **but: object) -> Entry:
        """An entry posted by the rules of its day (`ruled_on=` of another day)."""
        on = but.get("on", TODAY)
        asked = facts or Facts("joint", "end of life", self.body, self.council, self.trust)
        ruling = ruling_for(self.fund.id, asked, but.pop("ruled_on", on))  # type: ignore[arg-type]
        return an_entry(
            self.fund, ruling.shares, by=self.by, facts=ruling.facts, rule_id=ruling.rule_id,
            parked_because=ruling.parked_because or "", **but,
        )  # fmt: skip

    def a_trial(self, **but: object) -> Trial:
        asked = {"name": "A draft", "from_month": JUNE, "to_month": JUNE, "at": NOON, **but}
        return actions.begin_trial(self.fund, by=self.by, **asked)  # type: ignore[arg-type]

    def reworded(self, trial: Trial, name: str, parts: Sequence[RulePart]) -> TrialRule:
        rule = next(one for one in trial.rules if one.name == name)
        wording = actions.Wording(name, parts, rule.care_class, rule.need, rule.from_on, rule.to_on)
        return actions.change_trial_rule(rule, wording, by=self.by, at=NOON)


def differences(trial: Trial) -> dict[int | None, Pence]:
    found = outcome(trial).standings
    return {
        one.organisation.id if one.organisation else None: one.difference
        for one in found
        if one.difference
    }


def ledger() -> tuple[int, int]:
    return db.session.query(Entry).count(), db.session.query(Posting).count()


def test_the_rules_in_force_change_nothing(app: Flask) -> None:
    agreed = Agreed()
    for pence in (10_01, 5, 99_99):
        agreed.charged(pence=Pence(pence))
    run = outcome(agreed.a_trial()).run
    assert (run.changes, run.alike, run.ruled.count) == ((), 0, 3)


def test_a_changed_share_shows_who_would_have_paid_more_and_who_less(app: Flask) -> None:
    agreed = Agreed()
    agreed.charged(pence=Pence(100_00))
    trial, before = agreed.a_trial(), ledger()
    agreed.reworded(trial, "Joint", (RulePart(Basis.PRACTICE, 50), RulePart(Basis.ADDRESS, 50)))
    assert differences(trial) == {agreed.body: -10_00, agreed.council: 10_00}
    assert ledger() == before


def test_the_same_shares_in_other_numbers_are_no_change(app: Flask) -> None:
    agreed = Agreed()
    agreed.charged(pence=Pence(10_01))
    trial = agreed.a_trial()
    agreed.reworded(trial, "Joint", (RulePart(Basis.PRACTICE, 3), RulePart(Basis.ADDRESS, 2)))
    run = outcome(trial).run
    assert (run.changes, run.alike) == ((), 1)


def test_a_new_rule_comes_first_and_a_moved_or_removed_one_no_longer_wins(app: Flask) -> None:
    agreed = Agreed()
    agreed.charged(pence=Pence(100_00))
    trial, by_at = agreed.a_trial(), {"by": agreed.by, "at": NOON}
    dying = actions.Wording("End of life", BY_ADDRESS, need="end of life")
    rule = actions.add_trial_rule(trial, dying, **by_at)
    assert [one.name for one in trial.rules] == ["End of life", "Joint", "The rest"]
    assert differences(trial) == {agreed.body: -60_00, agreed.council: 60_00}
    actions.move_trial_rule(rule, 1, **by_at)
    assert [one.name for one in trial.rules] == ["Joint", "End of life", "The rest"]
    assert differences(trial) == {}
    actions.remove_trial_rule(trial.rules[0], **by_at)
    assert differences(trial) == {agreed.body: -60_00, agreed.council: 60_00}
    with pytest.raises(NotAllowed, match="at the end already"):
        actions.move_trial_rule(rule, -1, **by_at)


def test_what_a_draft_cannot_lay_on_anybody_would_have_been_parked(app: Flask) -> None:
    agreed = Agreed()
    agreed.charged(pence=Pence(100_00))
    trial = agreed.a_trial()
    for rule in list(trial.rules):
        actions.remove_trial_rule(rule, by=agreed.by, at=NOON)
    assert differences(trial) == {agreed.body: -60_00, agreed.council: -40_00, None: 100_00}
    change = outcome(trial).run.changes[0]
    assert "No rule of the agreement" in change.parked_because


def test_a_parked_charge_would_have_been_laid_on_somebody(app: Flask) -> None:
    agreed = Agreed()
    agreed.charged(Facts("joint", council_id=agreed.council), pence=Pence(7_00))
    trial = agreed.a_trial()
    agreed.reworded(trial, "Joint", BY_ADDRESS)
    assert differences(trial) == {None: -7_00, agreed.council: 7_00}


def test_a_collection_goes_by_the_rules_of_the_day_its_loan_began(app: Flask) -> None:
    agreed, may = Agreed(), date(2026, 5, 4)
    a_rule(agreed.fund, name="Joint", care_class="joint", parts=BY_ADDRESS, position=1,
           from_on=date(2026, 5, 20))  # fmt: skip
    agreed.charged(ruled_on=may, kind=EntryKind.COLLECTION, pence=Pence(100_00))
    agreed.charged(pence=Pence(1_00))
    trial = agreed.a_trial()
    assert outcome(trial).run.changes == ()
    old = next(rule for rule in trial.rules if rule.to_on is not None)
    halves = (RulePart(Basis.PRACTICE, 1), RulePart(Basis.ADDRESS, 1))
    wording = actions.Wording(old.name, halves, "joint", None, old.from_on, old.to_on)
    actions.change_trial_rule(old, wording, by=agreed.by, at=NOON)
    assert differences(trial) == {agreed.body: -10_00, agreed.council: 10_00}


def test_a_reversal_follows_the_entry_it_takes_back(app: Flask) -> None:
    agreed = Agreed()
    for pence in (10_01, 10_03):
        entry = agreed.charged(pence=Pence(pence))
        db.session.flush()
        funding.actions.reverse(entry, because="Wrong", by=agreed.by, at=NOON)
    agreed.charged(pence=Pence(3))
    trial = agreed.a_trial()
    agreed.reworded(trial, "Joint", BY_ADDRESS)
    shown = outcome(trial)
    assert len(shown.run.changes) == 5
    assert sum(change.posted.pence for change in shown.run.changes) == 3
    assert {one.would_be for one in shown.standings} == {0, 3}


def test_a_reversal_of_an_entry_before_the_months_goes_where_that_would_have_gone(
    app: Flask,
) -> None:
    agreed = Agreed()
    entry = agreed.charged(pence=Pence(100_00), on=date(2026, 5, 4))
    funding.actions.reverse(entry, because="Wrong", by=agreed.by, at=NOON)
    trial = agreed.a_trial()
    agreed.reworded(trial, "Joint", BY_ADDRESS)
    assert differences(trial) == {agreed.body: 60_00, agreed.council: -60_00}


def test_entries_that_keep_no_facts_stay_as_they_are_and_are_counted(app: Flask) -> None:
    agreed = Agreed()
    an_entry(agreed.fund, {agreed.body: 1}, pence=Pence(5_00), kind=EntryKind.ADJUSTMENT)
    agreed.charged(pence=Pence(1_00))
    trial = agreed.a_trial()
    agreed.reworded(trial, "Joint", BY_ADDRESS)
    run = outcome(trial).run
    assert (run.unruled.count, run.unruled.pence, run.ruled.count) == (1, 5_00, 1)
    assert [change.posted.pence for change in run.changes] == [1_00]


def test_other_months_are_left_out(app: Flask) -> None:
    agreed = Agreed()
    agreed.charged(on=date(2026, 5, 31))
    trial = agreed.a_trial()
    agreed.reworded(trial, "Joint", BY_ADDRESS)
    assert outcome(trial).run.changes == ()
    actions.change_trial(
        trial, name="Longer", from_month=date(2026, 4, 1), to_month=JUNE, by=agreed.by, at=NOON
    )
    assert len(outcome(trial).run.changes) == 1


def test_whoever_has_succeeded_a_payer_would_have_paid(app: Flask) -> None:
    agreed, merged = Agreed(), an_organisation(kind=Kind.COUNCIL)
    a_merger(agreed.council, merged, on=date(2026, 6, 10))
    agreed.charged(ruled_on=TODAY, on=date(2026, 6, 20), pence=Pence(100_00))
    trial = agreed.a_trial()
    agreed.reworded(trial, "Joint", BY_ADDRESS)
    assert differences(trial) == {agreed.body: -60_00, merged.id: 60_00}


def test_many_odd_pennies_stay_within_a_penny_of_the_exact_share(app: Flask) -> None:
    agreed = Agreed()
    for _ in range(40):
        agreed.charged(pence=Pence(1))
    trial = agreed.a_trial()
    thirds = (RulePart(Basis.PRACTICE, 1), RulePart(Basis.ADDRESS, 1), RulePart(Basis.EMPLOYER, 1))
    agreed.reworded(trial, "Joint", thirds)
    would_be = outcome(trial).run.would_be
    each = [would_be[who] for who in (agreed.body, agreed.council, agreed.trust)]
    assert sorted(each) == [13, 13, 14]


def test_a_draft_is_begun_from_every_rule_with_its_days_and_says_what_was_changed(
    app: Flask,
) -> None:
    agreed = Agreed()
    trial = agreed.a_trial()
    assert [label(rule) for rule in trial.rules] == ["Joint, version 1", "The rest, version 1"]
    assert {rule.from_on for rule in trial.rules} == {SPRING}
    agreed.reworded(trial, "Joint", BY_ADDRESS)
    wording = actions.Wording("Schools", BY_ADDRESS, need="education")
    actions.add_trial_rule(trial, wording, by=agreed.by, at=NOON)
    told = [label(rule) for rule in trial.rules]
    assert told == ["Schools (new)", "Joint (changed)", "The rest, version 1"]


def test_a_draft_refuses_months_that_are_none_and_rules_that_say_nothing(app: Flask) -> None:
    agreed = Agreed()
    with pytest.raises(Invalid, match="not before the first") as why:
        agreed.a_trial(from_month=date(2026, 7, 1))
    assert why.value.field == "to_month"
    with pytest.raises(Invalid, match="choose past months"):
        agreed.a_trial(to_month=date(2026, 7, 1))
    trial, by_at = agreed.a_trial(), {"by": agreed.by, "at": NOON}
    with pytest.raises(Invalid, match="at least one part"):
        actions.add_trial_rule(trial, actions.Wording("Empty", ()), **by_at)
    backwards = actions.Wording("Backwards", BY_ADDRESS, from_on=TODAY, to_on=TODAY)
    with pytest.raises(Invalid, match="ends after the day it begins"):
        actions.change_trial_rule(trial.rules[0], backwards, **by_at)


def test_a_draft_has_so_many_rules_and_no_more(app: Flask) -> None:
    agreed = Agreed()
    trial = agreed.a_trial()
    wording = actions.Wording("Again", BY_ADDRESS)
    for _ in range(MOST_RULES - 2):
        actions.add_trial_rule(trial, wording, by=agreed.by, at=NOON)
    with pytest.raises(NotAllowed, match="up to 200 rules"):
        actions.add_trial_rule(trial, wording, by=agreed.by, at=NOON)


def test_drafts_are_for_who_sees_everybodys_money(app: Flask) -> None:
    agreed = Agreed()
    trial = agreed.a_trial()
    rule = trial.rules[0]
    board: Staff = a_member_of_staff(Role.BOARD)
    assert trial_by_code(trial.code, viewer=board, on=TODAY) is trial
    assert rule_of(trial, rule.code) is rule
    for viewer in (
        a_member_of_staff(Role.FINANCE),
        a_member_of_staff(Role.BOARD, organisation=None),
    ):
        assert db.session.scalars(trials(viewer=viewer, on=TODAY)).all() == []
        with pytest.raises(NotFound, match="no such draft"):
            trial_by_code(trial.code, viewer=viewer, on=TODAY)
    with pytest.raises(NotFound, match="no such rule in this draft"):
        rule_of(trial, "222222HH")


def test_a_discarded_draft_is_gone_with_its_rules(app: Flask) -> None:
    agreed = Agreed()
    trial = agreed.a_trial()
    actions.discard_trial(trial, by=agreed.by, at=NOON)
    assert db.session.query(Trial).count() == db.session.query(TrialRule).count() == 0


def test_running_the_rules_in_force_over_what_loans_charged_changes_nothing(app: Flask) -> None:
    pool = a_pool()
    a_rule(pool.fund, name="Schools", position=0, need="education", parts=BY_ADDRESS)
    for days in range(4):
        a_return(a_loan(), at=NOON + timedelta(days=days))
    run = in_force(Months(the_fund().id, JUNE, JUNE))
    assert (run.changes, run.alike, run.unruled.count) == ((), 0, 0)
    assert run.ruled.count == 12


def in_force(months: Months) -> Run:
    rules = book_of(months.fund_id).rules
    return run_over(RuleSet(rules, {rule.id: rule.id for rule in rules}), months)


FACTS = st.fixed_dictionaries(
    {"care_class": st.sampled_from(CARE_CLASSES), "need": st.sampled_from(NEEDS)}
)
PART = st.tuples(
    st.sampled_from([Basis.PRACTICE, Basis.ADDRESS, Basis.EMPLOYER, Basis.USAGE]),
    st.integers(1, 100),
)
RULE = st.fixed_dictionaries(
    {
        "care_class": st.sampled_from([None, *CARE_CLASSES]),
        "need": st.sampled_from([None, *NEEDS[:3]]),
        "parts": st.lists(PART, min_size=1, max_size=3),
        "days": st.sampled_from([(date.min, None), (TODAY, None), (date.min, TODAY)]),
    }
)


@settings(
    max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(st.lists(RULE, max_size=4), st.lists(st.tuples(FACTS, st.integers(-500, 500)), max_size=12))
def test_the_total_is_the_same_under_every_set_of_rules(
    app: Flask, drafted: list[dict], charged: list[tuple[dict, int]]
) -> None:
    with db.session.begin_nested() as undone:
        agreed, made = Agreed(), Counter()
        for number, (asked, pence) in enumerate(charged):
            where = {"body_id": agreed.body, "council_id": agreed.council if number % 3 else None}
            entry = agreed.charged(
                Facts(**asked, **where, employer_id=agreed.trust), pence=Pence(pence),
                on=TODAY + timedelta(days=number), ruled_on=TODAY - timedelta(days=number * 5),
            )  # fmt: skip
            if number % 4 == 3:
                funding.actions.reverse(entry, because="Wrong", by=agreed.by, at=NOON)
        rules = tuple(
            WrittenRule(
                id=-number, position=number, care_class=one["care_class"], need=one["need"],
                from_on=one["days"][0], to_on=one["days"][1],
                parts=tuple(RulePart(basis, weight) for basis, weight in one["parts"]),
            )
            for number, one in enumerate(drafted, start=1)
        )  # fmt: skip
        months = Months(agreed.fund.id, date(2026, 5, 1), date(2026, 7, 1))
        run = run_over(RuleSet(rules, {}), months)
        assert sum(run.would_be.values()) == sum(run.was.values())
        for change in run.changes:
            assert sum(change.lines.values()) == change.posted.pence
            made.update(change.differences)
        assert sum(made.values()) == 0
        assert in_force(months).changes == ()
        undone.rollback()
