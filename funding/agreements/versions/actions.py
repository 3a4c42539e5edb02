"""What people do with a version: draft it, change it, agree for their partner, put it in force."""

from collections.abc import Sequence
from datetime import date, datetime

from sqlalchemy import func, select

from core.clock import financial_year, london_day
from core.db import add, db
from core.errors import Forbidden, Invalid, NotAllowed, TakenByAnother
from core.money import Pence
from core.status import move
from funding.agreements.rules import Terms, YearEnd
from funding.agreements.versions.application import apply
from funding.agreements.versions.models import (
    AgreedBudget,
    AgreementVersion,
    Consent,
    Contribution,
    DraftedChange,
    Instalment,
)
from funding.agreements.versions.queries import own_places, version_in_force
from funding.agreements.versions.rules import Change, Figures, VersionEvent, kept, quarters
from funding.heirs import pence_passed
from funding.models import Budget, Fund
from funding.queries import partners
from funding.rules import StockModel
from people.models import Organisation, Staff

MOST_INSTALMENTS = 24


def draft_version(fund: Fund, *, from_on: date, by: Staff, at: datetime) -> AgreementVersion:
    """Begin the next version from what holds now: its partners, with what they put in last year.

    Host, stock model, terms and budgets are taken over; the days of payment are the usual four.
    """
    older = version_in_force(fund.id)
    _check_day(fund, older, from_on)
    last = db.session.scalar(
        select(func.max(AgreementVersion.number)).where(AgreementVersion.fund_id == fund.id)
    )
    version = AgreementVersion(
        fund_id=fund.id,
        number=(last or 0) + 1,
        from_on=from_on,
        host_id=fund.host_id if older is None else older.host_id,
        stock_model=fund.stock_model if older is None else older.stock_model,
    )
    if older is not None:
        _write_terms(version, older.terms)
        version.budgets = [
            AgreedBudget(organisation_id=one.organisation_id, group=one.group, pence=one.pence)
            for one in older.budgets
        ]
    version.contributions = [
        Contribution(organisation_id=who, last_year=pence)
        for who, pence in _last_year(fund, older, from_on).items()
    ]
    version.instalments = [Instalment(due_on=day) for day in quarters(from_on)]
    return add(version)


def _last_year(fund: Fund, older: AgreementVersion | None, on: date) -> dict[int, Pence]:
    """What each partner put in before, by who stands in its place on the new version's day."""
    if older is not None:
        before = [(one.organisation_id, one.pence) for one in older.contributions]
    else:
        before = [(one.organisation_id, Pence(0)) for one in partners(fund.id, on)]
        before += _budgets_of_the_year_before(fund, on)
    return pence_passed(before, on)


def _budgets_of_the_year_before(fund: Fund, on: date) -> list[tuple[int, Pence]]:
    first, _ = financial_year(on)
    asked = select(Budget.organisation_id, Budget.pence).where(
        Budget.fund_id == fund.id, Budget.year_from == first.replace(year=first.year - 1)
    )
    return [(who, pence) for who, pence in db.session.execute(asked)]


def _check_day(fund: Fund, older: AgreementVersion | None, from_on: date) -> None:
    open_from = db.session.scalar(
        select(Fund.open_from).where(Fund.id == fund.id).with_for_update(read=True)
    )
    if open_from is not None and from_on < open_from:
        raise Invalid(
            f"{from_on:%B %Y} is closed. Choose a day from {open_from:%-d %B %Y} on.",
            field="from_on",
        )
    if older is not None and from_on <= older.from_on:
        raise Invalid(
            f"Version {older.number} is in force from {older.from_on:%-d %B %Y}. "
            "Choose a later day.",
            field="from_on",
        )


def _locked(version: AgreementVersion) -> AgreementVersion:
    """The version as it stands now, held until the transaction ends: others wait."""
    db.session.flush()
    return db.session.scalars(
        select(AgreementVersion)
        .where(AgreementVersion.id == version.id)
        .with_for_update()
        .execution_options(populate_existing=True)
    ).one()


def _change(version: AgreementVersion, *, by: Staff, at: datetime) -> None:
    """Count one more change of the draft: whoever has agreed is asked anew."""
    _locked(version)
    move(version, VersionEvent.CHANGE, by=by, at=at, revision=version.revision + 1)
    version.revision += 1


def set_terms(
    version: AgreementVersion,
    terms: Terms,
    *,
    from_on: date,
    host: Organisation,
    days: Sequence[date],
    stock_model: StockModel | None = None,
    by: Staff,
    at: datetime,
) -> None:
    """Write from when it holds, who hosts, when is paid, and what the year's end does.

    How equipment is paid for stays as it is where nothing is said of it.
    """
    _change(version, by=by, at=at)
    _check_day(version.fund, version_in_force(version.fund_id), from_on)
    _check_days(days, from_on)
    version.from_on, version.host_id = from_on, host.id
    version.stock_model = stock_model or version.stock_model
    _write_terms(version, terms)
    wanted = {day: Instalment(due_on=day) for day in days}
    there = {one.due_on: one for one in version.instalments}
    version.instalments = [there.get(day) or wanted[day] for day in sorted(wanted)]
    db.session.flush()


def _check_days(days: Sequence[date], from_on: date) -> None:
    if len(days) > MOST_INSTALMENTS:
        raise Invalid(f"Give at most {MOST_INSTALMENTS} days of payment.", field="days")
    if len(set(days)) < len(days):
        raise Invalid("A day of payment is written twice.", field="days")
    if any(day < from_on for day in days):
        raise Invalid("A day of payment lies before the version begins.", field="days")


def _write_terms(version: AgreementVersion, terms: Terms) -> None:
    if (terms.year_end is YearEnd.CAPPED) != (terms.cap_percent is not None):
        raise Invalid(
            "Give a cap where the year-end is by contribution up to a cap, and only there.",
            field="cap_percent",
        )
    if terms.year_end in (YearEnd.CAPPED, YearEnd.LEAD) and terms.lead_id is None:
        raise Invalid("Choose the lead partner that bears what is left.", field="lead")
    if (terms.gain_threshold_percent is None) != (terms.gain_percent is None):
        raise Invalid("Give both the threshold and the provider's part, or neither.",
                      field="gain_percent")  # fmt: skip
    for name, value in vars(terms).items():
        setattr(version, name, value)


def set_contribution(
    version: AgreementVersion,
    organisation: Organisation,
    figures: Figures,
    *,
    by: Staff,
    at: datetime,
) -> Contribution:
    """Write what a partner puts in for a year; who had no place has one from now on."""
    figures.checked()
    _change(version, by=by, at=at)
    found = next(
        (one for one in version.contributions if one.organisation_id == organisation.id), None
    )
    if found is None:
        found = Contribution(organisation=organisation)
        version.contributions.append(found)
    for name, value in vars(figures).items():
        setattr(found, name, value)
    db.session.flush()
    return found


def drop_contribution(
    version: AgreementVersion, organisation: Organisation, *, by: Staff, at: datetime
) -> None:
    """Take a partner's place out of a draft, with its budgets: it leaves on the version's day."""
    _change(version, by=by, at=at)
    version.contributions = [
        one for one in version.contributions if one.organisation_id != organisation.id
    ]
    version.budgets = [one for one in version.budgets if one.organisation_id != organisation.id]
    db.session.flush()


def set_group_budget(
    version: AgreementVersion,
    organisation: Organisation,
    group: str,
    pence: Pence | None,
    *,
    by: Staff,
    at: datetime,
) -> None:
    """Write what a partner means to spend on a product group; nothing said takes it out again."""
    if pence is not None and pence < 0:
        raise Invalid("A budget is not less than nothing.", field="pence")
    if organisation.id not in {one.organisation_id for one in version.contributions}:
        raise Invalid("It puts nothing in. Add its contribution first.", field="organisation")
    _change(version, by=by, at=at)
    others = [
        one
        for one in version.budgets
        if (one.organisation_id, one.group) != (organisation.id, group)
    ]
    version.budgets = others
    db.session.flush()
    if pence is not None:
        new = AgreedBudget(organisation=organisation, group=group, pence=pence)
        version.budgets.append(new)
        db.session.flush()


def draft_change(
    version: AgreementVersion, change: Change, *, by: Staff, at: datetime
) -> DraftedChange:
    """Write a change of a rule or a price that the version makes on its day."""
    _change(version, by=by, at=at)
    version.changes = [one for one in version.changes if one.change.about != change.about]
    drafted = DraftedChange(kind=change.kind, says=kept(change))
    version.changes.append(drafted)
    db.session.flush()
    return drafted


def drop_change(version: AgreementVersion, about: str, *, by: Staff, at: datetime) -> None:
    """Take a drafted change out again, by what it is about."""
    _change(version, by=by, at=at)
    version.changes = [one for one in version.changes if one.change.about != about]
    db.session.flush()


def agree(version: AgreementVersion, *, revision: int, by: Staff, at: datetime) -> list[int]:
    """Agree to a revision for one's own organisation, and whoever it succeeded.

    Answers the numbers of those it agreed for; the last to agree completes the version. Raises
    TakenByAnother where it has changed since it was read.
    """
    on = london_day(at)
    version = _locked(version)
    version.MOVES.after(version.status, VersionEvent.AGREE)
    own = own_places(version, viewer=by, on=on)
    if not own:
        raise Forbidden("Your organisation has no place in this version of the agreement.")
    _check_read(version, revision)
    agreed = set(
        db.session.scalars(
            select(Consent.organisation_id).where(
                Consent.version_id == version.id, Consent.revision == version.revision
            )
        )
    )
    mine = [who for who in own if who not in agreed]
    if not mine:
        raise NotAllowed("Your organisation has agreed to this version already.")
    for who in mine:
        add(Consent(version_id=version.id, organisation_id=who, revision=revision, at=at,
                    by_id=by.id))  # fmt: skip
    move(version, VersionEvent.AGREE, by=by, at=at, revision=revision)
    if {one.organisation_id for one in version.contributions} <= agreed | set(mine):
        move(version, VersionEvent.COMPLETE, by=by, at=at, revision=revision)
    db.session.flush()
    return mine


def _check_read(version: AgreementVersion, revision: int) -> None:
    if revision != version.revision:
        raise TakenByAnother(
            "This version has been changed since you opened it. Nothing of yours was saved. "
            "Read it again before you go on."
        )


def put_in_force(version: AgreementVersion, *, revision: int, by: Staff, at: datetime) -> None:
    """Let an agreed version hold from its day; the older one holds until then.

    Partners, rules, prices and budgets of the live agreement change from that day as it says.
    Raises Invalid where its month is closed, and whatever the live agreement refuses.
    """
    with db.session.begin_nested():  # refused halfway, it stands as it did
        version = _locked(version)
        version.MOVES.after(version.status, VersionEvent.PUT_IN_FORCE)
        _check_read(version, revision)
        _check_day(version.fund, version_in_force(version.fund_id), version.from_on)
        _supersede(version, by=by, at=at)
        move(version, VersionEvent.PUT_IN_FORCE, by=by, at=at, revision=revision)
        db.session.flush()
        apply(version, by=by, at=at)


def _supersede(version: AgreementVersion, *, by: Staff, at: datetime) -> None:
    older = version_in_force(version.fund_id)
    if older is not None:
        older.to_on = version.from_on
        move(older, VersionEvent.SUPERSEDE, by=by, at=at, revision=older.revision)
        db.session.flush()
