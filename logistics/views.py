"""Pages of this room."""

from flask import Blueprint

bp = Blueprint("logistics", __name__, url_prefix="/visits" or None, template_folder="templates")
