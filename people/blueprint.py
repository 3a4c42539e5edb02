"""The room's blueprint, and what it gives every page: the menu, and what a role may do."""

import os

from flask import Blueprint
from flask.blueprints import BlueprintSetupState

from people.menu import menu
from people.rules import May

bp = Blueprint("people", __name__, template_folder="templates")


def _furnish(state: BlueprintSetupState) -> None:
    """Let every page have the menu, and take from the environment what nobody has set."""
    state.app.jinja_env.globals.update(menu=menu, May=May)
    proxies = os.environ.get("TRUSTED_PROXIES", "").replace(",", " ").split()
    state.app.config.setdefault("TRUSTED_PROXIES", frozenset(proxies))
    state.app.config.setdefault("IDLE_MINUTES", int(os.environ.get("IDLE_MINUTES", "30")))


bp.record(_furnish)
