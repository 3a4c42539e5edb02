"""A statement on paper: its lines and totals, what is disputed, then every entry behind."""

from collections.abc import Iterator, Sequence

from core.money import pounds
from funding.disputes.queries import Disputed, in_dispute
from funding.drawing import LEFT, RIGHT, Head, Row, on_paper
from funding.statements import Item, Line, Statement, total
from funding.tables import IN_DISPUTE, ruled_by

MOST_ITEMS = 3000  # beyond that the entries are in the CSV, which a spreadsheet can hold
SUMMARY = (LEFT, LEFT + 75, LEFT + 195, RIGHT - 70, RIGHT)
ENTRIES = (LEFT, LEFT + 45, LEFT + 105, LEFT + 170, LEFT + 240, RIGHT - 60, RIGHT)


def drawn(
    statement: Statement, items: Sequence[Item], fund: str, disputes: Sequence[Disputed] = ()
) -> bytes:
    """The statement as a PDF: its lines and totals, what is disputed, then every entry behind."""
    body = statement.organisation
    days = f"1 to {statement.last_day.day} {statement.month:%B %Y}"
    head = Head(
        band=fund,
        heading=f"Statement of {body.name}",
        under=f"{body.official_code}, {days}",
        foot="What is owed to the pool. A minus is in the partner's favour.",
    )
    rows = [*_summary(statement), *_disputed(disputes), *_itemised(items)]
    return on_paper(head, rows, f"Statement of {body.name}, {statement.month:%B %Y}")


def _summary(statement: Statement) -> Iterator[Row]:
    yield Row(("Opening balance", "", "", "", pounds(statement.opening)), SUMMARY, heavy=True)
    for heading, lines in statement.sections:
        if lines:
            yield Row((heading, "Product group", "Rule", "Entries", "Amount"), SUMMARY, head=True)
            yield from (row for line in lines for row in _summed(line))
        yield Row((f"{heading} in all", "", "", "", pounds(total(lines))), SUMMARY, heavy=True)
    yield Row(("Closing balance", "", "", "", pounds(statement.closing)), SUMMARY, heavy=True)


def _summed(line: Line) -> Iterator[Row]:
    kind = line.kind.value.capitalize()
    cells = (kind, line.group.capitalize(), line.ruled_by, f"{line.count:,}", pounds(line.pence))
    yield Row(cells, SUMMARY, lined=not line.late)
    if line.late:
        yield Row((f"Late: {line.late}.", "", "", "", ""), SUMMARY)


def _disputed(disputes: Sequence[Disputed]) -> Iterator[Row]:
    if not disputes:
        return
    yield Row(("", "", "", "", ""), SUMMARY, lined=False)
    yield Row(("Disputed", "Line", "State", "Entry", "Amount"), SUMMARY, head=True)
    for one in disputes:
        dispute = one.dispute
        state = dispute.status.value.capitalize()
        cells = (dispute.code, one.what, state, str(dispute.entry_id), pounds(one.pence))
        yield Row(cells, SUMMARY)
    yield Row((IN_DISPUTE, "", "", "", pounds(in_dispute(disputes))), SUMMARY, heavy=True)


def _itemised(items: Sequence[Item]) -> Iterator[Row]:
    if not items:
        return
    yield Row(("", "", "", "", ""), SUMMARY, lined=False)
    if len(items) > MOST_ITEMS:
        told = f"The {len(items):,} entries behind these lines are in the file for spreadsheets."
        yield Row((told, "", "", "", ""), SUMMARY, lined=False)
        return
    heads = ("Entry", "Day", "Kind", "Loan", "Rule", "Share", "Amount")
    yield Row(heads, ENTRIES, head=True)
    for item in items:
        entry = item.entry
        share = f"{item.weight} of {item.of_weights}" if item.weight is not None else ""
        kind, rule = entry.kind.value.capitalize(), ruled_by(entry)
        cells = (str(entry.id), f"{entry.on:%d.%m.%Y}", kind, entry.subject, rule, share)
        yield Row((*cells, pounds(item.pence)), ENTRIES, lined=not entry.late)
        if entry.late:
            yield Row(("", f"Late: {entry.late_because}.", "", "", "", "", ""), ENTRIES)
