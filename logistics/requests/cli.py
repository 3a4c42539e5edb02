"""Commands about requests: who asked is forgotten in time."""

import click
from flask.cli import with_appcontext

from core.clock import now
from core.db import transaction
from logistics.requests.rules import KEPT_FOR
from logistics.requests.sending import forget


@click.command("forget")
@with_appcontext
def forget_old() -> None:
    """Delete who asked and what they wrote, 30 days after a request was dealt with."""
    with transaction("requests forget"):
        requests, sent = forget(at=now(), kept_for=KEPT_FOR)
    click.echo(f"{requests:,} blanked, {sent:,} forgotten.")
