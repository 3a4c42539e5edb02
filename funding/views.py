"""Pages of this room."""

from flask import Blueprint

bp = Blueprint("funding", __name__, url_prefix="/funding", template_folder="templates")
