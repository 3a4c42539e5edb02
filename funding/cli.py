"""The ledger from the command line."""

import click
from flask.cli import AppGroup

from funding.checks import ledger_faults

ledger = AppGroup("ledger", help="Prove the ledger.")


@ledger.command("check")
def check() -> None:
    """Prove every promise of the ledger from its rows; name the row that breaks one."""
    faults = ledger_faults()
    for fault in faults:
        click.echo(fault, err=True)
    if faults:
        raise SystemExit(1)
    click.echo("The ledger holds: every entry balances and every partner has its exact share.")
