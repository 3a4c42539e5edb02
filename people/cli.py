"""Commands of this room: taking in registers, and the first administrator."""

from collections.abc import Callable, Iterable
from datetime import timedelta
from pathlib import Path

import click

from core.clock import now
from core.db import transaction
from core.errors import Refused
from people import actions, audit, imports
from people.accounts import forget_tries
from people.blueprint import bp
from people.models import Staff
from people.queries import account_of, organisation_by_any_code
from people.registers import read_organisations, read_postcodes
from people.rules import May, Role

people = bp.cli
people.help = "Accounts, organisations and postcodes."
_FILE = click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
_BY = click.option("--by", "by_email", required=True, help="E-mail address of who does this.")
SHOWN = 10
Take = Callable[[Iterable[str], Staff], imports.Taken]


@people.command("import-organisations")
@_FILE
@_BY
def import_organisations(file: Path, by_email: str) -> None:
    """Take in organisations: kind,code,name,opened,closed, or the ODS file of GP practices."""
    _run("people import-organisations", by_email, file, _take_organisations)


@people.command("import-postcodes")
@_FILE
@_BY
@click.option("--column", default="postcode", show_default=True, help="Where the postcode stands.")
@click.option(
    "--council",
    "councils",
    multiple=True,
    default=["council"],
    show_default=True,
    help="Where the council's GSS code stands; the first of several that is a council here counts.",
)
def import_postcodes(file: Path, by_email: str, column: str, councils: tuple[str, ...]) -> None:
    """Take in which council each postcode lies in."""

    def take(lines: Iterable[str], by: Staff) -> imports.Taken:
        found = read_postcodes(lines, column, councils)
        return imports.take_postcodes(found, by=by, at=now())

    _run("people import-postcodes", by_email, file, take)


@people.command("add-administrator")
@click.option("--name", prompt="Name")
@click.option("--email", prompt="E-mail address")
@click.option("--organisation", default="", help="ODS, GSS or our own code of the employer.")
@click.option("--by", "by_email", default="", help="An administrator, once there is one.")
@click.password_option(help="Asked for when not given.")
def add_administrator(
    name: str, email: str, organisation: str, by_email: str, password: str
) -> None:
    """Open an administrator's account; the first one needs nobody's leave."""
    try:
        with transaction("people add-administrator"):
            by = _keeper(by_email) if by_email else None
            employer = organisation_by_any_code(organisation) if organisation else None
            added = actions.add_staff(
                name=name,
                email=email,
                password=password,
                role=Role.ADMINISTRATOR,
                organisation=employer,
                by=by,
                at=now(),
            )
            audit.acting(by or added)
            code = added.code
    except Refused as why:
        raise click.ClickException(why.sentence) from None
    click.echo(f"{name} can sign in as {email} (account {code}).")


def _take_organisations(lines: Iterable[str], by: Staff) -> imports.Taken:
    return imports.take_organisations(read_organisations(lines), by=by, at=now())


def _run(act: str, by_email: str, file: Path, take: Take) -> None:
    """Take in a file in one transaction, all of it or nothing, and say what was done."""
    try:
        with transaction(act), file.open(encoding="utf-8-sig", newline="") as lines:
            by = _keeper(by_email)
            audit.acting(by)
            taken = take(lines, by)
    except Refused as why:
        raise click.ClickException(why.sentence) from None
    except UnicodeDecodeError:
        raise click.ClickException("The file is not text in UTF-8. Save it as CSV UTF-8.") from None
    click.echo(f"{taken.added} added, {taken.changed} changed, {taken.unchanged} as they were.")
    for sentence in taken.left_out[:SHOWN]:
        click.echo(f"Left out: {sentence}")
    if len(taken.left_out) > SHOWN:
        click.echo(f"… and {len(taken.left_out) - SHOWN} more left out.")


def _keeper(email: str) -> Staff:
    found = account_of(email)
    if found is None or not found.may(May.KEEP_PEOPLE):
        raise click.ClickException("No open administrator's account has this e-mail address.")
    return found


@people.command("forget-tries")
def forget_old_tries() -> None:
    """Forget tries to sign in of more than a week ago."""
    with transaction("people forget-tries"):
        count = forget_tries(before=now() - timedelta(days=7))
    click.echo(f"{count:,} forgotten.")
