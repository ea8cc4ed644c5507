"""Letting somebody in and out: who fits, which tokens the browser gets, what is taken back.

What lives here: every way in (passphrase, recovery code, passkey, a new account) passes start()
and welcome(), so that each gives a new token and a clean session, and none leads past the second
step of whoever works for an organisation. What does not: the pages, and what is shown to prove
who somebody is (portfolio/proofs.py).
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from flask import g, request, session

from portfolio import limits
from portfolio.events import record
from portfolio.extensions import db, keyring
from portfolio.models.base import begin
from portfolio.models.credential import change_passphrase, find_lock, is_in_force
from portfolio.models.found_sign_in import find_sign_in
from portfolio.models.known_browser import (
    KNOWN_OWN,
    find_browser,
    forget_browser,
    forget_other_browsers,
    know_browser,
    knows_browsers,
)
from portfolio.models.mail import MailKind, mail_soon
from portfolio.models.notice import Kind, tell
from portfolio.models.person import sign_in_hash
from portfolio.models.proof import end_half, note_asked_again, renew_token
from portfolio.models.second_factor import needs_second_step
from portfolio.models.sign_in import (
    OWN_DEVICE_LASTS,
    end_sign_ins,
    hash_token,
    start_sign_in,
)
from portfolio.passphrase import fits, hash_passphrase, is_outdated
from portfolio.security import (
    BROWSER_COOKIE,
    SIGN_IN_COOKIE,
    Rest,
    clear_token_cookie,
    network,
    rest_of,
    set_token_cookie,
)

if TYPE_CHECKING:
    from werkzeug.wrappers import Response

    from portfolio.models.credential import Lock
    from portfolio.models.found_sign_in import FoundSignIn

# What a browser may remember of somebody who is gone: how they like to read.
KEPT_CHOICES = ("language", "mode", "pictures")
# The invitation that somebody is about to accept goes along when their session is renewed.
INVITED = "invitation"
# Not "cookies": the language that was chosen here stays.
LEAVES_NOTHING = '"cache", "storage"'


@dataclass(frozen=True, repr=False)
class Tokens:
    """What the browser gets when somebody was let in."""

    sign_in: str
    browser: str
    own_device: bool
    # The second step is still to come.
    half: bool = False


def check_passphrase(sign_in_name: str, passphrase: str) -> Lock | None:
    """Find whoever signs in with this name and passphrase; nobody takes as long.

    Counts the try first. Raises TooManyRequests. (ASVS 6.3.1, 6.3.8)
    """
    begin(db.session, writing=False)
    lock = find_lock(db.session, keyring(), sign_in_name)
    token = request.cookies.get(BROWSER_COOKIE, "")
    known = find_browser(db.session, lock.person_id if lock else "", token)
    db.session.rollback()
    if lock and known:
        limits.check("sign_in_browser", lock.person_id, known)
    else:
        whose = sign_in_hash(keyring(), sign_in_name)
        limits.check("sign_in_network", network())
        limits.check("sign_in", whose, network())
        limits.check("sign_in_name", whose)
    if fits(lock.secret if lock else None, passphrase):
        return lock
    why = "passphrase" if lock else "unknown_name"
    record("sign_in_refused", person=lock.person_id if lock else None, why=why)
    return None


def enter(lock: Lock, sign_in_name: str, passphrase: str, *, own_device: bool) -> Tokens | None:
    """Let in whoever showed the right passphrase, unless it was replaced meanwhile."""
    renewed = hash_passphrase(passphrase) if is_outdated(lock.secret) else None
    begin(db.session, writing=True)
    if not is_in_force(db.session, lock):
        db.session.rollback()
        return None
    if renewed:
        key = keyring().fetch([lock.key_id])[lock.key_id]
        change_passphrase(db.session, key, lock.person_id, renewed)
    limits.forget("sign_in", sign_in_hash(keyring(), sign_in_name), network())
    tokens = start(lock.person_id, "passphrase", own_device=own_device)
    db.session.commit()
    note_entry(lock.person_id, "passphrase", tokens)
    return tokens


def start(  # noqa: PLR0913 -- who, how, where, and how far
    person_id: str,
    method: str,
    *,
    own_device: bool,
    second_factor: bool = False,
    half: bool | None = None,
    organisation_id: str | None = None,
) -> Tokens:
    """Start a session in the caller's write transaction; one of before in this browser ends.

    The browser's own session is emptied too, before any page is made for it. (ASVS 7.2.4)
    Who works for others and showed one thing only, gets a session that opens the second step.
    """
    _tell_if_new(person_id)
    end_here("replaced")
    clean_session(INVITED)
    if half is None:
        half = not second_factor and needs_second_step(db.session, person_id)
    token = start_sign_in(
        db.session,
        person_id,
        method,
        own_device=own_device,
        network_hash=network(),
        second_factor=second_factor,
        half=half,
        organisation_id=organisation_id,
    )
    if half:
        return Tokens(token, "", own_device, half=True)
    # The first page already belongs to somebody: it warns, and is left, like any other.
    g.rest = Rest(own_device, rest_of(own_device=own_device))
    return Tokens(token, know_browser(db.session, person_id, own_device=own_device), own_device)


def note_entry(person_id: str, method: str, tokens: Tokens) -> None:
    """Write down that somebody came in, or half-way in. Call after the commit."""
    record("sign_in_half" if tokens.half else "signed_in", person=person_id, method=method)


def finish(half: FoundSignIn) -> Tokens | None:
    """Let somebody in who took the second step; None when another did so meanwhile. Commits."""
    begin(db.session, writing=True)
    if not end_half(db.session, half.sign_in_id):
        db.session.rollback()
        return None
    tokens = start(
        half.person_id,
        half.method,
        own_device=half.own_device,
        second_factor=True,
        organisation_id=half.through,
    )
    db.session.commit()
    note_entry(half.person_id, half.method, tokens)
    return tokens


def _tell_if_new(person_id: str) -> None:
    """Tell somebody that they came in where they never were, as far as that means something.

    Who only has computers of others is somewhere new each time: that is mailed, and not listed.
    """
    token = request.cookies.get(BROWSER_COOKIE, "")
    if find_browser(db.session, person_id, token):
        return
    if knows_browsers(db.session, person_id):
        tell(db.session, person_id, Kind.NEW_DEVICE)
    else:
        mail_soon(db.session, person_id, MailKind.SIGN_IN)


def welcome(response: Response, tokens: Tokens) -> None:
    """Give the browser its new tokens. Call after the commit."""
    if tokens.half:
        # Gone with the browser, and of no use after some minutes.
        set_token_cookie(response, SIGN_IN_COOKIE, tokens.sign_in, None)
        return
    lasts = int(OWN_DEVICE_LASTS.total_seconds()) if tokens.own_device else None
    known = int(KNOWN_OWN.total_seconds()) if tokens.own_device else None
    set_token_cookie(response, SIGN_IN_COOKIE, tokens.sign_in, lasts)
    set_token_cookie(response, BROWSER_COOKIE, tokens.browser, known)


def prove(found: FoundSignIn, response: Response) -> None:
    """Note that somebody just showed again who they are, and give a new token. Commits."""
    begin(db.session, writing=True)
    note_asked_again(db.session, found.sign_in_id)
    token = renew_token(db.session, found.sign_in_id)
    db.session.commit()
    record("asked_again", person=found.person_id)
    lasts = int((found.ends_at - found.now).total_seconds()) if found.own_device else None
    set_token_cookie(response, SIGN_IN_COOKIE, token, lasts)


def end_here(why: str) -> str | None:
    """End the session of this browser, if there is one, and name its person."""
    token = request.cookies.get(SIGN_IN_COOKIE)
    found = find_sign_in(db.session, hash_token(token)) if token else None
    if found is None:
        return None
    end_sign_ins(db.session, found.person_id, why, only=found.sign_in_id)
    if not found.own_device and BROWSER_COOKIE in request.cookies:
        forget_browser(db.session, request.cookies[BROWSER_COOKIE])
        g.forget_browser = True
    return found.person_id


def end_elsewhere(person_id: str, sign_in_id: str | None, why: str) -> None:
    """End every session but this one, in the caller's write transaction. ASVS 7.4.3, 7.5.2."""
    end_sign_ins(db.session, person_id, why, but=sign_in_id)
    forget_other_browsers(db.session, person_id, request.cookies.get(BROWSER_COOKIE, ""))


def farewell(response: Response) -> None:
    """Take back what the browser was given. The next person finds nothing. ASVS 7.4.1."""
    clean_session()
    g.rest = None
    clear_token_cookie(response, SIGN_IN_COOKIE)
    if g.get("forget_browser"):
        clear_token_cookie(response, BROWSER_COOKIE)
    response.headers["Clear-Site-Data"] = LEAVES_NOTHING


def clean_session(*also: str) -> None:
    """Forget all that the browser's session holds, save for the language that was chosen."""
    kept = {name: session[name] for name in (*KEPT_CHOICES, *also) if name in session}
    session.clear()
    session.update(kept)
    # A form made from here on needs a token of the new session.
    g.pop("csrf_token", None)
