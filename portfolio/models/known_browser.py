"""Browsers in which somebody signed in before: tries made elsewhere never shut these out."""

from __future__ import annotations

import secrets
from datetime import timedelta
from typing import TYPE_CHECKING

from sqlalchemy import delete, select

from portfolio.models.base import clock, database_now
from portfolio.models.sign_in import KnownBrowser, hash_token

if TYPE_CHECKING:
    from sqlalchemy.orm import Session

KNOWN_SHARED = timedelta(days=1)
KNOWN_OWN = timedelta(days=180)


def know_browser(session: Session, person_id: str, *, own_device: bool) -> str:
    """Remember a browser in which somebody signed in, and give the token for it."""
    now = clock(session)
    session.execute(
        delete(KnownBrowser).where(KnownBrowser.person_id == person_id, KnownBrowser.ends_at <= now)
    )
    token = secrets.token_urlsafe(32)
    session.add(
        KnownBrowser(
            person_id=person_id,
            token_hash=hash_token(token),
            created_at=now,
            ends_at=now + (KNOWN_OWN if own_device else KNOWN_SHARED),
        )
    )
    session.flush()
    return token


def find_browser(session: Session, person_id: str, token: str) -> str | None:
    """Find the browser in which this person signed in before, by its token."""
    return session.scalars(
        select(KnownBrowser.id).where(
            KnownBrowser.person_id == person_id,
            KnownBrowser.token_hash == hash_token(token),
            KnownBrowser.ends_at > database_now(),
        )
    ).first()


def knows_browsers(session: Session, person_id: str) -> bool:
    """Tell whether there is a browser in which this person signed in before."""
    known = select(KnownBrowser.id).where(
        KnownBrowser.person_id == person_id, KnownBrowser.ends_at > database_now()
    )
    return session.scalars(known.limit(1)).first() is not None


def forget_browser(session: Session, token: str) -> None:
    """Forget a browser."""
    session.execute(delete(KnownBrowser).where(KnownBrowser.token_hash == hash_token(token)))


def forget_other_browsers(session: Session, person_id: str, token: str) -> None:
    """Forget every browser of a person but the one in use."""
    session.execute(
        delete(KnownBrowser).where(
            KnownBrowser.person_id == person_id, KnownBrowser.token_hash != hash_token(token)
        )
    )
