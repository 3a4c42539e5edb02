"""Organisations: who they are, whom they succeeded, which practices and postcodes are theirs."""

from typing import Any

from flask import flash, redirect, request, url_for

from core.clock import london_day, now
from core.errors import Invalid, NotFound, Refused
from people import actions
from people.access import needs, who
from people.blueprint import bp
from people.forms import (
    KINDS,
    MembershipForm,
    OrganisationForm,
    OrganisationsAsked,
    PostcodesForm,
    SuccessionForm,
)
from people.models import Organisation
from people.organisations.queries import (
    memberships_of,
    postcodes_of,
    practices_of,
    predecessions,
    successions_of,
    whole_of,
)
from people.queries import (
    organisation_by_any_code,
    organisation_by_code,
    organisations_matching,
)
from people.rules import Kind, May, read_heirs
from web.forms import Form
from web.pages import page
from web.paging import Page, paged
from web.writes import writes


@bp.get("/organisations")
@needs(May.KEEP_PEOPLE)
def organisations() -> Any:
    """The organisations, filtered as the address asks."""
    form = OrganisationsAsked(request.args)
    if not form.validate():
        return _list(form, Page([])), 422
    kind = Kind(form.kind.data) if form.kind.data else None
    return _list(form, paged(organisations_matching(kind=kind, text=form.text.data or "")))


@bp.get("/organisations/new")
@needs(May.KEEP_PEOPLE)
def new_organisation() -> Any:
    """The page to enter an organisation on."""
    return page("people/new_organisation.html", form=OrganisationForm())


@bp.post("/organisations/new")
@needs(May.KEEP_PEOPLE)
@writes
def add_organisation() -> Any:
    """Enter an organisation."""
    form = OrganisationForm()
    if not form.validate():
        return page("people/new_organisation.html", form=form), 422
    try:
        added = actions.add_organisation(
            name=form.name.data,
            kind=Kind(form.kind.data),
            ods_code=form.ods_code.data,
            gss_code=form.gss_code.data,
            opened_on=form.opened_on.data,
            by=who(),
            at=now(),
        )
    except Refused as why:
        return page("people/new_organisation.html", form=form.refused(why)), why.status
    return _done(added, f"{added.name} is entered.")


@bp.get("/organisations/<code>")
@needs(May.KEEP_PEOPLE)
def organisation(code: str) -> Any:
    """One organisation."""
    return _page(organisation_by_code(code))


@bp.post("/organisations/<code>/succession")
@needs(May.KEEP_PEOPLE)
@writes
def succeed(code: str) -> Any:
    """Record who stands in an organisation's place from a day on."""
    one, form = organisation_by_code(code), SuccessionForm()
    if not form.validate():
        return _page(one, form), 422
    try:
        read = read_heirs(form.successors.data)
        heirs = [(_named(code, "successors"), weight) for code, weight in read]
        actions.pass_on(one, heirs, on=form.on.data, by=who(), at=now())
    except Refused as why:
        return _page(one, form.refused(why)), why.status
    names = " and ".join(successor.name for successor, _ in heirs)
    stand = "stands" if len(heirs) == 1 else "stand"
    return _done(one, f"{names} {stand} in the place of {one.name} from then on.")


@bp.post("/organisations/<code>/membership")
@needs(May.KEEP_PEOPLE)
@writes
def join(code: str) -> Any:
    """Record which NHS body a practice belongs to from a day on."""
    one, form = organisation_by_code(code), MembershipForm()
    if not form.validate():
        return _page(one, form), 422
    try:
        body = _named(form.body.data, "body")
        actions.join_practice(one, body, from_on=form.from_on.data, by=who(), at=now())
    except Refused as why:
        return _page(one, form.refused(why)), why.status
    return _done(one, f"{one.name} belongs to {body.name} from then on.")


@bp.post("/organisations/<code>/postcodes")
@needs(May.KEEP_PEOPLE)
@writes
def place_postcodes(code: str) -> Any:
    """Record postcodes that lie in a council's area."""
    one, form = organisation_by_code(code), PostcodesForm()
    if not form.validate():
        return _page(one, form), 422
    try:
        lines = form.beginnings.data.replace(",", "\n").splitlines()
        areas = {line.strip(): one for line in lines if line.strip()}
        count = actions.place_postcodes(areas, by=who(), at=now())
    except Refused as why:
        beside = Invalid(why.sentence, field="beginnings")
        return _page(one, form.refused(beside)), why.status
    return _done(one, f"{count:,} placed in the area of {one.name}.")


def _named(code: str, field: str) -> Organisation:
    """The organisation a person means by a code, or a sentence beside the field."""
    try:
        return organisation_by_any_code(code)
    except NotFound as why:
        raise Invalid(why.sentence, field=field) from None


def _list(form: OrganisationsAsked, found: Page[Organisation]) -> str:
    return page("people/organisations.html", form=form, found=found, kinds=KINDS)


def _page(one: Organisation, sent: Form | None = None) -> str:
    today = london_day(now())
    shown = {
        kind.__name__: sent if isinstance(sent, kind) else kind(None)
        for kind in (SuccessionForm, MembershipForm, PostcodesForm)
    }
    is_practice = one.kind is Kind.PRACTICE
    older, newer = predecessions(one), successions_of(one)
    return page(
        "people/organisation.html",
        one=one,
        sent=sent,
        forms=shown,
        kind_name=KINDS[one.kind],
        is_practice=is_practice,
        is_council=one.kind is Kind.COUNCIL,
        older=older,
        newer=newer,
        wholes=whole_of([*older, *newer]),
        memberships=memberships_of(one) if is_practice else [],
        practices=None if is_practice else paged(practices_of(one, today)),
        postcodes=postcodes_of(one),
    )


def _done(one: Organisation, sentence: str) -> Any:
    flash(sentence)
    return redirect(url_for("people.organisation", code=one.code), 303)
