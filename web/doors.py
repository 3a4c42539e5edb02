"""Doors for machines: whether we live, whether we are ready, what robots may read, upkeep."""

from datetime import timedelta

import click
from flask import Blueprint, Response, send_from_directory
from sqlalchemy import text
from sqlalchemy.exc import OperationalError

from core.clock import now
from core.db import db, transaction
from web.static import FILES
from web.writes import forget_answered

bp = Blueprint("web_doors", __name__, cli_group="forms")


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


@bp.cli.command("forget-answered")
def forget_answered_forms() -> None:
    """Forget the one-time keys of forms answered more than two days ago."""
    with transaction("web.forget_answered"):
        count = forget_answered(before=now() - timedelta(days=2))
    click.echo(f"{count:,} forgotten")


def _plain(words: str, status: int = 200) -> Response:
    return Response(words, status, mimetype="text/plain")


for _view in (healthz, readyz, robots, favicon):
    _view.needs = None  # type: ignore[attr-defined]
