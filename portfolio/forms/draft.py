"""The screens on which one thing is added: one question each, and everything may stay empty."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from typing import TYPE_CHECKING, Any, Literal, cast

from babel.dates import format_date
from flask import request
from flask_wtf.file import FileField
from wtforms import RadioField, SelectField, StringField, TextAreaField
from wtforms.validators import Length

from portfolio.data import KINDS, LEEFGEBIEDEN
from portfolio.forms import STORY_LENGTH, TITLE_LENGTH, Form
from portfolio.forms.period import read_period
from portfolio.languages import mark, on_line
from portfolio.models.words import WRITTEN
from portfolio.models.writing import TypedDate, Writing

if TYPE_CHECKING:
    from wtforms import Field

What = Literal["title", "story"]
# Whatever was typed for a date or a number is kept as it is, up to this.
MOST_KEPT = 40
# The field of the description of an attachment is named after it.
DESCRIBES = "over_"
DESCRIPTION_LENGTH = 240


class Screen(Form):
    """One screen: it shows what was typed so far, and takes in what is typed now."""

    # A file that came with it is kept and waits its turn.
    waiting = False

    def show(self, writing: Writing) -> None:
        """Fill the fields with what was typed so far."""

    def taken_into(self, writing: Writing) -> Writing:
        """Give the writing with what was typed here, right or not."""
        return writing


class TopicScreen(Screen):
    """What it is about."""

    leefgebied = RadioField(
        mark("Waar gaat het over?"),
        choices=[(key, row.name) for key, row in LEEFGEBIEDEN.items()],
        validate_choice=False,
    )

    def show(self, writing: Writing) -> None:
        """Show the leefgebied that was chosen."""
        self.leefgebied.data = writing.leefgebied

    def taken_into(self, writing: Writing) -> Writing:
        """Take the leefgebied in."""
        return writing.about(self.leefgebied.data)


class KindScreen(Screen):
    """What kind of thing it is."""

    kind = RadioField(
        mark("Wat wil je bewaren?"),
        choices=[(key, row.label) for key, row in KINDS.items()],
        validate_choice=False,
    )

    def show(self, writing: Writing) -> None:
        """Show the kind that was chosen."""
        self.kind.data = writing.kind

    def taken_into(self, writing: Writing) -> Writing:
        """Take the kind in."""
        return writing.of_kind(self.kind.data)


class TextScreen(Screen):
    """Title or story, in one language or in more. Made by text_screen()."""

    what: What
    count: int
    # A sound that came before and waits its turn: the number of its text, and a name.
    upload = StringField(validators=[Length(max=MOST_KEPT)])

    def spoken(self, number: int) -> bytes | None:
        """Give the sound that was made or chosen for one text."""
        file = self[f"geluid_{number}"].data
        return bytes(file.read()) if file else None

    def typed(self, number: int) -> tuple[Field, Field]:
        """Give the field of the text and the field of its language."""
        return self[f"{self.what}_{number}"], self[f"lang_{number}"]

    def show(self, writing: Writing) -> None:
        """Show each text in its language."""
        for number, text in enumerate(writing.texts[: self.count]):
            words, lang = self.typed(number)
            words.data, lang.data = getattr(text, self.what), text.lang

    def taken_into(self, writing: Writing) -> Writing:
        """Take each text in, with the language that was chosen for it."""
        texts = list(writing.texts)
        for number in range(min(self.count, len(texts))):
            words, lang = self.typed(number)
            if not words.raw_data:
                # A text that this page did not show yet stays as it is.
                continue
            chosen = lang.data if lang.data in WRITTEN else texts[number].lang
            # A browser sends line ends in its own way; one way is kept.
            said = (words.data or "").replace("\r\n", "\n")
            texts[number] = replace(texts[number], **{self.what: said, "lang": chosen})
        return replace(writing, texts=tuple(texts))

    def validate(self, extra_validators: Any = None) -> bool:
        """Refuse a language that was chosen twice."""
        good = bool(super().validate(extra_validators))
        chosen: set[str] = set()
        for number in range(self.count):
            words, lang = self.typed(number)
            if lang.data in chosen and (words.data or "").strip():
                lang.errors = [*lang.errors, SAME_LANGUAGE]
                good = False
            chosen.add(lang.data)
        return good


SAME_LANGUAGE = mark("Deze taal staat er al. Kies een andere taal.")
TOO_LONG = {
    "title": mark("Dit is te lang. Schrijf het in minder woorden."),
    "story": mark("Je verhaal is te lang. Maak van de rest een nieuw ding in je map."),
}
LABELS = {
    "title": mark("Hoe noem je dit?"),
    "story": mark("Wil je er iets over vertellen?"),
}


def text_screen(what: What, count: int) -> TextScreen:
    """Make the screen of the titles or of the stories, one for each language."""
    fields: dict[str, object] = {"what": what, "count": count}
    for number in range(count):
        limit = Length(
            max=TITLE_LENGTH if what == "title" else STORY_LENGTH, message=TOO_LONG[what]
        )
        if what == "story":
            fields[f"geluid_{number}"] = FileField(mark("Spreek het in"))
        kind = StringField if what == "title" else TextAreaField
        fields[f"{what}_{number}"] = kind(LABELS[what], validators=[limit])
        fields[f"lang_{number}"] = SelectField(
            mark("In welke taal schrijf je?"),
            choices=list(WRITTEN.items()),
            validate_choice=False,
        )
    return cast("TextScreen", type("TextScreenFor", (TextScreen,), fields)())


class WhenScreen(Screen):
    """When it was, and how many hours it took. A month or a year is enough."""

    started_day = StringField(mark("Dag"))
    started_month = SelectField(mark("Maand"), validate_choice=False)
    started_year = StringField(mark("Jaar"))
    ended_day = StringField(mark("Dag"))
    ended_month = SelectField(mark("Maand"), validate_choice=False)
    ended_year = StringField(mark("Jaar"))
    hours = StringField(mark("Hoeveel uur was het samen?"))

    def __init__(self) -> None:
        super().__init__()
        self.started_month.choices = self.ended_month.choices = months()

    def show(self, writing: Writing) -> None:
        """Show what was typed."""
        for name, typed in (("started", writing.started), ("ended", writing.ended)):
            for part in ("day", "month", "year"):
                self[f"{name}_{part}"].data = getattr(typed, part)
        self.hours.data = writing.hours

    def taken_into(self, writing: Writing) -> Writing:
        """Take both dates and the hours in as they were typed."""
        return replace(
            writing,
            started=self._typed("started", writing.started),
            ended=self._typed("ended", writing.ended),
            hours=_said(self.hours, writing.hours),
        )

    def _typed(self, name: str, before: TypedDate) -> TypedDate:
        parts = ("day", "month", "year")
        return TypedDate(*(_said(self[f"{name}_{part}"], getattr(before, part)) for part in parts))

    def validate(self, extra_validators: Any = None) -> bool:
        """Say what cannot be read as a date or as hours."""
        good = bool(super().validate(extra_validators))
        errors = read_period(self.taken_into(Writing())).errors
        for name, error in errors.items():
            self[name].errors = [error]
        return good and not errors


def _said(field: Field, before: str) -> str:
    # What this page did not ask stays as it was.
    return (field.data or "")[:MOST_KEPT] if field.raw_data else before


def months() -> list[tuple[str, str]]:
    """List the months by their names, after an empty one."""
    return [("", "")] + [(str(n), _month_name(n)) for n in range(1, 13)]


def _month_name(number: int) -> str:
    return on_line(lambda tag: format_date(date(2000, number, 1), "LLLL", locale=tag))


class FileScreen(Screen):
    """Photos or papers: one that is made or chosen now, and what is to be seen on each."""

    # A file that came in pieces before, by the name that the page gave it.
    upload = StringField(validators=[Length(max=MOST_KEPT)])

    @property
    def files(self) -> list[bytes]:
        """Give the files that were made or chosen."""
        controls = (field for field in self if isinstance(field, FileField))
        return [field.data.read() for field in controls if field.data]

    def taken_into(self, writing: Writing) -> Writing:
        """Take in what somebody says about each of them."""
        said = {
            name.removeprefix(DESCRIBES): (text or "")[:DESCRIPTION_LENGTH]
            for name, text in request.form.items()
            if name.startswith(DESCRIBES)
        }
        return replace(writing, described={**writing.described, **said})


class PhotoScreen(FileScreen):
    """A photo, made now or chosen."""

    foto = FileField(mark("Wil je er een foto bij?"))
    # The door to the camera is a control of its own beside the one to the files.
    foto_camera = FileField()


class PaperScreen(FileScreen):
    """A paper: a file, or photos of its pages."""

    papier = FileField(mark("Heb je er een papier bij?"))
    # One page after the other, from the camera.
    blad_camera = FileField()
