"""Funds, agreements in force on a day, rulings, prices and entries."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date

from sqlalchemy import bindparam, select
from sqlalchemy.orm import joinedload, selectinload

from core import kept
from core.clock import financial_year, in_force
from core.db import db
from core.errors import Invalid, NotFound
from core.money import Pence
from funding.checks import ledger_faults
from funding.heirs import parts_passed, pence_passed
from funding.models import (
    Account,
    ActivityPrice,
    Budget,
    Entry,
    Fund,
    Partner,
    Posting,
    Rule,
    RuleShare,
)
from funding.purse import may_see, purse_of, within
from funding.rules import (
    Basis,
    EntryKind,
    Facts,
    RulePart,
    Ruling,
    WrittenRule,
    compose,
    first_that_fits,
)
from funding.spend import spend_by_partner
from funding.statements import statement
from funding.usage import usage_before
from people.models import Organisation, Staff
from people.queries import during, heirs_of, successions, successor_of

__all__ = [
    "activity_price",
    "agreed_price",
    "budgets",
    "entry_by_number",
    "ledger_faults",
    "partners",
    "purse_of",
    "ruling_by",
    "ruling_for",
    "spend_by_partner",
    "statement",
    "the_fund",
    "within",
]

LARGEST_NUMBER = 2**63 - 1
NO_ENTRY = "There is no such entry. Look for its number in the list of entries."


def the_fund() -> Fund:
    """The pooled fund. Raises NotFound while there is none."""
    first = select(Fund).order_by(Fund.id).limit(1).execution_options(autoflush=False)
    fund = kept.once("the fund", lambda: db.session.scalar(first))
    if fund is None:
        raise NotFound("There is no fund yet. An administrator sets one up.")
    return fund


def partners(fund_id: int, on: date) -> list[Partner]:
    """Who had signed for the fund on a day, in the order of their names."""
    return list(
        db.session.scalars(
            select(Partner)
            .join(Partner.organisation)
            .where(Partner.fund_id == fund_id, during(Partner, on))
            .options(joinedload(Partner.organisation))
            .order_by(Organisation.name, Organisation.id)
        )
    )


@dataclass(frozen=True)
class Book:
    """A fund's agreement as plain values: its rules, and who signed from when until when."""

    rules: tuple[WrittenRule, ...]
    signed: tuple[tuple[int, date, date | None], ...]

    def payers(self, on: date) -> frozenset[int]:
        """Who pays into the fund on a day: those who signed, or who stands in their place."""
        return frozenset(
            heir
            for who, from_on, to_on in self.signed
            if in_force(from_on, to_on, on)
            for heir in heirs_of(who, on)
        )


def book_of(fund_id: int) -> Book:
    """The fund's agreement, read once a transaction."""
    return kept.once(("book", fund_id), lambda: _read_book(fund_id))


def ruling_for(fund_id: int, facts: Facts, on: date) -> Ruling:
    """Who pays for a charge, by the rules of a day: shares by the first that fits, or parked."""
    book = book_of(fund_id)
    return ruling_by(first_that_fits(book.rules, facts, on), book, fund_id, facts, on)


def ruling_by(rule: WrittenRule | None, book: Book, fund_id: int, facts: Facts, on: date) -> Ruling:
    """What one rule makes of a charge on a day, with whoever stands in each place that day."""
    asked = _as_of(facts, on)
    by_usage = rule is not None and any(part.basis is Basis.USAGE for part in rule.parts)
    usage = pence_passed(usage_before(fund_id, on).items(), on) if by_usage else {}
    ruling = compose(_brought_up_to(rule, on), asked, book.payers(on), usage, _divided(asked, on))
    return replace(ruling, facts=replace(facts, ruled_on=on))


def _as_of(facts: Facts, on: date) -> Facts:
    """The facts with every organisation replaced by who stands in its place on a day."""

    def today(who: int | None) -> int | None:
        return None if who is None else successor_of(who, on)

    return replace(
        facts,
        body_id=today(facts.body_id),
        council_id=today(facts.council_id),
        employer_id=today(facts.employer_id),
    )


def _divided(facts: Facts, on: date) -> frozenset[int]:
    """Those of a charge's organisations that have passed to several, nothing saying to which."""
    chains, named = successions(), (facts.body_id, facts.council_id, facts.employer_id)
    return frozenset(who for who in named if who is not None and chains.has_passed(who, on))


def activity_price(fund_id: int, kind: EntryKind, on: date, speed: str = "") -> Pence:
    """What an activity costs on a day: the price of the speed, else the price of any speed.

    Raises Invalid where the contract has none.
    """
    price = agreed_price(fund_id, kind, on, speed)
    if price is None:
        named = f"{kind.value} ({speed})" if speed else kind.value
        raise Invalid(
            f"The agreement has no price for {named} on that day. Ask an administrator to add it."
        )
    return price


def agreed_price(fund_id: int, kind: EntryKind, on: date, speed: str = "") -> Pence | None:
    """The same for an activity that is charged only where the contract prices it; else none."""
    found = {
        priced: pence
        for priced, pence, from_on, to_on in _activity_prices(fund_id, kind)
        if in_force(from_on, to_on, on)
    }
    return found.get(speed, found.get(""))


def _activity_prices(
    fund_id: int, kind: EntryKind
) -> Sequence[tuple[str, Pence, date, date | None]]:
    """What an activity has cost and will cost: of which speed, pence, from a day, to before a day.

    All of them, so that a new day asks nothing.
    """
    asked = {"fund_id": fund_id, "kind": kind}
    return kept.standing(
        ("activity prices", fund_id, kind),
        lambda: [
            (row.speed, row.pence, row.from_on, row.to_on)
            for row in db.session.execute(_ACTIVITY_PRICES, asked)
        ],
    )


_ACTIVITY_PRICES = (
    select(ActivityPrice.speed, ActivityPrice.pence, ActivityPrice.from_on, ActivityPrice.to_on)
    .where(
        ActivityPrice.fund_id == bindparam("fund_id"),
        ActivityPrice.kind == bindparam("kind", type_=ActivityPrice.kind.type),
    )
    .execution_options(autoflush=False)
)


def budgets(year_from: date, *, viewer: Staff, on: date | None = None) -> list[Budget]:
    """What the partners a viewer may see have agreed to put in for the year from 1 April."""
    return list(
        db.session.scalars(
            select(Budget)
            .join(Budget.organisation)
            .where(
                Budget.year_from == year_from,
                within(
                    purse_of(viewer, on or financial_year(year_from)[1]), Budget.organisation_id
                ),
            )
            .options(joinedload(Budget.organisation))
            .order_by(Organisation.name, Organisation.id)
        )
    )


def entry_by_number(number: int, *, viewer: Staff, on: date) -> Entry:
    """An entry with its postings, if it touches money the viewer may see. Raises NotFound."""
    if number > LARGEST_NUMBER:
        raise NotFound(NO_ENTRY)
    entry = db.session.scalar(
        select(Entry)
        .where(Entry.id == number, may_see(Entry.id, purse_of(viewer, on)))
        .options(
            selectinload(Entry.postings)
            .joinedload(Posting.account)
            .joinedload(Account.organisation),
            joinedload(Entry.rule),
            joinedload(Entry.by),
        )
    )
    if entry is None:
        raise NotFound(NO_ENTRY)
    return entry


def _read_book(fund_id: int) -> Book:
    rules = db.session.scalars(select(Rule).where(Rule.fund_id == fund_id).order_by(Rule.position))
    signed = db.session.execute(
        select(Partner.organisation_id, Partner.from_on, Partner.to_on).where(
            Partner.fund_id == fund_id
        )
    )
    return Book(
        tuple(written(rule) for rule in rules),
        tuple((who, from_on, to_on) for who, from_on, to_on in signed),
    )


def written(rule: Rule) -> WrittenRule:
    """A rule as plain values."""
    return WrittenRule(
        id=rule.id,
        position=rule.position,
        care_class=rule.care_class,
        need=rule.need,
        from_on=rule.from_on,
        to_on=rule.to_on,
        parts=tuple(RulePart(s.basis, s.weight, s.organisation_id) for s in rule.shares),
    )


def _brought_up_to(rule: WrittenRule | None, on: date) -> WrittenRule | None:
    """The rule with everybody it names replaced by who stands in their place on a day."""
    if rule is None:
        return None
    return replace(rule, parts=parts_passed(rule.parts, on))


# What the agreement says is asked for every charge and hardly ever changes.
kept.watch(Fund, Partner, Rule, RuleShare)
kept.stamped(ActivityPrice)
