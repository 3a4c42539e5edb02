"""The blueprint all pages of this room hang on, and who may open them."""

from flask import Blueprint

from funding.cli import ledger
from people.rules import May

bp = Blueprint(
    "funding", __name__, url_prefix="/funding", template_folder="templates", cli_group=None
)
bp.cli.add_command(ledger)
MONEY = (May.SEE_MONEY, May.SEE_ALL_MONEY, May.KEEP_AGREEMENTS)
