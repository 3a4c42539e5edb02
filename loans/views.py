"""Pages of this room."""

from flask import Blueprint

bp = Blueprint("loans", __name__, url_prefix="" or None, template_folder="templates")
