"""The pack of a year on paper: every figure that was signed, and the checksum they have."""

from collections.abc import Iterator, Sequence
from itertools import groupby

from core.clock import london_day
from core.lettering import PLAIN, wrapped
from core.money import pounds
from funding.drawing import FIGURE, LEFT, RIGHT, Head, Row, on_paper
from funding.year_end.figures import BilledMonth, Figures, KindOfCharge, PartnerYear
from funding.year_end.models import YearPack

SUMS = (LEFT, RIGHT)
SIX = (LEFT, *(RIGHT - 66 * step for step in (4, 3, 2, 1, 0)))
BILLS = (LEFT, LEFT + 120, *(RIGHT - 78 * step for step in (2, 1, 0)))
LINES = (LEFT, LEFT + 120, RIGHT - 70, RIGHT)
CHECKS = (LEFT, LEFT + 60, RIGHT)


def pack_drawn(pack: YearPack, figures: Figures, *, whole: bool) -> bytes:
    """The pack as a PDF; where a reader may not see the whole, the lines they may see."""
    year = figures.when
    head = Head(
        band=figures.fund,
        heading=f"Year pack {year}" if whole else f"Your lines of the year pack {year}",
        under=f"1 April {year.begins} to 31 March {year.begins + 1}, held by {figures.host}",
        foot=f"SHA-256 of the figures: {pack.checksum}",
    )
    rows = [
        *_signed(pack),
        *_left(figures),
        *_borne(figures),
        *_accounts(figures),
        *_heads(figures),
        *_checks(figures),
        *_kinds(figures),
        *_bills(figures),
    ]
    return on_paper(head, rows, f"Year pack {year} of {figures.fund}")


def _signed(pack: YearPack) -> Iterator[Row]:
    for did, who, at in (
        ("Prepared", pack.prepared_by.name, pack.prepared_at),
        ("Signed off", pack.signed_by.name, pack.signed_at),
    ):
        yield _said(f"{did} by {who} on {london_day(at):%-d %B %Y}.")
    yield _said("Whatever is posted later changes none of these figures.")
    yield _gap()


def _said(text: str) -> Row:
    return Row((text, ""), SUMS, figures=1, lined=False)


def _gap() -> Row:
    return Row(("", ""), SUMS, figures=1, lined=False)


def _told(text: str) -> Iterator[Row]:
    """A sentence over as many lines as it needs."""
    return map(_said, wrapped(text, PLAIN, 8, RIGHT - LEFT - FIGURE, 9))


def _six(cells: Sequence[str], head: bool = False) -> Row:
    return Row(cells, SIX, head=head, figures=5, room=70)


def _left(figures: Figures) -> Iterator[Row]:
    kind = "Underspend" if figures.left >= 0 else "Overspend"
    yield Row(("What was left", "Amount"), SUMS, head=True, figures=1)
    for name, pence in (
        ("Brought in from the year before", figures.brought),
        ("Contributions", figures.contributed),
        ("Charged, net of credits", figures.charged),
        (kind, abs(figures.left)),
        ("Carried into the next year", figures.carried),
        ("Parked: charged to nobody", figures.parked),
    ):
        yield Row((name, pounds(pence)), SUMS, figures=1, heavy=name == kind)
    yield from _told(figures.terms)
    if figures.gain is not None:
        yield Row(("The provider's gain", pounds(figures.gain.pence)), SUMS, heavy=True, figures=1)
        yield from _told(f"Entry {figures.gain.entry}. {figures.gain.arithmetic}")
    yield _gap()


def _borne(figures: Figures) -> Iterator[Row]:
    heads = ("Partner", "Contribution", "Charged", "Share", "Bears", "Settled by")
    yield _six(heads, head=True)
    for one in figures.partners:
        money = (one.contribution, one.charged, one.share, one.bears, one.settled)
        yield _six((_named(one), *map(pounds, money)))
    yield _gap()


def _accounts(figures: Figures) -> Iterator[Row]:
    heads = ("Account", "At 31 March", "Settled by", "Gain", "Afterwards", "")
    yield _six(heads, head=True)
    for one in figures.partners:
        money = (one.closing, one.settled, one.gain, one.after)
        yield _six((_named(one), *map(pounds, money), ""))
    yield _gap()


def _heads(figures: Figures) -> Iterator[Row]:
    if not figures.weighed:
        return
    heads = ("By weighted heads", "People", "Weight", "Would pay", "Charged", "Difference")
    yield _six(heads, head=True)
    for one in figures.partners:
        money = (one.by_heads or 0, one.charged, one.difference or 0)
        cells = (_named(one), f"{one.heads:,}", one.weight, *map(pounds, money))
        yield _six(cells)
    yield _said("A shadow: nobody pays by it.")
    yield _gap()


def _checks(figures: Figures) -> Iterator[Row]:
    yield Row(("Checks", "", ""), CHECKS, head=True, figures=1)
    for check in figures.checks:
        yield Row(("kept" if check.kept else "BROKEN", check.name, ""), CHECKS, figures=1)
        for fault in check.faults:
            yield Row(("", fault, ""), CHECKS, figures=1)
    yield _gap()


def _kinds(figures: Figures) -> Iterator[Row]:
    named = {one.code: one for one in figures.partners}
    for code, lines in groupby(figures.lines, key=lambda line: line.partner):
        yield from _partners_lines(named[code], list(lines))


def _partners_lines(one: PartnerYear, lines: Sequence[KindOfCharge]) -> Iterator[Row]:
    yield Row((_named(one), "", "Entries", "Amount"), LINES, head=True)
    for line in lines:
        cells = (line.kind.capitalize(), line.group.capitalize(), f"{line.entries:,}")
        yield Row((*cells, pounds(line.pence)), LINES)
    count = sum(line.entries for line in lines)
    yield Row(("In all", "", f"{count:,}", pounds(one.charged)), LINES, heavy=True)
    yield _gap()


def _bills(figures: Figures) -> Iterator[Row]:
    for whole, bills in figures.billed:
        named = f"{whole.official_code} {whole.name}"
        yield Row((named, "", "Net", "VAT", "Gross"), BILLS, head=True, figures=3)
        for one in bills:
            yield Row((one.number, f"{one.of:%B %Y}", *_billed(one)), BILLS, figures=3)
        yield Row((whole.number, "", *_billed(whole)), BILLS, heavy=True, figures=3)
        yield _gap()
    if figures.unbilled:
        some = ", ".join(figures.unbilled)
        yield from _told(f"Not every partner was billed for {some} when this was prepared.")


def _billed(one: BilledMonth) -> tuple[str, str, str]:
    return pounds(one.net), pounds(one.vat), pounds(one.gross)


def _named(one: PartnerYear) -> str:
    return f"{one.official_code} {one.name}"
