"""Many labels at once, as a hand scanner with a memory or a paper sheet gives them."""

from core.errors import Invalid, Refused
from equipment.models import Item
from labels.queries import item_scanned

MOST_PASTED = 200
MOST_TOLD = 10


def items_pasted(text: str) -> list[Item]:
    """The items of labels written one a line. One that cannot be read refuses all of them.

    Raises Invalid beside the field `labels`, with the number of each line and what is wrong there.
    """
    lines = [(number, line) for number, line in enumerate(text.splitlines(), 1) if line.strip()]
    if not lines:
        raise Invalid("Paste or type at least one label.", field="labels")
    if len(lines) > MOST_PASTED:
        raise Invalid(f"Paste at most {MOST_PASTED} labels at once.", field="labels")
    items, wrong = [], []
    for number, line in lines:
        try:
            items.append(item_scanned(line))
        except Refused as why:
            wrong.append(f"Line {number}: {why.sentence}")
    if wrong:
        more = f" And {len(wrong) - MOST_TOLD} more lines." if len(wrong) > MOST_TOLD else ""
        told = " ".join(wrong[:MOST_TOLD])
        raise Invalid(f"{told}{more} Nothing was counted yet.", field="labels")
    return items
