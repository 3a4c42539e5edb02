"""An invoice on paper, in the manner of the statement it came from."""

from collections.abc import Iterator

from core.money import pounds
from funding.drawing import LEFT, RIGHT, Head, Row, on_paper
from funding.invoices.models import Invoice, InvoiceLine

FACTS = (LEFT, LEFT + 60, RIGHT)
SUMS = (LEFT, LEFT + 180, LEFT + 250, RIGHT - 90, RIGHT)
ROUNDED = (
    "VAT is worked out once for each line, half a penny rounded away from nought.",
    "Rates and what is recoverable are settings of the fund.",
)
FOOT = "A minus is in the partner's favour."


def invoice_drawn(invoice: Invoice, fund: str) -> bytes:
    """The invoice as a PDF; for ever the same, as its row never changes."""
    month = f"{invoice.month:%B %Y}"
    head = Head(
        band=fund,
        heading=invoice.named,
        under=f"{invoice.to_name}, {invoice.to_code}, {month}",
        foot=FOOT,
    )
    rows = [*_facts(invoice), *_sums(invoice)]
    return on_paper(head, rows, f"{invoice.named}, {invoice.to_name}, {month}")


def _facts(invoice: Invoice) -> Iterator[Row]:
    for name, value in (
        ("From", f"{invoice.from_name} ({invoice.from_code})"),
        ("To", f"{invoice.to_name} ({invoice.to_code})"),
        ("For", f"The statement of {invoice.month:%B %Y}"),
        ("Issued", f"{invoice.issued_on:%-d %B %Y}"),
    ):
        yield Row((name, value, ""), FACTS, figures=1)
    yield Row(("", "", ""), FACTS, lined=False, figures=1)


def _sums(invoice: Invoice) -> Iterator[Row]:
    yield Row(("What", "Rate", "Recoverable", "Net", "VAT"), SUMS, head=True)
    for line in invoice.lines:
        yield Row((line.what, line.percentage, _said(line), *_money(line.net, line.vat)), SUMS)
    yield Row(("In all", "", "", *_money(invoice.net, invoice.vat)), SUMS, heavy=True)
    yield Row(("", "", "", "", ""), SUMS, lined=False)
    for name, pence in (
        ("Net", invoice.net),
        ("VAT", invoice.vat),
        ("Gross: to be paid" if invoice.gross >= 0 else "Gross: credited", invoice.gross),
        ("Of which VAT the partner gets back", invoice.recoverable),
        ("Cost to the partner", invoice.cost),
    ):
        yield Row((name, "", "", "", pounds(pence)), SUMS, heavy=name.startswith("Gross"))
    yield Row(("", "", "", "", ""), SUMS, lined=False)
    for told in ROUNDED:
        yield Row((told, "", "", "", ""), SUMS, lined=False)


def _said(line: InvoiceLine) -> str:
    return "" if line.rate is None else "yes" if line.recoverable else "no"


def _money(net: int, vat: int) -> tuple[str, str]:
    return pounds(net), pounds(vat)
