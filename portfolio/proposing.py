"""Names and passphrases that we think up for whoever writes none, each word with its picture.

What lives here: easy Dutch words, drawn and put together by chance. What does not: whether a
name is free, and how a passphrase is kept. A proposal stands on one page and is kept nowhere:
it counts when its reader takes it, and they can always write one of their own.
"""

from __future__ import annotations

import secrets
from dataclasses import dataclass

# The word, and the picture of it in static/icons.svg. Each is told from the others at a glance.
WORDS = (
    ("boek", "book"),
    ("brief", "letter"),
    ("camera", "camera"),
    ("huis", "house"),
    ("klok", "clock"),
    ("mond", "mouth"),
    ("oog", "eye"),
    ("oor", "ear"),
    ("pen", "pen"),
    ("slot", "lock"),
    ("sleutel", "key"),
    ("telefoon", "phone"),
    ("trap", "stairs"),
)
WORDS_OF_NAME = 2
WORDS_OF_PASSPHRASE = 5


@dataclass(frozen=True)
class Proposal:
    """Some words with their pictures, and a number where there is one."""

    pieces: tuple[tuple[str, str], ...]
    number: str = ""

    @property
    def text(self) -> str:
        """Give the whole as it would be typed."""
        return " ".join([*(word for word, _ in self.pieces), self.number]).strip()


def propose_name() -> Proposal:
    """Think up a name to be called by: it says nothing of anybody, and can be changed."""
    return Proposal(tuple((word.capitalize(), icon) for word, icon in _some(WORDS_OF_NAME)))


def propose_sign_in_name() -> Proposal:
    """Think up a name to sign in with. One of 140,400, so seldom taken; it is no secret."""
    return Proposal(_some(WORDS_OF_NAME), str(100 + secrets.randbelow(900)))


def propose_passphrase() -> Proposal:
    """Think up a passphrase, by chance alone: 154,440 rows of words times 9,000, 30 bits.

    Nobody guesses that where tries are counted (limits.py), and what is kept of it is a slow
    hash that is sealed.
    """
    return Proposal(_some(WORDS_OF_PASSPHRASE), str(1000 + secrets.randbelow(9000)))


def _some(count: int) -> tuple[tuple[str, str], ...]:
    return tuple(secrets.SystemRandom().sample(WORDS, count))
