"""What was shown in a session: the second step, a proof that was asked again, a lost passphrase.

What lives here: noting it on a session that there is. What does not: beginning and ending
sessions (sign_in.py).
"""

from __future__ import annotations

import secrets
from datetime import timedelta
from typing import TYPE_CHECKING

from sqlalchemy import select, update

from portfolio.models.base import before_now, database_now, rows_changed
from portfolio.models.sign_in import SignIn, hash_token

if TYPE_CHECKING:
    from sqlalchemy.orm import Session

# Long enough to write down a new passphrase after signing in with a recovery code.
RECOVERY_LASTS = timedelta(hours=1)


def recovered(session: Session, sign_in_id: str | None) -> bool:
    """Tell whether this session began with a recovery code, a short while ago."""
    found = select(SignIn.id).where(
        SignIn.id == sign_in_id,
        SignIn.method == "recovery_code",
        SignIn.created_at > before_now(RECOVERY_LASTS),
        SignIn.asked_again_at.is_(None),
    )
    return session.scalars(found).first() is not None


def end_half(session: Session, sign_in_id: str) -> bool:
    """End a session that waits for its second step; of many at once one is told True."""
    ended = rows_changed(
        session,
        update(SignIn)
        .where(
            SignIn.id == sign_in_id,
            SignIn.half.is_(True),
            SignIn.ended_at.is_(None),
            SignIn.ends_at > database_now(),
        )
        .values(ended_at=database_now(), ended_why="second_step"),
    )
    return ended == 1


def renew_token(session: Session, sign_in_id: str | None) -> str:
    """Give a session a new token; the one of before opens nothing any more."""
    token = secrets.token_urlsafe(32)
    rows_changed(
        session,
        update(SignIn).where(SignIn.id == sign_in_id).values(token_hash=hash_token(token)),
    )
    return token


def note_asked_again(session: Session, sign_in_id: str | None) -> None:
    """Note that somebody just showed again who they are, or chose a new passphrase."""
    rows_changed(
        session,
        update(SignIn).where(SignIn.id == sign_in_id).values(asked_again_at=database_now()),
    )
