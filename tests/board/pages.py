"""What a page says, without its tags."""

import re
from html import unescape
from typing import Any


def words(answer: Any) -> str:
    """The words of a page, in one line."""
    text = re.sub(r"<[^>]+>", " ", answer.get_data(as_text=True))
    return " ".join(unescape(text).split())
