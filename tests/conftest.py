"""The fixtures of every test: an application on each database, and the cast.

A test that takes `app` runs twice, on SQLite and on PostgreSQL, with stores of its own.
Whoever takes `cast`, or one of the cast by name, finds everybody's maps there as well.
"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import pytest
from flask import Flask

from tests.browser import Page
from tests.compiled import Compiled, KnownRule
from tests.people import Actor, Cast
from tests.stores import DATABASES, POSTGRESQL, Stores, close_engines

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from portfolio.config import Settings

pytest_plugins = ("tests.chromium",)


@pytest.fixture(scope="session", autouse=True)
def compiled() -> Iterator[None]:
    """Let all applications of this run share the code of their templates."""
    with pytest.MonkeyPatch.context() as patched:
        patched.setattr(Flask, "jinja_options", {"bytecode_cache": Compiled()})
        patched.setattr(Flask, "url_rule_class", KnownRule)
        yield


@pytest.fixture(scope="session")
def stores(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Stores]:
    """Keep the templates of this run and its PostgreSQL server."""
    made = Stores(tmp_path_factory.mktemp("stores"))
    yield made
    made.close()


@pytest.fixture(
    params=[
        pytest.param(name, marks=[pytest.mark.postgres] if name == POSTGRESQL else [])
        for name in DATABASES
    ]
)
def database(request: pytest.FixtureRequest) -> str:
    """Name the database of this run of the test."""
    return str(request.param)


@pytest.fixture
def settings(
    request: pytest.FixtureRequest, stores: Stores, database: str, tmp_path: Path
) -> Iterator[Settings]:
    """Give settings for stores of this test's own, with the cast in them if it is asked for."""
    template = "cast" if "cast" in request.fixturenames else "empty"
    made = stores.copy(database, template, tmp_path / "data")
    if "live_port" in request.fixturenames:
        port = request.getfixturevalue("live_port").getsockname()[1]
        made = replace(made, public_url=f"http://localhost:{port}")
    if "issuer" in request.fixturenames:
        # Only beside an issuer of the tests' own: everybody else is refused this machine.
        made = replace(made, local_issuers=True)
    yield made
    stores.forget(made)


@pytest.fixture
def app(settings: Settings, stores: Stores) -> Iterator[Flask]:
    """Give an application with its own data, keyring and media, on one of the databases."""
    made = stores.open(settings)
    yield made
    close_engines(made)


@pytest.fixture
def cast(app: Flask, stores: Stores, database: str) -> Cast:
    """Give everybody, and what is there."""
    return Cast(app, stores.facts(database))


@pytest.fixture
def amina(cast: Cast) -> Actor:
    """Amina, the owner: entries in four leefgebieden, one private, one taken away.

    She shares Werk with Bas but for one entry, and one achievement with Dirk.
    """
    return cast.amina


@pytest.fixture
def farid(cast: Cast) -> Actor:
    """Farid, another owner: he has a map and nobody sees it, Amina least of all."""
    return cast.farid


@pytest.fixture
def bas(cast: Cast) -> Actor:
    """Bas, coach at the municipality: Amina shared Werk with him, to look and to comment."""
    return cast.bas


@pytest.fixture
def carla(cast: Cast) -> Actor:
    """Carla, coach at the municipality: what Amina shared with her ended yesterday."""
    return cast.carla


@pytest.fixture
def dirk(cast: Cast) -> Actor:
    """Dirk, provider at a community house: one achievement of Amina's, and nothing else."""
    return cast.dirk


@pytest.fixture
def eva(cast: Cast) -> Actor:
    """Eva, beheerder of both organisations: accounts and invitations, never content."""
    return cast.eva


@pytest.fixture
def visitor(cast: Cast) -> Actor:
    """A visitor without an account, in the house where everybody else is."""
    return cast.visitor


@pytest.fixture
def page(app: Flask) -> Page:
    """Give a browser in which nobody is signed in, for tests that need no cast."""
    return Page(app.test_client())
