"""Where the demonstration lives: its folder, its mark, its key and its passphrases.

Everything here keeps the example apart from real people: it takes no folder that holds
anything else, no other database, and no address that others can reach.
"""

from __future__ import annotations

import json
import os
import secrets
from pathlib import Path
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from portfolio.config import DEMO_MARK, LOOPBACK_HOSTS, ConfigurationError, write_master_key

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

# What would let the example reach another installation's data, or others reach the example.
NOT_FOR_DEMO = ("DATABASE_URL", "KEYRING_URL", "MEDIA_URL", "PORTFOLIO_TRUSTED_PROXIES")
PASSPHRASES = "passphrases.json"
WORDS_IN_PASSPHRASE = 3
# Words that somebody who learns Dutch meets in the first months.
WORDS = (
    *("appel", "avond", "baby", "bakker", "banaan", "berg", "bloem", "boek", "boom", "boot"),
    *("brief", "broek", "brood", "brug", "buurman", "deur", "dorp", "druif", "eend", "fiets"),
    *("foto", "gras", "groente", "haven", "hemel", "herfst", "hond", "huis", "jas", "kaas"),
    *("kamer", "kast", "kerk", "keuken", "klok", "koffie", "kom", "konijn", "lamp", "lente"),
    *("lepel", "maan", "markt", "melk", "molen", "morgen", "muur", "muziek", "oven", "paard"),
    *("plein", "raam", "regen", "rivier", "schaap", "schip", "schoen", "sleutel", "sneeuw", "soep"),
    *("stad", "stoel", "straat", "strand", "tafel", "thee", "trein", "tuin", "vis", "vogel"),
    *("vriend", "water", "weg", "wind", "winkel", "winter", "wolk", "zee", "zomer", "zon"),
)


def prepare_place(env: Mapping[str, str], host: str, port: int) -> dict[str, str]:
    """Make the folder of the demonstration and give the settings to start with.

    Raises ConfigurationError, with one line, when anything about it is not the example's own.
    """
    refuse_others(env, host)
    folder = Path(env.get("PORTFOLIO_DATA") or "var/demo").resolve()
    mark_folder(folder)
    key = _key_of(folder)
    if not key.exists() and not (folder / "portfolio.sqlite").exists():
        write_master_key(key)
    return _own(env, folder) | {"PORT": str(port)}


def find_place(env: Mapping[str, str]) -> dict[str, str]:
    """Give the settings of a demonstration that is there. Raises ConfigurationError."""
    refuse_others(env, LOOPBACK_HOSTS[0])
    folder = Path(env.get("PORTFOLIO_DATA") or "var/demo").resolve()
    if not (folder / DEMO_MARK).exists():
        message = f"{folder} is not the demonstration: this command is for example people only."
        raise ConfigurationError(message)
    return _own(env, folder)


def _own(env: Mapping[str, str], folder: Path) -> dict[str, str]:
    own = {
        "PORTFOLIO_DEMO": "1",
        "PORTFOLIO_DATA": str(folder),
        "PORTFOLIO_MASTER_KEY_FILE": str(_key_of(folder)),
    }
    # The example writes to nobody.
    left = ("PORTFOLIO_MASTER_KEY", "SMTP_URL")
    return {name: value for name, value in env.items() if name not in left} | own


def _key_of(folder: Path) -> Path:
    # A name of its own, so that the example never takes up the key of real people's data.
    return folder.parent / f"{folder.name}-example.key"


def refuse_others(env: Mapping[str, str], host: str) -> None:
    """Refuse an address that others can reach, and a store that holds other people's data."""
    if host not in LOOPBACK_HOSTS:
        message = (
            "The demonstration is for this machine only: "
            "--host must be localhost, 127.0.0.1 or ::1."
        )
        raise ConfigurationError(message)
    for name in NOT_FOR_DEMO:
        if env.get(name):
            message = f"The demonstration uses its own folder and database: unset {name}."
            raise ConfigurationError(message)
    url = env.get("PORTFOLIO_URL")
    if url and urlsplit(url).hostname not in LOOPBACK_HOSTS:
        message = "The demonstration is for this machine only: unset PORTFOLIO_URL."
        raise ConfigurationError(message)


def mark_folder(folder: Path) -> None:
    """Mark an empty folder as the demonstration's, or check that it is so already."""
    if folder.exists() and not folder.is_dir():
        message = f"{folder} is not a folder: choose another with PORTFOLIO_DATA."
        raise ConfigurationError(message)
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    if (folder / DEMO_MARK).exists():
        return
    if any(folder.iterdir()):
        message = (
            f"{folder} holds something else than the demonstration: "
            "choose an empty folder with PORTFOLIO_DATA."
        )
        raise ConfigurationError(message)
    (folder / DEMO_MARK).touch()


def passphrases_of(folder: Path, names: Iterable[str]) -> dict[str, str]:
    """Give the passphrase of each person, drawn once per data folder."""
    path = folder / PASSPHRASES
    try:
        kept: dict[str, str] = json.loads(path.read_text(encoding="utf-8"))
    except FileNotFoundError:
        kept = {}
    drawn = {name: kept.get(name) or draw_passphrase() for name in names}
    if drawn != kept:
        _write_for_us_alone(path, json.dumps(drawn, indent=2))
    return drawn


def draw_passphrase() -> str:
    """Draw three easy words and two digits."""
    words = [secrets.choice(WORDS) for _ in range(WORDS_IN_PASSPHRASE)]
    return "-".join([*words, f"{secrets.randbelow(90) + 10}"])


def _write_for_us_alone(path: Path, text: str) -> None:
    # Whole or not at all: a crash half-way would lose the passphrases of people who exist.
    new = path.with_suffix(".new")
    new.unlink(missing_ok=True)
    descriptor = os.open(new, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(descriptor, "w", encoding="utf-8") as file:
        file.write(text)
        file.flush()
        os.fsync(file.fileno())
    new.replace(path)
