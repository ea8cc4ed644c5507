"""Passphrases: hashed slowly, compared exactly, and refused when everybody tries them first.

What lives here: argon2id, and which passphrases are too easy to guess. What does not: where
a hash is kept, and how often somebody may try.

A passphrase is taken as it is typed: every character counts, none is cut off or changed.
Sources: NIST SP 800-63B-4 3.1.1, OWASP ASVS 5.0 V6.2, RFC 9106.
"""

from __future__ import annotations

import re
import unicodedata
from typing import TYPE_CHECKING

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError
from zxcvbn.frequency_lists import FREQUENCY_LISTS

from portfolio.languages import mark

if TYPE_CHECKING:
    from collections.abc import Iterable

SHORTEST = 10
# Far above any passphrase; it only keeps a hash from being fed megabytes.
LONGEST = 1000

TOO_SHORT = mark("Maak je wachtwoord langer: 10 letters of meer.")
TOO_LONG = mark("Maak je wachtwoord iets korter.")
TOO_COMMON = mark("Veel mensen hebben dit wachtwoord. Kies een ander wachtwoord.")
TOO_PERSONAL = mark("Dit kunnen anderen raden. Gebruik niet alleen je naam.")

# What somebody who wants into this very product tries first.
CONTEXT = (
    "contactpersoon",
    "gemeente",
    "inburgeraar",
    "inburgeren",
    "inburgering",
    "inloggen",
    "mijnmap",
    "mijnplan",
    "nederland",
    "nederlands",
    "portfolio",
    "taalhuis",
    "wachtwoord",
    "welkom",
)
ROWS = ("01234567890", "abcdefghijklmnopqrstuvwxyz", "qwertyuiop", "asdfghjkl", "zxcvbnm")
FEWEST_KINDS = 4
# A guessed word stays guessed with a year or some signs beside it.
FILLING = 5
SHORTEST_WORD = 3

KNOWN = frozenset(FREQUENCY_LISTS["passwords"])
HASHER = PasswordHasher()
# Compared with when there is no such person, so that nobody can tell by the time it takes.
NOBODYS = HASHER.hash("nobody has this passphrase")


def hash_passphrase(passphrase: str) -> str:
    """Hash a passphrase for keeping. Takes about 70 ms: never inside a write transaction."""
    return HASHER.hash(passphrase)


def fits(secret: str | None, passphrase: str) -> bool:
    """Tell whether a passphrase fits a hash. Without one it takes as long, and never fits."""
    try:
        HASHER.verify(secret or NOBODYS, passphrase)
    except (VerificationError, InvalidHashError):
        return False
    return secret is not None


def is_outdated(secret: str) -> bool:
    """Tell whether a hash was made with weaker settings than those of today."""
    return HASHER.check_needs_rehash(secret)


def weakness(passphrase: str, own_words: Iterable[str] = ()) -> str | None:
    """Say what is wrong with a passphrase, or nothing. Any kind of character will do."""
    if len(passphrase) < SHORTEST:
        return TOO_SHORT
    if len(passphrase) > LONGEST:
        return TOO_LONG
    plain = _plain(passphrase)
    if _is_common(plain):
        return TOO_COMMON
    if _is_made_of([_plain(word) for word in own_words], plain):
        return TOO_PERSONAL
    return TOO_COMMON if _is_made_of(CONTEXT, plain) else None


def is_easy(word: str, own_words: Iterable[str] = ()) -> bool:
    """Tell whether others guess a word of somebody first: common, or made of their own names."""
    plain = _plain(word)
    own = [_plain(each) for each in own_words]
    return _is_common(plain) or _is_made_of(own, plain) or _is_made_of(CONTEXT, plain)


def _plain(text: str) -> str:
    return unicodedata.normalize("NFKC", text).casefold()


def _is_common(plain: str) -> bool:
    word = re.sub(r"^[\W\d_]+|[\W\d_]+$", "", plain)
    filled = len(plain) - len(word) <= FILLING
    return (
        plain in KNOWN
        or (len(word) > SHORTEST_WORD and filled and word in KNOWN)
        or len(set(plain)) < FEWEST_KINDS
        or _is_repeated(plain)
        or any(plain in row * 9 or plain[::-1] in row * 9 for row in ROWS)
    )


def _is_repeated(plain: str) -> bool:
    unit = (plain + plain).find(plain, 1)
    return unit < len(plain) and (unit < SHORTEST or plain[:unit] in KNOWN)


def _is_made_of(words: Iterable[str], plain: str) -> bool:
    """Tell whether hardly anything is left once these words are taken out."""
    found = False
    rest = "".join(plain.split())
    for word in sorted(("".join(word.split()) for word in words), key=len, reverse=True):
        if len(word) >= SHORTEST_WORD and word in rest:
            found, rest = True, rest.replace(word, "")
    return found and len(rest) <= FILLING
