"""Runs a set of rules over the entries of past months. It reads the ledger and moves nothing."""

import json
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from functools import partial
from itertools import groupby
from typing import Any

from sqlalchemy import text

from core.db import db
from core.money import Pence
from funding.heirs import succeeded
from funding.queries import book_of, ruling_by
from funding.rules import Facts, Ruling, first_that_fits
from funding.what_if.rules import Change, Lines, Posted, Redrawing, RuleSet, fall_alike
from people.queries import heirs_of


@dataclass(frozen=True)
class Months:
    """Whole months of a fund, by their first days, both included."""

    fund_id: int
    from_month: date
    to_month: date


@dataclass(frozen=True)
class Tally:
    """So many entries, and what they come to."""

    count: int
    pence: Pence


@dataclass(frozen=True)
class Run:
    """What became of every entry of some months under another set of rules."""

    ruled: Tally  # entries that keep what rules asked, so that others could be asked
    unruled: Tally  # those that do not: they stay as they are
    alike: int  # would cite another rule, and fall on the same in the same shares
    was: Lines  # everything that was posted in these months, by whom
    changes: tuple[Change, ...]

    @property
    def would_be(self) -> dict[int | None, Pence]:
        """What everybody would have been charged."""
        after = dict(self.was)
        for change in self.changes:
            for who, pence in change.differences.items():
                after[who] = Pence(after.get(who, Pence(0)) + pence)
        return after


# What rules asked, once however many entries kept it: an item's loan makes half a dozen.
_ASKED = text("""
select cast(facts as text) as asked, rule_id, count(*) as count, sum(pence) as pence,
  jsonb_exists(facts, 'ruled_on') as ruled
from entry where fund_id = :fund_id and month between :from_month and :to_month
group by facts, rule_id
""")
_POSTED = text("""
with asked as (
  select cast(facts as jsonb) as facts, rule_id
  from unnest(cast(:asked as text[]), cast(:cited as bigint[])) as asked (facts, rule_id)
)
select e.id, e.on, e.pence as whole, e.rule_id, e.reverses_id, cast(e.facts as text) as asked,
  a.organisation_id, sum(p.pence) as pence, sum(p.weight) as weight
from asked join entry e on e.facts = asked.facts and coalesce(e.rule_id, 0) = asked.rule_id
join posting p on p.entry_id = e.id join account a on a.id = p.account_id
where e.fund_id = :fund_id and e.month between :from_month and :to_month and a.kind <> 'pool'
group by e.id, a.organisation_id order by e.id, a.organisation_id
""")
_WAS = text("""
select a.organisation_id, sum(p.pence) as pence
from entry e join posting p on p.entry_id = e.id join account a on a.id = p.account_id
where e.fund_id = :fund_id and e.month between :from_month and :to_month and a.kind <> 'pool'
group by a.organisation_id
""")
Asked = tuple[str, int | None]


def run_over(tried: RuleSet, months: Months) -> Run:
    """Try a set of rules on every entry of some months.

    A reversal follows the entry it takes back. An entry that keeps nothing that rules asked (a
    person's adjustment, or a charge that a person laid) stays as it is.
    """
    groups = _rows(_ASKED, months)
    rulings = _other_rulings(tried, [group for group in groups if group.ruled], months.fund_id)
    changes, alike = _changed(rulings, months)
    return Run(
        ruled=_tally(group for group in groups if group.ruled),
        unruled=_tally(group for group in groups if not group.ruled),
        alike=alike,
        was={row.organisation_id: Pence(int(row.pence)) for row in _rows(_WAS, months)},
        changes=tuple(changes),
    )


def _rows(question: Any, months: Months, **more: Any) -> list[Any]:
    return list(db.session.execute(question, {**vars(months), **more}))


def _tally(groups: Iterable[Any]) -> Tally:
    counted = [(group.count, int(group.pence)) for group in groups]
    return Tally(sum(count for count, _ in counted), Pence(sum(pence for _, pence in counted)))


def _other_rulings(tried: RuleSet, groups: Iterable[Any], fund_id: int) -> dict[Asked, Ruling]:
    """What the rules tried make of each set of facts, where it is not what was made of it."""
    book, found = book_of(fund_id), {}
    for group in groups:
        facts = Facts.of(json.loads(group.asked))
        on = facts.ruled_on or date.max
        rule = first_that_fits(tried.rules, facts, on)
        if not tried.keeps(rule, group.rule_id):
            found[group.asked, group.rule_id] = ruling_by(rule, book, fund_id, facts, on)
    return found


def _changed(rulings: Mapping[Asked, Ruling], months: Months) -> tuple[list[Change], int]:
    """The entries that would have fallen elsewhere, and how many would not after all."""
    drawn: dict[int, Change | None] = {}
    redrawing = Redrawing()
    for posted in _posted(rulings, months):
        ruling = rulings[posted.asked, posted.rule_id]
        drawn[posted.id] = _drawn(posted, ruling, drawn, redrawing)
    changes = [change for change in drawn.values() if change is not None]
    return changes, len(drawn) - len(changes)


def _drawn(
    posted: Posted, ruling: Ruling, drawn: Mapping[int, Change | None], redrawing: Redrawing
) -> Change | None:
    """What would have become of an entry, or nothing where it would have fallen alike."""
    if posted.reverses_id is not None and posted.reverses_id in drawn:
        return _followed(posted, drawn[posted.reverses_id], redrawing)
    shares = succeeded(ruling.shares, posted.on)
    if fall_alike(shares, posted.shares):
        return None
    lines = redrawing.split(posted.pence, shares)
    return Change(posted, ruling.rule_id, shares, lines, ruling.parked_because or "")


def _followed(posted: Posted, before: Change | None, redrawing: Redrawing) -> Change | None:
    """What would have become of a reversal: what became of the entry it takes back."""
    if before is None:
        return None
    lines = redrawing.take_back(before, partial(heirs_of, on=posted.on))
    shares = succeeded(before.shares, posted.on)
    return Change(posted, before.rule_id, shares, lines, before.parked_because)


def _posted(rulings: Mapping[Asked, Ruling], months: Months) -> Iterator[Posted]:
    """The entries that keep some facts and cite some rule, in their order."""
    rows = _rows(
        _POSTED,
        months,
        asked=[asked for asked, _ in rulings],
        cited=[cited or 0 for _, cited in rulings],
    )
    for _, lines in groupby(rows, key=lambda row: row.id):
        yield _entry(list(lines))


def _entry(lines: list[Any]) -> Posted:
    first = lines[0]
    return Posted(
        id=first.id,
        on=first.on,
        pence=first.whole,
        rule_id=first.rule_id,
        reverses_id=first.reverses_id,
        asked=first.asked,
        shares={
            line.organisation_id: int(line.weight)
            for line in lines
            if line.organisation_id is not None and line.weight is not None
        },
        lines={line.organisation_id: Pence(int(line.pence)) for line in lines},
    )
