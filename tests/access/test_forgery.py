"""What another site, a script or a hand-made post sends: refused before it is looked at."""

from __future__ import annotations

import hashlib
from dataclasses import replace
from typing import TYPE_CHECKING

from flask import request
from sqlalchemy import select
from werkzeug.test import Client

from portfolio import serving
from portfolio.access import public
from portfolio.extensions import db
from portfolio.models import Base, Organisation
from portfolio.models.base import begin
from portfolio.security import network
from tests import factories
from tests.access.states import bring_about
from tests.access.table import SHARED, YES, answer
from tests.access.test_matrix import FIELDS, MAY_CHANGE, cells_of
from tests.access.things import ALWAYS, lay_out
from tests.browser import ORIGIN, Page
from tests.people import Actor
from tests.stories.evidence import on_sqlite

if TYPE_CHECKING:
    from collections.abc import Iterator

    from flask import Flask
    from flask.testing import FlaskClient

    from tests.access.things import Things
    from tests.people import Cast

POSTING = ("amina", "bas", "dirk", "eva")
# These keep and end nothing without a token, and say so to a page on which nobody is any more.
NO_TOKEN_ASKED = frozenset({"rest.over", "leave.now"})


def laid_out(cast: Cast) -> Things:
    """Lay everything out of which an address may hold a name."""
    with cast.amina.app.app_context():
        things = lay_out(cast)
        bring_about(cast, SHARED)
    asset = cast.amina.app.extensions["portfolio.assets"]["icon.svg"]
    ALWAYS.update(version=asset.version, name="icon.svg")
    return things


def picture_of(app: Flask) -> dict[str, str]:
    """Give a mark of the content of every table."""
    with app.app_context():
        return {
            name: hashlib.sha256(
                repr(sorted(map(repr, db.session.execute(select(table)).all()))).encode()
            ).hexdigest()
            for name, table in Base.metadata.tables.items()
            if name not in MAY_CHANGE
        }


class Posts:
    """Everybody who may post, each in their own browser, and what they may post to."""

    def __init__(self, cast: Cast) -> None:
        self._cast, self._things = cast, laid_out(cast)
        self.clients = {who: getattr(cast, who).browse() for who in POSTING}
        self.tokens = {who: Page(client).token() for who, client in self.clients.items()}

    def __iter__(self) -> Iterator[tuple[str, FlaskClient, str, str]]:
        for rule, method, declared in cells_of(self._cast.amina.app):
            if method != "POST" or rule.endpoint in NO_TOKEN_ASKED:
                continue
            fit = [each for each in POSTING if answer(declared, each, SHARED) == YES]
            # What is not shared now is still looked at only after the token was.
            who = fit[0] if fit else "bas"
            path = self._things.path(rule, declared, who)
            yield rule.endpoint, self.clients[who], self.tokens[who], path


@on_sqlite
def test_no_post_without_its_token_does_anything(cast: Cast) -> None:
    """ASVS 3.5.1. Every address that takes a post, without a token, with a wrong one, from afar."""
    app, posts = cast.amina.app, Posts(cast)
    before = picture_of(app)
    tried = 0
    for endpoint, client, token, path in posts:
        fields = FIELDS.get(endpoint, {})
        far = {"Sec-Fetch-Site": "cross-site"}
        for data, headers in (
            (fields, {}),
            ({**fields, "csrf_token": "x" * len(token)}, {}),
            ({**fields, "csrf_token": token}, far),
        ):
            got = client.post(path, base_url=ORIGIN, data=data, headers=headers)
            assert got.status_code == 400, path
            tried += 1
    assert tried > 200
    assert picture_of(app) == before


@on_sqlite
def test_a_post_that_is_no_form_of_ours_is_refused(cast: Cast) -> None:
    """ASVS 15.3.5. A list or an object where one word is expected is no answer."""
    app, posts = cast.amina.app, Posts(cast)
    before = picture_of(app)
    for _endpoint, client, token, path in posts:
        doubled = {"csrf_token": token, "once": ["a", "b"]}
        assert client.post(path, base_url=ORIGIN, data=doubled).status_code == 400, path
        as_json = {"csrf_token": token, "once": ["a"], "text": {"a": 1}}
        assert client.post(path, base_url=ORIGIN, json=as_json).status_code == 400, path
        zero = {"csrf_token": token, "once": "a\x00b"}
        assert client.post(path, base_url=ORIGIN, data=zero).status_code == 400, path
    assert picture_of(app) == before


def test_nothing_of_ours_is_shown_inside_another_site(cast: Cast) -> None:
    """ASVS 3.5.8. A photo, sound or page is for pages of ours; a link from elsewhere leads on."""
    client = cast.amina.browse()
    photo = f"/foto/{cast.photos['work']}/groot"
    for path in (photo, f"/geluid/{cast.sounds['work']}", f"/papier/{cast.papers['work']}", "/map"):
        for site in ("cross-site", "same-site"):
            for how in ("image", "audio", "video", "iframe", "embed", "object", "empty", "script"):
                headers = {"Sec-Fetch-Site": site, "Sec-Fetch-Dest": how}
                got = client.get(path, base_url=ORIGIN, headers=headers)
                assert got.status_code == 400
                assert got.headers["Cross-Origin-Resource-Policy"] == "same-origin"
    own = {"Sec-Fetch-Site": "same-origin", "Sec-Fetch-Dest": "image"}
    assert client.get(photo, base_url=ORIGIN, headers=own).status_code == 200
    link = {"Sec-Fetch-Site": "cross-site", "Sec-Fetch-Dest": "document"}
    assert client.get("/map", base_url=ORIGIN, headers=link).status_code == 200


def test_who_asks_is_not_what_a_request_says(app: Flask) -> None:
    """ASVS 4.1.3. X-Forwarded-For counts from as many proxies of ours as are set, from the end."""
    app.add_url_rule("/wie", "who", public(lambda: f"{request.remote_addr} {network()}"))
    said: dict[int, set[str]] = {}
    for proxies in (0, 1):
        whole = serving.behind_proxies(app, proxies)
        for forged in ("1.1.1.1", "2.2.2.2, 3.3.3.3", "10.0.0.1", "::1", "x" * 2000):
            environ = {
                "REMOTE_ADDR": "9.9.9.9",
                "HTTP_X_FORWARDED_FOR": f"{forged}, 8.8.8.8",
                "HTTP_X_REAL_IP": forged,
                "HTTP_FORWARDED": f"for={forged}",
            }
            got = Client(whole).get("/wie", base_url=ORIGIN, environ_overrides=environ)
            said.setdefault(proxies, set()).add(got.text)
    assert {each.split()[0] for each in said[0]} == {"9.9.9.9"}
    assert {each.split()[0] for each in said[1]} == {"8.8.8.8"}
    assert len(said[0]) == len(said[1]) == 1


def test_a_coach_of_another_municipality_finds_nothing(cast: Cast) -> None:
    """ASVS 8.4.1. Whatever is shared with one organisation, another one has no cell of it."""
    app = cast.amina.app
    things = laid_out(cast)
    with app.app_context():
        begin(db.session, writing=True)
        person = factories.make_person("gerda", "Gerda")
        for role in ("coach", "provider", "begeleider"):
            factories.member(person, factories.organisation(f"Elders {role}"), role)
        begun = db.session.scalars(select(Organisation.name)).all()
        facts = replace(cast.facts, people={**cast.facts.people, "gerda": person.person.id})
        db.session.commit()
    assert len(begun) == 5
    client = Actor(app, "gerda", facts).browse()
    token = Page(client).token()
    tried = 0
    for rule, method, declared in cells_of(app):
        if declared.thing in ("-", "own seat") or declared.action in ("public", "account_use"):
            continue
        path = things.path(rule, declared, "bas")
        data = {} if method == "GET" else {"csrf_token": token, **FIELDS.get(rule.endpoint, {})}
        got = client.open(path, method=method, base_url=ORIGIN, data=data)
        assert got.status_code == 404, path
        assert not any(canary in got.text for canary in cast.canaries.values())
        tried += 1
    assert tried > 100
    for path in ("/mensen", "/prestaties"):
        page = client.get(path, base_url=ORIGIN).text
        assert "Amina" not in page
