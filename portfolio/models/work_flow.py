"""A flow under way: from the asking browser to the issuer, and back once."""

from __future__ import annotations

import json
import secrets
from dataclasses import asdict, dataclass
from datetime import datetime, timedelta
from typing import TYPE_CHECKING

from sqlalchemy import ForeignKey, String, delete, select
from sqlalchemy.orm import Mapped

from portfolio.keyring import new_id, open_text, seal_text
from portfolio.models.base import (
    ID,
    Base,
    UtcDateTime,
    clock,
    database_now,
    identity,
    internal,
    rows_changed,
    sealed,
)
from portfolio.models.sign_in import hash_token

if TYPE_CHECKING:
    from sqlalchemy.orm import Session

    from portfolio.models.work_login import Door

# Long enough to sign in there, and to look for the phone that it asks for.
FLOW_LASTS = timedelta(minutes=10)


class WorkFlow(Base):
    """One flow under way, of one browser, for one answer."""

    __tablename__ = "work_flow"
    id: Mapped[str] = identity()
    token_hash: Mapped[str] = internal(String(64), unique=True)
    organisation_id: Mapped[str] = internal(ID, ForeignKey("organisation.id"), index=True)
    # The session that links; nobody yet, where somebody comes in.
    sign_in_id: Mapped[str | None] = internal(ID, ForeignKey("sign_in.id"), index=True)
    kept: Mapped[bytes] = sealed(export=False)
    ends_at: Mapped[datetime] = internal(UtcDateTime, index=True)


@dataclass(frozen=True, repr=False)
class Secrets:
    """What one flow must get back: state, nonce, PKCE verifier, and whom it was sent to."""

    state: str
    nonce: str
    verifier: str
    issuer: str
    client_id: str


@dataclass(frozen=True, repr=False)
class Flow:
    """A flow that was taken for its one answer."""

    sign_in_id: str | None
    secrets: Secrets


def start_flow(session: Session, door: Door, sign_in_id: str | None = None) -> tuple[str, Secrets]:
    """Start a flow and give the token for this browser. Begin for writing before."""
    session.execute(delete(WorkFlow).where(WorkFlow.ends_at < database_now()))
    token, row_id = secrets.token_urlsafe(32), new_id()
    # A verifier of 64 letters: RFC 7636 asks at least 43.
    drawn = Secrets(
        state=secrets.token_urlsafe(32),
        nonce=secrets.token_urlsafe(32),
        verifier=secrets.token_urlsafe(48),
        issuer=door.issuer,
        client_id=door.client_id,
    )
    words = json.dumps(asdict(drawn))
    session.add(
        WorkFlow(
            id=row_id,
            token_hash=hash_token(token),
            organisation_id=door.organisation_id,
            sign_in_id=sign_in_id,
            kept=seal_text(door.key, "work_flow", row_id, "kept", words),
            ends_at=clock(session) + FLOW_LASTS,
        )
    )
    session.flush()
    return token, drawn


def take_flow(session: Session, door: Door, token: str) -> Flow | None:
    """Take a flow for its one answer: right or wrong, it is gone. Commit also when it is wrong."""
    row = session.scalars(
        select(WorkFlow).where(
            WorkFlow.token_hash == hash_token(token),
            WorkFlow.organisation_id == door.organisation_id,
            WorkFlow.ends_at > database_now(),
        )
    ).first()
    if row is None:
        return None
    words = open_text(door.key, "work_flow", row.id, "kept", row.kept)
    sign_in_id = row.sign_in_id
    gone = rows_changed(session, delete(WorkFlow).where(WorkFlow.id == row.id))
    if gone != 1:
        return None
    kept = Secrets(**json.loads(words))
    # The beheerder chose another issuer meanwhile: what comes of the old one counts no more.
    same = (kept.issuer, kept.client_id) == (door.issuer, door.client_id)
    return Flow(sign_in_id, kept) if same else None
