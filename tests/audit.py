"""Known vulnerabilities and licences of what we install: `python -m tests.audit`.

Vulnerabilities need the advisory service; where it cannot be reached that is said, loudly, and the
licences are still checked. A licence outside the list fails.
"""

import json
import subprocess
import sys

ALLOWED = (
    "MIT", "BSD", "Apache", "PSF", "Python Software Foundation", "ISC", "MPL", "Mozilla", "Zlib",
    "HPND", "CC0", "Public Domain", "Unlicense", "0BSD", "LGPL", "Lesser General Public",
)  # fmt: skip
# Named in its own licence file but not in its metadata.
READ_BY_US = {"axe-playwright-python": "MIT"}
# Run beside us in tests, never imported, never given away with the product.
ONLY_IN_TESTS = {"beancount": "GPL-2.0"}
# LGPL is allowed for libraries we import unchanged (psycopg). Never GPL or AGPL.


def licences() -> list[str]:
    """The packages whose licence is not on the list."""
    told = subprocess.run(
        [sys.executable, "-m", "piplicenses", "--format=json", "--from=mixed"],
        capture_output=True, text=True, check=True,
    ).stdout  # fmt: skip
    return [
        f"{package['Name']} {package['Version']}: {package['License']}"
        for package in json.loads(told)
        if package["Name"] not in READ_BY_US | ONLY_IN_TESTS
        and not any(word.lower() in package["License"].lower() for word in ALLOWED)
    ]


def vulnerabilities() -> tuple[list[str], int]:
    """What is known against our packages, and how many packages nobody could be asked about."""
    asked = subprocess.run(
        [sys.executable, "-m", "pip_audit", "-r", "requirements.txt", "--require-hashes",
         "--disable-pip", "--progress-spinner=off", "--format=json"],
        capture_output=True, text=True, check=False,
    )  # fmt: skip
    if not asked.stdout.strip():
        return [], -1
    packages = json.loads(asked.stdout)["dependencies"]
    known = [
        f"{package['name']} {package['version']}: {flaw['id']}"
        for package in packages
        for flaw in package.get("vulns", [])
    ]
    return known, sum("skip_reason" in package for package in packages)


if __name__ == "__main__":
    strange = licences()
    if strange:
        sys.exit("Licences to look at:\n" + "\n".join(strange))
    print("Licences: all on the list.")
    known, unasked = vulnerabilities()
    if known:
        sys.exit("Known vulnerabilities:\n" + "\n".join(known))
    if unasked:
        print("VULNERABILITIES NOT CHECKED: the advisory service did not answer from here.")
    else:
        print("Vulnerabilities: none known.")
