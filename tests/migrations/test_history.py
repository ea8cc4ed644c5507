"""Both histories lead to the tables of today, up and down, with data, and never half-way."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING

import pytest
import sqlalchemy as sa
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from alembic.operations import Operations
from alembic.script import ScriptDirectory

from portfolio import create_app
from portfolio.engines import prepare
from portfolio.extensions import db
from portfolio.keyring import keyring_metadata
from portfolio.migrations import folder_of, migrate
from portfolio.models import Base, GoalStep
from portfolio.models.base import begin
from tests import factories
from tests.people import grantee
from tests.stores import close_engines

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

    from portfolio.config import Settings
    from tests.people import Cast
    from tests.stores import Stores

HISTORIES = {"data": Base.metadata, "keyring": keyring_metadata}
Engines = dict[str, sa.Engine]


@pytest.fixture
def bare(stores: Stores, database: str, tmp_path: Path) -> Iterator[Engines]:
    """Give engines of both stores before any table is made."""
    folder = tmp_path / "bare"
    folder.mkdir()
    settings = stores.empty(database, folder)
    made = {
        "data": prepare(sa.create_engine(settings.database_url)),
        "keyring": prepare(sa.create_engine(settings.keyring_url)),
    }
    yield made
    for engine in made.values():
        engine.dispose()
    stores.forget(settings)


def tables(engine: sa.Engine) -> set[str]:
    """List the tables that are there, Alembic's own note left out."""
    return set(sa.inspect(engine).get_table_names()) - {"alembic_version"}


def differences(engine: sa.Engine, metadata: sa.MetaData) -> list[object]:
    """List what differs between the tables that are there and those of the models."""
    with engine.connect() as connection:
        context = MigrationContext.configure(connection, opts={"compare_type": True})
        return list(compare_metadata(context, metadata))


def content(engine: sa.Engine, metadata: sa.MetaData) -> dict[str, list[str]]:
    """Give every row of every table."""
    with engine.connect() as connection:
        return {
            name: sorted(repr(tuple(row)) for row in connection.execute(sa.select(table)))
            for name, table in metadata.tables.items()
        }


@pytest.mark.parametrize("history", HISTORIES)
def test_from_nothing_to_the_tables_of_today(bare: Engines, history: str) -> None:
    migrate(bare[history], history)
    assert differences(bare[history], HISTORIES[history]) == []
    assert tables(bare[history]) == set(HISTORIES[history].tables)


@pytest.mark.parametrize("history", HISTORIES)
def test_checks_of_the_models_stand_in_the_database(bare: Engines, history: str) -> None:
    """What compare_metadata does not see: CHECK constraints and the conditions of indexes."""
    migrate(bare[history], history)
    inspector = sa.inspect(bare[history])
    for name, table in HISTORIES[history].tables.items():
        wanted = {c.name for c in table.constraints if isinstance(c, sa.CheckConstraint)}
        assert {c["name"] for c in inspector.get_check_constraints(name)} == wanted, name
        partial = {
            index.name
            for index in table.indexes
            if index.dialect_options["sqlite"].get("where") is not None
        }
        found = {
            index["name"]
            for index in inspector.get_indexes(name)
            if any(key.endswith("_where") for key in index.get("dialect_options", {}))
        }
        assert found == partial, name


@pytest.mark.parametrize("history", HISTORIES)
def test_twice_is_once(bare: Engines, history: str) -> None:
    migrate(bare[history], history)
    migrate(bare[history], history)
    assert differences(bare[history], HISTORIES[history]) == []


@pytest.mark.parametrize("history", HISTORIES)
def test_down_to_nothing_and_up_again(bare: Engines, history: str) -> None:
    migrate(bare[history], history)
    migrate(bare[history], history, "base")
    assert tables(bare[history]) == set()
    migrate(bare[history], history)
    assert differences(bare[history], HISTORIES[history]) == []


def test_the_clock_has_its_row(bare: Engines) -> None:
    migrate(bare["data"], "data")
    with bare["data"].connect() as connection:
        assert connection.execute(sa.text("SELECT id FROM clock_mark")).all() == [(1,)]


@pytest.mark.parametrize("history", HISTORIES)
def test_every_step_keeps_what_people_wrote(cast: Cast, settings: Settings, history: str) -> None:
    """One step down and up again, as often as there are steps but the first, keeps every row."""
    close_engines(cast.amina.app)
    url = settings.database_url if history == "data" else settings.keyring_url
    engine = prepare(sa.create_engine(url))
    if history == "data":
        _forget_what_was_not_there_before(engine)
    before = content(engine, HISTORIES[history])
    assert any(before.values())
    steps = len(list(_script(history).walk_revisions())) - 1
    for _ in range(steps):
        migrate(engine, history, "-1")
    migrate(engine, history)
    after = content(engine, HISTORIES[history])
    engine.dispose()
    assert {name: len(rows) for name, rows in after.items()} == {
        name: len(rows) for name, rows in before.items()
    }
    assert steps or after == before
    close_engines(create_app(settings))


def _down_to(revision: str) -> str:
    """Say how many steps of the data's history lie above a revision."""
    above = [each.revision for each in _script("data").walk_revisions()]
    return f"-{above.index(revision)}"


def _forget_what_was_not_there_before(engine: sa.Engine) -> None:
    with engine.connect().execution_options(writing=True) as connection:
        connection.execute(sa.text("DELETE FROM attachment WHERE kind <> 'photo'"))
        connection.execute(sa.text("DELETE FROM erasure_mark"))
        connection.commit()


def test_no_step_down_loses_a_shared_part_of_a_plan(cast: Cast, settings: Settings) -> None:
    app = cast.amina.app
    with app.app_context():
        begin(db.session, writing=True)
        seat = cast.facts.seats["bas"]
        factories.share(cast.amina.map_id, seat, grantee("bas"), part="direction")
        db.session.commit()
    close_engines(app)
    engine = prepare(sa.create_engine(settings.database_url))
    before = content(engine, HISTORIES["data"])
    with pytest.raises(RuntimeError, match="nothing was changed"):
        migrate(engine, "data", _down_to("0003"))
    assert content(engine, HISTORIES["data"]) == before
    engine.dispose()


def test_no_step_down_loses_a_day_of_a_step(cast: Cast, settings: Settings) -> None:
    app = cast.amina.app
    with app.app_context():
        begin(db.session, writing=True)
        factories.goal(cast.amina.map_id, "werk", "Ik wil koken", ["Ik bel een kok"])
        db.session.execute(sa.update(GoalStep).values(by_day=date(2027, 3, 1)))
        db.session.commit()
    close_engines(app)
    engine = prepare(sa.create_engine(settings.database_url))
    before = content(engine, HISTORIES["data"])
    with pytest.raises(RuntimeError, match="nothing was changed"):
        migrate(engine, "data", _down_to("0009"))
    assert content(engine, HISTORIES["data"]) == before
    engine.dispose()


def test_no_step_down_loses_a_sound_or_a_paper(cast: Cast, settings: Settings) -> None:
    close_engines(cast.amina.app)
    engine = prepare(sa.create_engine(settings.database_url))
    before = content(engine, HISTORIES["data"])
    with pytest.raises(RuntimeError, match="nothing was changed"):
        migrate(engine, "data", _down_to("0002"))
    assert content(engine, HISTORIES["data"]) == before
    engine.dispose()


@pytest.mark.parametrize("history", HISTORIES)
def test_a_newer_copy_is_opened_as_it_is(cast: Cast, settings: Settings, history: str) -> None:
    """Starting on data that are up to date changes nothing."""
    close_engines(cast.amina.app)
    url = settings.database_url if history == "data" else settings.keyring_url
    engine = prepare(sa.create_engine(url))
    before = content(engine, HISTORIES[history])
    close_engines(create_app(settings))
    assert content(engine, HISTORIES[history]) == before
    engine.dispose()


@pytest.mark.parametrize("after", [1, 5, 15])
def test_an_interrupted_upgrade_rolls_back_whole(
    bare: Engines, monkeypatch: pytest.MonkeyPatch, after: int
) -> None:
    make: Callable[..., object] = Operations.create_table
    count = 0

    def breaks(self: Operations, *args: object, **kw: object) -> object:
        nonlocal count
        count += 1
        if count > after:
            message = "the power went"
            raise OSError(message)
        return make(self, *args, **kw)

    monkeypatch.setattr(Operations, "create_table", breaks)
    with pytest.raises(OSError, match="the power went"):
        migrate(bare["data"], "data")
    assert set(sa.inspect(bare["data"]).get_table_names()) == set()
    monkeypatch.undo()
    migrate(bare["data"], "data")
    assert differences(bare["data"], Base.metadata) == []


def test_an_interrupted_downgrade_keeps_everything(
    cast: Cast, settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    close_engines(cast.amina.app)
    engine = prepare(sa.create_engine(settings.database_url))
    _forget_what_was_not_there_before(engine)
    before = content(engine, Base.metadata)
    drop: Callable[..., object] = Operations.drop_table
    count = 0

    def breaks(self: Operations, *args: object, **kw: object) -> object:
        nonlocal count
        count += 1
        if count > 3:
            message = "the power went"
            raise OSError(message)
        return drop(self, *args, **kw)

    monkeypatch.setattr(Operations, "drop_table", breaks)
    with pytest.raises(OSError, match="the power went"):
        migrate(engine, "data", "base")
    assert content(engine, Base.metadata) == before
    engine.dispose()


@pytest.mark.parametrize("history", HISTORIES)
def test_the_history_is_one_line(history: str) -> None:
    script = _script(history)
    assert len(script.get_heads()) == 1
    assert all(revision.doc for revision in script.walk_revisions())


def _script(history: str) -> ScriptDirectory:
    return ScriptDirectory(str(folder_of("migrations") / history))
