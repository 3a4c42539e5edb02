"""Statements and lists of entries as the rows of a file, and a statement as a spreadsheet."""

from collections.abc import Iterable, Iterator, Sequence
from decimal import Decimal
from typing import Any

from sqlalchemy import Select

from core.clock import london_day
from core.db import db
from core.money import Pence
from funding.disputes.models import Dispute
from funding.disputes.queries import Disputed, in_dispute
from funding.models import Entry
from funding.rules import CHARGES, EntryKind, told_late
from funding.statements import Item, Statement, total
from web.sheets import Heavy, Sheet, workbook

STATEMENT_HEADS = (
    "Section",
    "Entry",
    "Day",
    "Kind",
    "Product group",
    "Rule",
    "Loan or order",
    "What for",
    "Late",
    "Dispute",
    "Whole amount (£)",
    "Share",
    "Of",
    "Amount (£)",
)
ENTRY_HEADS = (
    "Entry",
    "Day",
    "Kind",
    "Product group",
    "Rule",
    "Loan or order",
    "What for",
    "Late",
    "Whole amount (£)",
    "Amount (£)",
)
SUMMARY_HEADS = ("Step", "Kind", "Product group", "Rule", "Late", "Entries", "Amount (£)")
DISPUTE_HEADS = ("Dispute", "Raised", "State", "Entry", "Line", "Reason", "Amount (£)")
SUMMARY_WIDTHS = (30, 20, 20, 46, 40, 9, 16)
ENTRY_WIDTHS = (13, 9, 13, 13, 20, 46, 14, 40, 40, 18, 18, 8, 8, 16)
DISPUTE_WIDTHS = (30, 13, 13, 9, 40, 60, 16)
IN_DISPUTE = "In dispute, and counted above"


def plain(pence: int) -> Decimal:
    """Pence as a spreadsheet reads them, in pounds with two decimals: −123450 is -1234.50."""
    return Decimal(pence).scaleb(-2)


def ruled_by(entry: Entry) -> str:
    """The rule of an entry as people cite it."""
    return f"{entry.rule.name}, version {entry.rule.rule_version}" if entry.rule else ""


def file_name(statement: Statement) -> str:
    """What a statement's file is called."""
    return f"statement-{statement.organisation.official_code}-{statement.month:%Y-%m}"


def statement_rows(
    statement: Statement, items: Iterable[Item], disputes: Iterable[Disputed] = ()
) -> Iterator[Sequence[Any]]:
    """The opening, every entry, the closing: the amounts of all but the closing add up to it."""
    disputed = {one.dispute.entry_id: one.dispute for one in disputes}
    yield _ends("Opening", statement, statement.opening)
    for item in items:
        entry = item.entry
        yield (
            section(entry.kind),
            entry.id,
            entry.on,
            entry.kind,
            entry.group,
            ruled_by(entry),
            entry.subject,
            entry.memo,
            told_late(entry.on, entry.month),
            _state(disputed.get(entry.id)),
            plain(entry.pence),
            item.weight,
            item.of_weights,
            plain(item.pence),
        )
    yield _ends("Closing", statement, statement.closing)


def _state(dispute: Dispute | None) -> str | None:
    return None if dispute is None else f"{dispute.code} {dispute.status.value}"


def _ends(name: str, statement: Statement, pence: Pence) -> Sequence[Any]:
    day = statement.month if name == "Opening" else statement.last_day
    return (name, None, day, *[None] * 10, plain(pence))


def spread(
    statement: Statement, items: Iterable[Item], fund: str, disputes: Sequence[Disputed] = ()
) -> bytes:
    """A statement as a spreadsheet: what the page says, every entry, and what is disputed."""
    body, days = statement.organisation, f"1 to {statement.last_day:%-d %B %Y}"
    said = (f"Statement of {body.name}", f"{body.official_code}, {days}", fund)
    entries = statement_rows(statement, items, disputes)
    return workbook(
        f"Statement of {body.name}, {statement.month:%B %Y}",
        (
            Sheet("Summary", SUMMARY_HEADS, _summary_rows(statement), said, SUMMARY_WIDTHS),
            Sheet("Entries", STATEMENT_HEADS, entries, (), ENTRY_WIDTHS),
            Sheet("Disputes", DISPUTE_HEADS, _dispute_rows(disputes), (), DISPUTE_WIDTHS),
        ),
    )


def _dispute_rows(disputes: Sequence[Disputed]) -> Iterator[Sequence[Any]]:
    for one in disputes:
        was = one.dispute
        facts = (was.code, london_day(was.raised_at), was.status, was.entry_id, one.what)
        yield *facts, was.because, plain(one.pence)
    yield Heavy((IN_DISPUTE, *[None] * 5, plain(in_dispute(disputes))))


def _summary_rows(statement: Statement) -> Iterator[Sequence[Any]]:
    yield Heavy(("Opening balance", *[None] * 5, plain(statement.opening)))
    for heading, lines in statement.sections:
        for line in lines:
            amount = plain(line.pence)
            yield heading, line.kind, line.group, line.ruled_by, line.late, line.count, amount
        yield Heavy((f"{heading} in all", *[None] * 5, plain(total(lines))))
    yield Heavy(("Closing balance", *[None] * 5, plain(statement.closing)))


def section(kind: EntryKind) -> str:
    """Which part of a statement a kind of entry stands in."""
    if kind in CHARGES:
        return "Charges"
    return "Credits" if kind is EntryKind.CREDIT else "Adjustments"


def entry_rows(wanted: Select[Any]) -> Iterator[Sequence[Any]]:
    """The rows of a list of entries, all of them, read a thousand at a time."""
    for entry, part in db.session.execute(wanted.execution_options(yield_per=1000)):
        yield (
            entry.id,
            entry.on,
            entry.kind,
            entry.group,
            ruled_by(entry),
            entry.subject,
            entry.memo,
            told_late(entry.on, entry.month),
            plain(entry.pence),
            plain(int(part)),
        )
