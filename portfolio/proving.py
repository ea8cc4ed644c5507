"""Asking again who somebody is, before what counts most.

A session on an own phone lasts a month, and a phone is sometimes in another's hand. So the
keys of gezondheid and gezin are shut for the owner as well, until they showed in this session,
a few minutes ago, who they are. It is the keys that ask: no page can forget to.

What lives here: when it was shown, and what is shut. What does not: the page that asks
(views/proof.py), and the pages of acts, which are marked @asks_again (access.py).
"""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

from flask import g, has_request_context, request

from portfolio.models.portfolio import SENSITIVE, PortfolioKeys

if TYPE_CHECKING:
    from portfolio.keyring import DataKey
    from portfolio.models.found_sign_in import FoundSignIn

PROOF_LASTS = timedelta(minutes=5)
# A form that was opened with a proof may be filled in at ease, and a sound be heard to its end:
# neither shows anything that was not on the page.
STILL_OPEN = timedelta(minutes=30)
WITH_A_PAGE = frozenset({"audio", "image", "video"})
FILES = frozenset({"file", "paper"})


class AsksAgainError(Exception):
    """Somebody must show again who they are before this goes on."""


class ShutKeys(PortfolioKeys):
    """The keys of an owner who did not show of late who they are: two of them ask first."""

    def of(self, leefgebied: str | None) -> DataKey:
        """Give the key of a leefgebied. Raises AsksAgainError for the two that are shut."""
        if leefgebied in SENSITIVE:
            raise AsksAgainError
        return super().of(leefgebied)

    def by_id(self, key_id: str) -> DataKey:
        """Give the key of this id. Raises AsksAgainError for the two that are shut."""
        key = super().by_id(key_id)
        if not self.opens(key_id):
            raise AsksAgainError
        return key

    def shows(self, leefgebied: str | None) -> bool:
        """Tell whether what stands in a leefgebied may be opened without asking again."""
        return leefgebied not in SENSITIVE

    def opens(self, key_id: str) -> bool:
        """Tell whether a key may be used without asking."""
        return key_id == self.general.id


def note_proof(found: FoundSignIn) -> None:
    """Note for this request whose map is asked for again, and how long ago they showed it."""
    g.proof_age, g.own_map = found.now - found.proved_at, found.portfolio_id


def is_proved() -> bool:
    """Tell whether somebody showed in this session, a few minutes ago, who they are."""
    return g.get("proof_age") is not None and g.proof_age <= PROOF_LASTS


def as_proved(portfolio_id: str, keys: PortfolioKeys) -> PortfolioKeys:
    """Give the keys of a map as this request may use them: an owner's may be shut."""
    if not has_request_context() or g.get("own_map") != portfolio_id:
        return keys
    inside = request.headers.get("Sec-Fetch-Dest") in WITH_A_PAGE and request.blueprint in FILES
    lasts = STILL_OPEN if inside or request.method == "POST" else PROOF_LASTS
    if g.proof_age <= lasts:
        return keys
    return ShutKeys(keys.general, keys.gezondheid, keys.gezin)
