"""The blueprint all pages of this room hang on."""

from flask import Blueprint

bp = Blueprint("reports", __name__, template_folder="templates")
