"""Pages of this room."""

from flask import Blueprint

bp = Blueprint("equipment", __name__, url_prefix="" or None, template_folder="templates")
