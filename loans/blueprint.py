"""The blueprint all pages of this room hang on."""

from flask import Blueprint

bp = Blueprint("loans", __name__, template_folder="templates")
