"""Every setting of the portfolio, its default and its check.

What lives here: reading the environment once, into one frozen object.
What does not: anything that opens a database, a file or a socket for the pages.
"""

from __future__ import annotations

import base64
import binascii
import os
import re
import stat
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

if TYPE_CHECKING:
    from collections.abc import Mapping

MASTER_KEY_BYTES = 32
MEGABYTE = 1024 * 1024
LOOPBACK_HOSTS = ("localhost", "127.0.0.1", "::1", "[::1]")
# One address as it is written everywhere: no spaces, no quotes, nothing that begins a new line.
MAIL_ADDRESS = re.compile(
    r"[A-Za-z0-9!#$%&'*+/=?^_`{|}~-]+(\.[A-Za-z0-9!#$%&'*+/=?^_`{|}~-]+)*"
    r"@[A-Za-z0-9]([A-Za-z0-9-]*[A-Za-z0-9])?(\.[A-Za-z0-9]([A-Za-z0-9-]*[A-Za-z0-9])?)*"
)
DEMO_MARK = "this-is-the-demonstration"
# The ends of all chains as `portfolio verify` saw them last, beside the erasure list.
NOTES = "chain-heads.json"
# While this file lies in the data folder a backup is being put back: nothing is served.
RESTORING = "a-restore-is-going-on"


class ConfigurationError(Exception):
    """A setting is wrong; the message is one line that says what to change."""


@dataclass(frozen=True, kw_only=True)
class Settings:
    """Everything that may differ between two installations."""

    data_folder: Path
    database_url: str
    keyring_url: str
    media_url: str
    master_key: bytes
    public_url: str
    demo: bool = False
    trusted_proxies: int = 0
    log_folder: Path | None = None
    # Where the master key was read, unless it is a secret of the host.
    master_key_file: Path | None = None
    # Where the list of the erased is kept, when it is not beside the data.
    erasures: Path | None = None
    # How many requests are answered at once.
    threads: int = 8
    # Bytes that the files of one map may take.
    quota: int = 200 * MEGABYTE
    # Where clamd listens, when files are scanned: tcp://host:port or unix:/path.
    clamd_url: str | None = None
    # For tests alone: an organisation may sign in at an address of this machine, over http.
    local_issuers: bool = False
    # For whoever builds: a language made by code shows what is not translated, or too long.
    pseudo: bool = False
    # Where e-mail is handed over; without it, it is written to a folder in the data.
    smtp_url: str | None = None
    mail_from: str = "mijn-map@localhost"
    # Where somebody tells of a hole in the wall: an address for /.well-known/security.txt.
    security_contact: str | None = None

    @property
    def is_sqlite(self) -> bool:
        """Tell whether the data live in the embedded database."""
        return self.database_url.startswith("sqlite")

    @property
    def erasure_folder(self) -> Path:
        """Say where the list of the erased is: outside both databases and their backups."""
        return self.erasures or self.data_folder.parent / f"{self.data_folder.name}-erasures"

    @property
    def hosts(self) -> list[str]:
        """Name the hosts that this installation answers for, against forged Host headers."""
        own = urlsplit(self.public_url).hostname or "localhost"
        return [own, *LOOPBACK_HOSTS] if own in LOOPBACK_HOSTS else [own]


def read_settings(environment: Mapping[str, str] | None = None) -> Settings:
    """Read the settings from the environment.

    Raises ConfigurationError, with one line for the person who starts the server.
    """
    env = os.environ if environment is None else environment
    demo = env.get("PORTFOLIO_DEMO", "") == "1"
    folder = Path(env.get("PORTFOLIO_DATA") or ("var/demo" if demo else "var/data")).resolve()
    if demo and (env.get("DATABASE_URL") or env.get("KEYRING_URL")):
        message = "The demonstration uses its own database: unset DATABASE_URL and KEYRING_URL."
        raise ConfigurationError(message)
    if env.get("PORTFOLIO_PSEUDO") and not demo:
        message = "PORTFOLIO_PSEUDO is for the demonstration alone: unset it."
        raise ConfigurationError(message)
    key_file = master_key_path(env, folder)
    return Settings(
        data_folder=folder,
        database_url=_database_url(env, "DATABASE_URL", folder / "portfolio.sqlite"),
        keyring_url=_database_url(env, "KEYRING_URL", folder / "keyring.sqlite"),
        media_url=env.get("MEDIA_URL") or (folder / "media").as_uri(),
        master_key=read_master_key(key_file, env.get("PORTFOLIO_MASTER_KEY"), folder),
        master_key_file=None if env.get("PORTFOLIO_MASTER_KEY") else key_file,
        public_url=_public_url(env),
        demo=demo,
        erasures=_erasure_folder(env, folder, demo=demo),
        trusted_proxies=_whole_number(env, "PORTFOLIO_TRUSTED_PROXIES", 0),
        threads=max(2, _whole_number(env, "PORTFOLIO_THREADS", 8)),
        quota=_whole_number(env, "PORTFOLIO_QUOTA_MB", 200) * MEGABYTE,
        clamd_url=_clamd_url(env),
        local_issuers=env.get("PORTFOLIO_LOCAL_ISSUERS") == "1",
        pseudo=env.get("PORTFOLIO_PSEUDO") == "1",
        smtp_url=_smtp_url(env),
        mail_from=_mail_from(env),
        security_contact=_security_contact(env),
    )


def master_key_path(env: Mapping[str, str], folder: Path) -> Path:
    """Say where the master key file is: beside the data folder, never in it."""
    named = env.get("PORTFOLIO_MASTER_KEY_FILE")
    return Path(named).resolve() if named else folder.parent / f"{folder.name}-master.key"


def read_master_key(path: Path, secret: str | None, folder: Path) -> bytes:
    """Read the master key from a secret of the host or from its file of mode 0600."""
    if secret:
        return _decode_key(secret, "PORTFOLIO_MASTER_KEY")
    if path.is_relative_to(folder):
        message = f"The master key {path} must be outside the data folder {folder}."
        raise ConfigurationError(message)
    if not path.is_file():
        message = (
            f"There is no master key at {path}. Make one with `portfolio master-key`, "
            "or put the old one back if this installation has data."
        )
        raise ConfigurationError(message)
    if stat.S_IMODE(path.stat().st_mode) & 0o077:
        message = f"The master key {path} can be read by others: run `chmod 600` on it."
        raise ConfigurationError(message)
    return _decode_key(path.read_text(encoding="ascii"), str(path))


def next_master_key(path: Path) -> Path:
    """Say where the new master key waits while the keys are wrapped anew."""
    return path.with_name(f"{path.name}.next")


def read_masters(settings: Settings) -> list[bytes]:
    """Read the master keys that are there now: the one, and the new one while it is turned."""
    path = settings.master_key_file
    if path is None:
        return [settings.master_key]
    # The next one first: between two readings it may become the one.
    return [
        _decode_key(each.read_text(encoding="ascii"), str(each))
        for each in (next_master_key(path), path)
        if each.is_file()
    ]


def write_master_key(path: Path) -> None:
    """Write a new master key; refuse to replace one, since that would lose every sealed word."""
    path.parent.mkdir(parents=True, exist_ok=True)
    descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(descriptor, "w", encoding="ascii") as file:
        file.write(base64.b64encode(os.urandom(MASTER_KEY_BYTES)).decode("ascii") + "\n")
        file.flush()
        os.fsync(file.fileno())


def _decode_key(text: str, origin: str) -> bytes:
    try:
        key = base64.b64decode(text.strip(), validate=True)
    except (binascii.Error, ValueError):
        key = b""
    if len(key) != MASTER_KEY_BYTES:
        message = f"{origin} is not a master key: it must be 32 bytes in base64."
        raise ConfigurationError(message)
    return key


def _database_url(env: Mapping[str, str], name: str, default: Path) -> str:
    url = env.get(name)
    if not url:
        return f"sqlite:///{default}"
    if url.startswith(("postgres://", "postgresql://")):
        return "postgresql+psycopg://" + url.split("://", 1)[1]
    if url.startswith(("postgresql+psycopg://", "sqlite:///")):
        return url
    message = f"{name} must start with postgresql:// or sqlite:///."
    raise ConfigurationError(message)


def _public_url(env: Mapping[str, str]) -> str:
    url = env.get("PORTFOLIO_URL") or f"http://localhost:{env.get('PORT') or 8000}"
    parts = urlsplit(url)
    loopback = parts.hostname in LOOPBACK_HOSTS
    if parts.scheme != "https" and not (parts.scheme == "http" and loopback):
        message = "PORTFOLIO_URL must start with https:// (http:// only for localhost)."
        raise ConfigurationError(message)
    return url.rstrip("/")


def _clamd_url(env: Mapping[str, str]) -> str | None:
    url = env.get("CLAMD_URL")
    parts = urlsplit(url or "")
    if (
        url
        and not (parts.scheme == "unix" and parts.path)
        and not (parts.scheme == "tcp" and parts.hostname and parts.port)
    ):
        message = "CLAMD_URL must be tcp://host:port or unix:/path."
        raise ConfigurationError(message)
    return url or None


def _smtp_url(env: Mapping[str, str]) -> str | None:
    url = env.get("SMTP_URL")
    parts = urlsplit(url or "")
    if url and not (parts.scheme in ("smtp", "smtps") and parts.hostname):
        # The setting may hold a password, so it is not repeated.
        message = (
            "SMTP_URL must be smtp://host:587 or smtps://host:465, with user:password@ or not."
        )
        raise ConfigurationError(message)
    return url or None


def _mail_from(env: Mapping[str, str]) -> str:
    host = urlsplit(_public_url(env)).hostname or "localhost"
    address = env.get("PORTFOLIO_MAIL_FROM") or f"mijn-map@{host}"
    if not MAIL_ADDRESS.fullmatch(address):
        message = "PORTFOLIO_MAIL_FROM must be one e-mail address."
        raise ConfigurationError(message)
    return address


def _security_contact(env: Mapping[str, str]) -> str | None:
    contact = env.get("PORTFOLIO_SECURITY_CONTACT")
    if contact and not re.fullmatch(r"(https://|mailto:|tel:)[!-~]+", contact):
        message = "PORTFOLIO_SECURITY_CONTACT must start with https://, mailto: or tel:."
        raise ConfigurationError(message)
    return contact or None


def _erasure_folder(env: Mapping[str, str], folder: Path, *, demo: bool) -> Path | None:
    if demo:
        # Everything of the example goes with its folder.
        return folder / "erasures"
    named = env.get("PORTFOLIO_ERASURES")
    path = Path(named).resolve() if named else None
    if path and path.is_relative_to(folder):
        message = f"PORTFOLIO_ERASURES {path} must be outside the data folder {folder}."
        raise ConfigurationError(message)
    return path


def _whole_number(env: Mapping[str, str], name: str, default: int) -> int:
    text = env.get(name, "")
    if not text:
        return default
    if not text.isdecimal():
        message = f"{name} must be a whole number."
        raise ConfigurationError(message)
    return int(text)
