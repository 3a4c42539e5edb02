"""What the component templates ask of form fields and tables, in Python because it is quick.

The design system's own table macro takes 350 ms for 200 rows; this takes about one.
"""

import re
from collections.abc import Collection, Iterator, Sequence
from typing import Any

from markupsafe import Markup, escape
from wtforms import (
    BooleanField,
    DateField,
    DateTimeLocalField,
    DecimalField,
    FileField,
    HiddenField,
    IntegerField,
    PasswordField,
    RadioField,
    SelectFieldBase,
    SelectMultipleField,
    TextAreaField,
)
from wtforms.widgets import CheckboxInput, ListWidget

_KINDS: tuple[tuple[type, str], ...] = (
    (HiddenField, "hidden"),
    (RadioField, "radios"),
    (SelectMultipleField, "checkboxes"),
    (SelectFieldBase, "select"),
    (BooleanField, "checkbox"),
    (TextAreaField, "textarea"),
    (PasswordField, "password"),
    (FileField, "file"),
    (DateField, "date"),
    (DateTimeLocalField, "date"),
    (IntegerField, "number"),
    (DecimalField, "decimal"),
)


def control(field: Any) -> str:
    """Which component a field is shown as."""
    kind = next((kind for cls, kind in _KINDS if isinstance(field, cls)), "text")
    if kind == "select" and isinstance(field.widget, ListWidget):
        multiple = isinstance(getattr(field, "option_widget", None), CheckboxInput)
        return "checkboxes" if multiple else "radios"
    return kind


def attributes(more: dict[str, Any], **mine: Any) -> dict[str, Any]:
    """The attributes of an input: never the browser's own checks, which hide our sentences.

    Names may be written with underscores (`data_keeps_focus`) as a template must.
    """
    wide: dict[str, Any] = {
        **dict.fromkeys(("required", "maxlength", "minlength", "min", "max", "step"), False),
        **mine,
        **more,
    }
    return {name.rstrip("_").replace("_", "-"): value for name, value in wide.items()}


def sentences(field: Any) -> Iterator[str]:
    """Every error of a field as a sentence, however deeply the field is nested."""
    yield from _flat(field.errors)


def _flat(errors: Any) -> Iterator[str]:
    if isinstance(errors, dict):
        errors = errors.values()
    elif not isinstance(errors, list | tuple):
        yield str(errors)
        return
    for one in errors:
        yield from _flat(one)


def faults(form: Any) -> list[tuple[str | None, str]]:
    """Every error of a form, in the order of its fields: where it is, and its sentence."""
    above = [(None, str(sentence)) for sentence in form.form_errors]
    hidden = {"hidden"}
    return above + [
        (None if control(field) in hidden else field.id, sentence)
        for field in form
        for sentence in sentences(field)
    ]


_CELL = re.compile(r"<(tr|td|th)\b([^<>]*)>")
_PLAIN = re.compile(r"<[^<>]*>")


def _text(head: Any) -> str:
    """The words of a heading, which may be a link: (text, address, direction)."""
    if isinstance(head, tuple | list):
        head = head[0]
    return str(_PLAIN.sub("", str(escape(head)))).strip()


def told_apart(rows: Markup, heads: Sequence[Any]) -> Markup:
    """Table rows whose every cell says which column it is in, so that a phone can stack them.

    Roles are written out because a table laid out as blocks stops being one to a screen reader.
    """
    titles = [_text(head) for head in heads]
    at = 0

    def labelled(match: re.Match[str]) -> str:
        nonlocal at
        tag, given = match.groups()
        if tag == "tr":
            at = 0
            return f'<tr role="row"{given}>'
        title = titles[at] if at < len(titles) else ""
        at += 1
        role = "cell" if tag == "td" else "rowheader"
        return f'<{tag} role="{role}" data-head="{title}"{given}>'

    return Markup(_CELL.sub(labelled, str(escape(rows))))  # noqa: S704 - made from escaped rows


def right_aligned(heads: Sequence[Any], numeric: Collection[Any]) -> str:
    """The classes that align a table's numeric columns, named by position (from nought) or head."""
    titles = [_text(head) for head in heads]
    return " ".join(
        f"app-right-{position + 1}"
        for position, title in enumerate(titles)
        if position in numeric or title in numeric
    )
