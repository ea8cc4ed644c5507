"""How often something may be tried: one table, counted for all processes together.

What lives here: the limits, and the answer "wait a while". What does not: the counts
themselves (models/sign_in.py).

Tries from elsewhere never shut the owner out: a browser in which somebody signed in before
has a count of its own, and so have the recovery codes. A class of thirty people behind one
address fits each limit per network. (ASVS 6.1.1)
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from datetime import timedelta
from typing import TYPE_CHECKING

from flask import after_this_request, g, request
from werkzeug.exceptions import TooManyRequests

from portfolio.events import record
from portfolio.extensions import db, keyring
from portfolio.models.base import begin
from portfolio.models.sign_in import (
    attempts_end,
    count_attempt,
    forget_attempts,
    forget_old_attempts,
)

if TYPE_CHECKING:
    from collections.abc import Callable

    from werkzeug.wrappers import Response


@dataclass(frozen=True)
class Limit:
    """So many tries in a window of time, for each of what `per` names."""

    tries: int
    per: str
    window: timedelta


QUARTER = timedelta(minutes=15)
HOUR = timedelta(hours=1)
DAY = timedelta(days=1)

LIMITS: dict[str, Limit] = {
    # Signing in with a passphrase.
    "sign_in": Limit(10, "sign-in name and network", QUARTER),
    "sign_in_name": Limit(60, "sign-in name, from unknown browsers everywhere", HOUR),
    "sign_in_network": Limit(300, "network, from unknown browsers", QUARTER),
    "sign_in_browser": Limit(10, "person and known browser", QUARTER),
    # 80 random bits cannot be guessed; this only spares the machine.
    "recovery": Limit(20, "sign-in name and network", HOUR),
    "recovery_network": Limit(200, "network", HOUR),
    # Showing again who one is, inside a session.
    "passphrase": Limit(10, "person", QUARTER),
    # The second step. Three of a million codes are right at a time: 30 tries an hour find one in
    # a thousand hours, and each needs the passphrase first. Recovery codes have a count apart.
    "app_code": Limit(10, "person and network", QUARTER),
    "app_code_person": Limit(30, "person, from unknown browsers everywhere", HOUR),
    "app_code_browser": Limit(10, "person and known browser", QUARTER),
    "app_code_new": Limit(30, "person", HOUR),
    "own_code": Limit(20, "person and network", HOUR),
    # A passkey cannot be guessed; this only spares the machine.
    "passkey": Limit(300, "network", QUARTER),
    # Coming in through an organisation: state and code cannot be guessed; it spares the issuer.
    "work_login": Limit(300, "network", QUARTER),
    "work_login_set": Limit(20, "person", HOUR),
    # Writing to an address that is not proven, and guessing the code of 8 digits for it.
    "email": Limit(5, "person", HOUR),
    "email_network": Limit(100, "network", HOUR),
    "email_address": Limit(3, "address", HOUR),
    "email_code": Limit(15, "person", HOUR),
    # Making an account, and asking whether a name is free.
    "sign_up": Limit(100, "network", HOUR),
    "sign_up_name": Limit(300, "network", HOUR),
    # The code of a coach or provider, 37 bits; the code of an invitation.
    "share_code": Limit(20, "person", HOUR),
    "share_code_network": Limit(300, "network", HOUR),
    # The code of a visit, 37 bits and 15 minutes; each code that the owner makes counts afresh.
    "visit": Limit(10, "link, code of this moment and network", QUARTER),
    "visit_network": Limit(100, "network", HOUR),
    # Help at a desk: papers that a member gives; then the own word, per paper, so that whoever has
    # no paper shuts nobody out. In its 14 days a paper is good for some 140 guesses.
    "desk_paper": Limit(20, "member", HOUR),
    "desk_paper_network": Limit(100, "network", HOUR),
    "desk_claim": Limit(10, "code on the paper", DAY),
    "desk_claim_network": Limit(100, "network", HOUR),
    # Looking for a sentence that is wrong, and saying so.
    "sentence": Limit(300, "network", HOUR),
    "sentence_search": Limit(600, "network", HOUR),
    # Making one file of everything is long work.
    "takeaway": Limit(6, "person", HOUR),
    "takeaway_network": Limit(120, "network", HOUR),
    # Files are decoded, sealed and kept. A file that comes in pieces counts once.
    "upload": Limit(300, "person", HOUR),
    "upload_network": Limit(6000, "network", HOUR),
    "invite": Limit(100, "person", HOUR),
    "invitation": Limit(10, "invitation", HOUR),
    "invitation_network": Limit(60, "network", HOUR),
}


def check(name: str, *parts: str) -> None:
    """Count one try. Raises TooManyRequests (429) when there were too many.

    The count is committed in a transaction of its own, also when the try is refused: call
    this before beginning any other, and before the try itself.
    """
    limit = LIMITS[name]
    key = _key(name, parts)
    begin(db.session, writing=True)
    count = count_attempt(db.session, key, limit.window)
    ends = attempts_end(db.session, key)
    db.session.commit()
    if count == 1:
        # Apart, so that two processes never wait for each other's counts.
        begin(db.session, writing=True)
        forget_old_attempts(db.session)
        db.session.commit()
    if count <= limit.tries:
        return
    if count == limit.tries + 1:
        record("limit_reached", limit=name, person=None)
    # Rounded up to whole minutes: "0 minuten" would send somebody straight back.
    g.wait_minutes = max(1, math.ceil(ends.total_seconds() / 60))
    after_this_request(_say_when)
    raise TooManyRequests


def count_files(person_id: str, network: Callable[[], str]) -> None:
    """Count files that come in with this request. Raises TooManyRequests."""
    # A later piece only goes on with what was counted at its first.
    if request.method == "POST" and request.files and request.form.get("vanaf", "0") == "0":
        check("upload_network", network())
        check("upload", person_id)


def forget(name: str, *parts: str) -> None:
    """Start a count afresh after a success, in the caller's transaction."""
    forget_attempts(db.session, _key(name, parts))


def _key(name: str, parts: tuple[str, ...]) -> str:
    return keyring().lookup_hash("limit", "/".join((name, *parts)))


def _say_when(response: Response) -> Response:
    response.headers["Retry-After"] = str(g.wait_minutes * 60)
    return response
