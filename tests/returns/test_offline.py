"""What lets the scanning page open without signal is whole, small and the same for everybody."""

import json
import re
from collections.abc import Callable

from flask import Flask
from flask.testing import FlaskClient

from people.rules import Role
from returns.scanning.offline import kept_files

AsRole = Callable[..., FlaskClient]
MOST = 300_000  # bytes the scanning page may be, squeezed, besides the decoder
NO_SIGNAL = "/scanning/no-signal"


def squeezed(client: FlaskClient, address: str) -> int:
    answer = client.get(address, headers={"Accept-Encoding": "gzip"}, buffered=True)
    assert answer.status_code == 200, address
    return len(answer.data)


def test_the_page_for_no_signal_is_the_same_for_everybody(app: Flask, as_: AsRole) -> None:
    nobodys = app.test_client().get(NO_SIGNAL)
    sam = as_(Role.WAREHOUSE)
    answer = sam.get(NO_SIGNAL)
    assert answer.text == nobodys.text
    assert sam.staff.name not in answer.text  # type: ignore[attr-defined]
    assert "csrf" not in answer.text


def test_the_scanning_page_alone_may_use_the_camera_and_run_its_decoder(as_: AsRole) -> None:
    sam = as_(Role.WAREHOUSE)
    for address in ("/scanning", NO_SIGNAL):
        answer = sam.get(address)
        assert "script-src 'self' 'wasm-unsafe-eval';" in answer.headers["Content-Security-Policy"]
        assert "camera=(self)" in answer.headers["Permissions-Policy"]
    elsewhere = sam.get("/items")
    assert "unsafe" not in elsewhere.headers["Content-Security-Policy"]
    assert "camera=()" in elsewhere.headers["Permissions-Policy"]


def test_every_file_that_is_kept_is_there_and_the_page_is_small_besides_the_decoder(
    app: Flask, as_: AsRole
) -> None:
    sam = as_(Role.WAREHOUSE)
    with app.test_request_context():
        files = kept_files()
    decoder = [address for address in files if "/barcode-detector/" in address]
    assert any(address.endswith(".wasm") for address in decoder)
    assert any(address.endswith("/scanning/camera.js") for address in files)
    besides = sum(squeezed(sam, address) for address in files if address not in decoder)
    assert besides + len(sam.get("/scanning").data) < MOST


def test_the_worker_may_answer_for_the_scanning_page_and_nothing_else(app: Flask) -> None:
    answer = app.test_client().get("/scanning/worker.js")
    assert answer.mimetype == "text/javascript"
    assert answer.headers["Service-Worker-Allowed"] == "/scanning"
    assert answer.headers["Cache-Control"] == "no-store", "a new edition is found at once"
    told = dict(re.findall(r"^const (\w+) = (.*);$", answer.text, re.MULTILINE)[:4])
    assert json.loads(told["PAGE"]) == "/scanning"
    assert json.loads(told["SHELL"]) == NO_SIGNAL


def test_a_telephone_can_put_the_scanning_page_among_its_apps(app: Flask) -> None:
    client = app.test_client()
    told = json.loads(client.get("/scanning/manifest.webmanifest").text)
    assert told["start_url"] == told["scope"] == "/scanning"
    assert told["display"] == "standalone"
    assert {icon["sizes"] for icon in told["icons"]} == {"192x192", "512x512"}
    for icon in told["icons"]:
        assert client.get(icon["src"], buffered=True).mimetype == "image/png"
