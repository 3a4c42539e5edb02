"""Pages of the versions: the list, one of them, agreeing to it and putting it in force."""

from collections.abc import Callable
from typing import Any

from flask import flash, redirect, url_for

from core.clock import london_day, months_later, now
from core.errors import Refused
from funding.agreements.approvals.queries import approval_of
from funding.agreements.drafting.forms import DraftForm, ReadForm
from funding.agreements.versions import actions
from funding.agreements.versions.comparison import differences, drafted, terms_told
from funding.agreements.versions.models import AgreementVersion
from funding.agreements.versions.queries import (
    events_for,
    places,
    version_before,
    version_by_code,
    version_in_force,
    versions,
)
from funding.blueprint import MONEY, bp
from funding.queries import the_fund
from people.access import needs, who
from people.rules import May
from web.forms import Form
from web.pages import page
from web.writes import writes


@bp.get("/agreements/versions")
@needs(*MONEY)
def agreement_versions() -> Any:
    """Every version of the agreement, the newest first."""
    fund, on = the_fund(), london_day(now())
    return page(
        "funding/versions.html", fund=fund, on=on, versions=versions(fund.id, viewer=who(), on=on)
    )


def _draft_page(form: Form) -> str:
    text = (
        "It begins as what holds now: the same partners with what they put in last year, the same "
        "host, terms and budgets, and four equal instalments. Then you change what is to change."
    )
    return page(
        "funding/agreed.html", title="Draft a version", text=text, form=form, crumbs=to_versions()
    )


def to_versions() -> list[tuple[str, str]]:
    """The way to the list of versions."""
    return [
        ("Agreement", url_for("funding.agreements")),
        ("Versions", url_for("funding.agreement_versions")),
    ]


@bp.get("/agreements/versions/new")
@needs(May.KEEP_AGREEMENTS)
def new_version() -> Any:
    """The page to begin a version on; a year after the one in force is proposed."""
    form, older = DraftForm(), version_in_force(the_fund().id)
    if older is not None:
        form.from_on.data = months_later(older.from_on, 12)
    return _draft_page(form)


@bp.post("/agreements/versions/new")
@needs(May.KEEP_AGREEMENTS)
@writes
def draft_version() -> Any:
    """Begin a version."""
    form = DraftForm()
    if not form.validate():
        return _draft_page(form), 422
    try:
        version = actions.draft_version(
            the_fund(), from_on=form.from_on.data, by=who(), at=now()  # type: ignore[arg-type]
        )  # fmt: skip
    except Refused as why:
        return _draft_page(form.refused(why)), why.status
    flash(f"Version {version.number} is a draft. Each partner's finance agrees to it next.")
    return redirect(url_for("funding.agreement_version", code=version.code), 303)


@bp.get("/agreements/versions/<code>")
@needs(*MONEY)
def agreement_version(code: str) -> Any:
    """One version: who puts in what and how that comes about, its terms, and who agreed when."""
    return _version_page(_version(code), ReadForm(formdata=None))


def _version(code: str) -> AgreementVersion:
    return version_by_code(code, viewer=who(), on=london_day(now()))


def _version_page(version: AgreementVersion, form: Form) -> str:
    on = london_day(now())
    return page(
        "funding/version.html",
        version=version,
        form=form,
        on=on,
        places=places(version),
        approval=approval_of(version),
        older=version_before(version),
        differences=differences(version),
        drafted=drafted(version),
        terms=terms_told(version.terms, version.lead),
        events=[one.name for one in events_for(version, viewer=who(), on=on)],
    )


def _go_on(code: str, act: Callable[..., object], sentence: str) -> Any:
    """Carry the revision that was read through an act, or show the version with why not."""
    version, form = _version(code), ReadForm()
    if not form.validate():
        return _version_page(version, form), 422
    try:
        act(version, revision=form.revision.data, by=who(), at=now())
    except Refused as why:
        return _version_page(_version(code), form.refused(why)), why.status
    flash(sentence)
    return redirect(url_for("funding.agreement_version", code=code), 303)


@bp.post("/agreements/versions/<code>/agree")
@needs(May.AGREE)
@writes
def agree_to_version(code: str) -> Any:
    """Agree to a version for one's own organisation."""
    return _go_on(code, actions.agree, "Your organisation has agreed to this version.")


@bp.post("/agreements/versions/<code>/put-in-force")
@needs(May.KEEP_AGREEMENTS)
@writes
def put_version_in_force(code: str) -> Any:
    """Let an agreed version hold from its day."""
    return _go_on(code, actions.put_in_force, "This version is in force from its day.")
