"""Where the tests' data live: migrated once, copied for each test, on both databases.

Everything of a test is its own: data, keyring, media. The master key is drawn per run.
"""

from __future__ import annotations

import itertools
import os
import shutil
from dataclasses import dataclass
from typing import TYPE_CHECKING

from portfolio import create_app
from portfolio.config import MASTER_KEY_BYTES, Settings
from portfolio.extensions import db
from tests.compiled import Applications
from tests.people import make_cast
from tests.postgres import PostgresServer

if TYPE_CHECKING:
    from pathlib import Path

    from flask import Flask

    from tests.people import Facts

SQLITE, POSTGRESQL = "sqlite", "postgresql"
DATABASES = (SQLITE, POSTGRESQL)
DATA, KEYS, MEDIA = "portfolio.sqlite", "keyring.sqlite", "media"
Key = tuple[str, str]


@dataclass
class Stores:
    """The stores of a run: templates by database and name, and what stands in them."""

    folder: Path

    def __post_init__(self) -> None:
        self.master_key = os.urandom(MASTER_KEY_BYTES)
        self._made: set[Key] = set()
        self._facts: dict[Key, Facts] = {}
        self._count = itertools.count()
        self._server: PostgresServer | None = None
        self._applications: Applications | None = None

    @property
    def server(self) -> PostgresServer:
        """Give the PostgreSQL server of this run, started when it is first needed."""
        if self._server is None:
            self._server = PostgresServer()
        return self._server

    def facts(self, database: str) -> Facts:
        """Tell who and what stands in the template with the cast."""
        self._template(database, "cast")
        return self._facts[database, "cast"]

    def empty(self, database: str, folder: Path) -> Settings:
        """Give settings for stores without any table, for tests of the migrations."""
        return self._settings(database, folder, None)

    def copy(self, database: str, name: str, folder: Path) -> Settings:
        """Copy a template (`empty` or `cast`) into a folder and give the settings for it."""
        source = self._template(database, name)
        # Not the whole tree: the log folder of a test stays its own.
        shutil.copytree(source, folder, dirs_exist_ok=True)
        _copy_erasures(source, folder)
        return self._settings(database, folder, f"{name}_template")

    def open(self, settings: Settings) -> Flask:
        """Make an application on these stores, of views that are made once."""
        if self._applications is None:
            first = self.copy(SQLITE, "empty", self.folder / "first")
            self._applications = Applications(first)
        return self._applications.make(settings)

    def forget(self, settings: Settings) -> None:
        """Drop the databases of these settings; a folder goes with the test's own."""
        if not settings.is_sqlite:
            for url in (settings.database_url, settings.keyring_url):
                self.server.drop(url.partition("?")[0].rpartition("/")[2])

    def close(self) -> None:
        """Stop the server, if there is one."""
        if self._server is not None:
            self._server.stop()

    def _template(self, database: str, name: str) -> Path:
        folder = self.folder / database / name
        if (database, name) not in self._made:
            if name == "empty":
                folder.mkdir(parents=True, exist_ok=True)
                settings = self._settings(database, folder, None, f"{name}_template")
            else:
                source = self._template(database, "empty")
                shutil.copytree(source, folder)
                _copy_erasures(source, folder)
                settings = self._settings(database, folder, "empty_template", f"{name}_template")
            app = create_app(settings)
            if name == "cast":
                self._facts[database, name] = make_cast(app)
            close_engines(app)
            self._made.add((database, name))
        return folder

    def _settings(
        self, database: str, folder: Path, template: str | None, name: str | None = None
    ) -> Settings:
        data, keys = f"sqlite:///{folder / DATA}", f"sqlite:///{folder / KEYS}"
        if database == POSTGRESQL:
            name = name or f"test_{next(self._count)}"
            data, keys = (
                self.server.create(
                    f"{name}_{kind}", f"{template}_{kind}" if template else "template1"
                )
                for kind in ("data", "keys")
            )
        return Settings(
            data_folder=folder,
            database_url=data,
            keyring_url=keys,
            media_url=(folder / MEDIA).as_uri(),
            master_key=self.master_key,
            public_url="http://localhost:8000",
            security_contact="mailto:veilig@voorbeeldstad.nl",
        )


def _copy_erasures(source: Path, folder: Path) -> None:
    """Copy the list of the erased, which stands beside the data."""
    to = folder.parent / f"{folder.name}-erasures"
    shutil.copytree(source.parent / f"{source.name}-erasures", to, dirs_exist_ok=True)


def close_engines(app: Flask) -> None:
    """Let go of every connection, so that files may be copied and databases dropped."""
    with app.app_context():
        for engine in db.engines.values():
            engine.dispose()
