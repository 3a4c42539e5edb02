"""Fairness in a pack: what each partner puts in, spends, is lent, gives back and is credited."""

from core.clock import financial_year
from people.models import Organisation
from reports.board import Board
from reports.fairness.queries import Fairness, Kind
from reports.pack.parts import Block, Cells, Part, Rate, Said, Table, pounds_of
from reports.units import Unit

SUM_HEADS = ("Partner", *(kind.value.capitalize() for kind in Kind))
SHARE_HEADS = (*SUM_HEADS, "Spend less contributions")
NOT_TOLD = (
    "Partners' shares are laid beside each other for the whole pool, and for who sees every"
    " partner's money."
)
NO_JUDGEMENT = (
    "What is issued and returned is laid on partners by the shares each loan began under, to the"
    " penny. A difference is no judgement: need differs, too. What nobody pays for yet is nobody's"
    " here."
)


def fairness_part(board: Board) -> Part:
    """Each partner's part of every kind in the month, and its share of them."""
    fair, month = board.fairness, board.asked.chosen.period
    if fair is None:
        return Part("Fairness between partners", (Said(NOT_TOLD),))
    first, last = financial_year(month.first)
    sums = (*(_sums(fair, one) for one in fair.partners), _whole(fair))
    shares = tuple(_shares(fair, one) for one in fair.partners)
    blocks: tuple[Block, ...] = (
        Said(fair.sentence),
        Table(
            f"Sums of {month}; contributions of April {first.year} to March {last.year}",
            SUM_HEADS,
            sums,
            "Fairness",
            total=True,
        ),
        Table(f"Shares of {month}", SHARE_HEADS, shares, "Fairness in shares"),
        Said(NO_JUDGEMENT),
    )
    return Part("Fairness between partners", blocks)


def _sums(fair: Fairness, partner: Organisation) -> Cells:
    return partner.name, *(pounds_of(fair.part(kind, partner)) for kind in Kind)


def _whole(fair: Fairness) -> Cells:
    return "All partners", *(pounds_of(fair.whole(kind)) for kind in Kind)


def _shares(fair: Fairness, partner: Organisation) -> Cells:
    parts = ((fair.part(kind, partner), fair.whole(kind)) for kind in Kind)
    rates = (Rate(Unit.PERCENT.of(part, whole), Unit.PERCENT) for part, whole in parts)
    return partner.name, *rates, fair.gap_written(partner)
