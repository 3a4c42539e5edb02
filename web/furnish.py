"""Everything a page needs, put into the application."""

from flask import Flask


def furnish(app: Flask) -> None:
    """Templates, filters, security headers, error pages and static files."""
