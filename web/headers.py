"""What every answer tells the browser: its request's id, and what it must refuse to do with it."""

import secrets

from flask import Flask, Response, current_app, g, has_request_context, request

POLICY = {
    "default-src": "'none'",
    "script-src": "'self'",
    "style-src": "'self'",
    "img-src": "'self'",
    "font-src": "'self'",
    "connect-src": "'self'",
    "manifest-src": "'self'",
    "form-action": "'self'",
    "base-uri": "'none'",
    "frame-ancestors": "'none'",
}
CAMERA = "camera=()"
FIXED = {
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",  # for browsers that do not know frame-ancestors
    "Referrer-Policy": "no-referrer",
    "Permissions-Policy": f"{CAMERA}, geolocation=(), microphone=(), payment=(), usb=()",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
}
A_YEAR = 365 * 24 * 3600


def request_id() -> str | None:
    """The id of the request being answered, which its log lines and its error page carry."""
    return g.get("request_id") if has_request_context() else None


def give_request_ids(app: Flask) -> None:
    """Give each request an id of our own drawing; one that was sent to us is never believed."""

    @app.before_request
    def draw() -> None:
        g.request_id = secrets.token_hex(8)


def set_headers(app: Flask) -> None:
    """Put the security headers on every answer, pages and errors and files alike."""
    app.after_request(_harden)


def _harden(response: Response) -> Response:
    response.headers.setdefault("Content-Security-Policy", _POLICY)
    for name, value in FIXED.items():
        response.headers.setdefault(name, value)
    if current_app.config["BASE_URL"].startswith("https://"):
        response.headers["Strict-Transport-Security"] = f"max-age={A_YEAR}; includeSubDomains"
    if request.endpoint != "web_static.file":
        # Nobody who sits down after someone else finds a page in the browser's cache.
        response.headers["Cache-Control"] = "no-store"
    response.headers["X-Request-Id"] = request_id() or "-"
    return response


def policy(**more: str) -> str:
    """The content security policy as a header; `more` adds sources to a directive (img_src=…)."""
    wider = {name.replace("_", "-"): sources for name, sources in more.items()}
    return "; ".join(
        f"{name} {sources} {wider[name]}" if name in wider else f"{name} {sources}"
        for name, sources in POLICY.items()
    )


_POLICY = policy()  # of every answer that asks for no more


def let_camera(response: Response) -> Response:
    """Let one page use the camera, and run the WebAssembly that reads its pictures."""
    response.headers["Content-Security-Policy"] = policy(script_src="'wasm-unsafe-eval'")
    permissions = FIXED["Permissions-Policy"].replace(CAMERA, "camera=(self)")
    response.headers["Permissions-Policy"] = permissions
    return response
