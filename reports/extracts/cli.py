"""`flask extracts`: the same from the command line, for whoever may take one."""

import shutil
from typing import IO

import click
from flask.cli import AppGroup

from core.clock import london_day, now
from core.db import transaction
from core.errors import Refused
from people.audit import acting, note
from people.queries import account_of
from people.rules import May
from reports.extracts.queries import years_seen
from reports.extracts.rules import read_years
from reports.extracts.written import extract

extracts = AppGroup("extracts", help="Pseudonymised extracts.")


@extracts.command("take")
@click.argument("first")
@click.argument("last")
@click.option("--by", "email", required=True, help="Who takes it: their sign-in address.")
@click.option("--to", type=click.File("wb", lazy=True, atomic=True), required=True)
def take(first: str, last: str, email: str, to: IO[bytes]) -> None:
    """Write the person-years from the year FIRST to LAST, each by the year it begins in."""
    try:
        with transaction("extracts take"):
            by = account_of(email)
            if by is None or not by.may(May.EXTRACT):
                raise click.ClickException("Nobody with this address may take an extract.")
            acting(by)
            years = read_years(first, last)
            made = extract(years_seen(years, viewer=by, on=london_day(now())))
            note("extract", f"{made.name} {made.rows} rows sha256 {made.digest}")
            with made.file:
                shutil.copyfileobj(made.file, to)
    except Refused as why:
        raise click.ClickException(why.sentence) from None
    click.echo(f"{made.rows:,} rows. {made.digest}", err=True)
