"""Pages of this room."""

from flask import Blueprint
from flask_login import LoginManager

bp = Blueprint("people", __name__, template_folder="templates")
login_manager = LoginManager()
