"""Statements and lists of entries as the rows of a file."""

from collections.abc import Iterable, Iterator, Sequence
from typing import Any

from sqlalchemy import Select

from core.db import db
from core.money import Pence
from funding.models import Entry
from funding.rules import CHARGES, EntryKind
from funding.statements import Item, Statement

STATEMENT_HEADS = (
    "Section",
    "Entry",
    "Day",
    "Kind",
    "Product group",
    "Rule",
    "Loan or order",
    "What for",
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
    "Whole amount (£)",
    "Amount (£)",
)


def plain(pence: int) -> str:
    """Pence as a spreadsheet reads them: −123450 is -1234.50."""
    whole, rest = divmod(abs(pence), 100)
    return f"{'-' if pence < 0 else ''}{whole}.{rest:02d}"


def ruled_by(entry: Entry) -> str:
    """The rule of an entry as people cite it."""
    return f"{entry.rule.name}, version {entry.rule.rule_version}" if entry.rule else ""


def file_name(statement: Statement) -> str:
    """What a statement's file is called."""
    return f"statement-{statement.organisation.official_code}-{statement.month:%Y-%m}"


def statement_rows(statement: Statement, items: Iterable[Item]) -> Iterator[Sequence[Any]]:
    """The opening, every entry, the closing: the amounts of all but the closing add up to it."""
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
            plain(entry.pence),
            item.weight,
            item.of_weights,
            plain(item.pence),
        )
    yield _ends("Closing", statement, statement.closing)


def _ends(name: str, statement: Statement, pence: Pence) -> Sequence[Any]:
    day = statement.month if name == "Opening" else statement.last_day
    return (name, None, day, *[None] * 8, plain(pence))


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
            plain(entry.pence),
            plain(int(part)),
        )
