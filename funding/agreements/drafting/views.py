"""Pages on which a draft is changed: one form for each thing a version says."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, cast

from flask import flash, redirect, request, url_for

from core.clock import london_day, now
from core.errors import NotFound, Refused
from funding.agreements.drafting.forms import (
    ContributionForm,
    DraftedPriceForm,
    DraftedRuleForm,
    DropForm,
    EndRuleForm,
    GroupBudgetForm,
    TermsForm,
)
from funding.agreements.rules import Terms, YearEnd
from funding.agreements.versions import actions
from funding.agreements.versions.models import AgreementVersion
from funding.agreements.versions.queries import may_take_part, rules_until, version_by_code
from funding.agreements.versions.rules import DraftedEnd, DraftedPrice, DraftedRule
from funding.agreements.versions.views import to_versions
from funding.blueprint import bp
from funding.rules import EntryKind, StockModel
from people.access import needs, who
from people.models import Organisation
from people.queries import organisation_by_code
from people.rules import May
from web.forms import Form
from web.pages import page
from web.writes import writes

NO_PART = "A version has no such part. Open it again and choose what to change."


def _by_at() -> dict[str, Any]:
    return {"by": who(), "at": now()}


def _terms_form(version: AgreementVersion) -> TermsForm:
    form = TermsForm.of(version).offer(may_take_part(version))
    return form if request.method == "POST" else form.show(version)


def _set_terms(version: AgreementVersion, form: TermsForm) -> str:
    lead = organisation_by_code(form.lead.data).id if form.lead.data else None
    terms = Terms(
        YearEnd(form.year_end.data),
        lead,
        form.cap_percent.data,
        form.gain_threshold_percent.data,
        form.gain_percent.data,
    )
    actions.set_terms(
        version, terms, host=organisation_by_code(form.host.data), days=form.days.days,
        from_on=cast(Any, form.from_on.data), stock_model=StockModel(form.stock_model.data),
        **_by_at(),
    )  # fmt: skip
    return "The terms are written down."


def _partners(version: AgreementVersion) -> list[Organisation]:
    bodies = [one.organisation for one in version.contributions]
    return sorted(bodies, key=lambda body: body.name)


def _contribution_form(version: AgreementVersion) -> ContributionForm:
    form = ContributionForm().offer(may_take_part(version))
    named = request.args.get("partner")
    if request.method == "GET" and named:
        for one in version.contributions:
            if one.organisation.code == named:
                form.show(one)
    return form


def _set_contribution(version: AgreementVersion, form: ContributionForm) -> str:
    partner = organisation_by_code(form.organisation.data)
    made = actions.set_contribution(version, partner, form.figures, **_by_at())
    return f"{partner.name}: {made.arithmetic}"


def _set_budget(version: AgreementVersion, form: GroupBudgetForm) -> str:
    partner, group = organisation_by_code(form.organisation.data), form.group.data or ""
    actions.set_group_budget(version, partner, group, form.pence.pence, **_by_at())
    return f"The budget of {partner.name} for {group or 'the rest'} is written down."


def _draft_rule(version: AgreementVersion, form: DraftedRuleForm) -> str:
    change = DraftedRule(
        form.name.data or "",
        form.position.data or 0,
        tuple(form.parts({one.code: one.id for one in _partners(version)})),
        form.care_class.data or None,
        form.need.data or None,
    )
    actions.draft_change(version, change, **_by_at())
    return f"“{change.name}” begins on the version's day."


def _draft_price(version: AgreementVersion, form: DraftedPriceForm) -> str:
    activity = EntryKind(form.kind.data)
    change = DraftedPrice(activity, form.pence.pence, form.speed.data or "")
    actions.draft_change(version, change, **_by_at())
    return f"The price of {activity.value} changes on the version's day."


def _end_rule(version: AgreementVersion, form: EndRuleForm) -> str:
    actions.draft_change(version, DraftedEnd(form.rule.data), **_by_at())
    return f"“{form.rule.data}” ends on the version's day."


@dataclass(frozen=True)
class Subject:
    """One thing of a version that is changed on a page of its own."""

    title: str
    text: str
    form: Callable[[AgreementVersion], Any]
    act: Callable[[AgreementVersion, Any], str]


ANEW = "Whoever has agreed to this version is asked anew."
SUBJECTS = {
    "terms": Subject("Change the terms", ANEW, _terms_form, _set_terms),
    "contribution": Subject(
        "Set a contribution",
        "Last year, with recurrent changes, inflation and planned changes, less efficiency. "
        "Who had no place joins the fund on the version's day. " + ANEW,
        _contribution_form,
        _set_contribution,
    ),
    "budget": Subject(
        "Set a budget by product group",
        "What the partner means to spend in a year. " + ANEW,
        lambda version: GroupBudgetForm().offer(_partners(version)),
        _set_budget,
    ),
    "rule": Subject(
        "Draft a rule",
        "The name of a rule that holds makes a new version of it. " + ANEW,
        lambda version: DraftedRuleForm().offer(_partners(version)),
        _draft_rule,
    ),
    "price": Subject("Draft a price", ANEW, lambda _version: DraftedPriceForm(), _draft_price),
    "end-of-rule": Subject(
        "End a rule",
        "Charges it would have laid on somebody fall to the rules after it, or are parked. " + ANEW,
        lambda version: EndRuleForm().offer(rules_until(version)),
        _end_rule,
    ),
}


def _subject(part: str) -> Subject:
    if part not in SUBJECTS:
        raise NotFound(NO_PART)
    return SUBJECTS[part]


def _version(code: str) -> AgreementVersion:
    return version_by_code(code, viewer=who(), on=london_day(now()))


def _shown(version: AgreementVersion, subject: Subject, form: Form) -> str:
    itself = url_for("funding.agreement_version", code=version.code)
    return page(
        "funding/agreed.html",
        title=subject.title,
        text=subject.text,
        form=form,
        version=version,
        crumbs=[*to_versions(), (f"Version {version.number}", itself)],
    )


@bp.get("/agreements/versions/<code>/change/<part>")
@needs(May.KEEP_AGREEMENTS)
def change_of_version(code: str, part: str) -> Any:
    """The page to change one thing of a draft on."""
    subject, version = _subject(part), _version(code)
    return _shown(version, subject, subject.form(version))


@bp.post("/agreements/versions/<code>/change/<part>")
@needs(May.KEEP_AGREEMENTS)
@writes
def change_version(code: str, part: str) -> Any:
    """Change one thing of a draft; whoever has agreed is asked anew."""
    subject, version = _subject(part), _version(code)
    form = subject.form(version)
    if not form.validate():
        return _shown(version, subject, form), 422
    try:
        sentence = subject.act(version, form)
    except Refused as why:
        return _shown(version, subject, form.refused(why)), why.status
    return _back(code, sentence)


def _back(code: str, sentence: str) -> Any:
    flash(sentence)
    return redirect(url_for("funding.agreement_version", code=code), 303)


@bp.post("/agreements/versions/<code>/drop")
@needs(May.KEEP_AGREEMENTS)
@writes
def drop_from_version(code: str) -> Any:
    """Take a partner's place, a budget or a drafted change out of a draft."""
    version, form = _version(code), DropForm()
    if not form.validate():
        raise NotFound(NO_PART)
    which = form.which.data or ""
    if form.what.data == "change":
        actions.drop_change(version, which, **_by_at())
        return _back(code, "The change is taken out.")
    partner = organisation_by_code(which)
    if form.what.data == "budget":
        actions.set_group_budget(version, partner, form.group.data or "", None, **_by_at())
        return _back(code, "The budget is taken out.")
    actions.drop_contribution(version, partner, **_by_at())
    return _back(code, f"{partner.name} has no place in this version.")
