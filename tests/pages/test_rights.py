"""Rights, duties and choices: every fact says where it stands, since when, and whom to ask."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from portfolio.data import LEEFGEBIEDEN
from portfolio.data.plan import ASKS, CHOICES, FACT_KINDS, LAW, rights_of

if TYPE_CHECKING:
    from tests.people import Actor

NEVER = ("boete", "sanctie", "verplicht", "te laat", "mislukt", "€")


def said(text: str, number: int | None) -> str:
    return text % {"number": number} if number is not None else text


@pytest.mark.parametrize("leefgebied", LEEFGEBIEDEN)
def test_every_right_tells_where_it_stands(amina: Actor, leefgebied: str) -> None:
    rows = rights_of(leefgebied)
    page = amina.page.visit(f"/plan/rechten/{leefgebied}")
    for row in rows:
        for told in (row.text, row.source, FACT_KINDS[row.kind].label):
            assert told in page.text
        assert all(ASKS[who].label in page.text for who in row.ask)
    assert page.text.count("Vraag DUO of je gemeente.") >= max(1, len(rows))
    assert not [word for word in NEVER if word in page.text.lower()]


@pytest.mark.parametrize("choice", CHOICES)
def test_every_choice_tells_what_follows_and_whom_to_ask(amina: Actor, choice: str) -> None:
    row = CHOICES[choice]
    page = amina.page.visit(f"/plan/keuzes/{choice}")
    for sentence in row.sentences:
        assert sentence in page.text
    for key in row.facts:
        assert said(LAW[key].text, LAW[key].number) in page.text
        assert LAW[key].source in page.text
    assert all(ASKS[who].label in page.text for who in row.ask)
    assert not [word for word in NEVER if word in page.text.lower()]


def test_the_route_shows_every_number_of_the_law_with_its_source(amina: Actor) -> None:
    text = amina.page.visit("/plan/leerroute").text
    for fact in LAW.values():
        if "wi2021" in fact.acts:
            assert said(fact.text, fact.number) in text
            assert fact.source in text
    assert not [word for word in NEVER if word in text.lower()]


@pytest.mark.parametrize("path", ["/plan/rechten/geluk", "/plan/keuzes/vluchten"])
def test_there_is_no_such_page(amina: Actor, path: str) -> None:
    amina.page.visit(path, 404)
