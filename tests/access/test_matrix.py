"""Every page, every role, every state of a consent: docs/access.md against what really answers.

ASVS 8.1.1, 8.2.1, 8.2.2, 8.2.3, 8.3.1: the rules are documented, and hold for pages, things
and fields alike. The expected answer is computed from the page alone.
"""

from __future__ import annotations

import hashlib
import inspect
from contextlib import contextmanager
from typing import TYPE_CHECKING

import pytest
from sqlalchemy import select

from portfolio.extensions import db
from portfolio.models import Base
from tests.access.states import bring_about
from tests.access.table import (
    CELLS,
    NO,
    ROLES,
    SHARED,
    SHARED_WITH,
    SIGN_IN,
    YES,
    answer,
    depends_on_sharing,
    endpoints,
    states,
)
from tests.access.things import ALWAYS, Things, lay_out
from tests.browser import ORIGIN, Page
from tests.people import Cast
from tests.stores import close_engines

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from flask import Flask
    from werkzeug.routing import Rule

    from tests.access.table import Declared
    from tests.people import Actor
    from tests.stores import Stores

# What a reading by another, or looking in at all, may write.
MAY_CHANGE = frozenset(
    {"access_log", "attempts", "challenge", "clock_mark", "portfolio", "sign_in"}
) | {"security_event", "security_head"}
Cell = tuple["Rule", str, "Declared"]
# Whoever asked these signs in again for the next page.
ENDS_A_SESSION = frozenset({"leave.now", "rest.over", "sign_in.out"})
# What a post must hold to come as far as the thing it is about.
FIELDS = {
    "comment.hide": {"verberg": "ja"},
    "goal_step.tick": {"klaar": "ja"},
    "meeting.tick": {"klaar": "ja"},
    "sentence.say": {"reason": "hard"},
    "share.sure": {"zeker": "nee"},
    "talk.tick": {"klaar": "ja"},
}


def cells_of(app: Flask) -> list[Cell]:
    """List every page with its method and what the table says of it."""
    declared = endpoints()
    return [
        (rule, method, declared[rule.endpoint])
        for rule in sorted(app.url_map.iter_rules(), key=str)
        if rule.endpoint in declared
        for method in sorted((rule.methods or set()) & {"GET", "POST", "PUT", "PATCH", "DELETE"})
    ]


def test_every_endpoint_is_marked_and_declared(app: Flask) -> None:
    declared, wrong = endpoints(), []
    for endpoint, view in app.view_functions.items():
        code = inspect.unwrap(view)
        place = f"{inspect.getsourcefile(code)}: {code.__name__}() ({endpoint})"
        if not hasattr(view, "access"):
            wrong.append(f"{place}: put @public or @requires(Action.…) directly above it")
            continue
        action = view.access.value if view.access else "public"
        if endpoint not in declared:
            wrong.append(f"{place}: add `| {endpoint} | {action} | … | … |` to docs/access.md")
        elif declared[endpoint].action != action:
            said = declared[endpoint].action
            wrong.append(f"{place}: marked {action}, docs/access.md says {said}")
    wrong += [
        f"docs/access.md: {endpoint} is no page any more, remove its row"
        for endpoint in declared.keys() - app.view_functions.keys()
    ]
    assert not wrong, "\n".join(wrong)


def test_an_unmarked_endpoint_answers_nobody(cast: Cast) -> None:
    app = cast.amina.app
    app.add_url_rule("/niet-gemerkt", "unmarked", lambda: "geheim")
    for actor in cast.everybody().values():
        answered = actor.browse().get("/niet-gemerkt", base_url=ORIGIN)
        assert answered.status_code == 404
        assert b"geheim" not in answered.data


def test_whoever_shares_nothing_is_refused_by_the_same_words(cast: Cast) -> None:
    """A page that exists and one that does not answer alike: nothing can be found out."""
    work, unknown = cast.entries["work"], "A" * 22
    for path in ("/mensen/{}/stuk/" + work, "/prestaties/{}", "/map/stuk/{}", "/foto/{}/klein"):
        for who, known in ((cast.carla, cast.amina.map_id), (cast.farid, cast.amina.map_id)):
            pages = [
                who.browse().get(path.format(each), base_url=ORIGIN) for each in (known, unknown)
            ]
            assert [page.status_code for page in pages] == [404, 404]
            shown, other = (_without_nonces(page.text) for page in pages)
            assert [line.replace(known, unknown) for line in shown] == other


def _without_nonces(page: str) -> list[str]:
    return [line for line in page.splitlines() if "nonce=" not in line and "csrf_token" not in line]


@pytest.mark.parametrize("state", states())
def test_what_is_shared_decides(  # noqa: PLR0913, PLR0917 -- pytest gives each by its name
    cast: Cast,
    state: str,
    stores: Stores,
    database: str,
    tmp_path: Path,
    request: pytest.FixtureRequest,
) -> None:
    """The coach and the provider, on every page, in this state. ASVS 8.2.1, 8.2.2, 3.5.3."""
    stage = Stage(cast, state, stores, database, tmp_path)
    request.config.stash[CELLS] = request.config.stash.get(CELLS, 0) + stage.run(
        SHARED_WITH, only_sharing=state != SHARED
    )


def test_the_others_see_what_is_theirs(
    cast: Cast, stores: Stores, database: str, tmp_path: Path, request: pytest.FixtureRequest
) -> None:
    """The owner, another owner, the beheerder and a visitor, on every page.

    ASVS 8.2.1, 8.2.2, 3.5.3.
    """
    stage = Stage(cast, SHARED, stores, database, tmp_path)
    request.config.stash[CELLS] = request.config.stash.get(CELLS, 0) + stage.run(
        [who for who in ROLES if who not in SHARED_WITH]
    )


class Stage:
    """The cast in one state, with every thing laid out, and what they get when they ask."""

    def __init__(self, cast: Cast, state: str, stores: Stores, database: str, folder: Path) -> None:
        self.cast, self.state = cast, state
        self.stores, self.database, self.folder = stores, database, folder
        with cast.amina.app.app_context():
            self.things = lay_out(cast)
            bring_about(cast, state)
        asset = cast.amina.app.extensions["portfolio.assets"]["icon.svg"]
        ALWAYS.update(version=asset.version, name="icon.svg")

    def run(self, people: tuple[str, ...] | list[str], *, only_sharing: bool = False) -> int:
        """Try every page as these people; gives how many cells there were."""
        wrong, tried, later = [], 0, []
        app = self.cast.amina.app
        before = _picture_of(app)
        for who in people:
            client = Asker(getattr(self.cast, who))
            for rule, method, declared in cells_of(app):
                expected = answer(declared, who, self.state)
                # What no consent decides is tried once, in one state.
                if only_sharing and expected == YES and not depends_on_sharing(declared, who):
                    continue
                tried += 1
                if method != "GET" and expected == YES:
                    later.append((who, rule, method, declared))
                    continue
                path = self.things.path(rule, declared, who)
                wrong += self._compare(client.ask(rule, method, path), method, path, who, expected)
        if _picture_of(app) != before:
            wrong.append("a page that was only looked at, or refused, changed the database")
        wrong += self._post(later)
        assert not wrong, "\n".join(wrong)
        return tried

    def _post(self, cells: list[tuple[str, Rule, str, Declared]]) -> Iterator[str]:
        """Post where it is allowed, each on a stage that no post changed before."""
        while cells:
            with self._again() as (cast, things):
                app, askers = cast.amina.app, {}
                before = _picture_of(app)
                while cells and _picture_of(app) == before:
                    who, rule, method, declared = cells.pop()
                    path = things.path(rule, declared, who)
                    if who not in askers:
                        askers[who] = Asker(getattr(cast, who))
                    got = askers[who].ask(rule, method, path)
                    yield from self._compare(got, method, path, who, YES)

    def _compare(self, got: str, method: str, path: str, who: str, expected: str) -> list[str]:
        if got == expected:
            return []
        return [f"[{self.state}] {who} {method} {path}: {got}, but docs/access.md says {expected}"]

    @contextmanager
    def _again(self) -> Iterator[tuple[Cast, Things]]:
        """Give the same stage anew, for a post that changes it."""
        self.folder = self.folder.with_name(self.folder.name + "x")
        settings = self.stores.copy(self.database, "cast", self.folder)
        app = self.stores.open(settings)
        cast = Cast(app, self.stores.facts(self.database))
        try:
            with app.app_context():
                things = lay_out(cast)
                bring_about(cast, self.state)
            yield cast, things
        finally:
            close_engines(app)
            self.stores.forget(settings)


class Asker:
    """A browser of one of the cast that asks for anything; it keeps one CSRF token."""

    def __init__(self, actor: Actor) -> None:
        self._actor = actor
        self._renew()

    def _renew(self) -> None:
        self._client = self._actor.browse()
        self._token = Page(self._client).token()

    def ask(self, rule: Rule, method: str, path: str) -> str:
        """Ask, and say what came: yes, no, sign in, or the status of what must never come."""
        data = (
            {} if method == "GET" else {"csrf_token": self._token, **FIELDS.get(rule.endpoint, {})}
        )
        answered = self._client.open(path, method=method, base_url=ORIGIN, data=data)
        goal = answered.headers.get("Location", "")
        if rule.endpoint in ENDS_A_SESSION:
            self._renew()
        if answered.status_code == 404:
            return NO
        if answered.status_code == 303 and "/inloggen" in goal and not path.startswith("/inloggen"):
            return SIGN_IN
        return YES if answered.status_code < 500 else f"broke with {answered.status_code}"


def _picture_of(app: Flask) -> dict[str, str]:
    """Give a mark of the content of every table that looking may not change."""
    with app.app_context():
        return {
            name: hashlib.sha256(
                repr(sorted(map(repr, db.session.execute(select(table)).all()))).encode()
            ).hexdigest()
            for name, table in Base.metadata.tables.items()
            if name not in MAY_CHANGE
        }
