"""A figure as its page shows it, ready to be frozen in the board's minutes."""

from datetime import date, datetime

from board.rules import Quoted
from core.errors import Invalid
from people.models import Staff
from reports.choices import Asked
from reports.measured import measured
from reports.rules import Basis, Measure


def quoted(
    measure: Measure, basis: Basis, chosen: Asked, *, viewer: Staff, at: datetime, on: date
) -> Quoted:
    """The figure as the measure's page shows it now. Raises Invalid for that of a team or store."""
    if chosen.chosen.place is not None:
        raise Invalid(
            "The board decides about the pool, a partner or a product group. Take the team, "
            "practice or store out of what is shown first."
        )
    whole = measured(measure, chosen, viewer=viewer, at=at, on=on).whole
    period = chosen.chosen.period
    return Quoted(
        measure=measure.code,
        name=measure.name,
        basis=basis.value,
        first=period.first,
        last=period.last,
        words=chosen.words,
        above=whole.above(basis),
        below=whole.below(basis) or 0,
        written=whole.written(basis),
        organisation_id=chosen.partner.id if chosen.partner else None,
    )
