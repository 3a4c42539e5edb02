"""Reads of virements, of the lines of a year's budget, and of what has been moved between them."""

from collections.abc import Mapping
from datetime import date

from sqlalchemy import ColumnElement, Select, func, or_, select, union_all
from sqlalchemy.orm import joinedload, selectinload

from core.clock import financial_year
from core.codes import is_code
from core.db import db
from core.errors import NotFound
from core.money import Pence
from funding.agreements.versions.models import AgreedBudget
from funding.agreements.versions.queries import version_on
from funding.models import Budget, Fund
from funding.purse import purse_of, within
from funding.virements.models import BudgetTransfer, Virement, VirementMove
from funding.virements.rules import BudgetLine, VirementStatus
from people.models import Organisation, Staff
from people.queries import organisations_by_number

NO_VIREMENT = "There is no such virement. Look for it in the list of virements."
NOTHING = Pence(0)
Place = tuple[int, str]  # an organisation's number and a product group; no group is the rest


def virements(*, viewer: Staff, on: date) -> Select[Virement]:
    """The selection of virements that touch a budget the viewer may see, the latest first."""
    return (
        select(Virement)
        .where(_seen_by(viewer, on))
        .options(joinedload(Virement.giver), joinedload(Virement.taker))
        .order_by(Virement.id.desc())
    )


def virement_by_code(code: str, *, viewer: Staff, on: date) -> Virement:
    """A virement with its history, if it touches a budget the viewer may see. Raises NotFound."""
    found = db.session.scalar(
        select(Virement)
        .where(Virement.code == (code if is_code(code) else None), _seen_by(viewer, on))
        .options(
            joinedload(Virement.giver),
            joinedload(Virement.taker),
            joinedload(Virement.proposed_by),
            selectinload(Virement.history).joinedload(VirementMove.by),
        )
        .execution_options(populate_existing=True)
    )
    if found is None:
        raise NotFound(NO_VIREMENT)
    return found


def _seen_by(viewer: Staff, on: date) -> ColumnElement[bool]:
    purse = purse_of(viewer, on)
    return or_(
        within(purse, Virement.from_organisation_id), within(purse, Virement.to_organisation_id)
    )


def proposed(*, viewer: Staff, on: date) -> list[Virement]:
    """The virements that wait for the board, the oldest first."""
    waiting = virements(viewer=viewer, on=on).where(Virement.status == VirementStatus.PROPOSED)
    return list(db.session.scalars(waiting.order_by(None).order_by(Virement.id)))


def budget_lines(fund: Fund, on: date) -> dict[Place, BudgetLine]:
    """The lines of the year's budget that hold on a day, each with what has been moved so far.

    By product group where the version in force says so; a partner of whom it says nothing has its
    whole budget of the year in one line. They are part of what each partner agrees to, so each may
    read the others'.
    """
    year_from, _ = financial_year(on)
    version = version_on(fund.id, on)
    agreed: dict[Place, Pence] = {}
    if version is not None:
        asked = select(AgreedBudget).where(AgreedBudget.version_id == version.id)
        agreed = {(one.organisation_id, one.group): one.pence for one in db.session.scalars(asked)}
    whole = select(Budget.organisation_id, Budget.pence).where(
        Budget.fund_id == fund.id, Budget.year_from == year_from
    )
    told = {who for who, _ in agreed}
    for who, pence in db.session.execute(whole):
        if who not in told:
            agreed[who, ""] = pence
    moved = moved_by_line(year_from, on, fund_id=fund.id)
    return {
        place: BudgetLine(*place, pence, moved.get(place, NOTHING))
        for place, pence in agreed.items()
    }


def lines_moved(fund: Fund, on: date, *, viewer: Staff) -> list[tuple[Organisation, BudgetLine]]:
    """The lines of the year's budget that virements have changed, of whom a viewer may see."""
    purse = purse_of(viewer, on)
    lines = [
        line
        for line in budget_lines(fund, on).values()
        if line.moved and (purse.every or line.organisation_id in purse.organisation_ids)
    ]
    names = organisations_by_number({line.organisation_id for line in lines})
    ordered = sorted(lines, key=lambda one: (names[one.organisation_id].name, one.group))
    return [(names[line.organisation_id], line) for line in ordered]


def moved_by_line(
    year_from: date, until: date, *, fund_id: int | None = None
) -> dict[Place, Pence]:
    """What virements of a year had brought to each line (or taken from it) by the end of a day."""
    gave = select(
        BudgetTransfer.from_organisation_id.label("who"),
        BudgetTransfer.from_group.label("group"),
        (-BudgetTransfer.pence).label("pence"),
    )
    took = select(BudgetTransfer.to_organisation_id, BudgetTransfer.to_group, BudgetTransfer.pence)
    of_year = [BudgetTransfer.year_from == year_from, BudgetTransfer.on <= until]
    if fund_id is not None:
        of_year.append(BudgetTransfer.fund_id == fund_id)
    lines = union_all(gave.where(*of_year), took.where(*of_year)).subquery()
    rows = db.session.execute(
        select(lines.c.who, lines.c.group, func.sum(lines.c.pence)).group_by(
            lines.c.who, lines.c.group
        )
    )
    return {(who, group): Pence(int(pence)) for who, group, pence in rows}


def moved_by_partner(
    year_from: date, until: date, *, fund_id: int | None = None
) -> Mapping[int, Pence]:
    """What virements of a year had brought to each partner (or taken from it) by a day's end."""
    found: dict[int, Pence] = {}
    for (who, _), pence in moved_by_line(year_from, until, fund_id=fund_id).items():
        found[who] = Pence(found.get(who, 0) + pence)
    return found
