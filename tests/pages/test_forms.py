"""Every form, fed with whatever: it says yes or no, and a yes holds only what it may hold."""

from __future__ import annotations

import importlib
import pkgutil
from datetime import UTC, datetime
from typing import TYPE_CHECKING

from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st
from wtforms import BooleanField, Field, RadioField, SelectField, SelectMultipleField, StringField

from portfolio import forms
from portfolio.forms import Form
from portfolio.forms.draft import TextScreen
from portfolio.forms.own_words import AlsoForm
from portfolio.forms.practice import PracticeForm, practice_form
from tests.browser import ORIGIN
from tests.stories.evidence import on_sqlite

if TYPE_CHECKING:
    from collections.abc import Callable

    from flask import Flask

# These are made whole elsewhere: by their subclasses, or with a field for each number.
BASES = (Form, TextScreen, PracticeForm, AlsoForm)
# What the shape of every post keeps out before a form sees it.
LONGEST = 64_000
WEIRD = st.sampled_from(
    [
        "",
        " ",
        "0",
        "-1",
        "1e9",
        "NaN",
        "٣",
        "2026-02-30",
        "9999-12-31",
        "0000-00-00",
        "24:00",
        "ja",
        "nl",
        "x" * LONGEST,
        "1" * LONGEST,
        "\u202e\u200b\ufeff",
        "<script>",
        "' OR 1=1 --",
        "a\r\nb",
        "😀" * 200,
        "None",
        "[]",
        "__proto__",
        "../../etc/passwd",
    ]
)
LETTERS = st.characters(exclude_characters="\x00", codec="utf-8")
WORD = st.one_of(WEIRD, st.text(LETTERS, max_size=200))


NOW = datetime.now(UTC)
TIMES = {"now": NOW, "today": NOW.date()}
# Each example feeds every form; what is found is told as it is, and not made smaller for minutes.
FEW = settings(max_examples=12, deadline=None, phases=[Phase.generate])


def all_forms() -> list[type[Form]]:
    """List every form there is."""
    for module in pkgutil.iter_modules(forms.__path__, "portfolio.forms."):
        importlib.import_module(module.name)
    found, queue = [], [Form]
    while queue:
        each = queue.pop()
        queue += each.__subclasses__()
        if each not in BASES and each.__module__.startswith("portfolio.forms."):
            found.append(each)
    return sorted(set(found), key=lambda form: f"{form.__module__}.{form.__name__}")


def wrong(field: Field) -> bool:
    """Tell whether a field that was found right holds what it may not."""
    data = field.data
    if isinstance(field, SelectMultipleField):
        choices = {str(each[0]) for each in field.choices or ()}
        # Where the choices are asked of the database, the view leaves out what is not among them.
        return bool(field.validate_choice and not set(map(str, data or ())) <= choices)
    if isinstance(field, RadioField | SelectField) and field.choices and data not in (None, ""):
        known = str(data) in {str(each[0]) for each in field.choices}
        return bool(field.validate_choice and not known)
    if isinstance(field, BooleanField):
        return not isinstance(data, bool)
    return isinstance(field, StringField) and data is not None and not isinstance(data, str)


def tell_time(form: Form) -> None:
    """Tell a form what time it is, as its view does."""
    asked = {name for each in type(form).mro() for name in vars(each).get("__annotations__", ())}
    for name in asked & TIMES.keys():
        setattr(form, name, TIMES[name])


@on_sqlite
def test_every_form_says_yes_or_no_to_whatever_it_is_fed(app: Flask) -> None:
    """ASVS 2.2.1. No form breaks, and none that is right holds a choice that it does not offer."""
    app.config["WTF_CSRF_ENABLED"] = False
    there: list[Callable[[], Form]] = [*all_forms(), practice_form]
    assert len(there) >= 30
    right: set[str] = set()

    @settings(FEW, suppress_health_check=list(HealthCheck))
    @given(data=st.data())
    def feed(data: st.DataObject) -> None:
        for made in there:
            names = [name for name in made()._fields if name != "csrf_token"]
            typed = {name: data.draw(WORD, label=name) for name in names}
            with app.test_request_context("/", method="POST", base_url=ORIGIN, data=typed):
                form = made()
                tell_time(form)
                if form.validate():
                    right.add(made.__name__)
                    assert not [name for name in names if name in form and wrong(form[name])]
                else:
                    said = [*form.form_errors, *(each for e in form.errors.values() for each in e)]
                    assert said, f"{made.__name__} says no and not why"

    with app.test_request_context("/", base_url=ORIGIN):
        feed()
    assert right, "not one form was ever right"
