"""`flask jobs`: the worker, for a process of its own."""

import click
from flask.cli import AppGroup

from people.jobs.jobs import work

jobs = AppGroup("jobs", help="Work that takes long.")


@jobs.command("work")
@click.option("--once", is_flag=True, help="Stop when nothing waits any more.")
def work_off(once: bool) -> None:
    """Work off the jobs people have asked for, piece by piece."""
    touched = work(once=once)
    click.echo(f"{touched:,} jobs worked on.")
