"""Taking in and posting a month's activity from the command line."""

from pathlib import Path

import click

from core.clock import now
from core.db import db, transaction
from core.errors import Refused
from funding.activity.actions import Faults, take_in
from funding.cli import ledger
from people.audit import acting
from people.jobs.jobs import work_on
from people.jobs.models import Job
from people.queries import account_of
from people.rules import May


@ledger.command("post-activity")
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.option("--by", "email", required=True, help="E-mail address of who does this.")
def post_activity(file: Path, email: str) -> None:
    """Attribute and post a file of charges. After a stop, `flask jobs work` goes on."""
    by = account_of(email)
    if by is None or not by.may(May.KEEP_AGREEMENTS):
        raise click.ClickException(f"{email} has no account that may change the ledger.")
    try:
        with transaction("ledger post-activity"), file.open(encoding="utf-8-sig") as lines:
            job = take_in(lines, file.name, by=by, at=now())
            acting(by)
            number, code, total = job.id, job.code, job.total
    except Faults as why:
        raise click.ClickException("\n".join(["Nothing was taken in.", *why.faults])) from why
    except Refused as why:
        raise click.ClickException(why.sentence) from why
    with click.progressbar(length=total, label=f"Job {code}") as bar:
        work_on(number, lambda done: bar.update(done - bar.pos))
    _tell(number)


def _tell(number: int) -> None:
    job = db.session.get_one(Job, number)
    if job.failed_because:
        raise click.ClickException(f"Stopped after {job.done:,}: {job.failed_because}")
    click.echo(f"{job.done:,} charges posted." + ("" if job.ended else " Another process goes on."))
