"""Short checked codes: what a thing is called outside the building.

Seven characters and a check character over 23 signs without vowels or look-alikes. 23 is prime and
the weights differ, so every single slip and every swap of neighbours is caught. Codes are drawn,
not counted, so knowing one says nothing of the next.
"""

import random
import secrets
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager

from core.errors import Invalid

ALPHABET = "23456789CDFHJKMNPRTVWXY"
LENGTH = 8
_VALUE = {sign: value for value, sign in enumerate(ALPHABET)}
_draw: Callable[[Sequence[str]], str] = secrets.choice


def check_character(body: str) -> str:
    """The character that makes the weighted sum of all eight a multiple of 23."""
    return ALPHABET[-sum(w * _VALUE[s] for w, s in enumerate(body, start=2)) % len(ALPHABET)]


def new_code() -> str:
    """A code nobody could guess."""
    body = "".join(_draw(ALPHABET) for _ in range(LENGTH - 1))
    return body + check_character(body)


def new_digits(count: int) -> str:
    """So many decimal digits nobody could guess."""
    return "".join(_draw("0123456789") for _ in range(count))


def is_code(text: str) -> bool:
    """Whether the text is a code, exactly as we write it."""
    return (
        len(text) == LENGTH
        and all(sign in _VALUE for sign in text)
        and check_character(text[:-1]) == text[-1]
    )


def read_code(text: str) -> str:
    """The code in what a person typed: case, spaces and hyphens do not matter.

    Raises Invalid with a sentence saying what is wrong with it.
    """
    tidy = "".join(text.split()).replace("-", "").upper()
    if len(tidy) != LENGTH:
        raise Invalid("A code has eight characters. Type the eight characters under the square.")
    strange = [sign for sign in tidy if sign not in _VALUE]
    if strange:
        raise Invalid(
            f"“{strange[0]}” is never used in our codes. Look again at the eight characters."
        )
    if not is_code(tidy):
        raise Invalid("One of the eight characters is wrong or two are swapped. Look again.")
    return tidy


@contextmanager
def drawn_from(seed: int) -> Iterator[None]:
    """Draw codes from a seed while the block runs, so that the demonstration is always the same."""
    global _draw
    before, _draw = _draw, random.Random(seed).choice  # noqa: S311 - not a secret
    try:
        yield
    finally:
        _draw = before
