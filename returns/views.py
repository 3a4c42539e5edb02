"""Pages of this room."""

from flask import Blueprint

bp = Blueprint("returns", __name__, url_prefix="/returns" or None, template_folder="templates")
