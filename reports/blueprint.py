"""The blueprint all pages of this room hang on."""

from flask import Blueprint

from reports.extracts.cli import extracts

bp = Blueprint("reports", __name__, template_folder="templates", cli_group=None)
bp.cli.add_command(extracts)
