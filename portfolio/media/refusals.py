"""What the owner reads when something is not taken: what happened, and what to do now."""

from __future__ import annotations

from portfolio.languages import mark
from portfolio.media.decoding.clean import (
    BROKEN,
    EMPTY,
    FILM,
    FOUND,
    KIND,
    LARGE,
    LOCKED,
    LONG,
    PAGES,
    PHOTOS,
    SILENT,
)

OF_A_PHOTO = {
    EMPTY: mark("De foto is leeg. Kies de foto nog een keer."),
    LARGE: mark("De foto is te groot. Maak een nieuwe foto of kies een andere."),
    KIND: mark("Wij kunnen deze foto niet lezen. Kies een foto van je telefoon."),
    BROKEN: mark("Deze foto is stuk. Maak een nieuwe foto of kies een andere."),
    FOUND: mark("Deze foto is niet veilig. Maak een nieuwe foto of kies een andere."),
    SILENT: mark("Wij kunnen de foto nu niet controleren. Probeer het straks nog een keer."),
}
OF_A_SOUND = {
    EMPTY: mark("De opname is leeg. Neem het nog een keer op."),
    LARGE: mark("De opname is te groot. Neem een korter stuk op."),
    LONG: mark("De opname duurt langer dan 3 minuten. Neem een korter stuk op."),
    KIND: mark("Wij kunnen dit geluid niet lezen. Neem het op of kies een ander bestand."),
    FILM: mark("In dit bestand zit meer dan geluid. Kies een bestand met alleen geluid."),
    BROKEN: mark("Deze opname is stuk. Neem het nog een keer op."),
    FOUND: mark("Dit geluid is niet veilig. Neem het op of kies een ander bestand."),
    SILENT: mark("Wij kunnen de opname nu niet controleren. Probeer het straks nog een keer."),
}
OF_A_PAPER = {
    EMPTY: mark("Het papier is leeg. Kies het papier nog een keer."),
    LARGE: mark("Het papier is te groot. Kies een kleiner bestand of maak er foto's van."),
    PAGES: mark("Het papier heeft meer dan 50 bladzijden. Kies alleen de bladzijden die tellen."),
    PHOTOS: mark("Dit zijn meer dan 20 foto's. Kies 20 foto's of minder."),
    LOCKED: mark("Dit papier zit op slot. Maak er foto's van."),
    KIND: mark("Wij kunnen dit papier niet lezen. Kies een PDF of maak er foto's van."),
    BROKEN: mark("Dit papier is stuk. Kies het nog een keer of maak er foto's van."),
    FOUND: mark("Dit papier is niet veilig. Maak er foto's van of kies een ander papier."),
    SILENT: mark("Wij kunnen het papier nu niet controleren. Probeer het straks nog een keer."),
}
