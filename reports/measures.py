"""The measures of the board: what each counts, in words and as rows above and below a line."""

from core.errors import NotFound
from reports.amounts.measures import OF_MONEY
from reports.carbon.factors import IN_USE
from reports.rules import EXCLUSIONS, LENDABLE, Basis, Counted, Measure, Part
from reports.spc.rules import Better
from reports.units import Unit

ITEMS_AND_VALUE = (Basis.ITEMS, Basis.VALUE)
ITEMS = (Basis.ITEMS,)
VALUE = (Basis.VALUE,)
_LOANS_BACK = "loans ended by a return in the period ÷ loans begun in the period"
_RETURNS, _WORKSHOP = "Returns staff", "Workshop"
_BUYING, _SCHEDULING = "Equipment lead", "Scheduler"
_NEVER_ASKED = "Loans that nobody asked back: brought in or handed over unasked."

MEASURES: dict[str, Measure] = {
    measure.code: measure
    for measure in (
        Measure(
            "R1",
            "Return rate (items)",
            Counted.RETURNED,
            Counted.ISSUED,
            ITEMS,
            f"{_LOANS_BACK}, by number of items",
            "How many items come back for each hundred that go out. It may pass 100% in a month"
            " in which more comes back than goes out.",
            _RETURNS,
        ),
        Measure(
            "R2",
            "Return rate (value)",
            Counted.RETURNED,
            Counted.ISSUED,
            VALUE,
            f"{_LOANS_BACK}, by the catalogue price each loan was issued at",
            "The return rate weighed by price: whether it is the costly things that come back.",
            _RETURNS,
        ),
        Measure(
            "R3",
            "Refurbishment yield",
            Counted.REUSABLE,
            Counted.DECIDED,
            ITEMS_AND_VALUE,
            "returns made reusable in the period ÷ returns decided in the period",
            "Of what came back and was decided on, how much could be lent again.",
            _WORKSHOP,
            target=90_00,
            target_from="the lower of two services' published yields",
        ),
        Measure(
            "R4",
            "Recovery and reuse",
            Counted.REUSABLE,
            Counted.ISSUED,
            ITEMS_AND_VALUE,
            "returns made reusable in the period ÷ loans begun in the period",
            "How much of what goes out comes back and can be lent again: close to the return"
            " rate times the refurbishment yield.",
            _WORKSHOP,
        ),
        Measure(
            "R5",
            "Reissue share",
            Counted.REISSUED,
            Counted.ISSUED,
            ITEMS_AND_VALUE,
            "loans begun from recycled stock in the period ÷ loans begun in the period",
            "How much of what people need is met without buying.",
            _BUYING,
            target=95_00,
            target_from="what the reference service reached",
        ),
        Measure(
            "C1",
            "Back by now",
            Counted.BACK,
            Counted.ISSUED,
            ITEMS_AND_VALUE,
            "loans begun in the period that a return has ended by today ÷ loans begun in the"
            " period",
            "Of what went out in these months, how much has come back so far. It never passes"
            " 100%, and a month's figure goes on growing, so it has no control chart.",
            _RETURNS,
            settled=False,
        ),
        Measure(
            "U1",
            "Uses of each purchase",
            Counted.ISSUED,
            Counted.NEW,
            ITEMS_AND_VALUE,
            "loans begun in the period ÷ loans begun in the period with new equipment",
            "How many times something is lent for each time something is bought: 20 where the"
            " reissue share is 95%.",
            _BUYING,
            unit=Unit.TIMES,
        ),
        Measure(
            "U2",
            "Uses in an item's life",
            Counted.LIVES,
            Counted.SCRAPPED,
            ITEMS,
            "loans ever begun of the items scrapped or stripped in the period ÷ items scrapped or"
            " stripped in the period",
            "How often a thing had been lent by the time it was past saving: what a purchase has"
            " given in the end.",
            _WORKSHOP,
            unit=Unit.TIMES,
            exclusions=(*EXCLUSIONS, "Items that were lost or went back to their owner."),
        ),
        Measure(
            "K1",
            "Carbon avoided",
            Counted.REISSUED,
            None,
            ITEMS,
            "for each loan begun from recycled stock in the period, what making one new item of its"
            " product group causes, by the factors of the day it began",
            "What was not made new because it was lent again. It rests on assumed factors, and what"
            " collecting and cleaning cause is not taken off.",
            _BUYING,
            unit=Unit.KILOGRAMS,
            version=IN_USE,
        ),
        Measure(
            "S1",
            "Delivered on time",
            Counted.ON_TIME,
            Counted.PROMISED,
            ITEMS,
            "loans begun in the period on or before the day promised when ordered ÷ loans begun in"
            " the period that had a promised day",
            "Whether people have what they need when they were told they would. What is late and"
            " not delivered yet counts in the month it is delivered.",
            _SCHEDULING,
            exclusions=LENDABLE,
            part=Part.SERVICE,
        ),
        Measure(
            "S2",
            "Failed visits",
            Counted.FAILED,
            Counted.VISITED,
            ITEMS,
            "visits that failed in the period ÷ visits done, done in part or failed in the period",
            "How often a van went for nothing: no access, refused, wrong item, in hospital.",
            _SCHEDULING,
            better=Better.LOWER,
            exclusions=(
                "Visits called off before the van set out.",
                "For one partner, visits for equipment that was never lent: nobody paid for it.",
            ),
            part=Part.SERVICE,
        ),
        Measure(
            "S3",
            "Days to collect",
            Counted.COLLECTED,
            Counted.COLLECTED,
            ITEMS,
            "days from being asked back to coming back ÷ loans that came back in the period after"
            " being asked back",
            "How long equipment that nobody needs any more waits in a home.",
            _SCHEDULING,
            unit=Unit.DAYS,
            better=Better.LOWER,
            exclusions=(*LENDABLE, _NEVER_ASKED),
            part=Part.SERVICE,
        ),
        Measure(
            "S4",
            "Days to be available again",
            Counted.READY,
            Counted.READY,
            ITEMS,
            "days from being asked back to being made reusable ÷ returns made reusable in the"
            " period after being asked back",
            "How long it takes until somebody else can have it.",
            _WORKSHOP,
            unit=Unit.DAYS,
            better=Better.LOWER,
            exclusions=(*LENDABLE, _NEVER_ASKED, "Returns that were scrapped or stripped."),
            part=Part.SERVICE,
        ),
        Measure(
            "S5",
            "Delivered within seven working days",
            Counted.IN_SEVEN,
            Counted.PLACED,
            ITEMS,
            "loans begun in the period up to seven working days after the day of the order ÷ loans"
            " begun in the period",
            "The share that the old national indicator asked for. The clock starts with the order,"
            " whatever day was promised.",
            _SCHEDULING,
            exclusions=LENDABLE,
            part=Part.SERVICE,
        ),
        Measure(
            "S6",
            "Days from coming back to available",
            Counted.REUSABLE,
            Counted.REUSABLE,
            ITEMS,
            "days from coming back to being made reusable ÷ returns made reusable in the period",
            "How long a thing that is back waits in the workshop until somebody can have it.",
            _WORKSHOP,
            unit=Unit.DAYS,
            better=Better.LOWER,
            exclusions=(*EXCLUSIONS, "Returns that were scrapped or stripped."),
            part=Part.SERVICE,
        ),
        *OF_MONEY,
    )
}


def measure_by_code(code: str) -> Measure:
    """The measure people call by this code, in any case. Raises NotFound."""
    try:
        return MEASURES[code.upper()]
    except KeyError:
        raise NotFound("There is no such measure. The board's page lists them all.") from None
