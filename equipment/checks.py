"""What makes a product, a number or a serial acceptable: pure, each refusal beside its field."""

import re
from collections.abc import Mapping, Sequence
from typing import Any

from core.errors import Invalid
from core.money import LARGEST
from equipment.rules import Tracking

LONGEST_SERIAL = 40
GLN_LENGTH = 13
MOST_AT_ONCE = 500
_ISO9999 = re.compile(r"\d\d(?: ?\d\d){0,2}", re.ASCII)
_POSITIVE = {
    "safe_working_load_kg": ("safe working load", "kilograms", 2_000),
    "length_mm": ("length", "millimetres", 20_000),
    "width_mm": ("width", "millimetres", 20_000),
    "height_mm": ("height", "millimetres", 20_000),
    "loler_months": ("time between LOLER tests", "months", 120),
    "pat_months": ("time between PAT tests", "months", 120),
    "service_months": ("time between services", "months", 120),
    "expected_life_months": ("expected life", "months", 600),
}
_COUNTS = {"min_stock": 100_000, "max_stock": 100_000, "lead_days": 365}
TEST_FIELDS = ("loler_months", "pat_months", "service_months")


def gs1_check_digit(digits: str) -> int:
    """The check digit of a GS1 number: weights 3 and 1 from the right, up to the next ten."""
    return -sum(int(d) * (3, 1)[i % 2] for i, d in enumerate(reversed(digits))) % 10


def _gs1(text: str, lengths: Sequence[int], name: str, field: str) -> str:
    digits = re.sub(r"[\s-]", "", text)
    if not (digits.isascii() and digits.isdigit()) or len(digits) not in lengths:
        counts = ", ".join(map(str, lengths[:-1])) + (" or " if len(lengths) > 1 else "")
        raise Invalid(f"A {name} has {counts}{lengths[-1]} digits and nothing else.", field=field)
    if gs1_check_digit(digits[:-1]) != int(digits[-1]):
        raise Invalid(f"The last digit of this {name} does not fit the others.", field=field)
    return digits


def read_gtin(text: str) -> str:
    """A GTIN of 8, 12, 13 or 14 digits, filled to fourteen. Raises Invalid."""
    return _gs1(text, (8, 12, 13, 14), "GTIN", "gtin").zfill(14)


def read_gln(text: str) -> str:
    """A GLN of 13 digits. Raises Invalid."""
    return _gs1(text, (GLN_LENGTH,), "GLN", "gln")


def read_serials(serials: Sequence[str], quantity: int) -> list[str]:
    """Serial numbers for as many items, tidied; or none at all. Raises Invalid."""
    tidied = [" ".join(serial.split()) for serial in serials if serial.strip()]
    if tidied and len(tidied) != quantity:
        raise Invalid(
            f"There are {len(tidied)} serial numbers for {quantity} items. "
            "Give one for each, or none.",
            field="serials",
        )
    if any(len(serial) > LONGEST_SERIAL for serial in tidied):
        raise Invalid(f"A serial number has at most {LONGEST_SERIAL} characters.", field="serials")
    twice = {serial for serial in tidied if tidied.count(serial) > 1}
    if twice:
        raise Invalid(f"The serial number {min(twice)} is there twice.", field="serials")
    return tidied


def check_product(fields: Mapping[str, Any]) -> dict[str, Any]:
    """The fields of a product as the catalogue keeps them. Raises Invalid beside a fault."""
    tidied = dict(fields)
    tidied["name"] = " ".join(str(fields.get("name") or "").split())
    if not tidied["name"]:
        raise Invalid("Give the product a name.", field="name")
    for optional in ("gtin", "iso9999"):
        tidied[optional] = fields.get(optional) or None
    if tidied["gtin"]:
        tidied["gtin"] = read_gtin(tidied["gtin"])
    if tidied["iso9999"]:
        tidied["iso9999"] = _iso9999(tidied["iso9999"])
    for text in ("description", "how_to_use"):
        if text in fields:
            tidied[text] = fields[text] or ""
    _check_numbers(tidied)
    _check_together(tidied)
    return tidied


def _iso9999(text: str) -> str:
    if _ISO9999.fullmatch(text.strip()) is None:
        raise Invalid(
            "An ISO 9999 class is two, four or six digits, like 12 06 06.", field="iso9999"
        )
    digits = text.replace(" ", "")
    return " ".join(digits[i : i + 2] for i in range(0, len(digits), 2))


def _check_numbers(fields: Mapping[str, Any]) -> None:
    for field, (name, unit, most) in _POSITIVE.items():
        value = fields.get(field)
        if value is not None and not 0 < value <= most:
            raise Invalid(f"The {name} must be between 1 and {most:,} {unit}.", field=field)
    for field, most in _COUNTS.items():
        if not 0 <= (fields.get(field) or 0) <= most:
            raise Invalid(f"This must be between 0 and {most:,}.", field=field)
    if not 0 <= (fields.get("credit_percent") or 0) <= 100:
        raise Invalid("The credit is a percentage between 0 and 100.", field="credit_percent")


def _check_together(fields: Mapping[str, Any]) -> None:
    if (fields.get("min_stock") or 0) > (fields.get("max_stock") or 0):
        raise Invalid("The most to keep cannot be below the least.", field="max_stock")
    if fields.get("adaptation"):
        _check_adaptation(fields)
    if fields["tracking"] is not Tracking.CONSUMABLE:
        return
    for field in TEST_FIELDS:
        if fields.get(field) is not None:
            raise Invalid("A consumable is not followed one by one, so has no tests.", field=field)


def _check_adaptation(fields: Mapping[str, Any]) -> None:
    if fields["tracking"] is not Tracking.CONSUMABLE:
        raise Invalid(
            "Nothing of an adaptation comes back, so follow it as a consumable.", field="tracking"
        )
    if fields.get("needs_fitting"):
        raise Invalid("The price of an adaptation includes its fitting.", field="needs_fitting")


def check_price(pence: int, field: str = "price") -> None:
    """That an amount can be a price. Raises Invalid."""
    if not 0 <= pence <= LARGEST:
        raise Invalid("A price cannot be less than nothing.", field=field)
