"""The shape of asking equipment back."""

from wtforms import SelectField, SelectMultipleField
from wtforms.validators import InputRequired
from wtforms.widgets import CheckboxInput, ListWidget

from loans.choices import choices_from, choices_of
from loans.lending.queries import loans_of
from loans.models import Client, Loan
from loans.rules import BackReason
from web.forms import Form

_REASONS = [reason for reason in BackReason if reason is not BackReason.DIED]


class ReasonForm(Form):
    """Why one loan's item comes back."""

    reason = SelectField("Why", [InputRequired("Choose why it comes back.")])

    def offer(self, client: Client) -> None:
        """Offer the reasons: after a death there is only that one."""
        reasons = _REASONS if client.died_on is None else [BackReason.DIED]
        self.reason.choices = choices_of(reasons, unchosen="Choose" if len(reasons) > 1 else "")

    @property
    def chosen(self) -> BackReason:
        """The reason as the business knows it."""
        return BackReason(self.reason.data)


class AskForm(ReasonForm):
    """Which of a client's loans are asked back, and why."""

    loans = SelectMultipleField(
        "What to collect",
        [InputRequired("Tick what is to be collected.")],
        option_widget=CheckboxInput(),
        widget=ListWidget(prefix_label=False),
        validate_choice=False,  # the act itself refuses what is not theirs, with a sentence
    )


def ask_form(client: Client) -> AskForm:
    """The form that asks a client's equipment back, with whatever is still to be asked."""
    form = AskForm()
    form.offer(client)
    still = [loan for loan in loans_of(client, ended=False) if loan.asked_back_at is None]
    form.loans.choices = choices_from(
        (loan.code, f"{loan.product.name}, {loan.item.code}") for loan in still
    )
    if client.died_on is not None and not form.is_submitted():
        form.loans.data = [loan.code for loan in still]  # all of it, unless somebody unticks some
    return form


def reason_form(loan: Loan) -> ReasonForm:
    """The form that asks one loan's item back."""
    form = ReasonForm()
    form.offer(loan.client)
    return form
