"""The shape of an order: why, how fast, what to put in, and the reason of a decision."""

from wtforms import HiddenField, IntegerField, RadioField, SelectField, StringField, TextAreaField
from wtforms.validators import DataRequired, InputRequired, Length, NumberRange

from loans.choices import choices_of
from loans.models import Order
from loans.rules import Need, Speed
from web.forms import Form


class OrderForm(Form):
    """Why the client needs it, how fast, and what else must be known."""

    need = SelectField(
        "Why it is needed",
        [InputRequired("Choose why it is needed.")],
        choices=choices_of(Need, unchosen="Choose"),
    )
    speed = RadioField(
        "How fast",
        [InputRequired("Choose how fast it must come.")],
        choices=choices_of(Speed),
        default=Speed.FIVE_DAYS.value,
    )
    note = TextAreaField(
        "Note",
        [Length(max=2000, message="Up to 2,000 characters.")],
        description="The assessment, where a product asks for one, and what the authoriser"
        " should know.",
    )


def order_form(order: Order | None = None) -> OrderForm:
    """The form of an order, empty for a new one."""
    if order is None:
        return OrderForm()
    return OrderForm(
        data={"need": order.need.value, "speed": order.speed.value, "note": order.note}
    )


class LineForm(Form):
    """One product to put into an order, or to take out."""

    product = HiddenField("Product", [InputRequired("Choose a product."), Length(max=20)])
    quantity = IntegerField(
        "How many",
        [
            InputRequired("Say how many, in whole numbers."),
            NumberRange(1, 999, "Say how many, from 1 to 999."),
        ],
        default=1,
    )


class RemoveForm(Form):
    """One product to take out of an order."""

    product = HiddenField("Product", [InputRequired("Choose a product."), Length(max=20)])


class PlaceForm(Form):
    """Placing the order: which products the person was shown as free to go."""

    shown_free = HiddenField(validators=[Length(max=1000)])

    def was_free(self, code: str) -> bool:
        """Whether the page this was sent from said that one of this product was free."""
        return code in (self.shown_free.data or "").split()


class BecauseForm(Form):
    """A decision and its reason."""

    because = StringField(
        "Reason",
        [
            DataRequired("Say why, in a few words."),
            Length(max=300, message="Up to 300 characters."),
        ],
    )


class CancelForm(Form):
    """Calling an order off."""

    because = StringField("Why (if you like)", [Length(max=300, message="Up to 300 characters.")])
