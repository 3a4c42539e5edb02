"""Addresses that machines ask: whether we live, whether we are ready, and what robots may read."""

from flask import Blueprint, Response, send_from_directory
from sqlalchemy import text
from sqlalchemy.exc import OperationalError

from core.db import db
from web.static import FILES

bp = Blueprint("web_doors", __name__)


@bp.get("/healthz")
def healthz() -> Response:
    """The program runs."""
    return _plain("ok")


@bp.get("/readyz")
def readyz() -> Response:
    """The program runs and its database answers."""
    try:
        db.session.execute(text("select 1"))
    except OperationalError:
        return _plain("the database does not answer", 503)
    return _plain("ok")


@bp.get("/robots.txt")
def robots() -> Response:
    """Nothing here is for search engines."""
    return _plain("User-agent: *\nDisallow: /\n")


@bp.get("/favicon.ico")
def favicon() -> Response:
    """The picture in the browser's tab, for browsers that ask without being told where."""
    return send_from_directory(FILES, "favicon.svg", mimetype="image/svg+xml")


def _plain(words: str, status: int = 200) -> Response:
    return Response(words, status, mimetype="text/plain")


for _view in (healthz, readyz, robots, favicon):
    _view.needs = None  # type: ignore[attr-defined]
