"""Trials and what they show, for those who may see everybody's money."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from sqlalchemy import Select, select
from sqlalchemy.orm import joinedload

from core.codes import is_code
from core.db import db
from core.errors import NotFound
from core.money import Pence
from funding.models import Entry, Rule
from funding.purse import purse_of
from funding.rules import RulePart, WrittenRule
from funding.what_if.models import Trial, TrialRule
from funding.what_if.rules import Change, RuleSet, told
from funding.what_if.running import Months, Run, run_over
from people.models import Organisation, Staff
from people.queries import organisations_by_number

NO_TRIAL = "There is no such draft of the rules. Look for it in the list of drafts."
NO_RULE = "There is no such rule in this draft. It may have been removed."
PARKED = "Parked charges"


def trials(*, viewer: Staff, on: date) -> Select[Trial]:
    """The selection of all drafts, the latest first, for who sees everybody's money; else none."""
    found = select(Trial).options(joinedload(Trial.by)).order_by(Trial.id.desc())
    return found if purse_of(viewer, on).every else found.where(Trial.id.is_(None))


def trial_by_code(code: str, *, viewer: Staff, on: date) -> Trial:
    """The draft with a code. Raises NotFound, also for who may not see everybody's money."""
    sought = trials(viewer=viewer, on=on).where(Trial.code == (code if is_code(code) else None))
    found: Trial | None = db.session.scalar(sought)
    if found is None:
        raise NotFound(NO_TRIAL)
    return found


def rule_of(trial: Trial, code: str) -> TrialRule:
    """The rule of a draft with a code. Raises NotFound."""
    found = next((rule for rule in trial.rules if rule.code == code), None)
    if found is None:
        raise NotFound(NO_RULE)
    return found


def rule_set(trial: Trial) -> RuleSet:
    """A draft as plain values."""
    same = {
        rule.id: rule.origin_id
        for rule in trial.rules
        if rule.origin is not None and _parts(rule) == _parts(rule.origin)
    }
    written = tuple(
        WrittenRule(
            id=rule.id,
            position=place,
            care_class=rule.care_class,
            need=rule.need,
            from_on=rule.from_on or date.min,
            to_on=rule.to_on,
            parts=_parts(rule),
        )
        for place, rule in enumerate(trial.rules)
    )
    return RuleSet(written, {number: origin for number, origin in same.items() if origin})


def _parts(rule: TrialRule | Rule) -> tuple[RulePart, ...]:
    parts = (RulePart(share.basis, share.weight, share.organisation_id) for share in rule.shares)
    return tuple(sorted(parts, key=lambda part: (part.basis, part.organisation_id or 0)))


@dataclass(frozen=True)
class Standing:
    """What one partner was charged in the months tried, and what it would have been."""

    name: str
    key: str  # its code, or the word for what is parked
    organisation: Organisation | None  # none for what is parked
    was: Pence
    would_be: Pence
    entries: int  # how many would have fallen otherwise on it

    @property
    def difference(self) -> Pence:
        """How much more it would have been; less than nothing is less."""
        return Pence(self.would_be - self.was)


@dataclass(frozen=True)
class Outcome:
    """What a draft would have made of some months, by partner and entry by entry."""

    run: Run
    standings: tuple[Standing, ...]
    names: dict[int, str]

    @property
    def was(self) -> Pence:
        """What all of them were charged together, and what is parked."""
        return Pence(sum(one.was for one in self.standings))

    @property
    def would_be(self) -> Pence:
        """What all of them would have been charged together: the same."""
        return Pence(sum(one.would_be for one in self.standings))

    @property
    def moved(self) -> Pence:
        """How much would have been others'."""
        return Pence(sum(max(one.difference, 0) for one in self.standings))

    def changes_for(self, key: str) -> Sequence[Change]:
        """The entries that would have fallen otherwise, on one partner, or on anybody."""
        for one in self.standings:
            if one.key == key:
                whom = one.organisation.id if one.organisation else None
                return [change for change in self.run.changes if whom in change.differences]
        return self.run.changes


def outcome(trial: Trial) -> Outcome:
    """Run a draft over its months. Whoever has the draft in hand may see everybody's money."""
    run = run_over(rule_set(trial), Months(trial.fund_id, trial.from_month, trial.to_month))
    would_be = run.would_be
    bodies = organisations_by_number({who for who in would_be if who is not None} | _named(run))
    touched = Counter(who for change in run.changes for who in change.differences)
    standings = [
        Standing(
            name=_name(bodies, who),
            key=_key(bodies, who),
            organisation=bodies.get(who or 0),
            was=run.was.get(who, Pence(0)),
            would_be=pence,
            entries=touched[who],
        )
        for who, pence in would_be.items()
    ]
    ordered = sorted(standings, key=lambda one: (one.organisation is None, one.name))
    return Outcome(run, tuple(ordered), {who: body.name for who, body in bodies.items()})


def _named(run: Run) -> set[int]:
    return {who for change in run.changes for who in (*change.posted.shares, *change.shares)}


def _name(bodies: dict[int, Organisation], who: int | None) -> str:
    return PARKED if who is None else f"{bodies[who].name} ({bodies[who].official_code})"


def _key(bodies: dict[int, Organisation], who: int | None) -> str:
    return "parked" if who is None else bodies[who].code


@dataclass(frozen=True)
class ChangeTold:
    """One entry that would have fallen otherwise, as a person reads it."""

    entry: Entry
    was_rule: str
    was_shares: str
    rule: str
    shares: str
    differences: tuple[tuple[str, Pence, Pence, Pence], ...]  # whom, was, would be, difference


def told_changes(
    changes: Sequence[Change], trial: Trial, names: dict[int, str]
) -> list[ChangeTold]:
    """Changes with their entries and in words, in the order given."""
    numbers = [change.posted.id for change in changes]
    found = db.session.scalars(
        select(Entry).where(Entry.id.in_(numbers)).options(joinedload(Entry.rule))
    )
    entries = {entry.id: entry for entry in found}
    labels = {rule.id: label(rule) for rule in trial.rules}
    return [_told(change, entries[change.posted.id], labels, names) for change in changes]


def _told(
    change: Change, entry: Entry, labels: dict[int, str], names: dict[int, str]
) -> ChangeTold:
    posted = change.posted
    cited = f"{entry.rule.name}, version {entry.rule.rule_version}" if entry.rule else "No rule"
    differences = (
        (
            PARKED if who is None else names[who],
            posted.lines.get(who, Pence(0)),
            change.lines.get(who, Pence(0)),
            pence,
        )
        for who, pence in change.differences.items()
    )
    return ChangeTold(
        entry,
        cited,
        told(posted.shares, names) if posted.shares else f"Parked: {entry.parked_because}",
        "No rule" if change.rule_id is None else labels[change.rule_id],
        told(change.shares, names) if change.shares else f"Parked: {change.parked_because}",
        tuple(sorted(differences)),
    )


def changed_or_new(rule: TrialRule) -> str:
    """What has become of a rule since the draft began: "new", "changed", or nothing."""
    if rule.origin is None:
        return "new"
    return "" if _says(rule) == _says(rule.origin) else "changed"


def _says(rule: TrialRule | Rule) -> tuple[object, ...]:
    return rule.name, rule.care_class, rule.need, rule.from_on, rule.to_on, _parts(rule)


def label(rule: TrialRule) -> str:
    """A draft's rule as people cite it: the agreement's own, or what has become of it."""
    become = changed_or_new(rule)
    if become or rule.origin is None:
        return f"{rule.name} ({become})"
    return f"{rule.origin.name}, version {rule.origin.rule_version}"
