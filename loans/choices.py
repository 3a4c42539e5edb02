"""The choices of a form, made of the business's own words."""

from collections.abc import Iterable
from enum import StrEnum
from typing import Any

from wtforms.fields.choices import SelectChoice  # type: ignore[attr-defined]


def choices_of(words: Iterable[StrEnum], *, unchosen: str = "") -> list[Any]:
    """A choice for each word, after one that chooses nothing where `unchosen` says how."""
    offered = [(word.value, word.value.capitalize()) for word in words]
    return choices_from([*([("", unchosen)] if unchosen else []), *offered])


def choices_from(pairs: Iterable[tuple[str, str]]) -> list[Any]:
    """A choice for each pair of what is sent and what is read."""
    return [SelectChoice(value, label) for value, label in pairs]
