"""Pages and commands of this room, gathered: importing them puts them on the blueprint."""

from people import cli
from people.blueprint import bp
from people.entrance import views as entrance
from people.jobs import views as jobs
from people.jobs.cli import jobs as jobs_commands
from people.organisations import views as organisations
from people.sessions import login_manager
from people.staff import views as staff
from people.trail import views as trail

__all__ = [
    "bp",
    "cli",
    "entrance",
    "jobs",
    "jobs_commands",
    "login_manager",
    "organisations",
    "staff",
    "trail",
]
