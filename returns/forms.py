"""The shape of what is typed or scanned in the warehouse and the workshop."""

from typing import Any, Self

from wtforms import RadioField, SelectField, StringField, TextAreaField
from wtforms.fields.choices import SelectChoice  # type: ignore[attr-defined]
from wtforms.validators import InputRequired, Length

from equipment.models import Item, Place
from equipment.rules import Cleaning, TestKind
from returns.rules import Condition, ScrapReason
from web.forms import Form


def _choices(kinds: Any) -> list[SelectChoice]:
    return [SelectChoice(kind.value, kind.value[:1].upper() + kind.value[1:]) for kind in kinds]


class ScanForm(Form):
    """What the hand scanner or a person put into the one field."""

    scanned = StringField("Scan the label", validators=[InputRequired("Scan or type the label.")])

    @property
    def label(self) -> str:
        """What was scanned or typed."""
        return self.scanned.data or ""


class InspectForm(Form):
    """What the inspector saw."""

    condition = RadioField(
        "What is it like?",
        choices=_choices(Condition),
        validators=[InputRequired("Choose what it is like.")],
    )
    note = TextAreaField("Note (you may leave this empty)", validators=[Length(max=1000)])

    def facts(self) -> dict[str, Any]:
        """What was said, as the action takes it."""
        return {"condition": Condition(self.condition.data), "note": self.note.data or ""}


class CleanForm(Form):
    """How it was decontaminated."""

    method = RadioField(
        "How was it cleaned?",
        choices=_choices(Cleaning),
        validators=[InputRequired("Choose how it was cleaned.")],
    )

    def facts(self) -> dict[str, Any]:
        """What was said, as the action takes it."""
        return {"method": Cleaning(self.method.data)}


class RepairForm(Form):
    """What was mended."""

    work = TextAreaField(
        "What was mended?",
        validators=[InputRequired("Write what was mended."), Length(max=1000)],
    )

    def facts(self) -> dict[str, Any]:
        """What was said, as the action takes it."""
        return {"work": self.work.data or ""}


class TestForm(Form):
    """Passed or failed, for every test of the product's plan; one look where it has none."""

    __test__ = False  # not one of pytest's

    note = TextAreaField("Note (you may leave this empty)", validators=[Length(max=1000)])

    def facts(self) -> dict[str, Any]:
        """What was said, as the action takes it."""
        passed = {kind: self[_field(kind)].data == "passed" for kind in TestKind if self._has(kind)}
        whole = passed or self["works"].data == "passed"
        return {"passed": whole, "note": self.note.data or ""}

    def _has(self, kind: TestKind) -> bool:
        return _field(kind) in self


def _field(kind: TestKind) -> str:
    return f"{kind.value.lower()}_test"


def test_form_of(item: Item) -> TestForm:
    """The form with a question for each test of the item's product."""
    asked = {_field(kind): _result(f"{kind.value} test") for kind in item.product.test_plan}
    asked = asked or {"works": _result("Does it work as it should?")}
    return type("TestFormOfProduct", (TestForm,), asked)()  # type: ignore[no-any-return]


def _result(text: str) -> RadioField:
    return RadioField(
        text,
        choices=[SelectChoice("passed", "Passed"), SelectChoice("failed", "Failed")],
        validators=[InputRequired("Say whether it passed or failed.")],
    )


class PutAwayForm(Form):
    """On which clean shelf it is put."""

    place = SelectField("Where is it put?")

    @classmethod
    def of(cls, places: list[Place]) -> Self:
        """The form with the clean places of the depot."""
        form = cls()
        form.place.choices = [SelectChoice(place.code, place.name) for place in places]
        form.places = {place.code: place for place in places}
        return form

    places: dict[str, Place]

    def facts(self) -> dict[str, Any]:
        """What was said, as the action takes it."""
        return {"place": self.places[self.place.data]}


class TakeOutForm(Form):
    """Scrapped or taken apart: why, and the item named so that it is no slip."""

    reason = RadioField(
        "Why?", choices=_choices(ScrapReason), validators=[InputRequired("Choose why.")]
    )
    note = TextAreaField("Note (you may leave this empty)", validators=[Length(max=1000)])
    named = StringField(
        "Scan or type the label of what you are taking out",
        validators=[InputRequired("Scan or type the label, so that it is no slip.")],
    )

    def facts(self) -> dict[str, Any]:
        """What was said, as the action takes it."""
        return {"reason": ScrapReason(self.reason.data), "note": self.note.data or ""}
