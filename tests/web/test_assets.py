"""What is fetched for browsers asks nobody else for anything."""

import hashlib
import json
import re
from pathlib import Path

from web.assets import ROOT, SCANNING, VENDOR, locked, own_style

LOCK = json.loads((ROOT / "package-lock.json").read_text())


def test_the_lock_names_digests_and_no_registry() -> None:
    packages = {name: facts for name, facts in LOCK["packages"].items() if name}
    assert packages
    for facts in packages.values():
        assert "resolved" not in facts
        assert facts["integrity"].startswith("sha512-")
        assert "hasInstallScript" not in facts


def test_the_stylesheet_loses_its_remote_typeface_and_finds_its_pictures() -> None:
    style = (
        "@font-face{font-family:F;src:url(https://elsewhere.example/f.woff2)}"
        ".a{background:url(/assets/images/tick.svg)}/*# sourceMappingURL=x.css.map */"
    )
    assert own_style(style) == ".a{background:url(images/tick.svg)}"


def test_the_fetched_stylesheet_is_whole_and_our_own() -> None:
    vendor = ROOT / "web" / "static" / "vendor"
    style = (vendor / "nhsuk-frontend.min.css").read_text()
    assert re.findall(r"url\((?!images/|\"data:|data:)[^)]*\)", style) == []
    for name in re.findall(r"url\((images/[^)]*)\)", style):
        assert Path(vendor / name).is_file()


def test_the_decoder_is_the_one_its_script_was_made_for() -> None:
    decoder = VENDOR / "barcode-detector"
    digest = hashlib.sha256((decoder / "zxing_reader.wasm").read_bytes()).hexdigest()
    assert digest in (decoder / "zxing-exported.js").read_text()
    assert all((VENDOR / name).is_file() for name in SCANNING)


def test_only_the_wheel_that_is_missing_is_taken_from_the_lock() -> None:
    wanted = "b==2 \\\n    --hash=sha256:bb \\\n    --hash=sha256:cc\n"
    assert locked("b", f"a==1 \\\n    --hash=sha256:aa\n{wanted}c==3\n") == wanted
