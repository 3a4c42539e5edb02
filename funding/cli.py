"""The ledger from the command line: proved from its rows, and written for other systems."""

from collections.abc import Iterable
from time import perf_counter_ns
from typing import TextIO

import click
from flask.cli import AppGroup

from core.errors import Refused
from core.money import pounds
from funding.checks import ledger_faults
from funding.forms import read_month
from funding.leaving.beancount import Book
from funding.leaving.journals import HEADS, Journals
from funding.leaving.queries import WHOLE
from web.csvs import lines

ledger = AppGroup("ledger", help="Prove the ledger, and write it for other systems.")
# Written beside it first, so that a file half done never has the name of a whole one.
_TO = click.option(
    "--to",
    type=click.File("w", encoding="utf-8", lazy=True, atomic=True),
    default="-",
    help="The file to write; without it, what is written is shown.",
)


@ledger.command("check")
def check() -> None:
    """Prove every promise of the ledger from its rows; name the row that breaks one."""
    faults = ledger_faults()
    for fault in faults:
        click.echo(fault, err=True)
    if faults:
        raise SystemExit(1)
    click.echo("The ledger holds: every entry balances and every partner has its exact share.")


@ledger.command("beancount")
@_TO
def beancount(to: TextIO) -> None:
    """Write the whole ledger as a Beancount file, which bean-check proves without us."""
    book = Book(WHOLE)
    took = _write(book.text(), to)
    click.echo(f"{book.entries:,} entries in {_rate(book.entries, took)}.", err=True)


@ledger.command("journals")
@click.argument("month")
@_TO
def journals(month: str, to: TextIO) -> None:
    """Write a month's journals as CSV, MONTH like 2026-04: every posting a line."""
    try:
        wanted = Journals(read_month(month), WHOLE)
    except Refused as why:
        raise click.ClickException(why.sentence) from None
    took = _write(lines(HEADS, wanted.rows()), to)
    sides = f"debits {pounds(wanted.debit)}, credits {pounds(wanted.credit)}"
    click.echo(f"{wanted.lines:,} lines ({sides}) in {_rate(wanted.lines, took)}.", err=True)


def _write(pieces: Iterable[str], to: TextIO) -> int:
    """Write a text piece by piece; answers how many thousandths of a second it took."""
    began = perf_counter_ns()
    to.writelines(pieces)
    return (perf_counter_ns() - began) // 1_000_000


def _rate(count: int, took: int) -> str:
    return f"{took // 1000}.{took % 1000 // 100} s, {count * 1000 // max(took, 1):,} a second"
