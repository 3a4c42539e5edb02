"""Rendering a page."""

from typing import Any

from flask import render_template


def page(template: str, **context: Any) -> str:
    """The page a template makes of its context."""
    return render_template(template, **context)
