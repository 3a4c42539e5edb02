"""Our stylesheets, scripts and pictures, under an address that changes when one of them does."""

import hashlib
from functools import cache
from pathlib import Path

from flask import Blueprint, Response, send_from_directory, url_for

HERE = Path(__file__).parent
FILES = HERE / "static"
A_YEAR = 365 * 24 * 3600

bp = Blueprint("web_static", __name__)


@cache
def edition() -> str:
    """A short digest of every static file: part of each address, so each may be kept for a year."""
    digest = hashlib.sha256()
    for path in sorted(path for path in FILES.rglob("*") if path.is_file()):
        digest.update(path.relative_to(FILES).as_posix().encode() + b"\0" + path.read_bytes())
    return digest.hexdigest()[:12]


def asset(name: str) -> str:
    """The address of a static file."""
    return url_for("web_static.file", edition=edition(), name=name)


@bp.get("/static/<edition>/<path:name>")
def file(edition: str, name: str) -> Response:
    """A static file, kept by the browser for a year where its address is today's."""
    current = edition == globals()["edition"]()
    answer = send_from_directory(FILES, name, max_age=A_YEAR if current else 0)
    if current:
        answer.cache_control.public = True
        answer.cache_control.immutable = True
    return answer


file.needs = None  # type: ignore[attr-defined]
