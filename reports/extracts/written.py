"""An extract as one archive: the rows, the codebook that explains them, and the sums to check."""

import secrets
from collections.abc import Iterator
from dataclasses import dataclass
from hashlib import sha256
from tempfile import SpooledTemporaryFile
from typing import IO
from zipfile import ZIP_DEFLATED, ZipFile

from core.db import one_at_a_time
from people.queries import organisations_by_number
from reports.extracts.queries import Years, people_alike, person_years
from reports.extracts.rules import COLUMNS, HEADS, Alike, few, nearest, pseudonym, told_as
from reports.suppression.rules import FEWEST
from web.csvs import lines

IN_MEMORY = 4 * 1024 * 1024  # bytes: a longer extract is kept in a file that nobody can name
NOBODY = ("", "Nobody yet (parked)")
LICENCE = "For the purpose it was taken for alone. Do not try to find out who anybody is."


@dataclass(frozen=True)
class Extract:
    """An archive that was written, and what its rows hash to."""

    file: IO[bytes]
    name: str
    rows: int
    digest: str


def extract(wanted: Years) -> Extract:
    """Write an extract. Its key is drawn here and kept nowhere, so nobody can link it again."""
    one_at_a_time("extract")
    key = secrets.token_bytes(32)
    people = people_alike(wanted)
    told = told_as(people)
    left_out = sum(count for alike, count in people.items() if told[alike] is None)
    rows = sum(people.values()) - left_out
    file: IO[bytes] = SpooledTemporaryFile(max_size=IN_MEMORY)  # noqa: SIM115 - sent by the door
    name = f"person-years-{wanted.years[0]}-{wanted.years[-1]}"
    with ZipFile(file, "w", ZIP_DEFLATED) as archive:
        digests = {
            f"{name}.csv": _write(archive, f"{name}.csv", lines(HEADS, _rows(wanted, key, told))),
            "codebook.csv": _write(archive, "codebook.csv", _codebook(wanted, rows, left_out)),
        }
        sums = "".join(f"{digest}  {path}\n" for path, digest in digests.items())
        archive.writestr("SHA256SUMS", sums)
    file.seek(0)
    return Extract(file, f"{name}.zip", rows, digests[f"{name}.csv"])


def _rows(
    wanted: Years, key: bytes, told: dict[Alike, Alike | None]
) -> Iterator[tuple[object, ...]]:
    known = organisations_by_number({one.partner for one in told if one.partner is not None})
    names = {number: (one.official_code, one.name) for number, one in known.items()}
    for one in person_years(wanted, secrets.token_hex(16)):
        alike = told[one.alike]
        if alike is not None:
            name = pseudonym(key, alike.year, one.client_id)
            partner = NOBODY if alike.partner is None else names[alike.partner]
            about = (alike.year, alike.band, *partner, alike.group)
            yield (name, *about, one.begun, one.returned, nearest(one.pence))


def _codebook(wanted: Years, rows: int, left_out: int) -> Iterator[str]:
    years = f"{wanted.years[0]} to {wanted.years[-1]}, by the year each begins in"
    about = [
        ("(file)", "years", f"{years}; told on {wanted.on:%d.%m.%Y}."),
        ("(file)", "rows", f"{rows:,}: one person in one year each."),
        ("(file)", "left out", f"Of partners with fewer than {FEWEST} people: {few(left_out)}."),
        ("(file)", "few", (f"At least {FEWEST} people are alike in year, age band, partner"
         " and product group. Where fewer were, the group and then the band is not told.")),
        ("(file)", "use", LICENCE),
    ]  # fmt: skip
    return lines(("column", "type", "meaning"), [*COLUMNS, *about])


def _write(archive: ZipFile, path: str, pieces: Iterator[str]) -> str:
    """Write a text into the archive piece by piece; answers what its bytes hash to."""
    digest = sha256()
    with archive.open(path, "w") as into:
        for piece in pieces:
            written = piece.encode()
            digest.update(written)
            into.write(written)
    return digest.hexdigest()
