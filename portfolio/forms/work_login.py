"""Coming in through one's organisation: its settings, and which organisation it is."""

from __future__ import annotations

from wtforms import BooleanField, PasswordField, StringField
from wtforms.validators import InputRequired, Length

from portfolio.forms import Form, tidy
from portfolio.languages import mark

SHORTER = mark("Schrijf het iets korter.")
NOT_FOUND = mark("Zo kun je bij deze organisatie niet inloggen. Log in met je wachtwoord.")
NO_ISSUER = mark("We vinden hier geen inlogdienst. Kijk het adres na.")
NO_SECRET = mark("Schrijf het geheim van de inlogdienst.")


class DoorForm(Form):
    """Where the staff of an organisation sign in."""

    issuer = StringField(
        mark("Wat is het adres van jullie inlogdienst?"),
        filters=[tidy],
        validators=[InputRequired(NO_ISSUER), Length(max=400, message=SHORTER)],
    )
    client_id = StringField(
        mark("Onder welke naam kent de inlogdienst ons?"),
        filters=[tidy],
        validators=[InputRequired(mark("Schrijf de naam.")), Length(max=200, message=SHORTER)],
    )
    secret = PasswordField(
        mark("Wat is het geheim van de inlogdienst?"),
        validators=[Length(max=1000, message=SHORTER)],
    )
    second_there = BooleanField(mark("De inlogdienst vraagt al 2 dingen"))


class WhereForm(Form):
    """Which organisation somebody works for."""

    organisation = StringField(
        mark("Hoe heet je organisatie?"),
        filters=[tidy],
        validators=[
            InputRequired(mark("Schrijf de naam van je organisatie.")),
            Length(max=120, message=SHORTER),
        ],
    )
