"""The shape of a scan: from a form, and many at once as a device sends what it has kept."""

import json
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any
from uuid import UUID

from wtforms import HiddenField, SelectField, StringField, TextAreaField
from wtforms.fields.choices import SelectChoice  # type: ignore[attr-defined]
from wtforms.validators import InputRequired, Length

from core.errors import Invalid
from equipment.models import Place
from returns.scanning.rules import MOST_AT_ONCE, Mode, read_mode
from web.forms import Form


class ScanForm(Form):
    """One scan: the mode and the place were set once, the field is filled again and again."""

    mode = HiddenField()
    place = SelectField("Place", validate_choice=False)
    scanned = StringField("Scan the label", validators=[InputRequired("Scan or type the label.")])

    def offer(self, places: Sequence[Place], *, usual: bool) -> None:
        """Offer the places of a mode."""
        self.place.choices = [SelectChoice(*one) for one in offered(places, usual=usual)]


def offered(places: Sequence[Place], *, usual: bool) -> list[tuple[str, str]]:
    """Places as code and words, first of all none, which is the usual one where there is one."""
    if not places:
        return []
    first = "The usual place" if usual else "Choose a place"
    return [("", first), *((one.code, f"{one.name}, {one.store.name}") for one in places)]


class SetAsideForm(Form):
    """Why a scan is not done after all."""

    because = TextAreaField(
        "Why is it not done?",
        validators=[InputRequired("Write why it is not done."), Length(max=500)],
    )


@dataclass(frozen=True)
class Sent:
    """One scan as a device sent it."""

    uid: UUID
    device: UUID | None
    at: datetime
    mode: Mode
    place: str | None  # its code
    scanned: str
    by: str  # the code of who made it


_SCAN = {"id", "at", "mode", "place", "scanned", "by"}


def read_batch(body: bytes) -> list[Sent]:
    """The scans in what a device sent, all of them or none.

    Raises Invalid with a sentence where it is not of the shape we know. What was scanned may be
    anything: one odd label must not keep the others waiting.
    """
    try:
        sent = json.loads(body)
    except (ValueError, RecursionError):
        raise Invalid("This is not JSON, so no scan in it could be read.") from None
    if not isinstance(sent, dict) or set(sent) != {"device", "scans"}:
        raise Invalid("Send the device and its scans, and nothing else.")
    device, scans = _uuid(sent["device"], "the device"), sent["scans"]
    if not isinstance(scans, list) or not 1 <= len(scans) <= MOST_AT_ONCE:
        raise Invalid(f"Send between 1 and {MOST_AT_ONCE} scans at once.")
    read = [_scan(one, device, place) for place, one in enumerate(scans, start=1)]
    if len({one.uid for one in read}) < len(read):
        raise Invalid("Two of these scans have the same id. Send each once.")
    return read


def _scan(one: Any, device: UUID, number: int) -> Sent:
    what = f"scan {number}"
    if not isinstance(one, dict) or set(one) != _SCAN:
        raise Invalid(f"{what.capitalize()} must say its {', '.join(sorted(_SCAN))}, and no more.")
    place = one["place"]
    return Sent(
        uid=_uuid(one["id"], what),
        device=device,
        at=_moment(one["at"], what),
        mode=_mode(one["mode"], what),
        place=None if place is None or place == "" else _text(place, 20, f"the place of {what}"),
        scanned=_text(one["scanned"], None, f"what was scanned in {what}"),
        by=_text(one["by"], 20, f"who made {what}"),
    )


def _text(value: Any, longest: int | None, what: str) -> str:
    if not isinstance(value, str) or (longest is not None and len(value) > longest):
        raise Invalid(f"{what.capitalize()} is not a text of the right length.")
    return value


def _uuid(value: Any, what: str) -> UUID:
    try:
        if isinstance(value, str) and len(value) in (32, 36):
            return UUID(value)
    except ValueError:
        pass
    raise Invalid(f"The id of {what} is not a UUID.")


def _mode(value: Any, what: str) -> Mode:
    mode = read_mode(value) if isinstance(value, str) else None
    if mode is None:
        raise Invalid(f"The mode of {what} is none that we know.")
    return mode


def _moment(value: Any, what: str) -> datetime:
    try:
        at = datetime.fromisoformat(value) if isinstance(value, str) else None
        if at is not None and at.tzinfo is not None:
            return at.astimezone(UTC)
    except (ValueError, OverflowError):
        pass
    raise Invalid(f"The time of {what} is no moment with its time zone.")
