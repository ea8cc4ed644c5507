"""Passkeys: what is asked of a phone, and whether what it answers is true.

What lives here: the words of WebAuthn, through the library of that name. What does not: the
rows (models/passkey.py, models/challenge.py), and letting somebody in (entrance.py).

The phone itself asks for a finger, a face or its own code, always: so a passkey is something
that one has and something that one is or knows, and needs no second step. It works at this
address and at no other, so it cannot be given to a page that only looks like ours.
"""

from __future__ import annotations

import json
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

import webauthn
from flask import session
from webauthn.helpers import (
    base64url_to_bytes,
    bytes_to_base64url,
    options_to_json_dict,
    parse_authentication_credential_json,
)
from webauthn.helpers.exceptions import WebAuthnException
from webauthn.helpers.structs import (
    AuthenticatorSelectionCriteria,
    PublicKeyCredentialDescriptor,
    ResidentKeyRequirement,
    UserVerificationRequirement,
)

from portfolio.events import record
from portfolio.extensions import db, keyring, settings
from portfolio.models.base import begin
from portfolio.models.challenge import pose, take
from portfolio.models.passkey import FoundPasskey, NewPasskey, find_passkey, note_use

if TYPE_CHECKING:
    from collections.abc import Sequence

NAME = "Mijn map"
# The largest answers of real phones are a few thousand letters.
LONGEST = 20_000
IN_SESSION = "challenge"
VERIFIED = UserVerificationRequirement.REQUIRED
# What an answer may break that is no answer at all: the library says it in several ways.
WRONG = (WebAuthnException, ValueError, KeyError, TypeError, AttributeError)


def site() -> str:
    """Name the site to which a passkey belongs: our own host."""
    return urlsplit(settings().public_url).hostname or "localhost"


def origin() -> str:
    """Write our own address as a browser writes where an answer comes from."""
    parts = urlsplit(settings().public_url)
    usual = {"https": 443, "http": 80}.get(parts.scheme)
    port = f":{parts.port}" if parts.port not in (None, usual) else ""
    return f"{parts.scheme}://{site()}{port}"


def ask_for_new(
    person_id: str, name: str, display_name: str, known: Sequence[str]
) -> dict[str, object]:
    """Ask a phone to make a passkey for somebody; one that it has already is not made again."""
    return options_to_json_dict(
        webauthn.generate_registration_options(
            rp_id=site(),
            rp_name=NAME,
            # A random id: what the phone keeps tells nobody's name to another site.
            user_id=person_id.encode(),
            user_name=name,
            user_display_name=display_name,
            challenge=_pose("new", person_id),
            authenticator_selection=AuthenticatorSelectionCriteria(
                resident_key=ResidentKeyRequirement.REQUIRED, user_verification=VERIFIED
            ),
            exclude_credentials=_named(known),
        )
    )


def check_new(person_id: str, said: str) -> NewPasskey | None:
    """Check what a phone says of the passkey that it made."""
    challenge = _take("new", person_id)
    if challenge is None or len(said) > LONGEST:
        return None
    try:
        made = webauthn.verify_registration_response(
            credential=said,
            expected_challenge=challenge,
            expected_rp_id=site(),
            expected_origin=origin(),
            require_user_verification=True,
        )
    except WRONG as wrong:
        record("passkey_refused", person=person_id, why=type(wrong).__name__)
        return None
    return NewPasskey(
        bytes_to_base64url(made.credential_id), made.credential_public_key, made.sign_count
    )


def ask(purpose: str, person_id: str | None, known: Sequence[str] = ()) -> dict[str, object]:
    """Ask a phone to show a passkey: any of ours, or one of those that are known."""
    return options_to_json_dict(
        webauthn.generate_authentication_options(
            rp_id=site(),
            challenge=_pose(purpose, person_id),
            allow_credentials=_named(known),
            user_verification=VERIFIED,
        )
    )


def check(purpose: str, person_id: str | None, said: str) -> FoundPasskey | None:
    """Check what a phone shows, and note that it was used. Commits."""
    challenge = _take(purpose, person_id)
    if challenge is None or len(said) > LONGEST:
        return None
    begin(db.session, writing=True)
    found = _checked(challenge, person_id, said)
    if found is None:
        db.session.rollback()
    else:
        db.session.commit()
    return found


def _checked(challenge: bytes, person_id: str | None, said: str) -> FoundPasskey | None:
    found = None
    try:
        shown = parse_authentication_credential_json(said)
        found = find_passkey(db.session, keyring(), bytes_to_base64url(shown.raw_id))
        handle = shown.response.user_handle
        if found is None or (person_id and found.person_id != person_id):
            return None
        if handle is not None and handle != found.person_id.encode():
            return None
        checked = webauthn.verify_authentication_response(
            credential=shown,
            expected_challenge=challenge,
            expected_rp_id=site(),
            expected_origin=origin(),
            credential_public_key=found.public_key,
            # Counted below, where two uses at once are counted as well.
            credential_current_sign_count=0,
            require_user_verification=True,
        )
    except WRONG as wrong:
        whose = found.person_id if found else None
        record("passkey_refused", person=whose, why=type(wrong).__name__)
        return None
    if note_use(db.session, found, checked.new_sign_count):
        return found
    record("passkey_refused", person=found.person_id, why="copied")
    return None


def _pose(purpose: str, person_id: str | None) -> bytes:
    begin(db.session, writing=True)
    row_id, value = pose(db.session, purpose, person_id)
    db.session.commit()
    session[IN_SESSION] = row_id
    return value


def _take(purpose: str, person_id: str | None) -> bytes | None:
    row_id = session.pop(IN_SESSION, None)
    if not isinstance(row_id, str):
        return None
    begin(db.session, writing=True)
    value = take(db.session, row_id, purpose, person_id)
    db.session.commit()
    return value


def _named(known: Sequence[str]) -> list[PublicKeyCredentialDescriptor]:
    return [PublicKeyCredentialDescriptor(id=base64url_to_bytes(each)) for each in known]


def is_answer(said: str) -> bool:
    """Tell whether a text could be what a phone answers, before anything is counted."""
    if not said or len(said) > LONGEST:
        return False
    try:
        return isinstance(json.loads(said), dict)
    except ValueError:
        return False
