"""The measures of money: what the ledger and the orders say, and what recycling avoided."""

from reports.rules import LENDABLE, Basis, Counted, Measure, Part
from reports.spc.rules import Better
from reports.units import Unit

ITEMS, VALUE = (Basis.ITEMS,), (Basis.VALUE,)
_FINANCE, _BUYING = "Host finance", "Equipment lead"
_PARKED = "What nobody pays for yet (parked) stands by itself."
_CLOSING = "What settles an earlier year is no spending of this one."

OF_MONEY = (
    Measure(
        "M1",
        "Spend",
        Counted.SPENT,
        None,
        VALUE,
        "what was charged less what was credited, of the months of the period",
        "What the partners' equipment and its activities came to.",
        _FINANCE,
        unit=Unit.POUNDS,
        better=Better.NEITHER,
        exclusions=(_PARKED, _CLOSING),
        settled=False,
        part=Part.MONEY,
    ),
    Measure(
        "M2",
        "Commitment",
        Counted.COMMITTED,
        None,
        VALUE,
        "what every line of an order would be charged that was approved or waited for it, and"
        " was neither delivered nor cancelled, when the period ended or as it stands today",
        "What is ordered and will be charged when it is delivered.",
        _FINANCE,
        unit=Unit.POUNDS,
        better=Better.NEITHER,
        exclusions=(_PARKED,),
        settled=False,
        part=Part.MONEY,
    ),
    Measure(
        "M3",
        "Forecast outturn",
        Counted.EXPECTED,
        None,
        VALUE,
        "what was spent in the financial year the period ends in, and for each month left the"
        " mean of the whole months so far, by the seasons of the year before where they are"
        " known; a month under way counts as at least what it has come to",
        "What the year will come to if it goes on as it began.",
        _FINANCE,
        unit=Unit.POUNDS,
        better=Better.NEITHER,
        exclusions=(
            _PARKED,
            _CLOSING,
            "Before three whole months are over nothing is forecast.",
            "It is told of partners, not of product groups.",
        ),
        settled=False,
        part=Part.MONEY,
    ),
    Measure(
        "M4",
        "Money avoided",
        Counted.AVOIDED,
        Counted.RECYCLING,
        VALUE,
        "catalogue price of the loans begun from recycled stock in the period − what the ledger"
        " charged for collecting, cleaning, repairing and testing in its months",
        "What would have been bought new, less what it cost to have it again.",
        _BUYING,
        unit=Unit.POUNDS,
        exclusions=(*LENDABLE, _PARKED),
        settled=False,
        part=Part.MONEY,
    ),
    Measure(
        "U3",
        "Cost per issue",
        Counted.SPENT,
        Counted.LENT,
        ITEMS,
        "charged less credited in the period ÷ loans begun in the period",
        "What the pool spends, all in all, for each thing it lends.",
        _FINANCE,
        unit=Unit.EACH,
        better=Better.LOWER,
        exclusions=(
            _PARKED,
            _CLOSING,
            "Nothing of what is lent: specials and products for one person count as well.",
            "For one partner, its own part of the spending, over every loan it shares in.",
        ),
        settled=False,
        part=Part.MONEY,
    ),
)
