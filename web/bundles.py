"""Several files as one ZIP to download; the same files give the same bytes."""

import io
from collections.abc import Iterable
from datetime import UTC, datetime
from zipfile import ZIP_DEFLATED, ZipFile, ZipInfo

from flask import Response

from web.csvs import tidy_name

MADE = datetime(2000, 1, 1, tzinfo=UTC)  # for every file: what is in it is not of the hour


def bundled(files: Iterable[tuple[str, bytes]]) -> bytes:
    """Files by their names as a ZIP, in the order given."""
    out = io.BytesIO()
    with ZipFile(out, "w", ZIP_DEFLATED) as bundle:
        for name, content in files:
            one = ZipInfo(name, MADE.timetuple()[:6])
            one.compress_type, one.external_attr = ZIP_DEFLATED, 0o600 << 16
            bundle.writestr(one, content)
    return out.getvalue()


def zip_answer(name: str, made: bytes) -> Response:
    """A bundle as a file to download, called `name`.zip."""
    answer = Response(made, mimetype="application/zip")
    answer.headers.set("Content-Disposition", "attachment", filename=f"{tidy_name(name)}.zip")
    return answer
