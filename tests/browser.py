"""A Chromium for the journeys: the machine's own, or one installed now.

`python -m tests.browser` makes sure there is one. Looked for in this order: CHROMIUM, what is on
the path, what Playwright has installed; else Debian's package where we may install it, else
Playwright's own download.
"""

import os
import shutil
import subprocess
import sys
from pathlib import Path

from playwright.sync_api import sync_playwright

NAMES = ("chromium", "chromium-browser", "google-chrome-stable", "google-chrome")


def executable() -> str | None:
    """The path of a Chromium on this machine."""
    named = os.environ.get("CHROMIUM")
    if named:
        return named
    for name in NAMES:
        found = shutil.which(name)
        if found:
            return found
    with sync_playwright() as playwright:
        own = playwright.chromium.executable_path
    return own if Path(own).exists() else None


def install() -> None:
    """Install a Chromium by the first way that works. Raises SystemExit with a sentence."""
    ways = [[sys.executable, "-m", "playwright", "install", "--with-deps", "chromium"]]
    if shutil.which("apt-get") and os.geteuid() == 0:
        ways.insert(0, ["sh", "-c", "apt-get update -qq && apt-get install -y -qq chromium"])
    for way in ways:
        print("Installing a browser for the tests:", " ".join(way))
        if subprocess.run(way, stdout=subprocess.DEVNULL).returncode == 0 and executable():
            return
    raise SystemExit(
        "The journeys need Chromium. Install it with your system's packages, "
        "or set CHROMIUM to the path of one."
    )


if __name__ == "__main__":
    if executable() is None:
        install()
    print("Browser for the journeys:", executable())
