"""The board's figures for a program: the same as on the page, in whole numbers and as written."""

from dataclasses import asdict
from datetime import date, datetime
from typing import Any

from flask import request

from core.clock import london_day, now
from people.access import needs, who
from people.rules import May
from reports import board as boards
from reports.blueprint import bp
from reports.board import Board
from reports.choices import Asked, asked
from reports.measured import measured
from reports.measures import MEASURES, measure_by_code
from reports.rules import Measure
from reports.told import of_measured, told

FORMAT = 1  # raised when a key changes its meaning or goes; new keys may come at any time


def _asked(at: datetime) -> Asked:
    return asked(request.args, viewer=who(), on=london_day(at))


@bp.get("/board.json")
@needs(May.SEE_BOARD)
def board_json() -> Any:
    """Every figure of the board's page, its checks, and what each measure is."""
    at = now()
    chosen = _asked(at)
    shown = boards.board(chosen, viewer=who(), at=at, on=london_day(at))
    return {
        **_head(chosen, at),
        "figures": [_plain(asdict(one)) for one in told(shown)],
        "checks": _checks(shown),
        "measures": [_defined(one) for one in MEASURES.values()],
    }, chosen.status


@bp.get("/board/<code>.json")
@needs(May.SEE_BOARD)
def measure_json(code: str) -> Any:
    """One measure: what it is, and its figures by month, partner, product group and speed."""
    measure, at = measure_by_code(code), now()
    chosen = _asked(at)
    shown = measured(measure, chosen, viewer=who(), at=at, on=london_day(at))
    return {
        **_head(chosen, at),
        "measure": _defined(measure),
        "figures": [_plain(asdict(one)) for one in of_measured(measure, shown, chosen)],
    }, chosen.status


def _head(chosen: Asked, at: datetime) -> dict[str, Any]:
    return {
        "format": FORMAT,
        "at": at.isoformat(timespec="seconds"),
        "asked": {**chosen.address, "words": chosen.words},
        "faults": [fault for faults in chosen.form.errors.values() for fault in faults],
    }


def _plain(figure: dict[str, Any]) -> dict[str, Any]:
    return {
        key: value.isoformat() if isinstance(value, date) else value
        for key, value in figure.items()
    }


def _checks(shown: Board) -> dict[str, Any]:
    return {
        "stock": {"holds": shown.stock.holds, "faults": list(shown.stock.faults)},
        "items": {"holds": not shown.differing, "faults": list(shown.differing)},
        "consumables": {"holds": shown.consumables.holds, "faults": []},
        "ledger": {"holds": not shown.ledger, "faults": list(shown.ledger)},
    }


def _defined(measure: Measure) -> dict[str, Any]:
    return {
        "code": measure.code,
        "name": measure.name,
        "formula": measure.formula,
        "meaning": measure.meaning,
        "exclusions": list(measure.exclusions),
        "above": measure.top.value,
        "below": measure.bottom.value if measure.bottom else None,
        "bases": [basis.value for basis in measure.bases],
        "unit": measure.unit.value,
        "better": measure.better.value,
        "target_hundredths": measure.target,
        "target_from": measure.target_from or None,
        "factors": measure.version or None,
        "owner": measure.owner,
    }
