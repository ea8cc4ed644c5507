"""The check of easy Dutch finds long sentences and hard words, and says what is better."""

from __future__ import annotations

import tomllib

import pytest

from portfolio import b1
from portfolio.b1 import Finding, findings


def test_easy_text_has_no_finding() -> None:
    assert findings("Dit is je map. Jij kiest wie erin mag kijken.") == []


def test_a_sentence_may_have_fifteen_words_and_not_one_more() -> None:
    assert findings("woord " * 15) == []
    assert [found.rule for found in findings("woord " * 16)] == ["long_sentence"]


def test_sentences_are_counted_apart() -> None:
    assert findings("woord " * 10 + "klaar. " + "woord " * 10) == []
    assert findings("woord " * 10 + "\n" + "woord " * 10) == []


def test_a_hard_word_comes_with_the_easier_one() -> None:
    assert findings("Dit is verplicht.") == [Finding("hard_word", "verplicht", "moet")]


@pytest.mark.parametrize(
    "text",
    [
        "Verplicht",
        "je leefgebieden",
        "veel competenties",
        "zij wijzigt het",
        "het is gewijzigd",
        "dat realiseer je",
        "hij dient te komen",
        "zowel jij als ik",
        "dat is niet-toegestaan",
        "een aanvraag indienen",
    ],
)
def test_forms_and_phrases_of_hard_words_are_found(text: str) -> None:
    assert [found.rule for found in findings(text)] == ["hard_word"]


@pytest.mark.parametrize("text", ["je begeleider", "de waarde", "een mits-vraag", "de voorkant"])
def test_a_word_that_only_looks_like_a_hard_one_is_no_finding(text: str) -> None:
    assert findings(text) == []


@pytest.mark.parametrize("text", ["je contactpersoon", "jouw leerroute", "Portfolio"])
def test_the_words_of_the_glossary_may_stand(text: str) -> None:
    assert findings(text) == []


def test_every_hard_word_of_the_list_is_found_or_excepted_with_a_reason() -> None:
    pairs = tomllib.loads((b1.DATA / "word_pairs.toml").read_text("utf-8"))["pairs"]
    exceptions = tomllib.loads((b1.DATA / "word_exceptions.toml").read_text("utf-8"))["exceptions"]
    excepted = {entry["word"] for entry in exceptions if entry["reason"]}
    words = [word for pair in pairs for word in pair["avoid"]]
    missed = {word for word in words if not findings(word.replace(" ... ", " dit "))}
    assert len(pairs) == 159
    assert missed == excepted
