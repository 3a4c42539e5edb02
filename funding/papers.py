"""A statement on paper: its lines and totals, what is disputed, then every entry behind."""

from collections.abc import Iterator, Mapping, Sequence

from core.lettering import PLAIN, wrapped
from core.money import pounds
from funding.disputes.queries import Disputed, in_dispute
from funding.drawing import FIGURE, LEFT, RIGHT, Head, Row, on_paper
from funding.statements import Item, Line, Statement, total
from funding.tables import IN_DISPUTE, ruled_by

MOST_ITEMS = 3000  # beyond that the entries are in the CSV, which a spreadsheet can hold
SUMMARY = (LEFT, LEFT + 110, LEFT + 270, RIGHT - 70, RIGHT)
ENTRIES = (LEFT, LEFT + 42, LEFT + 129, LEFT + 223, LEFT + 307, RIGHT - 66, RIGHT)
SHARE = 100  # the room of "3477931 of 18304900"
KEY = (LEFT, LEFT + 40, RIGHT)
KEY_LINES = 4
Numbers = Mapping[str, str]  # what a rule is called in the tables: its number in the key


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
        foot="Owed to the pool; a minus is in the partner's favour. "
        "A key of the rules follows the closing balance.",
    )
    numbers = _numbered(statement, items)
    rows = [
        *_summary(statement, numbers),
        *_key(numbers),
        *_disputed(disputes),
        *_itemised(items, numbers),
    ]
    return on_paper(head, rows, f"Statement of {body.name}, {statement.month:%B %Y}")


def _numbered(statement: Statement, items: Sequence[Item]) -> Numbers:
    """A number for each rule, in the order it is met: its name is longer than a column."""
    every = (line for _, lines in statement.sections for line in lines)
    cited = [line.ruled_by for line in every if line.rule]
    cited += [ruled_by(item.entry) for item in items if item.entry.rule]
    return {rule: str(number) for number, rule in enumerate(dict.fromkeys(cited), start=1)}


def _key(numbers: Numbers) -> Iterator[Row]:
    if not numbers:
        return
    yield _gap()
    yield Row(("Rule", "What it says", ""), KEY, head=True, figures=1)
    for rule, number in numbers.items():
        first, *more = wrapped(rule, PLAIN, 8, KEY[2] - KEY[1] - FIGURE, KEY_LINES)
        yield Row((number, first, ""), KEY, lined=not more, figures=1)
        for place, line in enumerate(more, start=1):
            yield Row(("", line, ""), KEY, lined=place == len(more), figures=1)


def _gap() -> Row:
    return Row(("", "", "", "", ""), SUMMARY, lined=False)


def _summary(statement: Statement, numbers: Numbers) -> Iterator[Row]:
    yield Row(("Opening balance", "", "", "", pounds(statement.opening)), SUMMARY, heavy=True)
    for heading, lines in statement.sections:
        if lines:
            yield Row((heading, "Product group", "Rule", "Entries", "Amount"), SUMMARY, head=True)
            yield from (row for line in lines for row in _summed(line, numbers))
        yield Row((f"{heading} in all", "", "", "", pounds(total(lines))), SUMMARY, heavy=True)
    yield Row(("Closing balance", "", "", "", pounds(statement.closing)), SUMMARY, heavy=True)


def _summed(line: Line, numbers: Numbers) -> Iterator[Row]:
    kind, rule = line.kind.value.capitalize(), numbers.get(line.ruled_by, line.ruled_by)
    cells = (kind, line.group.capitalize(), rule, f"{line.count:,}", pounds(line.pence))
    yield Row(cells, SUMMARY, lined=not line.late)
    if line.late:
        yield Row((f"Late: {line.late}.", "", "", "", ""), SUMMARY)


def _disputed(disputes: Sequence[Disputed]) -> Iterator[Row]:
    if not disputes:
        return
    yield _gap()
    yield Row(("Disputed", "Line", "State", "Entry", "Amount"), SUMMARY, head=True)
    for one in disputes:
        dispute = one.dispute
        state = dispute.status.value.capitalize()
        cells = (dispute.code, one.what, state, str(dispute.entry_id), pounds(one.pence))
        yield Row(cells, SUMMARY)
    yield Row((IN_DISPUTE, "", "", "", pounds(in_dispute(disputes))), SUMMARY, heavy=True)


def _itemised(items: Sequence[Item], numbers: Numbers) -> Iterator[Row]:
    if not items:
        return
    yield _gap()
    if len(items) > MOST_ITEMS:
        told = f"The {len(items):,} entries behind these lines are in the file for spreadsheets."
        yield Row((told, "", "", "", ""), SUMMARY, lined=False)
        return
    heads = ("Entry", "Day", "Kind", "Loan", "Rule", "Share", "Amount")
    yield Row(heads, ENTRIES, head=True, room=SHARE)
    for item in items:
        entry = item.entry
        share = f"{item.weight} of {item.of_weights}" if item.weight is not None else ""
        kind, rule = entry.kind.value.capitalize(), numbers.get(ruled_by(entry), "")
        cells = (
            str(entry.id),
            f"{entry.on:%-d %B %Y}",
            kind,
            entry.subject,
            rule,
            share,
            pounds(item.pence),
        )
        yield Row(cells, ENTRIES, lined=not entry.late, room=SHARE)
        if entry.late:
            yield Row(("", f"Late: {entry.late_because}.", "", "", "", "", ""), ENTRIES)
