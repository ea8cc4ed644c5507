"""What somebody shows to prove who they are, once their name is known: three ways, all counted.

What lives here: trying a passphrase, a code of an app and a recovery code of one person. What
does not: the first step of signing in (entrance.py), and passkeys (passkeys.py).

Each way has a count of its own, so that who guesses at one shuts the owner out of none of the
others; a browser in which somebody signed in before has a count of its own as well.
"""

from __future__ import annotations

from flask import request

from portfolio import limits
from portfolio.events import record
from portfolio.extensions import db, keyring
from portfolio.models.base import begin
from portfolio.models.credential import Lock, lock_of, plain_code, use_own_code
from portfolio.models.known_browser import find_browser
from portfolio.models.second_factor import use_totp
from portfolio.passphrase import fits
from portfolio.security import BROWSER_COOKIE, network

APP_CODE_LENGTH = 6


def confirm_passphrase(person_id: str, passphrase: str) -> Lock | None:
    """Ask somebody who is signed in to show again who they are. Counts the try first."""
    limits.check("passphrase", person_id)
    begin(db.session, writing=False)
    lock = lock_of(db.session, keyring(), person_id)
    db.session.rollback()
    if fits(lock.secret if lock else None, passphrase):
        return lock
    record("sign_in_refused", person=person_id, why="passphrase")
    return None


def confirm_code(person_id: str, code: str, *, recovery: bool = True) -> bool:
    """Use up a code of somebody's app, or (if it may be one) a recovery code. Commits.

    Counts the try first. Raises TooManyRequests. (ASVS 6.5.1, 6.6.3)
    """
    plain = plain_code(code)
    of_app = len(plain) == APP_CODE_LENGTH and plain.isascii() and plain.isdecimal()
    _count(person_id, of_app=of_app)
    begin(db.session, writing=True)
    if of_app:
        right = use_totp(db.session, keyring(), person_id, plain)
    else:
        right = recovery and use_own_code(db.session, keyring(), person_id, code)
    if not right:
        db.session.rollback()
        record("sign_in_refused", person=person_id, why="app_code" if of_app else "recovery_code")
        return False
    if of_app:
        # Whoever is right may be wrong again as often as before.
        limits.forget("app_code", person_id, network())
    db.session.commit()
    if not of_app:
        record("recovery_code_used", person=person_id)
    return True


def _count(person_id: str, *, of_app: bool) -> None:
    if not of_app:
        limits.check("own_code", person_id, network())
        return
    begin(db.session, writing=False)
    known = find_browser(db.session, person_id, request.cookies.get(BROWSER_COOKIE, ""))
    db.session.rollback()
    if known:
        limits.check("app_code_browser", person_id, known)
        return
    limits.check("app_code", person_id, network())
    limits.check("app_code_person", person_id)
