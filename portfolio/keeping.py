"""The commands about keeping and finding: backup, restore, keyring, verify, turning, the log.

What lives here: reading the command, and saying what happened. What does not: the work.
"""

from __future__ import annotations

import getpass
import os
import sys
from pathlib import Path
from typing import TYPE_CHECKING, TypeVar

import click

from portfolio.commands import known_or_none, open_app, open_stores, settings_of
from portfolio.config import ConfigurationError

if TYPE_CHECKING:
    from collections.abc import Callable

Result = TypeVar("Result")
LONGEST = 1000
FILE = click.Path(dir_okay=False, path_type=Path)
PASSPHRASE_FROM = click.option(
    "--passphrase-fd",
    type=click.IntRange(0),
    help="Read the passphrase from this file descriptor instead of the terminal.",
)


@click.command()
@click.argument("path", type=FILE)
def backup(path: Path) -> int:
    """Write database and media to one file. The server may run. Status 1 when a file is lost."""
    app = open_app(settings_of(os.environ))
    from portfolio.backup import back_up
    from portfolio.events import record

    with app.app_context():
        made = in_words(lambda: back_up(app, path), path)
        record("backup_made", number=made.rows)
    for name in made.missing:
        print(f"file {name} is missing; its row is in the backup")
    print(f"{made.rows} rows and {made.files} files in {path}")
    return 1 if made.missing else 0


@click.command()
@click.argument("path", type=FILE)
@click.option("--without-keys", is_flag=True, help="Also when the keyring lacks keys of it.")
def restore(*, path: Path, without_keys: bool) -> None:
    """Put a backup back, into an empty place. The keyring and the erasure list come first."""
    found = settings_of(os.environ)
    app = open_stores(found)
    from portfolio.events import record
    from portfolio.restore import restore as put_back

    gone = in_words(lambda: put_back(app, path, found, without_keys=without_keys), path)
    with app.app_context():
        record("backup_restored", number=gone)
    print(f"Put back from {path}. {gone} erased people were in it and are erased again.")
    print("Everybody signs in anew. Run `portfolio verify` now.")


@click.group()
def keyring() -> None:
    """Keep the keyring apart from the backup of the data."""


@keyring.command("backup")
@click.argument("path", type=FILE)
@PASSPHRASE_FROM
def keyring_backup(path: Path, passphrase_fd: int | None) -> None:
    """Write all keys to a file, sealed with a passphrase."""
    app = open_app(settings_of(os.environ))
    from portfolio.events import record
    from portfolio.keyring_backup import back_up_keyring

    said = _passphrase(passphrase_fd, twice=True)
    with app.app_context():
        count = in_words(lambda: back_up_keyring(app, path, said), path)
        record("keyring_backed_up", number=count)
    print(f"{count} keys in {path}. Keep it apart from the backup of the data.")


@keyring.command("restore")
@click.argument("path", type=FILE)
@PASSPHRASE_FROM
def keyring_restore(path: Path, passphrase_fd: int | None) -> None:
    """Put the keys back, before the data."""
    app = open_stores(settings_of(os.environ))
    from portfolio.keyring_backup import restore_keyring

    said = _passphrase(passphrase_fd, twice=False)
    count = in_words(lambda: restore_keyring(app, path, said), path)
    print(f"{count} keys put back from {path}.")


@click.command()
def verify() -> int:
    """Check every row, file, key and chain. Status 1 when anything is wrong."""
    app = open_app(settings_of(os.environ))
    from portfolio.verify import look

    found = look(app)
    for line in found.wrong:
        print(line)
    for line in found.left:
        print(f"for the sweep: {line}")
    print(
        f"{found.maps} plans checked, {len(found.wrong)} wrong; "
        f"{found.files} files and {found.keys} keys"
    )
    return 1 if found.wrong else 0


@click.command("rotate-master-key")
def rotate_master_key() -> None:
    """Wrap every key anew under a new master key; servers go on. Do this every month."""
    found = settings_of(os.environ)
    app = open_app(found)
    from portfolio.turning import turn

    count = turn(app, found)
    print(f"{count} keys wrapped anew. The new master key is {found.master_key_file}.")
    print("Older keyring backups open nothing any more: make a new one, and copy the key apart.")


@click.command("security-log")
@click.option("--last", default=100, show_default=True, type=click.IntRange(1))
def security_log(last: int) -> None:
    """Print the newest security events: ids only, times in UTC."""
    app = open_app(settings_of(os.environ))
    from portfolio.security_log import lines

    for line in lines(app, last):
        print(line)


@click.command()
@click.argument("language", required=False)
def sentences(language: str | None) -> None:
    """List for translators the sentences that readers called wrong, until they are changed."""
    app = open_app(settings_of(os.environ))
    from portfolio.extensions import db
    from portfolio.models.sentence import called_wrong
    from portfolio.sentences import report

    known_or_none(language)
    with app.app_context():
        for line in report(called_wrong(db.session), language):
            print(line)


COMMANDS: tuple[click.Command, ...] = (
    backup,
    restore,
    keyring,
    verify,
    rotate_master_key,
    security_log,
    sentences,
)


def in_words(work: Callable[[], Result], path: Path) -> Result:
    """Do something with a file; what the disk cannot do is said in one line."""
    try:
        return work()
    except OSError as error:
        message = f"{error.filename or path} cannot be used: {error.strerror}."
        raise ConfigurationError(message) from None


def _passphrase(descriptor: int | None, *, twice: bool) -> str:
    if descriptor is not None:
        try:
            with os.fdopen(descriptor, encoding="utf-8", closefd=False) as file:
                return file.read(LONGEST).rstrip("\n")
        except (OSError, UnicodeDecodeError):
            message = f"No passphrase can be read from file descriptor {descriptor}."
            raise ConfigurationError(message) from None
    if not sys.stdin.isatty():
        message = "There is no terminal to ask for the passphrase: use --passphrase-fd."
        raise ConfigurationError(message)
    said = getpass.getpass("Passphrase of the keyring backup: ")
    if twice and getpass.getpass("Once more: ") != said:
        message = "The two passphrases differ."
        raise ConfigurationError(message)
    return said
