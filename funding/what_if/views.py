"""Pages that try other rules over past months. They show; the ledger stays as it is."""

from collections.abc import Callable, Iterator, Sequence
from typing import Any

from flask import flash, redirect, request, url_for

from core.clock import london_day, month_of, months_later, now
from core.errors import NotFound, Refused
from funding.agreements.forms import PARTS
from funding.agreements.queries import may_be_named
from funding.blueprint import bp
from funding.queries import the_fund
from funding.tables import plain
from funding.what_if import actions
from funding.what_if.actions import Wording
from funding.what_if.forms import OutcomeForm, TrialForm, TrialRuleForm
from funding.what_if.models import Trial, TrialRule
from funding.what_if.queries import (
    Outcome,
    changed_or_new,
    outcome,
    rule_of,
    told_changes,
    trial_by_code,
    trials,
)
from funding.what_if.rules import Change
from people.access import needs, who
from people.rules import May
from web.csvs import csv_answer
from web.forms import Form
from web.pages import page
from web.paging import Page, page_of, paged, this_address
from web.writes import writes

EVERYBODYS = (May.SEE_ALL_MONEY, May.KEEP_AGREEMENTS)
WAYS = {"earlier": -1, "later": 1}


def _trial(code: str) -> Trial:
    return trial_by_code(code, viewer=who(), on=london_day(now()))


def _done(form: Form, shown: Callable[[Form], str], act: Callable[[], Trial]) -> Any:
    """Do what a form asks and show the draft, or show the form again with why not."""
    if not form.validate():
        return shown(form), 422
    try:
        trial = act()
    except Refused as why:
        return shown(form.refused(why)), why.status
    return redirect(url_for("funding.trial", code=trial.code), 303)


def _trials_page(form: Form) -> str:
    rows = paged(trials(viewer=who(), on=london_day(now())))
    return page("funding/what_if/trials.html", form=form, trials=rows)


@bp.get("/rules/what-if")
@needs(*EVERYBODYS)
def trial_list() -> Any:
    """The drafts there are, and the form to begin another."""
    last = months_later(month_of(london_day(now())), -1)
    year = {"from_month": f"{months_later(last, -11):%Y-%m}", "to_month": f"{last:%Y-%m}"}
    return _trials_page(TrialForm(data=year))


@bp.post("/rules/what-if")
@needs(*EVERYBODYS)
@writes
def begin_trial() -> Any:
    """Begin a draft from the rules agreed."""
    form = TrialForm()
    return _done(
        form,
        _trials_page,
        lambda: actions.begin_trial(the_fund(), **_asked(form), by=who(), at=now()),
    )


def _asked(form: TrialForm) -> dict[str, Any]:
    return {
        "name": form.name.data,
        "from_month": form.from_month.month,
        "to_month": form.to_month.month,
    }


def _trial_page(trial: Trial, form: Form) -> str:
    return page("funding/what_if/trial.html", trial=trial, form=form, changed_or_new=changed_or_new)


@bp.get("/rules/what-if/<code>")
@needs(*EVERYBODYS)
def trial(code: str) -> Any:
    """A draft: its rules in the order they are tried, and the months."""
    shown = _trial(code)
    months = {name: f"{getattr(shown, name):%Y-%m}" for name in ("from_month", "to_month")}
    return _trial_page(shown, TrialForm(data={"name": shown.name, **months}))


@bp.post("/rules/what-if/<code>")
@needs(*EVERYBODYS)
@writes
def change_trial(code: str) -> Any:
    """Try a draft over other months, or call it something else."""
    shown, form = _trial(code), TrialForm()
    return _done(
        form,
        lambda wrong: _trial_page(shown, wrong),
        lambda: actions.change_trial(shown, **_asked(form), by=who(), at=now()),
    )


@bp.post("/rules/what-if/<code>/discard")
@needs(*EVERYBODYS)
@writes
def discard_trial(code: str) -> Any:
    """Throw a draft away."""
    thrown = _trial(code)
    actions.discard_trial(thrown, by=who(), at=now())
    flash(f"The draft “{thrown.name}” is thrown away.")
    return redirect(url_for("funding.trial_list"), 303)


def _rule_form(rule: TrialRule | None = None) -> TrialRuleForm:
    form = TrialRuleForm(data=_worded(rule) if rule else None)
    form.offer(may_be_named(the_fund().id))
    return form


def _worded(rule: TrialRule) -> dict[str, Any]:
    """A draft's rule as its form shows it."""
    told: dict[str, Any] = {
        name: getattr(rule, name) for name in ("name", "care_class", "need", "from_on", "to_on")
    }
    for place, share in enumerate(rule.shares[:PARTS], start=1):
        body = share.organisation
        told[f"who_{place}"] = body.code if body else share.basis.value
        told[f"weight_{place}"] = share.weight
    return told


def _wording(form: TrialRuleForm) -> Wording:
    return Wording(
        name=form.name.data or "",
        parts=form.parts({one.code: one.id for one in may_be_named(the_fund().id)}),
        care_class=form.care_class.data or None,
        need=form.need.data or None,
        from_on=form.from_on.data,
        to_on=form.to_on.data,
    )


def _rule_page(trial: Trial, form: Form, title: str) -> str:
    return page("funding/what_if/rule.html", trial=trial, form=form, title=title)


@bp.get("/rules/what-if/<code>/rules/new")
@needs(*EVERYBODYS)
def new_trial_rule(code: str) -> Any:
    """The page to write a rule of a draft on."""
    return _rule_page(_trial(code), _rule_form(), "Add a rule to the draft")


@bp.post("/rules/what-if/<code>/rules/new")
@needs(*EVERYBODYS)
@writes
def add_trial_rule(code: str) -> Any:
    """Put a rule first in a draft."""
    shown, form = _trial(code), _rule_form()
    return _done(
        form,
        lambda wrong: _rule_page(shown, wrong, "Add a rule to the draft"),
        lambda: actions.add_trial_rule(shown, _wording(form), by=who(), at=now()).trial,
    )


@bp.get("/rules/what-if/<code>/rules/<rule>")
@needs(*EVERYBODYS)
def trial_rule(code: str, rule: str) -> Any:
    """The page to change a rule of a draft on."""
    shown = _trial(code)
    return _rule_page(shown, _rule_form(rule_of(shown, rule)), "Change a rule of the draft")


@bp.post("/rules/what-if/<code>/rules/<rule>")
@needs(*EVERYBODYS)
@writes
def change_trial_rule(code: str, rule: str) -> Any:
    """Change a rule of a draft."""
    shown, form = _trial(code), _rule_form()
    changed = rule_of(shown, rule)
    return _done(
        form,
        lambda wrong: _rule_page(shown, wrong, "Change a rule of the draft"),
        lambda: actions.change_trial_rule(changed, _wording(form), by=who(), at=now()).trial,
    )


@bp.post("/rules/what-if/<code>/rules/<rule>/remove")
@needs(*EVERYBODYS)
@writes
def remove_trial_rule(code: str, rule: str) -> Any:
    """Take a rule out of a draft."""
    shown = _trial(code)
    actions.remove_trial_rule(rule_of(shown, rule), by=who(), at=now())
    return redirect(url_for("funding.trial", code=shown.code), 303)


@bp.post("/rules/what-if/<code>/rules/<rule>/<way>")
@needs(*EVERYBODYS)
@writes
def move_trial_rule(code: str, rule: str, way: str) -> Any:
    """Let a rule of a draft be asked one place earlier or later."""
    shown = _trial(code)
    if way not in WAYS:
        raise NotFound("A rule moves earlier or later.")
    actions.move_trial_rule(rule_of(shown, rule), WAYS[way], by=who(), at=now())
    return redirect(url_for("funding.trial", code=shown.code), 303)


@bp.get("/rules/what-if/<code>/outcome")
@needs(*EVERYBODYS)
def trial_outcome(code: str) -> Any:
    """What a draft would have made of its months: by partner, and entry by entry."""
    tried = _trial(code)
    shown = outcome(tried)
    form = OutcomeForm(request.args).offer((one.key, one.name) for one in shown.standings)
    readable = form.validate()
    changes = shown.changes_for(form.partner.data or "") if readable else []
    if request.args.get("download") == "csv":
        return csv_answer("what-if", HEADS, _rows(changes, tried, shown))
    lines = page_of(changes)
    told = told_changes(lines.rows, tried, shown.names)
    return page(
        "funding/what_if/outcome.html",
        trial=tried,
        outcome=shown,
        form=form,
        lines=Page(told, lines.number, lines.size, lines.more, lines.total),
        csv_address=this_address(download="csv", page=None),
    ), 200 if readable else 422


HEADS = (
    "Entry",
    "Day",
    "Kind",
    "Loan or order",
    "What for",
    "Whole amount (£)",
    "Rule as it was",
    "Rule as it would have been",
    "Partner",
    "Was charged (£)",
    "Would have been charged (£)",
    "Difference (£)",
)


def _rows(changes: Sequence[Change], tried: Trial, shown: Outcome) -> Iterator[Sequence[Any]]:
    """A row an entry and partner that it would have fallen otherwise on."""
    for first in range(0, len(changes), 1000):
        for told in told_changes(changes[first : first + 1000], tried, shown.names):
            entry = told.entry
            of_entry = (entry.id, entry.on, entry.kind, entry.subject, entry.memo,
                        plain(entry.pence), told.was_rule, told.rule)  # fmt: skip
            for name, was, would_be, difference in told.differences:
                yield (*of_entry, name, plain(was), plain(would_be), plain(difference))
