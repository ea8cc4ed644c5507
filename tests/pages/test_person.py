"""Beginning a map, and one's own account."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from typing import TYPE_CHECKING

import pytest
from sqlalchemy import select
from zxcvbn.frequency_lists import FREQUENCY_LISTS

from portfolio.extensions import db, keyring
from portfolio.keyring import open_text
from portfolio.models import Credential, Person, Portfolio
from portfolio.models.credential import lock_of
from portfolio.passphrase import (
    CONTEXT,
    TOO_COMMON,
    TOO_LONG,
    TOO_PERSONAL,
    TOO_SHORT,
    fits,
    hash_passphrase,
    weakness,
)
from portfolio.proving import PROOF_LASTS
from tests.browser import Page
from tests.pages.test_sign_in import later

if TYPE_CHECKING:
    from flask import Flask
    from werkzeug.test import TestResponse

    from tests.people import Actor, Cast

GOOD = "een groene fiets"
ANSWERS = {
    "screen": "passphrase",
    "once": "keyofthisform",
    "age": "18+",
    "display_name": "Amina",
    "sign_in_name": "amina85",
    "passphrase": GOOD,
}


def people(app: Flask) -> list[Person]:
    with app.app_context():
        return list(db.session.scalars(select(Person)).all())


def answer_all(page: Page, age: str = "18 of ouder", name: str = "amina85") -> Page:
    page.visit("/begin").choose(age).submit("Verder")
    if age == "16 of 17":
        assert page.h1 == "Je bent 16 of 17 jaar"
        page.submit("Verder")
    page.fill("display_name", "Amina").submit("Verder")
    return page.fill("sign_in_name", name).submit("Verder")


def codes_of(page: Page) -> list[str]:
    return [node.text for node in page.tree.walk("li") if node.text.count("-") == 3]


class TestBeginning:
    def test_one_question_per_screen_and_then_a_map(self, app: Flask, page: Page) -> None:
        answer_all(page)
        assert people(app) == []
        page.fill("passphrase", GOOD).submit("Maak mijn map")
        assert page.h1 == "Schrijf deze 10 codes op"
        assert len(set(codes_of(page))) == 10
        (person,) = people(app)
        assert person.age_group == "18+"
        with app.app_context():
            assert db.session.scalars(select(Portfolio.person_id)).one() == person.id
        assert "amina85" in page.visit("/over-mij").text

    def test_of_16_or_17_only_that_is_kept(self, app: Flask, page: Page) -> None:
        answer_all(page, age="16 of 17")
        page.fill("passphrase", GOOD).submit("Maak mijn map")
        assert people(app)[0].age_group == "16-17"

    def test_under_16_gets_no_account(self, app: Flask, page: Page) -> None:
        page.visit("/begin").choose("Jonger dan 16").submit("Verder")
        assert page.h1 == "Je bent nog geen 16 jaar"
        answer = page.post("/begin", {**ANSWERS, "age": "under-16"})
        assert answer.status_code == 200
        assert people(app) == []

    def test_back_keeps_what_was_typed(self, page: Page) -> None:
        answer_all(page).submit("Terug")
        assert page.value("sign_in_name") == "amina85"
        page.submit("Terug")
        assert page.value("display_name") == "Amina"
        page.submit("Terug")
        assert page.h1 == "Hoe oud ben je?"

    def test_words_are_sealed(self, app: Flask, page: Page) -> None:
        assert page.post("/begin", ANSWERS).status_code == 200
        with app.app_context():
            person = db.session.scalars(select(Person)).one()
            assert b"Amina" not in person.display_name
            assert b"amina85" not in person.sign_in_name
            key = keyring().fetch([person.key_id])[person.key_id]
            assert open_text(key, "person", person.id, "display_name", person.display_name)

    def test_a_second_click_makes_one_account_and_says_no_name_is_taken(
        self, app: Flask, page: Page
    ) -> None:
        page.visit("/begin")
        first, second = page.post("/begin", ANSWERS), page.post("/begin", ANSWERS)
        assert (first.status_code, second.status_code) == (200, 200)
        assert len(people(app)) == 1
        with app.app_context():
            in_force = select(Credential).where(
                Credential.kind == "recovery_code", Credential.ended_at.is_(None)
            )
            assert len(db.session.scalars(in_force).all()) == 10

    def test_two_clicks_at_once_make_one_account(self, app: Flask) -> None:
        def click(_number: int) -> int:
            page = Page(app.test_client())
            page.visit("/begin")
            return page.post("/begin", ANSWERS).status_code

        with ThreadPoolExecutor(4) as pool:
            assert set(pool.map(click, range(4))) <= {200, 303}
        assert len(people(app)) == 1

    def test_a_taken_name_with_another_passphrase_is_said(self, cast: Cast) -> None:
        page = Page(cast.visitor.browse())
        page.visit("/begin")
        page.choose("18 of ouder").submit("Verder").fill("display_name", "A").submit("Verder")
        page.fill("sign_in_name", "Amina").submit("Verder", status=422)
        assert "Iemand anders heeft deze naam al" in page.text
        answer = page.post("/begin", {**ANSWERS, "sign_in_name": "AMINA"})
        assert answer.status_code == 422
        assert "Iemand anders" in answer.get_data(as_text=True)

    def test_who_has_a_map_already_is_let_in(self, cast: Cast) -> None:
        page = Page(cast.visitor.browse())
        page.visit("/begin")
        again = {**ANSWERS, "sign_in_name": "Farid", "passphrase": cast.farid.passphrase}
        assert page.post("/begin", again).status_code == 303
        assert "Farid" in page.visit("/over-mij").text


class TestBadInput:
    """What cannot come from our form is 400; what a person may type is 422 and is kept."""

    @pytest.mark.parametrize(
        "wrong",
        [
            {"age": "12"},
            {"display_name": ""},
            {"display_name": "a" * 61},
            {"display_name": "\u200b\u202e"},
            {"sign_in_name": "ab"},
            {"sign_in_name": "a" * 41},
            {"passphrase": ""},
            {"passphrase": "x" * 1001},
        ],
    )
    def test_a_wrong_answer_is_explained(
        self, app: Flask, page: Page, wrong: dict[str, str]
    ) -> None:
        answer = page.post("/begin", {**ANSWERS, **wrong})
        assert answer.status_code == 422
        assert 'role="alert"' in answer.get_data(as_text=True)
        assert people(app) == []

    @pytest.mark.parametrize(
        "wrong",
        [
            {"display_name": ["Amina", "Farid"]},
            {"display_name": "a" * 1_000_000},
            {"display_name": "Ami\x00na"},
            {"screen": "nowhere"},
            {"screen": ""},
            {"once": "<script>"},
        ],
    )
    def test_what_is_no_answer_is_400(
        self, app: Flask, page: Page, wrong: dict[str, object]
    ) -> None:
        answer: TestResponse = page.post("/begin", {**ANSWERS, **wrong})
        assert answer.status_code == 400
        assert people(app) == []


class TestPassphrase:
    def test_it_is_kept_exactly_and_whole(self) -> None:
        """ASVS 6.2.8, 6.2.9: twins that differ after 72 bytes, in case or in a space differ."""
        long = "ab" * 60 + "12345678"
        secret = hash_passphrase(long)
        assert fits(secret, long)
        for twin in (long[:-1] + "9", long[:72], long.upper(), long + " ", " " + long):
            assert not fits(secret, twin)

    def test_it_is_kept_with_argon2id(self, app: Flask, page: Page) -> None:
        """ASVS 11.4.2: the parameters are read from what stands in the database."""
        page.post("/begin", ANSWERS)
        with app.app_context():
            person = db.session.scalars(select(Person)).one()
            lock = lock_of(db.session, keyring(), person.id)
            assert lock is not None
            assert lock.secret.startswith("$argon2id$v=19$m=65536,t=3,p=4$")
            row = db.session.scalars(
                select(Credential.secret).where(Credential.kind == "passphrase")
            )
            assert b"argon2" not in (row.one() or b"")

    @pytest.mark.parametrize(
        "good",
        [
            "correct paard batterij",
            "🚲🌷🏠🍞📚🎻🐝🌧🧵🔑",
            "قهوة في الصباح الباكر",
            "ሰላም ንኹሉ ህዝቢ",
            "  twee spaties  voor  ",
            "onlylowercasebuodd",
            "".join(chr(33 + n * 37 % 90) for n in range(160)),
        ],
    )
    def test_every_kind_of_character_will_do(self, good: str) -> None:
        """ASVS 6.2.5, 6.2.9: no rules of composition; 128 characters and more."""
        assert weakness(good, ["Amina"]) is None

    def test_ten_is_enough_and_nine_is_not(self) -> None:
        """ASVS 6.2.1."""
        assert weakness("kqz vmr hx") is None
        assert weakness("kqz vmr h") == TOO_SHORT
        assert weakness("q " * 501) == TOO_LONG

    def test_what_everybody_tries_first_is_refused(self) -> None:
        """ASVS 6.2.4, 6.2.12: of 30,000 known ones none is accepted, in any case."""
        accepted = [
            word
            for word in FREQUENCY_LISTS["passwords"]
            if weakness(word) is None or weakness(word.upper()) is None
        ]
        assert accepted == []
        for word in ("password2026", "Qwertyuiop!", "aaaaaaaaaab", "abcabcabcabc", "9876543210"):
            assert weakness(word) == TOO_COMMON, word

    def test_words_of_this_place_and_this_person_are_refused(self) -> None:
        """ASVS 6.1.2: the list of such words is CONTEXT."""
        for word in CONTEXT:
            assert weakness((word + "2026!" + word)[: len(word) + 5].ljust(10, "1")), word
        assert weakness("MijnMap inburgering") == TOO_COMMON
        assert weakness("Fatima fatima 1", ["Fatima"]) == TOO_PERSONAL
        assert weakness("Fatima85 2026", ["Fatima", "fatima85"]) == TOO_PERSONAL

    def test_managers_and_paste_are_welcome(self, page: Page) -> None:
        """ASVS 6.2.7: fields are named for managers, nothing cuts off, nothing forbids paste."""
        answer_all(page)
        field = next(node for node in page.tree.walk("input") if node.get("name") == "passphrase")
        assert field["autocomplete"] == "new-password"
        assert not {"maxlength", "pattern", "onpaste"} & field.attrs.keys()
        name = next(node for node in page.tree.walk("input") if node.get("name") == "sign_in_name")
        assert name["autocomplete"] == "username"


class TestOverMij:
    def test_a_name_is_changed(self, farid: Actor) -> None:
        farid.page.visit("/over-mij/naam").fill("display_name", "Fred <3").submit("Bewaar")
        assert "Fred <3" in farid.page.text

    def test_a_new_passphrase_asks_the_old_one(self, farid: Actor) -> None:
        """ASVS 6.2.3."""
        page = farid.page.visit("/over-mij/wachtwoord")
        page.fill("old_passphrase", "dit is het niet").fill("passphrase", GOOD)
        page.submit("Bewaar", status=422)
        assert "Dit is niet je wachtwoord" in page.text
        page.fill("passphrase", GOOD).submit("Bewaar", status=422)
        page.fill("old_passphrase", farid.passphrase).fill("passphrase", "farid farid").submit(
            "Bewaar", status=422
        )
        assert "raden" in page.text

    def test_a_new_passphrase_ends_the_other_sessions(self, farid: Actor) -> None:
        """ASVS 7.4.3."""
        elsewhere = Page(farid.browse())
        elsewhere.visit("/over-mij")
        page = farid.page.visit("/over-mij/wachtwoord")
        page.fill("old_passphrase", farid.passphrase).fill("passphrase", GOOD).submit("Bewaar")
        assert page.h1 == "Over mij"
        assert elsewhere.get("/over-mij").status_code == 303

    def test_one_sees_and_ends_the_other_sessions(self, farid: Actor) -> None:
        """ASVS 7.5.2."""
        elsewhere = Page(farid.browse())
        page = farid.page.visit("/over-mij")
        assert page.text.count("Op een gedeelde computer") == 2
        assert page.text.count("Dit apparaat") == 1
        page.submit("Log uit op je andere apparaten")
        assert page.text.count("Op een gedeelde computer") == 1
        assert elsewhere.get("/over-mij").status_code == 303

    def test_new_codes_ask_who_one_is_and_end_the_old_ones(self, app: Flask, farid: Actor) -> None:
        page = farid.page.visit("/over-mij/codes")
        later(app, PROOF_LASTS * 1.5)
        page.visit("/over-mij/codes")
        assert page.h1 == "Laat zien dat jij het bent"
        page.fill("passphrase", "dit is het niet").submit("Verder", status=422)
        page.fill("passphrase", farid.passphrase).submit("Verder").submit("Maak nieuwe codes")
        assert len(codes_of(page)) == 10
        assert "Er werken nog 10 codes" in page.visit("/over-mij").text

    def test_a_fresh_installation_knows_nobody(self, app: Flask) -> None:
        """ASVS 6.3.2."""
        assert people(app) == []
