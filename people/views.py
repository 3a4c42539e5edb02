"""Pages of this room, gathered: importing them puts them on the blueprint."""

from people import entrance, organisation_pages, staff_pages, trail_pages
from people.blueprint import bp
from people.sessions import login_manager

__all__ = ["bp", "entrance", "login_manager", "organisation_pages", "staff_pages", "trail_pages"]
