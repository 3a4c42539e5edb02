"""The blueprint all pages of this room hang on."""

from flask import Blueprint

bp = Blueprint("board", __name__, url_prefix="/board", template_folder="templates")
