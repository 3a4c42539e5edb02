"""What people do to a draft of the rules: begin it from those agreed, change it, throw it away."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import select

from core.clock import london_day
from core.db import add, db
from core.errors import Forbidden, Invalid, NotAllowed
from funding.models import Fund, Rule
from funding.purse import purse_of
from funding.rules import RulePart, check_parts
from funding.what_if.models import Trial, TrialRule, TrialShare
from funding.what_if.rules import MOST_RULES
from people.models import Staff


def begin_trial(
    fund: Fund, *, name: str, from_month: date, to_month: date, by: Staff, at: datetime
) -> Trial:
    """Begin a draft with every rule agreed so far, each with its days, to try over past months."""
    if not purse_of(by, london_day(at)).every:
        raise Forbidden("Drafts are for those who see every partner's money.")
    _check_months(from_month, to_month, at)
    trial = Trial(
        fund_id=fund.id, name=name, from_month=from_month, to_month=to_month, by=by, at=at
    )
    agreed = db.session.scalars(
        select(Rule).where(Rule.fund_id == fund.id).order_by(Rule.position, Rule.from_on.desc())
    )
    trial.rules = [_copy(rule, place) for place, rule in enumerate(agreed, start=1)]
    return add(trial)


def change_trial(
    trial: Trial, *, name: str, from_month: date, to_month: date, by: Staff, at: datetime
) -> Trial:
    """Call a draft something else, or try it over other months."""
    _check_months(from_month, to_month, at)
    trial.name, trial.from_month, trial.to_month = name, from_month, to_month
    db.session.flush()
    return trial


def discard_trial(trial: Trial, *, by: Staff, at: datetime) -> None:
    """Throw a draft away with its rules. Nothing else knows of it."""
    db.session.delete(trial)
    db.session.flush()


@dataclass(frozen=True)
class Wording:
    """What a rule of a draft says. Without days it holds always."""

    name: str
    parts: Sequence[RulePart]
    care_class: str | None = None
    need: str | None = None
    from_on: date | None = None
    to_on: date | None = None


def add_trial_rule(trial: Trial, wording: Wording, *, by: Staff, at: datetime) -> TrialRule:
    """Put a new rule first in a draft, where it wins over all others that fit."""
    if len(trial.rules) >= MOST_RULES:
        raise NotAllowed(f"A draft has up to {MOST_RULES} rules. Remove one first.")
    rule = TrialRule()
    _say(rule, wording)
    trial.rules.insert(0, rule)
    _number(trial, list(trial.rules))
    db.session.flush()
    return rule


def change_trial_rule(rule: TrialRule, wording: Wording, *, by: Staff, at: datetime) -> TrialRule:
    """Let a rule of a draft say something else."""
    _say(rule, wording)
    db.session.flush()
    return rule


def remove_trial_rule(rule: TrialRule, *, by: Staff, at: datetime) -> None:
    """Take a rule out of a draft."""
    rule.trial.rules.remove(rule)
    db.session.flush()


def move_trial_rule(rule: TrialRule, places: int, *, by: Staff, at: datetime) -> TrialRule:
    """Let a rule of a draft be asked so many places later, or earlier where it is below nought."""
    trial = rule.trial
    others = [one for one in trial.rules if one is not rule]
    place = trial.rules.index(rule) + places
    if not 0 <= place <= len(others):
        raise NotAllowed(f"“{rule.name}” is at the end already.")
    _number(trial, [*others[:place], rule, *others[place:]])
    db.session.flush()
    return rule


def _number(trial: Trial, rules: Sequence[TrialRule]) -> None:
    for place, rule in enumerate(rules, start=1):
        rule.position = place
    trial.rules.sort(key=lambda one: one.position)


def _say(rule: TrialRule, wording: Wording) -> None:
    check_parts(wording.parts)
    if wording.from_on and wording.to_on and wording.from_on >= wording.to_on:
        raise Invalid("A rule ends after the day it begins on.", field="to_on")
    rule.name, rule.care_class, rule.need = wording.name, wording.care_class, wording.need
    rule.from_on, rule.to_on = wording.from_on, wording.to_on
    rule.shares = [
        TrialShare(basis=part.basis, weight=part.weight, organisation_id=part.organisation_id)
        for part in wording.parts
    ]


def _copy(rule: Rule, place: int) -> TrialRule:
    parts = [RulePart(share.basis, share.weight, share.organisation_id) for share in rule.shares]
    copied = TrialRule(position=place, origin=rule)
    wording = Wording(rule.name, parts, rule.care_class, rule.need, rule.from_on, rule.to_on)
    _say(copied, wording)
    return copied


def _check_months(from_month: date, to_month: date, at: datetime) -> None:
    if from_month > to_month:
        raise Invalid("The last month is not before the first.", field="to_month")
    if to_month > london_day(at):
        raise Invalid(
            "Only what has been posted can be tried: choose past months.", field="to_month"
        )
