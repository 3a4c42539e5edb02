"""The words prices are agreed in, and what they say: pure, no database here."""

from core.money import Pence, pounds
from funding.rules import EntryKind

# Product groups and the conditions an inspector sees, as other rooms write them.
PRODUCT_GROUPS = (
    "beds and rails",
    "pressure care",
    "hoists, slings and transfer",
    "bathing",
    "toileting",
    "seating",
    "walking",
    "daily living",
    "sensory",
    "ramps and rails",
    "children's",
    "bariatric",
    "telecare",
)
CONDITIONS = ("good", "worn but sound", "damaged, worth repairing", "beyond economic repair")

# Without a price of these the work itself stops; the others are charged where they are priced.
ALWAYS_PRICED = (
    EntryKind.DELIVERY,
    EntryKind.COLLECTION,
    EntryKind.CLEANING,
    EntryKind.REPAIR,
    EntryKind.TEST,
)


def credit_told(percent: int, price: Pence, group: str = "", condition: str = "") -> str:
    """How a credit came about: "60% of £1,650.00 (beds and rails, good)"."""
    agreed = ", ".join(word for word in (group, condition) if word)
    return f"{percent}% of {pounds(price)} ({agreed or 'the product’s own rate'})"
