"""Bringing both databases to the newest schema. Each has a history of its own."""

from __future__ import annotations

from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING

from alembic import command
from alembic.config import Config
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory

if TYPE_CHECKING:
    from sqlalchemy import Engine


def folder_of(name: str) -> Path:
    """Find a folder that stands at the top of a checkout and inside an installed package."""
    inside = Path(__file__).parent / name
    return inside if inside.is_dir() else Path(__file__).parent.parent / name


def migrate(engine: Engine, history: str, revision: str = "head") -> None:
    """Bring a database to a revision of its history (`data` or `keyring`), whole or not at all."""
    if revision == "head" and _revision(engine) == _head(history):
        return
    config = _config(history)
    with engine.connect().execution_options(writing=True) as connection:
        if engine.dialect.name == "postgresql":
            # Two processes that start together: the second waits and finds nothing to do.
            connection.exec_driver_sql("SELECT pg_advisory_xact_lock(7302021)")
        config.attributes["connection"] = connection
        if revision == "base" or revision.startswith("-"):
            command.downgrade(config, revision)
        else:
            command.upgrade(config, revision)
        connection.commit()


def _config(history: str) -> Config:
    config = Config()
    config.set_main_option("script_location", str(folder_of("migrations") / history))
    return config


@cache
def _head(history: str) -> str | None:
    return ScriptDirectory.from_config(_config(history)).get_current_head()


def _revision(engine: Engine) -> str | None:
    with engine.connect() as connection:
        return MigrationContext.configure(connection).get_current_revision()
