"""What the address of a list asks for, read without believing any of it."""

from enum import StrEnum
from typing import TypeVar

from flask import request

from core.errors import NotFound
from equipment.models import Product, Store
from equipment.queries import product_by_code, store_by_code

W = TypeVar("W", bound=StrEnum)


def word(name: str, kind: type[W]) -> W | None:
    """The word of a fixed list that is asked for; none where it is open or unknown."""
    try:
        return kind(request.args.get(name, ""))
    except ValueError:
        return None


def words(name: str, kind: type[W]) -> tuple[W, ...]:
    """The words of a fixed list that are asked for, unknown ones left out."""
    known = {one.value: one for one in kind}
    return tuple(known[asked] for asked in request.args.getlist(name) if asked in known)


def text(name: str = "text") -> str:
    """The text that is searched for."""
    return request.args.get(name, "")


def product(name: str = "product") -> Product | None:
    """The product that is asked for. Raises NotFound where there is no such one."""
    code = request.args.get(name, "")
    return product_by_code(code) if code else None


def store(name: str = "store") -> Store | None:
    """The store that is asked for. Raises NotFound where there is no such one."""
    code = request.args.get(name, "")
    return store_by_code(code) if code else None


def one_of(name: str, kind: type[W]) -> W:
    """A word of the path. Raises NotFound where it is none of the list."""
    try:
        return kind(name)
    except ValueError:
        raise NotFound("There is no such page. Start from the menu.") from None
