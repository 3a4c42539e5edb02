"""Our stylesheets, scripts and pictures, under an address that changes when one of them does."""

import gzip
import hashlib
import mimetypes
from functools import cache
from pathlib import Path

from flask import Blueprint, Response, request, send_from_directory, url_for
from werkzeug.security import safe_join

HERE = Path(__file__).parent
FILES = HERE / "static"
A_YEAR = 365 * 24 * 3600
SQUEEZED = (".css", ".js", ".svg", ".wasm")

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
    answer = _small(name) if current else None
    if answer is None:
        answer = send_from_directory(FILES, name, max_age=A_YEAR if current else 0)
    if current:
        answer.cache_control.max_age = A_YEAR
        answer.cache_control.public = True
        answer.cache_control.immutable = True
    return answer


def _small(name: str) -> Response | None:
    """The file made small, if it is of a kind that gains by it and the browser can read it so."""
    path = safe_join(str(FILES), name)
    if path is None or not path.endswith(SQUEEZED) or not Path(path).is_file():
        return None
    if not request.accept_encodings["gzip"]:
        return None
    answer = Response(_squeezed(path), mimetype=mimetypes.guess_type(path)[0])
    answer.headers["Content-Encoding"] = "gzip"
    answer.vary.add("Accept-Encoding")
    return answer


@cache
def _squeezed(path: str) -> bytes:
    return gzip.compress(Path(path).read_bytes(), mtime=0)


file.needs = None  # type: ignore[attr-defined]
