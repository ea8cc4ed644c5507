"""Every way in there is, by name: each passes one door, and none goes round the second step."""

from __future__ import annotations

import ast
import inspect
from importlib import import_module
from typing import TYPE_CHECKING

from sqlalchemy import select

from portfolio import entrance
from portfolio.extensions import db
from portfolio.models import SignIn
from portfolio.models.person import CREDENTIAL_KINDS
from portfolio.models.sign_in import hash_token
from portfolio.views import WORDS
from tests.browser import Page
from tests.pages.test_sign_in import codes_for, token_of

if TYPE_CHECKING:
    from collections.abc import Iterator

    from flask import Flask

    from tests.people import Cast

# What begins a session, and the views that may: whoever adds a way in adds it here.
DOORS = {"start", "enter", "finish", "settle"}
WAYS_IN = {
    "desk": {"finish"},
    "invitation": {"_ask_factor", "_let_in"},
    "passkey": {"come_in", "make"},
    "person": {"_come_back", "_let_in_with_codes"},
    "second_factor": {"keep", "settle"},
    "second_step": {"take"},
    "sign_in": {"come_in", "recover"},
    "work_login": {"_enter"},
}


def calls(module: object) -> Iterator[tuple[str, str]]:
    """List which function of a module calls what, by its bare name."""
    tree = ast.parse(inspect.getsource(module))  # type: ignore[arg-type]  # a module will do
    for deed in tree.body:
        if isinstance(deed, ast.FunctionDef):
            for node in ast.walk(deed):
                if isinstance(node, ast.Call) and isinstance(node.func, ast.Name):
                    yield deed.name, node.func.id


def test_these_are_all_the_ways_in() -> None:
    """ASVS 6.3.4, 6.3.6, 6.6.1: what begins a session is listed; no mail or text message does."""
    found: dict[str, set[str]] = {}
    for word in WORDS:
        module = import_module(f"portfolio.views.{word}")
        for deed, called in calls(module):
            if called in DOORS and hasattr(module, called):
                owner = getattr(module, called).__module__
                if owner in (entrance.__name__, "portfolio.views.second_factor"):
                    found.setdefault(word, set()).add(deed)
            assert called != "start_sign_in", word
    assert found == WAYS_IN
    assert {deed for deed, called in calls(entrance) if called == "start_sign_in"} == {"start"}
    assert set(CREDENTIAL_KINDS) == {"passphrase", "recovery_code", "passkey", "totp"}


def test_each_first_step_is_half_a_way_for_a_professional(app: Flask, cast: Cast) -> None:
    """ASVS 6.3.3, 6.3.4: passphrase, code on paper, and a name that exists at the beginning."""
    bas = cast.bas
    known = {"sign_in_name": "bas", "passphrase": bas.passphrase}
    begun = {"screen": "passphrase", "age": "18+", "display_name": "Bas", **known}
    ways = (
        ("/inloggen", known),
        ("/inloggen/code", {"sign_in_name": "bas", "code": codes_for(app, bas)[0]}),
        ("/begin", begun),
    )
    for path, sent in ways:
        page = Page(cast.visitor.browse())
        answer = page.post(path, sent)
        assert answer.headers["Location"] == "/inloggen/stap-2", path
        assert page.get("/mijn-code").status_code == 303, path
        with app.app_context():
            found = select(SignIn).where(SignIn.token_hash == hash_token(token_of(page)))
            assert db.session.scalars(found).one().half, path
