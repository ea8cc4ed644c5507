"""How an organisation does it: one number for each fact of practice that may differ."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, cast

from wtforms import HiddenField, StringField
from wtforms.validators import Length

from portfolio.forms import Form, tidy
from portfolio.languages import say
from portfolio.models.practice import ADJUSTABLE, fits

if TYPE_CHECKING:
    from collections.abc import Mapping

    from portfolio.data.plan.rows import Fact

MOST_DIGITS = 3


class PracticeForm(Form):
    """The numbers; `shown` is what stood on the page that was filled in."""

    shown = HiddenField(validators=[Length(max=400)])

    @property
    def facts(self) -> Mapping[str, Fact]:
        """Give the facts that are asked about."""
        return ADJUSTABLE

    @property
    def numbers(self) -> dict[str, int]:
        """Give what was typed; only after validate()."""
        return {key: int(self[key].data) for key in ADJUSTABLE}

    def show(self, numbers: Mapping[str, int]) -> None:
        """Show what the organisation does now, or else our own number."""
        for key, fact in ADJUSTABLE.items():
            self[key].data = str(numbers.get(key, fact.number))
        self.shown.data = shown_of(numbers)

    def validate(self, extra_validators: Any = None) -> bool:
        """Refuse what is no whole number within the bounds of its fact."""
        good = bool(super().validate(extra_validators))
        for key, fact in ADJUSTABLE.items():
            typed = self[key].data or ""
            number = int(typed) if typed.isdecimal() and len(typed) <= MOST_DIGITS else -1
            if not fits(fact, number):
                bounds = {"lowest": fact.lowest, "highest": fact.highest}
                sentence = say("Schrijf een getal van %(lowest)s tot en met %(highest)s.", **bounds)
                self[key].errors = [sentence]
                good = False
        return good


def practice_form() -> PracticeForm:
    """Make the form with a field for each fact."""
    fields = {
        key: StringField(fact.question, filters=[tidy], id=f"feit-{key}")
        for key, fact in ADJUSTABLE.items()
    }
    return cast("PracticeForm", type("PracticeFormNow", (PracticeForm,), fields)())


def shown_of(numbers: Mapping[str, int]) -> str:
    """Write down what an organisation set, to see later whether it changed."""
    return " ".join(f"{key}:{numbers[key]}" for key in ADJUSTABLE if key in numbers)
