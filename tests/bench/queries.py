"""How many statements a page sends to the database and the keyring together."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from sqlalchemy import event

from portfolio.extensions import db
from portfolio.security import SIGN_IN_COOKIE
from tests.bench.measurement import Measurement
from tests.bench.place import LOGGED, Target

if TYPE_CHECKING:
    from collections.abc import Iterator

    from flask import Flask
    from flask.testing import FlaskClient

    from tests.bench.servers import Run

# The frame of a transaction asks for nothing.
FRAME = ("BEGIN", "COMMIT", "ROLLBACK", "SAVEPOINT", "RELEASE")


def measure(run: Run) -> Iterator[Measurement]:
    """Count the statements of every page of the run."""
    for place, logged in ((run.place, False), (run.logged_place, True)):
        targets = [target for target in run.targets if (target.page == LOGGED) == logged]
        with place.app() as app:
            heard = listen(app)
            for target in targets:
                count = len(statements(app, heard, target))
                yield Measurement("sql_queries", target.page, count, "queries")


def statements(app: Flask, heard: list[str], target: Target) -> list[str]:
    """List the statements of one page, asked for in a process that has served it before."""
    client = app.test_client()
    if target.token:
        client.set_cookie(SIGN_IN_COOKIE, target.token, domain="localhost")
    _ask(client, target)
    heard.clear()
    _ask(client, target)
    return list(heard)


def listen(app: Flask) -> list[str]:
    """Write down every statement from now on."""
    heard: list[str] = []

    def hear(_connection: Any, _cursor: Any, statement: str, *_rest: Any) -> None:
        if not statement.startswith(FRAME):
            heard.append(statement)

    with app.app_context():
        for engine in db.engines.values():
            event.listen(engine, "before_cursor_execute", hear)
    return heard


def _ask(client: FlaskClient, target: Target) -> None:
    answer = client.get(target.path, base_url="http://localhost")
    if answer.status_code != 200:
        message = f"{target.path} answered {answer.status_code}"
        raise RuntimeError(message)
