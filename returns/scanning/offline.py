"""What lets the scanning page be installed and open without signal: the same for everybody.

Nothing here asks who somebody is or says it. The browser keeps the page for no signal, so that is
made for nobody; who scans, and what is not sent yet, the device knows from its own database.
"""

import json

from flask import Blueprint, Response, current_app, make_response, url_for

from people.access import open_to_all
from web.headers import let_camera
from web.pages import page
from web.static import FILES, asset, edition

bp = Blueprint("offline", __name__, url_prefix="/scanning")

# What the page for no signal is made of. Pictures of buttons it does without are left out.
WORKER = "scanning/worker.js"
KEPT = ("*.css", "*.js", "favicon.svg", "scanning/*.js", "vendor/**/*.*")


@bp.get("/no-signal")
@open_to_all
def shell() -> Response:
    """The scanning page as it is for nobody, for the browser to keep."""
    return let_camera(make_response(page("scanning/no_signal.html")))


@bp.get("/worker.js")
@open_to_all
def worker() -> Response:
    """The script that keeps the page and its files, and shows them where there is no signal."""
    known = {
        "EDITION": edition(),
        "PAGE": url_for("scanning.scan"),
        "SHELL": url_for("offline.shell"),
        "FILES": kept_files(),
    }
    said = "".join(f"const {name} = {json.dumps(value)};\n" for name, value in known.items())
    script = said + (FILES / WORKER).read_text()
    answer = Response(script, mimetype="text/javascript")
    answer.headers["Service-Worker-Allowed"] = url_for("scanning.scan")
    return answer


def kept_files() -> list[str]:
    """The addresses of the files that the scanning page needs, the camera's decoder with them."""
    paths = {path for pattern in KEPT for path in FILES.glob(pattern) if path.is_file()}
    names = sorted(path.relative_to(FILES).as_posix() for path in paths)
    return [asset(name) for name in names if name != WORKER and "/." not in name]


@bp.get("/manifest.webmanifest")
@open_to_all
def manifest() -> Response:
    """What a phone asks for to put the scanning page among its apps."""
    name = current_app.config["SERVICE_NAME"]
    start = url_for("scanning.scan")
    icons = [
        {
            "src": asset(f"scanning/icon-{side}.png"),
            "sizes": f"{side}x{side}",
            "type": "image/png",
            "purpose": purpose,
        }
        for side in (192, 512)
        for purpose in ("any", "maskable")
    ]
    told = {
        "id": start,
        "name": f"{name}: scan",
        "short_name": "Scan",
        "start_url": start,
        "scope": start,
        "display": "standalone",
        "lang": "en-GB",
        "background_color": "#f0f4f5",
        "theme_color": "#005eb8",
        "icons": icons,
    }
    return Response(json.dumps(told), mimetype="application/manifest+json")
