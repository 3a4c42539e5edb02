"""What a version changes against the one before it, line by line, as people say it."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta

from sqlalchemy import select

from core.db import db
from core.money import pounds
from funding.agreements.rules import Terms
from funding.agreements.versions.models import AgreementVersion
from funding.agreements.versions.queries import version_before
from funding.agreements.versions.rules import DraftedEnd, DraftedPrice, DraftedRule
from funding.models import ActivityPrice, Rule, whom
from funding.rules import RulePart
from people.models import Organisation
from people.queries import during

NOTHING = "–"
PAID_FOR = "How equipment is paid for"


@dataclass(frozen=True)
class Difference:
    """One thing that changes on the version's day: what it was, and what it becomes."""

    what: str
    was: str
    becomes: str
    about: str = ""  # of a drafted change, by which it is taken out again


def differences(version: AgreementVersion) -> list[Difference]:
    """Everything that is not as it was the day before: the terms, then the drafted changes."""
    older = version_before(version)
    was = {} if older is None else _said(older)
    becomes = _said(version)
    told = [
        Difference(what, was.get(what, NOTHING), becomes.get(what, NOTHING))
        for what in dict.fromkeys((*becomes, *was))
        if was.get(what, NOTHING) != becomes.get(what, NOTHING)
    ]
    return told + drafted(version)


def drafted(version: AgreementVersion) -> list[Difference]:
    """The drafted changes of rules and prices, each beside what holds until then."""
    before = version.from_on - timedelta(days=1)
    told = []
    for one in version.changes:
        change = one.change
        if isinstance(change, DraftedPrice):
            speed = f" ({change.speed})" if change.speed else ""
            what = f"Price of {change.activity.value}{speed}"
            was, becomes = _price(version.fund_id, change, before), pounds(change.pence)
        else:
            what = f"Rule “{change.name}”"
            was, becomes = _rule(version.fund_id, change.name, before), _becomes(change)
        told.append(Difference(what, was, becomes, change.about))
    return told


def terms_told(terms: Terms, lead: Organisation | None) -> list[tuple[str, str]]:
    """What is agreed of the end of a year, line by line."""
    told = [("Over- or underspend at year-end", terms.year_end.value.capitalize())]
    if lead is not None:
        told.append(("Lead partner at year-end", f"{lead.name} ({lead.official_code})"))
    if terms.cap_percent is not None:
        told.append(("Cap at year-end", f"{terms.cap_percent}% of a partner's contribution"))
    if terms.gain_percent is not None:
        gains = f"{terms.gain_percent}% of what recycling above {terms.gain_threshold_percent}%"
        told.append(("Gain share with the provider", f"{gains} avoided"))
    return told


def _said(version: AgreementVersion) -> dict[str, str]:
    said = {"Host partner": _named(version.host), PAID_FOR: version.stock_model.value.capitalize()}
    said |= dict(terms_told(version.terms, version.lead))
    said["Instalments a year"] = str(len(version.instalments))
    for one in sorted(version.contributions, key=lambda one: one.organisation.name):
        said[f"Contribution of {_named(one.organisation)}"] = pounds(one.pence)
    for budget in version.budgets:
        said[f"Budget of {_named(budget.organisation)}: {budget.group or 'the rest'}"] = pounds(
            budget.pence
        )
    said["All contributions"] = pounds(version.pence)
    return said


def _named(one: Organisation) -> str:
    return f"{one.name} ({one.official_code})"


def _price(fund_id: int, change: DraftedPrice, on: date) -> str:
    found = db.session.scalar(
        select(ActivityPrice.pence).where(
            ActivityPrice.fund_id == fund_id,
            ActivityPrice.kind == change.activity,
            ActivityPrice.speed == change.speed,
            during(ActivityPrice, on),
        )
    )
    return NOTHING if found is None else pounds(found)


def _rule(fund_id: int, name: str, on: date) -> str:
    rule = db.session.scalar(
        select(Rule).where(Rule.fund_id == fund_id, Rule.name == name, during(Rule, on))
    )
    if rule is None:
        return NOTHING
    parts = [(one.weight, one.whom) for one in rule.shares]
    return _told(rule.position, rule.care_class, rule.need, parts)


def _becomes(change: DraftedRule | DraftedEnd) -> str:
    if isinstance(change, DraftedEnd):
        return "It ends"
    parts = [(part.weight, _whom(part)) for part in change.parts]
    return _told(change.position, change.care_class, change.need, parts)


def _whom(part: RulePart) -> str:
    named = part.organisation_id
    return whom(part.basis, None if named is None else db.session.get(Organisation, named))


def _told(
    position: int, care_class: str | None, need: str | None, parts: list[tuple[int, str]]
) -> str:
    asked: Iterator[str] = (one for one in (care_class, need) if one)
    speaks = ", ".join(asked) or "any product"
    return f"Position {position}, {speaks}: " + ", ".join(
        f"{weight} {payer}" for weight, payer in parts
    )
